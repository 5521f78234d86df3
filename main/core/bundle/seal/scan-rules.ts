// What must not stand in a bundle: keys and passwords in their usual shapes, and what points at a person or a machine. Owns the patterns.
// None of them matches its own source, because the server inside a bundle holds this file.
import { createHash } from 'node:crypto'

export type ScanKind = 'private-key' | 'cloud-key' | 'access-token' | 'url-password' | 'password' | 'e-mail' | 'home-folder' | 'private-address' | 'user-name' | 'host-name' | 'personal-value'

export interface ScanHit { readonly kind: ScanKind; readonly text: string; readonly at: number }

const rules: readonly { readonly kind: ScanKind; readonly pattern: RegExp; readonly personal?: true; readonly harmless?: RegExp }[] = [
  { kind: 'private-key', pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g },
  { kind: 'private-key', pattern: /AGE-SECRET-KEY-1[0-9A-Z]{58}/g },
  { kind: 'cloud-key', pattern: /(?<![0-9A-Za-z])(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])/g },
  { kind: 'cloud-key', pattern: /(?<![0-9A-Za-z])AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g },
  { kind: 'cloud-key', pattern: /AccountKey=[0-9A-Za-z+/]{40,}={0,2}/g },
  { kind: 'cloud-key', pattern: /(?:aws_)?secret_?access_?key["']?\s*[:=]\s*["']?[0-9A-Za-z/+]{20,}={0,2}/gi },
  // A word without a digit stands for a token in a text that explains.
  { kind: 'access-token', pattern: /Authorization["']?\s*[:=]\s*["']?(?:Bearer|Basic)\s+(?=[^\s"']*\d)[0-9A-Za-z._~+/-]{8,}=*/gi },
  { kind: 'access-token', pattern: /(?<![0-9A-Za-z])gh[pousr]_[0-9A-Za-z]{36,}/g },
  { kind: 'access-token', pattern: /(?<![0-9A-Za-z])github_pat_[0-9A-Za-z_]{22,}/g },
  { kind: 'access-token', pattern: /(?<![0-9A-Za-z])glpat-[0-9A-Za-z_-]{20,}/g },
  { kind: 'access-token', pattern: /(?<![0-9A-Za-z])xox[abeoprs]-[0-9A-Za-z-]{10,}/g },
  { kind: 'access-token', pattern: /hooks\.slack\.com\/services\/[0-9A-Za-z]+\/[0-9A-Za-z]+\/[0-9A-Za-z]+/g },
  { kind: 'access-token', pattern: /(?<![0-9A-Za-z])(?:npm_[0-9A-Za-z]{36}|hf_[0-9A-Za-z]{34}|sk_live_[0-9A-Za-z]{24,})(?![0-9A-Za-z])/g },
  { kind: 'access-token', pattern: /(?<![0-9A-Za-z_-])eyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}/g },
  // A password that is a variable is none.
  { kind: 'url-password', pattern: /[A-Za-z][A-Za-z0-9+.-]{1,30}:\/\/[^\s/:@"'`<>${}[\]()\\]{1,100}:[^\s/:@"'`<>${}[\]()\\]{1,200}@/g },
  // Words of configuration files and notes; the code of others has variables that are called so.
  { kind: 'password', pattern: /(?<![0-9A-Za-z])(?:pass(?:word|wd|phrase)|pwd|api[_-]?key|client[_-]?secret)["']?\s*[:=]\s*["']?(?![$<{(*…])[^\s"'`,;]{4,}/gi, personal: true, harmless: /[:=]\s*["']?(?:none|null|true|false|unknown|required|optional|string|text|not)\b/i },
  // Domains that belong to nobody (RFC 2606) are examples.
  { kind: 'e-mail', pattern: /(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])/g, personal: true, harmless: /@(?:.*\.)?(?:example(?:\.(?:com|net|org))?|invalid|test|localhost)$/i },
  { kind: 'home-folder', pattern: /(?<![A-Za-z0-9_.-])\/(?:home|Users)\/[^\s/"'`<>:;,()\\]{1,64}/g, personal: true, harmless: /^\/(?:home|Users)\/(?:nonroot|node|app|user|runner|Shared)$/ },
  { kind: 'home-folder', pattern: /(?<![A-Za-z0-9_./-])\/root\/[^\s/"'`<>:;,()\\]{1,64}/g, personal: true },
  { kind: 'home-folder', pattern: /[A-Za-z]:(?:\\{1,2}|\/)Users(?:\\{1,2}|\/)[^\s/"'`<>:;,()\\]{1,64}/g, personal: true, harmless: /(?:\\|\/)(?:Public|Default)$/ },
  { kind: 'private-address', pattern: /(?<![\d.])(?:10(?:\.\d{1,3}){3}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|192\.168(?:\.\d{1,3}){2})(?:\/\d{1,2})?(?!\.?\d)/g, personal: true, harmless: /^(?:10\.0\.0\.0\/8|172\.16\.0\.0\/12|192\.168\.0\.0\/16)$/ },
  { kind: 'private-address', pattern: /(?<![0-9A-Za-z:.])f[cd][0-9a-f]{2}(?=:[0-9a-f:]*::|::|(?::[0-9a-f]{1,4}){7})[0-9a-f:]{2,37}(?:\/\d{1,3})?(?![0-9A-Za-z:])/gi, personal: true, harmless: /^f[cd]00::\/[78]$/i },
]

/** What is to be found besides the shapes: the names of this machine and its user, the user's home folder, and values of flagged columns. */
export interface ScanNames { readonly home?: string | null; readonly user: string | null; readonly host: string | null; readonly personal: readonly string[] }
export const noNames: ScanNames = { user: null, host: null, personal: [] }

const letterOrDigit = /[\p{L}\p{N}_]/u

/** Where a word stands in a text by itself, not as a part of a longer one. */
function* wordsAt(text: string, word: string): Generator<number> {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const before = at === 0 ? '' : text[at - 1]!
    const after = text[at + word.length] ?? ''
    if (!letterOrDigit.test(before) && !letterOrDigit.test(after)) yield at
  }
}

/** A name as JSON writes it, where that differs. */
const written = (word: string): readonly string[] => { const json = JSON.stringify(word).slice(1, -1); return json === word ? [word] : [word, json] }

/** Everything found in a text. `personal` false: keys and passwords only, for code of others with its authors' addresses. */
export function* scanText(text: string, personal: boolean, names: ScanNames): Generator<ScanHit> {
  // The password of an address with the host behind it also looks like an e-mail address: what was found once is not found again.
  const found: (readonly [number, number])[] = []
  for (const rule of rules) {
    if (rule.personal === true && !personal) continue
    for (const match of text.matchAll(rule.pattern)) {
      const end = match.index + match[0].length
      if (rule.harmless?.test(match[0]) === true || found.some(([from, to]) => match.index < to && end > from)) continue
      found.push([match.index, end])
      yield { kind: rule.kind, text: match[0], at: match.index }
    }
  }
  if (!personal) return
  const words: readonly (readonly [ScanKind, string | null])[] = [['home-folder', names.home ?? null], ['user-name', names.user], ['host-name', names.host], ...names.personal.map((value) => ['personal-value', value] as const)]
  for (const [kind, word] of words) if (word !== null) for (const form of written(word)) for (const at of wordsAt(text, form)) yield { kind, text: word, at }
}

/** A short name of a find, the same in every bundle, by which a publisher can accept it. Tells nobody what was found. */
export const hitId = (hit: ScanHit): string => createHash('sha256').update(`${hit.kind}\n${hit.text}`).digest('hex').slice(0, 12)

/** What nobody can accept. */
export const neverAccepted: readonly ScanKind[] = ['private-key', 'personal-value']

export const kindWords: Readonly<Record<ScanKind, string>> = {
  'private-key': 'a private key', 'cloud-key': 'a key of a cloud service', 'access-token': 'an access token', 'url-password': 'an address with a password', password: 'a password or key with its value', 'e-mail': 'an e-mail address', 'home-folder': 'the path of a home folder',
  'private-address': 'an address of a private network', 'user-name': 'the name of the user on this machine', 'host-name': 'the name of this machine', 'personal-value': 'a value of a column with personal data',
}

/** The beginning of what was found, enough to recognise it and too little to use it. */
export const shownHit = (hit: ScanHit): string => (hit.kind === 'private-key' || hit.kind === 'personal-value' ? '' : `${hit.text.slice(0, Math.min(6, Math.floor(hit.text.length / 2)))}…`)

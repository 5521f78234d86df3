// The scan of a bundle's final bytes for secrets and personal data: every text file line by line, every text of the model.
// Owns what is looked into and how a find is named; the patterns are in scan-rules.ts. Code of others is looked through for keys and
// passwords only: its licences name their authors.
import { ByteSource, WireError } from '../../onnx/wire.ts'
import { onnxStrings } from './onnx-strings.ts'
import { hitId, kindWords, neverAccepted, scanText, shownHit, type ScanKind, type ScanNames } from './scan-rules.ts'

/** The version of the rules, as the manifest names it. */
export const scanVersion = 2

export interface Find { readonly file: string; /** “line 5”, or the place in the model */ readonly where: string; readonly kind: ScanKind; readonly what: string; readonly shown: string; readonly id: string; readonly acceptable: boolean }

/** A file to look into: `read` gives its bytes in order, `place` where they lie. */
export interface Scanned { readonly path: string; readonly read: () => AsyncIterable<Buffer>; readonly place: () => { readonly file: string; readonly start: number; readonly bytes: number } }

const mostFinds = 50
/** Lines longer than this are looked at in pieces that overlap by what a find may span. */
const longest = 1 << 20
const overlap = 4096

/** Files that are the same in every bundle of a version of Slipway: the server, the runtime, the scripts, their licences. */
const isPrebuilt = (path: string): boolean => path.startsWith('server/') || /^bin\/[^/]+\.m?js$/.test(path)

/** Files that are a model: the only binary ones that are taken apart. */
const isModel = (path: string): boolean => path.startsWith('model/') && path.endsWith('.onnx')

class Finds {
  readonly list: Find[] = []
  private readonly seen = new Set<string>()
  private readonly names: ScanNames
  private readonly accepted: ReadonlySet<string>
  constructor(names: ScanNames, accepted: ReadonlySet<string>) { this.names = names; this.accepted = accepted }

  /** Looks at a text; a find is told once for each file and place. */
  look(file: string, line: string, text: string): void {
    for (const hit of scanText(text, !isPrebuilt(file), this.names)) {
      // All of a canonical JSON file is one line: the key in front tells where.
      const key = /\.jsonl?$/.test(file) ? [...text.slice(Math.max(0, hit.at - 2000), hit.at).matchAll(/"([^"\\]{1,60})":/g)].at(-1)?.[1] : undefined
      const where = key === undefined ? line : `${line}, at “${key}”`
      const id = hitId(hit)
      const acceptable = !neverAccepted.includes(hit.kind)
      const once = `${file}\n${where}\n${id}`
      if (this.list.length >= mostFinds || this.seen.has(once) || (acceptable && this.accepted.has(id))) continue
      this.seen.add(once)
      this.list.push({ file, where, kind: hit.kind, what: kindWords[hit.kind], shown: shownHit(hit), id, acceptable })
    }
  }
}

async function scanLines(file: Scanned, finds: Finds): Promise<void> {
  const decoder = new TextDecoder('utf-8')
  let line = 1
  let rest = ''
  let first = true
  for await (const chunk of file.read()) {
    // Binary files have zeros early; their bytes are nobody's words.
    if (first && chunk.subarray(0, 8192).includes(0)) return
    first = false
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) finds.look(file.path, `line ${line++}`, text)
    if (rest.length > longest) { finds.look(file.path, `line ${line}`, rest); rest = rest.slice(-overlap) }
  }
  finds.look(file.path, `line ${line}`, rest)
}

function scanModel(file: Scanned, finds: Finds): void {
  const { file: path, start, bytes } = file.place()
  const source = ByteSource.ofFile(path)
  try {
    for (const { place, text } of onnxStrings(source, start, start + bytes)) finds.look(file.path, place, text)
  } catch (thrown) {
    if (!(thrown instanceof WireError)) throw thrown
  } finally { source.close() }
}

/** Looks through the files, and through their names. At most 50 finds. `accepted`: ids that the publisher looked at and let pass. */
export async function scanFiles(files: readonly Scanned[], names: ScanNames, accepted: readonly string[] = [], signal?: AbortSignal): Promise<readonly Find[]> {
  const finds = new Finds(names, new Set(accepted))
  for (const file of files) {
    signal?.throwIfAborted()
    finds.look(file.path, 'its name', file.path)
    if (isModel(file.path)) scanModel(file, finds)
    else await scanLines(file, finds)
  }
  return finds.list
}

/** A find in words: file, line, what. */
export const findSentence = (find: Find): string => `“${find.file}”, ${find.where}: ${find.what}${find.shown === '' ? '' : ` (${find.shown})`}`

/** What of a bundle is scanned: everything but the signatures, which are made of what was scanned. */
export const isScanned = (path: string): boolean => !path.startsWith('signatures/') && path !== 'SHA256SUMS'


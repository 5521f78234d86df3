// Asks one address, once, whether there is a newer Slipway: only when the user says so, at the address and with the key that the user gives.
// Refuses anything that the key has not signed. Fetches no package and installs nothing.
import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { SlipwayError } from '../../../shared/errors.ts'

const Version = z.string().regex(/^\d+\.\d+\.\d+$/)
const UpdateFile = z.object({ name: z.string().max(200), platform: z.enum(['linux', 'darwin', 'win32']), arch: z.string().max(20), bytes: z.number().int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
const Description = z.object({ schema: z.literal('slipway.update/1'), version: Version, notes: z.string().max(20_000), files: z.array(UpdateFile).max(100) })
/** The description is a text inside, so that what was signed are its very bytes. */
const Envelope = z.object({ description: z.string(), signature: z.string() })

export interface UpdateAnswer { readonly current: string; readonly newest: string; readonly newer: boolean; readonly notes: string; /** Those for this machine. */ readonly files: readonly z.infer<typeof UpdateFile>[] }

const answerLimitMs = 20_000
const longest = 512 * 1024
const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

function addressOf(text: string): URL {
  const address = URL.canParse(text) ? new URL(text) : null
  if (address === null || !(address.protocol === 'https:' || (address.protocol === 'http:' && loopback.has(address.hostname)))) {
    throw new SlipwayError('input.invalid', { reason: 'the address of updates must begin with https://' })
  }
  return address
}

async function keyIn(file: string): Promise<KeyObject> {
  const text = await readFile(file, 'utf8').catch(() => { throw new SlipwayError('file.missing', { file }) })
  try {
    const key = createPublicKey(text)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch { /* said below */ }
  throw new SlipwayError('input.invalid', { reason: 'the key of updates must be an Ed25519 public key in PEM' })
}

async function textAt(address: URL): Promise<string> {
  const unreachable = (reason: string): SlipwayError => new SlipwayError('update.unreachable', { host: address.host, reason })
  let answer: Response
  try {
    answer = await fetch(address, { redirect: 'error', credentials: 'omit', headers: { accept: 'application/json' }, signal: AbortSignal.timeout(answerLimitMs) })
  } catch { throw unreachable('it does not answer') }
  if (!answer.ok) throw unreachable(`it answers ${answer.status}`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length
    if (bytes > longest) throw unreachable('its answer is longer than a description of an update')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Below, equal or above zero as `a` is older than, the same as or newer than `b`. */
function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((v) => v.split('.').map(Number))
  return x!.map((part, i) => part - y![i]!).find((difference) => difference !== 0) ?? 0
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | null {
  try { return schema.safeParse(JSON.parse(text)).data ?? null } catch { return null }
}

/** Errors: `input.invalid`, `file.missing`, `update.unreachable`, `update.notSigned`. */
export async function checkFeed(feed: string, keyFile: string, current: string): Promise<UpdateAnswer> {
  const address = addressOf(feed)
  const key = await keyIn(keyFile)
  const envelope = parsed(Envelope, await textAt(address))
  if (envelope === null || !verify(null, Buffer.from(envelope.description, 'utf8'), key, Buffer.from(envelope.signature, 'base64'))) throw new SlipwayError('update.notSigned', { host: address.host })
  const description = parsed(Description, envelope.description)
  if (description === null) throw new SlipwayError('update.unreachable', { host: address.host, reason: 'its description cannot be read by this version' })
  const files = description.files.filter((f) => f.platform === process.platform && f.arch === process.arch)
  return { current, newest: description.version, newer: compareVersions(description.version, current) > 0, notes: description.notes, files }
}

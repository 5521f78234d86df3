// Packs the prediction log of one bundle since a moment into one archive with a counted and hashed list: what is sent home to Slipway.
// Reads line by line, so that a log may be of any size; refuses to take what is no record, and says how many lines that were.
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { crc32 } from 'node:zlib'
import type { Feedback } from '../../../../shared/drift/feedback.ts'
import { PredlogLine } from '../../../../shared/drift/predlog.ts'
import { canonicalJson } from '../canonical-json.ts'
import { writeZip, type ZipSource } from '../zip-write.ts'

export interface PackWish {
  /** Files, or folders with files that end in .jsonl. */
  readonly logs: readonly string[]
  /** Milliseconds since 1970: records from `since` on, and before `until`. */
  readonly since: number
  readonly until: number
  /** The archive to write; it must not exist. */
  readonly target: string
  /** The bundle whose records are wanted. */
  readonly bundle: Pick<Feedback, 'root_digest' | 'model' | 'version' | 'serial'>
}

const mostBytes = 64 * 1024 * 1024

/** Files of a log in the order of their names, which is that of their time. */
async function logFiles(logs: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(logs.map(async (at) => ((await stat(at)).isDirectory() ? (await readdir(at)).filter((f) => f.endsWith('.jsonl')).sort().map((f) => join(at, f)) : [at])))
  return lists.flat()
}

/** Writes records into parts of bounded size, and measures each while it is written. */
class Parts {
  readonly done: (Feedback['files'][number] & { readonly crc32: number; readonly file: string })[] = []
  private handle: FileHandle | null = null
  private hash: Hash = createHash('sha256')
  private sum = 0
  private bytes = 0
  private records = 0
  private waiting: string[] = []
  private waitingBytes = 0
  private readonly folder: string
  constructor(folder: string) { this.folder = folder }

  private get path(): string { return `records-${String(this.done.length + 1).padStart(6, '0')}.jsonl` }

  async add(line: string): Promise<void> {
    this.waiting.push(line, '\n')
    this.waitingBytes += line.length + 1
    this.records++
    if (this.waitingBytes >= 1 << 20) await this.pour()
    if (this.bytes >= mostBytes) await this.finish()
  }

  private async pour(): Promise<void> {
    if (this.waiting.length === 0) return
    this.handle ??= await open(join(this.folder, this.path), 'wx')
    const piece = Buffer.from(this.waiting.join(''), 'utf8')
    this.waiting = []
    this.waitingBytes = 0
    await this.handle.writeFile(piece)
    this.hash.update(piece)
    this.sum = crc32(piece, this.sum)
    this.bytes += piece.length
  }

  async finish(): Promise<void> {
    await this.pour()
    if (this.handle === null) return
    await this.handle.close()
    this.done.push({ path: this.path, sha256: this.hash.digest('hex'), bytes: this.bytes, records: this.records, crc32: this.sum, file: join(this.folder, this.path) })
    this.handle = null
    this.hash = createHash('sha256')
    this.sum = 0
    this.bytes = 0
    this.records = 0
  }
}

interface Tally { from: string | null; to: string | null; records: number; dropped: number; unreadable: number; other: number; lowest: number; rows: number; level: 1 | 2; readonly raw: Set<string> }

function parsed(line: string): PredlogLine | null {
  try {
    const read = PredlogLine.safeParse(JSON.parse(line))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

/** Takes one line into account; true: it belongs into the pack. */
function count(line: string, wish: PackWish, tally: Tally): boolean {
  const read = parsed(line)
  if (read === null) {
    // The server's own log goes to the same place where the log goes to standard output.
    if (line.includes('"predlog.v1"')) tally.unreadable++
    return false
  }
  const ours = read.root_digest === wish.bundle.root_digest
  if (read.kind === 'head') {
    if (ours && read.level === 2) { tally.level = 2; for (const column of read.raw_columns) tally.raw.add(column) }
    return false
  }
  const at = Date.parse(read.ts)
  if (!(at >= wish.since && at < wish.until)) return false
  if (!ours) { if (read.kind === undefined) tally.other++; return false }
  if (read.kind === 'dropped') { tally.dropped += read.dropped; return false }
  tally.records++
  tally.rows += 1 / read.sampled
  tally.lowest = Math.min(tally.lowest, read.sampled)
  if (tally.from === null || read.ts < tally.from) tally.from = read.ts
  if (tally.to === null || read.ts > tally.to) tally.to = read.ts
  return true
}

/** Packs, or leaves nothing. The same logs give the same bytes. Errors are those of the file system. */
export async function packFeedback(wish: PackWish): Promise<Feedback> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-feedback-'))
  try {
    const parts = new Parts(folder)
    const tally: Tally = { from: null, to: null, records: 0, dropped: 0, unreadable: 0, other: 0, lowest: 1, rows: 0, level: 1, raw: new Set() }
    for (const file of await logFiles(wish.logs)) {
      for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) if (line !== '' && count(line, wish, tally)) await parts.add(line)
    }
    await parts.finish()
    const feedback: Feedback = {
      schema: 'feedback.v1', ...wish.bundle, from: tally.from, to: tally.to, records: tally.records, dropped: tally.dropped, unreadable: tally.unreadable, other_bundles: tally.other,
      sampling: { lowest: tally.lowest, rows: Math.round(tally.rows) }, level: tally.level, raw_columns: [...tally.raw].sort(), files: parts.done.map(({ path, sha256, bytes, records }) => ({ path, sha256, bytes, records })),
    }
    const text = Buffer.from(`${canonicalJson(feedback)}\n`, 'utf8')
    await writeFile(join(folder, 'feedback.json'), text)
    await mkdir(dirname(wish.target), { recursive: true })
    const entries: ZipSource[] = [{ path: 'feedback.json', mode: 0o644, bytes: text.length, crc32: crc32(text), file: join(folder, 'feedback.json') }, ...parts.done.map(({ path, bytes, crc32: sum, file }): ZipSource => ({ path, mode: 0o644, bytes, crc32: sum, file }))]
    await writeZip(wish.target, entries, new AbortController().signal)
    return feedback
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

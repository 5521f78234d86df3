// A journal of what the model answered, call by call, so that a long run that was stopped, killed or cut off goes on where it was.
// Resuming runs the same evaluation again: the same rows are read and judged and fall into the same batches, but a call that stands in the
// journal is answered from it. So every number is made by the same code from the same answers; no half-made metric is ever stored.
// Owns the sizes of the batches and the order of the calls; a journal that breaks never breaks its run.
import { deserialize, serialize } from 'node:v8'
import { fromStopped } from '../../../shared/row-words.ts'
import type { BatchPlan } from './evaluate-batches.ts'
import { appendFrames, readFrames, type FrameFile, type Place } from './journal-file.ts'
import type { DenseTensor, ModelSession } from './session.ts'

/** Where a journal lies. `key` says under which conditions its answers hold; another key makes it worthless. */
export interface JournalPlace {
  readonly path: string
  readonly key: string
  /** Nothing is written before this much time of scoring: a run that ends sooner is made again faster than a journal pays for itself. Then all calls are. */
  readonly afterMs: number
}

export interface RunJournal {
  /** A session that answers from the journal what it holds, and writes the rest into it. */
  session(inner: ModelSession): ModelSession
  /** A plan with the sizes of the calls that were made before, then those of `inner`. Must be told of every call, as any plan. */
  plan(inner: BatchPlan): BatchPlan
  /** The size of the last call that is known, so that growth goes on from there; null when there is none. */
  readonly lastSize: number | null
  /** From now on calls are counted; what is run before is a warm-up. */
  begin(): void
  /** Rows that were answered from the journal. */
  replayedRows(): number
  /** Writes what is still waiting. Never rejects. */
  close(): Promise<void>
}

/** First frame of a file: the conditions, and the sizes of calls before the first one that is kept; a journal that is begun now leaves none out. */
interface Head { readonly key: string; readonly sizes: readonly number[] }
type Outputs = Readonly<Record<string, DenseTensor>>
interface Call { readonly size: number; readonly place: Place }

/** A journal grows no further than this; a run that is stopped later goes on from there. */
const mostBytes = 2 * 1024 ** 3
/** Calls are written together, when they are so many bytes or so old: small ones by the thousand, large ones alone. */
const frameBytes = 2 ** 18
const frameMs = 1000
/** Early answers wait in memory for the time after which they are written; so many bytes of them do not wait for it. */
const mostEarly = 2 ** 24
/** The run waits for the disk when it is so far behind. */
const mostWaiting = 2 ** 23

/** Answers larger than this for one call (large masks) would cost more than they save. */
const mostCallBytes = 2 ** 26

const bytesOf = (outputs: Outputs): number => Object.values(outputs).reduce((sum, o) => sum + (ArrayBuffer.isView(o.values) ? o.values.byteLength : 16 * o.values.length), 0)

interface Known { readonly file: FrameFile | null; readonly before: readonly number[]; readonly calls: readonly Call[] }
const nothingKnown: Known = { file: null, before: [], calls: [] }

/** A frame of calls: their number, size and length of each, then their bytes. */
function packCalls(calls: readonly { readonly size: number; readonly bytes: Buffer }[]): Buffer {
  const table = Buffer.alloc(4 + 8 * calls.length)
  table.writeUInt32LE(calls.length, 0)
  calls.forEach(({ size, bytes }, i) => { table.writeUInt32LE(size, 4 + 8 * i); table.writeUInt32LE(bytes.length, 8 + 8 * i) })
  return Buffer.concat([table, ...calls.map((c) => c.bytes)])
}

function unpackCalls(frame: Buffer, at: number): Call[] {
  const count = frame.readUInt32LE(0)
  let next = at + 4 + 8 * count
  return Array.from({ length: count }, (_, i) => {
    const length = frame.readUInt32LE(8 + 8 * i)
    const place = { at: next, length }
    next += length
    return { size: frame.readUInt32LE(4 + 8 * i), place }
  })
}

async function known(place: JournalPlace): Promise<Known> {
  let head: Head | null = null
  const calls: Call[] = []
  try {
    const file = await readFrames(place.path, (bytes, at) => {
      if (head === null) head = deserialize(bytes) as Head
      else for (const call of unpackCalls(bytes, at)) calls.push(call)
    })
    const found = head as Head | null
    if (found?.key === place.key) return { file, before: found.sizes, calls }
    await file.close()
  } catch { /* No file, or none of ours. */ }
  return nothingKnown
}

class Journal implements RunJournal {
  readonly #place: JournalPlace
  readonly #known: Known
  #file: FrameFile | null
  #call = 0
  #began: number | null = null
  #stash: Outputs | null = null
  #calls: { readonly size: number; readonly bytes: Buffer }[] = []
  #callBytes = 0
  #framed = 0
  #waiting = 0
  #replayed = 0
  #broken = false
  #keeping: boolean
  #written: Promise<void> = Promise.resolve()

  constructor(place: JournalPlace, found: Known) {
    this.#place = place
    this.#known = found
    this.#file = found.file
    this.#keeping = found.file !== null
  }

  get lastSize(): number | null { return this.#known.calls.at(-1)?.size ?? this.#known.before.at(-1) ?? null }
  begin(): void { this.#began = performance.now(); this.#framed = this.#began }
  replayedRows(): number { return this.#replayed }

  session(inner: ModelSession): ModelSession {
    return {
      ...inner,
      run: async (feeds, fetches) => {
        if (this.#began === null) return inner.run(feeds, fetches)
        const kept = await this.#keptAnswer()
        if (kept !== null) return kept
        if (this.#waiting > mostWaiting) await this.#written
        this.#stash = await inner.run(feeds, fetches)
        return this.#stash
      },
    }
  }

  plan(inner: BatchPlan): BatchPlan {
    const { before, calls } = this.#known
    const used: number[] = []
    const size = (): number => before[this.#call] ?? calls[this.#call - before.length]?.size ?? inner.size()
    return {
      fixed: inner.fixed, used, size,
      took: (rows, ms) => {
        const current = size()
        if (!used.includes(current)) used.push(current)
        if (this.#call >= before.length + calls.length) { inner.took(rows, ms); this.#keep(current) }
        else if (this.#call >= before.length) this.#replayed += rows
        this.#stash = null
        this.#call++
      },
    }
  }

  async close(): Promise<void> {
    if (this.#keeping) this.#frame()
    await this.#written
    await this.#file?.close().catch(() => undefined)
    this.#file = null
  }

  async #keptAnswer(): Promise<Outputs | null> {
    const { file, before, calls } = this.#known
    const call = calls[this.#call - before.length]
    if (file === null || call === undefined) return null
    // The frame was proven whole when it was found; should it be gone since, the model is asked again.
    try { return deserialize(await file.read(call.place)) as Outputs } catch { return null }
  }

  #keep(size: number): void {
    const outputs = this.#stash
    if (outputs === null || this.#broken || this.#began === null) return
    const now = performance.now()
    this.#keeping ||= now - this.#began >= this.#place.afterMs || this.#callBytes >= mostEarly
    if (bytesOf(outputs) > mostCallBytes) { this.#broken = true; return }
    // The model's own memory may be written again by the next call, so the bytes are taken now.
    const bytes = serialize(outputs)
    this.#calls.push({ size, bytes })
    this.#callBytes += bytes.length
    if (this.#keeping && (this.#callBytes >= frameBytes || now - this.#framed >= frameMs)) this.#frame()
  }

  /** Sends the calls that wait to the disk, as one frame. */
  #frame(): void {
    this.#framed = performance.now()
    if (this.#calls.length === 0) return
    const frame = packCalls(this.#calls)
    this.#calls = []
    this.#callBytes = 0
    this.#waiting += frame.length
    this.#written = this.#written.then(() => this.#append(frame)).catch(() => { this.#broken = true }).then(() => { this.#waiting -= frame.length })
  }

  async #append(frame: Buffer): Promise<void> {
    if (this.#broken) return
    this.#file ??= await appendFrames(this.#place.path, serialize({ key: this.#place.key, sizes: [] } satisfies Head))
    if (this.#file.bytes() + frame.length > mostBytes) this.#broken = true
    else await this.#file.append(frame)
  }
}

/** For evaluations that keep no journal. */
const noJournal: RunJournal = { session: (inner) => inner, plan: (inner) => inner, lastSize: null, begin: () => undefined, replayedRows: () => 0, close: () => Promise.resolve() }

/** Opens what there is of a journal; a file that is damaged, foreign or made under other conditions counts as none. */
export async function openJournal(place: JournalPlace | null): Promise<RunJournal> {
  return place === null ? noJournal : new Journal(place, await known(place))
}

/** What a reader must know of a result that was made in two sittings; null when it was not. */
export function journalNote(rows: number): string | null {
  return rows === 0 ? null : `This run ${fromStopped}: the answers for ${rows === 1 ? 'one row' : `${rows.toLocaleString('en')} rows`} were kept and not computed again, so its speed is not given.`
}

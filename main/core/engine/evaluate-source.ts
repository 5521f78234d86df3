// Rows from any data set, judged by the row policy, ready to be written into a batch: tables and pictures behind one shape.
// Owns truth and ids of a batch; refuses to score anything.
import { valuesPerPicture, preparePicture, type PixelTarget } from '../images/prepare.ts'
import { openImages } from '../images/open-images.ts'
import { isPixelType, openPrepared, type PreparedInput } from '../images/open-prepared.ts'
import { spoilPicture, type PictureSpoil } from '../images/spoil.ts'
import { openTable } from '../datasets/table.ts'
import type { ColumnWish, ImageChunk, TableChunk } from '../datasets/rows.ts'
import type { Binding, RowPolicy } from '../../../shared/domain/binding.ts'
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import type { InputVocabulary } from '../../../shared/domain/model.ts'
import { addWish, type CellStates, type FeedBuffer, type FeedPlan, type InputPlan } from './evaluate-feeds.ts'
import { createRowJudge, leftOut, type RowJudge, type RowLedger } from './evaluate-rows.ts'
import { bigFromNumber, floatToHalf } from './tensor-values.ts'
import type { RowChoice } from './row-sample.ts'
import { createLabelIndex, createTruthBook, planTruth, type TruthBook, type TruthOf, type TruthPlan } from './truth-columns.ts'

/** What is known of the rows of one batch, beside their tensors. */
export interface BatchBook extends TruthBook {
  readonly records: Uint32Array
  readonly ids: (string | null)[]
}

export const createBook = (capacity: number, binding: TruthOf): BatchBook => ({
  ...createTruthBook(capacity, binding), records: new Uint32Array(capacity), ids: new Array<string | null>(capacity).fill(null),
})

export interface PreparedChunk {
  /** Data records that this chunk accounts for, left-out ones included. */
  readonly read: number
  readonly kept: number
  /** Writes kept rows `from … from + take` to row `at` of the batch. */
  write(buffer: FeedBuffer, book: BatchBook, from: number, take: number, at: number): void
  /** Says that nothing more will be written from this chunk, so that its memory can be used again. */
  release?(): void
}

export interface RowSource {
  chunks(signal: AbortSignal): AsyncIterable<PreparedChunk>
  close(): void
}

export interface SourceOptions {
  readonly policy: RowPolicy
  readonly vocabularies: readonly InputVocabulary[]
  readonly limit: number | null
  readonly exclude: ReadonlySet<number>
  /** The records of a random sample; null: all of them. */
  readonly chosen: RowChoice | null
  readonly chunkRows?: number
  /** For stress tests; see `Spoiling`. */
  readonly spoil?: Spoiling
}

/** Data spoiled on purpose between reading and judging: so the binding's rules meet it as they would meet it in a file. */
export interface Spoiling {
  /** `fed`: the wishes that feed the model, the first columns of the chunk. */
  readonly table?: (chunk: TableChunk, fed: readonly ColumnWish[]) => TableChunk
  readonly picture?: PictureSpoil
}

interface TablePlan { readonly wishes: readonly ColumnWish[]; readonly truths: readonly TruthPlan[]; readonly id: number | null }

function planTable(binding: Binding, feeds: FeedPlan): TablePlan {
  const wishes = [...feeds.wishes]
  const first = planTruth(binding, wishes)
  const id = binding.idColumn === null ? null : addWish(wishes, binding.idColumn, 'text')
  return { wishes, truths: first === null ? [] : [first], id }
}

function keptRows(why: readonly (string | null)[], rows: number): Int32Array {
  const kept = new Int32Array(rows)
  let count = 0
  for (let r = 0; r < rows; r++) if (why[r] === null) kept[count++] = r
  return kept.subarray(0, count)
}

/** Why a record that could not be read does not count: first because nobody asked for it. */
const rejection = (options: SourceOptions, record: number, reason: string): string =>
  options.exclude.has(record) ? leftOut.excluded : options.chosen?.(record) === false ? leftOut.notSampled : reason

function prepareTable(chunk: TableChunk, plan: TablePlan, judge: RowJudge, ledger: RowLedger, options: SourceOptions): PreparedChunk {
  const why = new Array<string | null>(chunk.rows).fill(null)
  const { chosen } = options
  if (chosen !== null) for (let r = 0; r < chunk.rows; r++) if (!chosen(chunk.records[r]!)) why[r] = leftOut.notSampled
  if (options.exclude.size > 0) for (let r = 0; r < chunk.rows; r++) if (options.exclude.has(chunk.records[r]!)) why[r] = leftOut.excluded
  const truths = plan.truths.map((t) => t.judge(chunk, why))
  const blamed = new Map<number, string>()
  const states: CellStates = judge.judge(chunk.columns, chunk.rows, why, blamed)
  const kept = keptRows(why, chunk.rows)
  for (let r = 0; kept.length < chunk.rows && r < chunk.rows; r++) if (why[r] !== null) ledger.leave(why[r]!, chunk.records[r]!, blamed.get(r))
  for (const { record, reason } of chunk.rejected) ledger.leave(rejection(options, record, reason), record)
  judge.settle(chunk.columns, states, kept)
  const ids = plan.id === null ? undefined : chunk.columns[plan.id]
  return {
    read: chunk.rows + chunk.rejected.length,
    kept: kept.length,
    write(buffer, book, from, take, at) {
      buffer.writeColumns(chunk.columns, states, kept, from, take, at)
      if (kept.length === chunk.rows && ids === undefined) {
        book.records.set(chunk.records.subarray(from, from + take), at)
        for (const truth of truths) truth.copyStretch(from, take, book, at)
        return
      }
      for (let i = 0; i < take; i++) {
        const r = kept[from + i]!
        book.records[at + i] = chunk.records[r]!
        for (const truth of truths) truth.copy(r, book, at + i)
        if (ids?.kind === 'text') book.ids[at + i] = ids.values[r] ?? null
      }
    },
  }
}

/** Writes one picture into row `row` of an input, in any numeric element type. */
export function writePicture(input: InputPlan, buffer: FeedBuffer, picture: ImageChunk['pictures'][number], row: number): void {
  if (input.bound.kind !== 'image') return
  const { image, dtype } = input.bound
  const values = buffer.picture(input.bound.input)
  const size = valuesPerPicture(image)
  if (dtype !== 'float16' && dtype !== 'int64' && dtype !== 'uint64') { preparePicture(picture, image, values as PixelTarget, row * size); return }
  const plain = new Float32Array(size)
  preparePicture(picture, image, plain, 0)
  const target = values as unknown as { [index: number]: number | bigint }
  for (let i = 0; i < size; i++) target[row * size + i] = dtype === 'float16' ? floatToHalf(plain[i]!) : bigFromNumber(Math.round(plain[i]!))
}

function prepareImages(chunk: ImageChunk, feeds: FeedPlan, binding: Binding, ledger: RowLedger, options: SourceOptions, labelIndex: ReturnType<typeof createLabelIndex>): PreparedChunk {
  const why = new Array<string | null>(chunk.rows).fill(null)
  const truthIndex = new Int32Array(chunk.rows)
  for (let r = 0; r < chunk.rows; r++) {
    const found = binding.target === null ? 0 : binding.target.kind === 'masks' ? (chunk.labels[r] == null ? 'no mask' : 0) : binding.target.kind === 'boxes' ? (chunk.labels[r] == null ? 'no boxes' : 0) : labelIndex(chunk.labels[r] ?? null)
    if (options.exclude.has(chunk.records[r]!)) why[r] = leftOut.excluded
    else if (found === 'missing') why[r] = leftOut.missingLabel
    else if (found === 'unknown') why[r] = leftOut.unknownLabel
    else if (found === 'no mask') why[r] = leftOut.missingMask
    else if (found === 'no boxes') why[r] = leftOut.missingBoxes
    else truthIndex[r] = found
    if (why[r] !== null) ledger.leave(why[r]!, chunk.records[r]!)
  }
  for (const { record, reason } of chunk.rejected) ledger.leave(rejection(options, record, reason), record)
  const kept = keptRows(why, chunk.rows)
  return {
    read: chunk.rows + chunk.rejected.length,
    kept: kept.length,
    ...(chunk.release === undefined ? {} : { release: chunk.release }),
    write(buffer, book, from, take, at) {
      for (let i = 0; i < take; i++) {
        const r = kept[from + i]!
        for (const input of feeds.inputs) {
          const ready = chunk.prepared?.get(input.bound.input)
          if (ready === undefined) writePicture(input, buffer, chunk.pictures[r]!, at + i)
          else (buffer.picture(input.bound.input) as PixelTarget).set(ready.subarray(r * input.width, (r + 1) * input.width), (at + i) * input.width)
        }
        book.records[at + i] = chunk.records[r]!
        book.truthIndex[at + i] = truthIndex[r]!
        book.ids[at + i] = chunk.names[r]!
      }
    },
  }
}

/** The picture inputs that threads can prepare; none when one of them has an element type that is made from numbers here. */
function preparedInputs(feeds: FeedPlan): PreparedInput[] {
  const pictures = feeds.inputs.flatMap(({ bound }) => (bound.kind === 'image' ? [bound] : []))
  const plain = pictures.filter((bound) => isPixelType(bound.dtype))
  return plain.length < pictures.length ? [] : plain.map(({ input, image, dtype }) => ({ input, image, dtype: dtype as PreparedInput['dtype'] }))
}

/** Threads have spoiled what they prepared; what comes unprepared is spoiled here. */
async function spoiledImages(chunk: ImageChunk, spoil: PictureSpoil | undefined): Promise<ImageChunk> {
  if (spoil === undefined || chunk.prepared !== undefined) return chunk
  return { ...chunk, pictures: await Promise.all(chunk.pictures.map((picture, i) => spoilPicture(picture, spoil, chunk.records[i]!))) }
}

/** Opens the data set for one pass in file order. Left-out rows are told to the ledger as they are met. */
export async function openRowSource(source: DatasetSource, binding: Binding, feeds: FeedPlan, ledger: RowLedger, options: SourceOptions): Promise<RowSource> {
  const labelIndex = createLabelIndex(binding)
  const size = { ...(options.limit === null ? {} : { limit: options.limit }), ...(options.chunkRows === undefined ? {} : { chunkRows: options.chunkRows }) }
  if (source.format.kind === 'images') {
    return {
      async* chunks(signal) {
        const reader = await openPrepared(source, preparedInputs(feeds), feeds.inputs.reduce((sum, i) => sum + i.width, 0), { limit: options.limit, chosen: options.chosen, spoil: options.spoil?.picture ?? null }, signal) ?? await openImages(source, { ...size, chosen: options.chosen })
        try { for await (const chunk of reader.chunks(signal)) yield prepareImages(await spoiledImages(chunk, options.spoil?.picture), feeds, binding, ledger, options, labelIndex) } finally { reader.close() }
      },
      close: () => undefined,
    }
  }
  const plan = planTable(binding, feeds)
  const reader = await openTable(source, { columns: plan.wishes, ...size, whole: options.limit === null })
  const judge = createRowJudge(feeds, options.policy, options.vocabularies, ledger)
  return {
    async* chunks(signal) { for await (const chunk of reader.chunks(signal)) yield prepareTable(options.spoil?.table?.(chunk, feeds.wishes) ?? chunk, plan, judge, ledger, options) },
    close: () => reader.close(),
  }
}

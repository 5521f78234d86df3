// A sample of a run's rows as tensors, and answers of the model to rows mixed from its cells. Owns no method of explaining.
import { fixedBatch } from '../../../shared/binding/shapes.ts'
import type { Binding } from '../../../shared/domain/binding.ts'
import type { Signature } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { CellSource, Explainable, Feature } from '../../../shared/explain/explainable.ts'
import { randomStream } from '../../../shared/statistics/random.ts'
import { createFeedBuffer, type FeedBuffer, type FeedPlan } from './evaluate-feeds.ts'
import { createBook, type BatchBook, type RowSource } from './evaluate-source.ts'
import { runError } from './runtime-words.ts'
import type { DenseTensor, ModelSession } from './session.ts'
import { halfToFloat } from './tensor-values.ts'

/** Mixed rows in one native call. */
const mostRowsACall = 1024

export interface RowSample {
  readonly plan: FeedPlan
  readonly buffer: FeedBuffer
  readonly book: BatchBook
  /** Rows drawn evenly from the data set. */
  readonly rows: number
  /** Rows that could be scored, of which they were drawn. */
  readonly of: number
  /** Slots of the asked records that were found, behind the drawn rows. */
  readonly asked: ReadonlyMap<number, number>
}

/** Draws `most` rows evenly from the source (J. S. Vitter, algorithm R, 1985) and keeps the rows of `records` behind them. */
export async function drawSample(source: RowSource, binding: Binding, plan: FeedPlan, most: number, records: readonly number[], seed: number, signal: AbortSignal): Promise<RowSample> {
  const capacity = most + records.length
  const buffer = createFeedBuffer(plan, capacity)
  const book = createBook(capacity, binding)
  const random = randomStream(seed)
  const wanted = new Set(records)
  const asked = new Map<number, number>()
  let seen = 0
  for await (const chunk of source.chunks(signal)) {
    if (signal.aborted) throw new SlipwayError('job.cancelled', {})
    const inChunk = wanted.size === asked.size ? null : createBook(chunk.kept, binding)
    if (inChunk !== null) chunk.write(createFeedBuffer(plan, chunk.kept), inChunk, 0, chunk.kept, 0)
    for (let row = 0; row < chunk.kept; row++) {
      const record = inChunk?.records[row]
      if (record !== undefined && wanted.has(record) && !asked.has(record)) {
        asked.set(record, most + asked.size)
        chunk.write(buffer, book, row, 1, most + asked.size - 1)
      }
      const slot = seen < most ? seen : random.below(seen + 1)
      if (slot < most) chunk.write(buffer, book, row, 1, slot)
      seen++
    }
  }
  return { plan, buffer, book, rows: Math.min(seen, most), of: seen, asked }
}

/** One place in the inputs that a feature feeds. */
interface Place { readonly input: string, readonly width: number, readonly at: number }

/** Features are the bound columns; one column that feeds several inputs is one feature. */
function featuresOf(binding: Binding, plan: FeedPlan, tensors: Readonly<Record<string, DenseTensor>>): { features: Feature[], places: Place[][] } {
  const byColumn = new Map<string, Place[]>()
  for (const input of plan.inputs) input.columns.forEach((fed, at) => {
    byColumn.set(fed.column, [...(byColumn.get(fed.column) ?? []), { input: input.bound.input, width: input.width, at }])
  })
  if (byColumn.size === 0) throw new SlipwayError('input.invalid', { reason: `no column feeds this ${binding.task} model, so there is nothing to shuffle` })
  const features = [...byColumn].map(([name, [place]]): Feature => {
    const { dtype, values } = tensors[place!.input]!
    const count = values.length / place!.width
    const cell = (row: number): unknown => (values as ArrayLike<unknown>)[row * place!.width + place!.at]
    if (dtype === 'string') return { name, kind: 'text', values: Array.from({ length: count }, (_, row) => String(cell(row))) }
    return { name, kind: 'number', values: Float64Array.from({ length: count }, (_, row) => (dtype === 'float16' ? halfToFloat(Number(cell(row))) : Number(cell(row)))) }
  })
  return { features, places: [...byColumn.values()] }
}

/** Reads one batch of answers into `width` numbers a row. */
export interface AnswerReader { readonly width: number, readonly fetches: readonly string[], read(outputs: Readonly<Record<string, DenseTensor>>, rows: number, fed: number): Float64Array }

interface Setup { readonly binding: Binding, readonly signature: Signature, readonly session: ModelSession, readonly sample: RowSample, readonly reader: AnswerReader, readonly signal: AbortSignal, readonly told: (rows: number) => void }

/** The sample as methods see it: rows are mixed cell by cell and run through the model itself, in the model's own batch size where it has one. */
export function explainable({ binding, signature, session, sample, reader, signal, told }: Setup): Explainable {
  const all = sample.buffer.tensors(sample.buffer.capacity, null)
  const { features, places } = featuresOf(binding, sample.plan, all)
  const fixed = fixedBatch(signature.inputs)
  const batch = fixed ?? mostRowsACall
  const mixed = createFeedBuffer(sample.plan, batch)
  const targets = mixed.tensors(batch, null)
  const mix = (from: number, rows: number, source: CellSource): void => {
    places.forEach((own, f) => {
      for (const place of own) {
        const target = targets[place.input]!.values as unknown[]
        const values = all[place.input]!.values as ArrayLike<unknown>
        for (let i = 0; i < rows; i++) target[i * place.width + place.at] = values[source(from + i, f) * place.width + place.at]
      }
    })
  }
  return {
    features, rows: sample.rows, of: sample.of, width: reader.width,
    async predict(count, source) {
      const out = new Float64Array(count * reader.width)
      for (let from = 0; from < count; from += batch) {
        if (signal.aborted) throw new SlipwayError('job.cancelled', {})
        const rows = Math.min(batch, count - from)
        mix(from, rows, source)
        const outputs = await session.run(mixed.tensors(rows, fixed), reader.fetches).catch((thrown: unknown) => { throw runError(thrown, 'scoring') })
        out.set(reader.read(outputs, rows, fixed ?? rows), from * reader.width)
        told(rows)
        // Gives a cancel the chance to be heard between native calls.
        await new Promise((resolve) => { setImmediate(resolve) })
      }
      return out
    },
  }
}


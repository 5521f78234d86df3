// Real rows of a data set, prepared once as tensors, and batches of any size cut from them. Owns no clock.
// Refuses to invent rows: where a batch is larger than what there is, the same rows come again, and the caller is told.
import { tensorDims } from '../../../shared/binding/shapes.ts'
import type { Binding } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { noRowsReason } from '../../../shared/row-words.ts'
import { createFeedBuffer, planFeeds, type FeedBuffer, type FeedPlan } from './evaluate-feeds.ts'
import { RowLedger } from './evaluate-rows.ts'
import { createBook, openRowSource } from './evaluate-source.ts'
import type { ModelSource } from './engine-contract.ts'
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import type { DenseTensor, TensorValues } from './session.ts'

export type Feeds = Readonly<Record<string, DenseTensor>>

export interface PreparedRows {
  readonly rows: number
  /** Different batches of one size, at most eight, to be fed by turns. */
  batches(size: number): readonly Feeds[]
}

/** Values that the prepared rows may hold together (64 MiB of float32), and those of all batches of one size. */
const mostValues = 2 ** 24
const mostBatches = 8

/** Prepares up to `wanted` rows. Errors: `run.noRows`, those of the data set. */
export async function prepareRows(input: { readonly model: ModelSource; readonly source: DatasetSource; readonly binding: Binding }, wanted: number, signal: AbortSignal): Promise<PreparedRows> {
  const plan = planFeeds(input.binding, input.model.signature)
  const width = plan.inputs.reduce((sum, i) => sum + i.width, 0)
  const capacity = Math.max(1, Math.min(wanted, Math.floor(mostValues / Math.max(1, width))))
  const ledger = new RowLedger()
  const source = await openRowSource(input.source, input.binding, plan, ledger, { policy: input.binding.rows, vocabularies: input.model.graph.vocabularies, limit: null, exclude: new Set(), chosen: null, chunkRows: Math.max(64, Math.min(1024, capacity)) })
  const buffer = createFeedBuffer(plan, capacity)
  const book = createBook(capacity, input.binding)
  let rows = 0
  try {
    for await (const chunk of source.chunks(signal)) {
      if (signal.aborted) throw new SlipwayError('job.cancelled', {})
      const take = Math.min(chunk.kept, capacity - rows)
      if (take > 0) chunk.write(buffer, book, 0, take, rows)
      rows += take
      if (rows === capacity) break
    }
  } finally { source.close() }
  if (rows === 0) throw new SlipwayError('run.noRows', { reason: noRowsReason(ledger.account()) })
  return { rows, batches: (size) => cutBatches(plan, buffer, rows, size, width) }
}

function cutBatches(plan: FeedPlan, buffer: FeedBuffer, rows: number, size: number, width: number): Feeds[] {
  const all = buffer.tensors(rows, null)
  const different = Math.max(1, Math.min(mostBatches, Math.floor(rows / size), Math.floor(mostValues / Math.max(1, size * width))))
  return Array.from({ length: different }, (_, b) => Object.fromEntries(plan.inputs.map((input) => {
    const tensor = all[input.bound.input]!
    if (input.layout === null) return [input.bound.input, tensor]
    const dims = tensorDims(input.layout, size, input.width)
    if (dims === null) throw new SlipwayError('run.shapeMismatch', { reason: `${input.width} values a row do not fit “${input.bound.input}” (${input.spec.text})` })
    return [input.bound.input, { dtype: tensor.dtype, dims, values: cut(tensor.values, rows, b * size, size, input.width) }]
  })))
}

/** Rows `from … from + size` of row-major values, beginning again where they end. */
function cut(values: TensorValues, rows: number, from: number, size: number, width: number): TensorValues {
  if (from + size <= rows) return values.slice(from * width, (from + size) * width) as TensorValues
  const out = Array.isArray(values) ? new Array<string>(size * width) : new (values.constructor as Float32ArrayConstructor)(size * width)
  for (let i = 0; i < size * width; i++) (out as unknown[])[i] = values[(from * width + i) % (rows * width)]
  return out as TensorValues
}

// A training file beside a run: its true answers, and a sample of its rows as columns for a small tree. Owns no fitting.
import type { Binding } from '../../../shared/domain/binding.ts'
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { randomStream } from '../../../shared/statistics/random.ts'
import { openTable } from '../datasets/table.ts'
import type { ColumnWish, TableChunk } from '../datasets/rows.ts'
import { isNumber, type Reading, type SourceColumn } from './scored-columns.ts'
import { createLabelIndex } from './truth-columns.ts'

/** More training rows than this are drawn from evenly. */
export const mostTrainingRows = 100_000

export interface TrainingTable {
  /** True answers of every row that has one. */
  readonly truth: Float64Array
  /** Rows whose answer is missing or unknown. */
  readonly unknown: number
  /** Drawn rows: one value per row and column, and their true answers. */
  readonly readings: readonly Reading[]
  readonly drawnTruth: Float64Array
}

function truthReader(binding: Binding): { readonly wish: ColumnWish, at(chunk: TableChunk, column: number, row: number): number } {
  const { target } = binding
  if (target?.kind !== 'column') throw new SlipwayError('input.invalid', { reason: 'a training file needs one column of true answers, and this run has none' })
  if (binding.task === 'regression') return { wish: { name: target.column, as: 'float64' }, at: (chunk, c, row) => { const cells = chunk.columns[c]; return cells?.kind === 'number' ? cells.values[row]! : NaN } }
  const labelIndex = createLabelIndex(binding)
  return {
    wish: { name: target.column, as: 'text' },
    at(chunk, c, row) {
      const cells = chunk.columns[c]
      const found = labelIndex(cells?.kind === 'text' ? cells.values[row] ?? null : null)
      return typeof found === 'number' ? found : NaN
    },
  }
}

/** Reads the file once; rows are drawn evenly (J. S. Vitter, algorithm R, 1985). Errors: `dataset.columnMissing`, `run.noRows`, those of reading. */
export async function readTraining(source: DatasetSource, binding: Binding, columns: readonly SourceColumn[], seed: number, signal: AbortSignal): Promise<TrainingTable> {
  const reader = truthReader(binding)
  const table = await openTable(source, { columns: [...columns.map((c) => ({ name: c.name, as: isNumber(c) ? 'float64' as const : 'text' as const })), reader.wish] })
  const numbers = columns.map((): number[] => [])
  const texts = columns.map((): (string | null)[] => [])
  const [truth, drawn]: [number[], number[]] = [[], []]
  const random = randomStream(seed)
  let unknown = 0
  try {
    for await (const chunk of table.chunks(signal)) {
      for (let row = 0; row < chunk.rows; row++) {
        const answer = reader.at(chunk, columns.length, row)
        if (!Number.isFinite(answer)) { unknown++; continue }
        truth.push(answer)
        const slot = drawn.length < mostTrainingRows ? drawn.length : random.below(truth.length)
        if (slot >= mostTrainingRows) continue
        drawn[slot] = answer
        columns.forEach((_, c) => {
          const cells = chunk.columns[c]
          if (cells?.kind === 'number') numbers[c]![slot] = cells.values[row]!
          else if (cells?.kind === 'text') texts[c]![slot] = cells.values[row] ?? null
        })
      }
    }
  } finally { table.close() }
  if (truth.length === 0) throw new SlipwayError('run.noRows', { reason: 'no row of the training file has a true answer that the run knows' })
  return {
    truth: Float64Array.from(truth), unknown, drawnTruth: Float64Array.from(drawn),
    readings: columns.map((c, i) => (isNumber(c) ? { name: c.name, numbers: Float64Array.from(numbers[i]!), texts: null } : { name: c.name, numbers: null, texts: texts[i]! })),
  }
}

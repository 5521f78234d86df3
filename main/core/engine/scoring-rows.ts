// What the scorers of all tasks share about rows: which have an answer, copies of them, storing behind the loop, notes for the reader.
// Owns no metric and no meaning of an output.
import type { Binding } from '../../../shared/domain/binding.ts'
import type { PredictionRows, PredictionWriter } from '../datasets/prediction-writer.ts'
import { leftOut, type RowLedger } from './evaluate-rows.ts'
import type { BatchBook } from './evaluate-source.ts'

/** Indices of the rows that have an answer, null when all have; the others are told to the ledger. */
export function answeredRows(book: BatchBook, rows: number, ledger: RowLedger, why: (row: number) => string | null): Int32Array | null {
  let kept: Int32Array | null = null
  let count = 0
  for (let r = 0; r < rows; r++) {
    const reason = why(r)
    if (reason !== null) {
      kept ??= Int32Array.from({ length: rows }, (_, i) => i)
      ledger.leave(reason, book.records[r]!)
    } else if (kept !== null) kept[count++] = r
    else count++
  }
  return kept?.subarray(0, count) ?? null
}

/** Copies of the wanted rows of a column; the batch's own arrays are written again while these are still being stored. */
export function pick<T extends Uint8Array | Int32Array | Uint32Array | Float64Array>(values: T, kept: Int32Array | null, rows: number, width: number): T {
  if (kept === null) return values.slice(0, rows * width) as T
  const out = values.slice(0, kept.length * width) as T
  for (let i = 0; i < kept.length; i++) for (let c = 0; c < width; c++) out[i * width + c] = values[kept[i]! * width + c]!
  return out
}

export function pickTexts(values: readonly (string | null)[], kept: Int32Array | null, rows: number): (string | null)[] {
  if (kept === null) return values.slice(0, rows)
  const out: (string | null)[] = []
  for (const r of kept) out.push(values[r] ?? null)
  return out
}

/** Stores one stretch while the next one is being scored; a failure comes out at the next call. */
export function behind(writer: PredictionWriter): { append(rows: PredictionRows): Promise<void>; settle(): Promise<void> } {
  let waiting: Promise<void> = Promise.resolve()
  return {
    async append(rows) {
      await waiting
      waiting = writer.append(rows)
      waiting.catch(() => undefined)
    },
    settle: () => waiting,
  }
}

export const rowsText = (n: number): string => `${n.toLocaleString('en')} row${n === 1 ? '' : 's'}`

/** What a reader must know about the rows of any task: answers that do not count, unknown categories, and that nothing was scored. */
export function rowNotes(binding: Binding, ledger: RowLedger): string[] {
  const notes: string[] = []
  const silent = ledger.count(leftOut.noAnswer)
  if (silent > 0) notes.push(`The model answered ${rowsText(silent)} with a value that is not a number; they are left out of every metric.`)
  const strange = ledger.count(leftOut.unknownAnswer)
  if (strange > 0) notes.push(`The model answered ${rowsText(strange)} with a class that the binding does not name; they are left out of every metric.`)
  for (const [column, count] of ledger.unknowns) notes.push(`${count.toLocaleString('en')} value${count === 1 ? '' : 's'} of “${column}” ${count === 1 ? 'is a category' : 'are categories'} that the model does not know; they were fed as they are.`)
  if (binding.target === null) notes.push('No true answers are bound, so there are predictions and how they are spread, but no metrics of how right they are.')
  return notes
}

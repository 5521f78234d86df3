// Columns of a data set beside stored predictions: one value per scored row, in the order of the predictions. Runs no model.
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import { openTable } from '../datasets/table.ts'

export type SourceColumn = DatasetSource['columns'][number]

/** A table column while it is being read: one value per scored row. */
export interface Reading { readonly name: string, readonly numbers: Float64Array | null, readonly texts: (string | null)[] | null }

export const isNumber = (column: Pick<SourceColumn, 'type'>): boolean => column.type === 'number' || column.type === 'integer'

/** Fills one value per record of `records` (ascending); rows that were left out of the run are passed over. */
export async function readScoredColumns(source: DatasetSource, columns: readonly SourceColumn[], records: Uint32Array, signal: AbortSignal): Promise<Reading[]> {
  const rows = records.length
  const readings = columns.map((column): Reading => isNumber(column)
    ? { name: column.name, numbers: new Float64Array(rows).fill(NaN), texts: null }
    : { name: column.name, numbers: null, texts: new Array<string | null>(rows).fill(null) })
  const reader = await openTable(source, { columns: columns.map((c) => ({ name: c.name, as: isNumber(c) ? 'float64' as const : 'text' as const })) })
  let at = 0
  try {
    for await (const chunk of reader.chunks(signal)) {
      for (let row = 0; row < chunk.rows && at < rows; row++) {
        if (chunk.records[row] !== records[at]) continue
        chunk.columns.forEach((column, c) => {
          if (column.kind === 'number') readings[c]!.numbers![at] = column.values[row]!
          else if (column.kind === 'text') readings[c]!.texts![at] = column.values[row] ?? null
        })
        at++
      }
      if (at === rows) break
    }
  } finally { reader.close() }
  return readings
}

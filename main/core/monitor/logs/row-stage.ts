// Writes a stage from rows that JavaScript decoded, a row group at a time. Owns no meaning of any column; all numbers travel as doubles.
import type { LogLayout } from '../../../../shared/domain/log-batch.ts'
import type { ParquetCells } from '../../datasets/parquet-columns.ts'
import { createParquetFile, type ParquetFile } from '../../datasets/parquet-file.ts'
import { columnsOf } from './row-columns.ts'
import { stageColumns } from './stage.ts'

const groupRows = 8192

/** One row: texts and numbers by column; what is left out is missing. */
export type StageRow = Readonly<Record<string, string | number | null | undefined>>

export interface RowStage {
  add(row: StageRow): Promise<void>
  finish(): Promise<void>
  close(): Promise<void>
}

/** Any table of texts and doubles. */
export async function openRows(path: string, columns: readonly (readonly [name: string, text: boolean])[], rowsOfGroup = groupRows): Promise<RowStage> {
  const file: ParquetFile = await createParquetFile(path, columns.map(([name, text]) => ({ name, kind: text ? 'text' : 'double' })))
  const cells: ParquetCells[] = columns.map(([, text]) => (text ? { kind: 'text', values: new Array<string | null>(rowsOfGroup).fill(null) } : { kind: 'double', values: new Float64Array(rowsOfGroup) }))
  let [filled, characters] = [0, 0]
  const flush = async (): Promise<void> => {
    if (filled === 0) return
    const rows = filled
    filled = 0
    characters = 0
    await file.group(cells, rows)
  }
  return {
    async add(row) {
      columns.forEach(([name, text], c) => {
        const value = row[name] ?? null
        const target = cells[c]!.values
        if (!text) { (target as Float64Array)[filled] = value === null ? NaN : Number(value); return }
        const words = value === null ? null : String(value)
        if (words !== null) characters += words.length
        ;(target as (string | null)[])[filled] = words
      })
      filled++
      if (filled === rowsOfGroup || characters > 8e6) await flush()
    },
    async finish() { await flush(); await file.finish({}) },
    close: () => file.close(),
  }
}

/** A stage of rows of a layout. */
export const openRowStage = (path: string, layout: LogLayout): Promise<RowStage> => openRows(path, [...stageColumns, ...columnsOf(layout)].map(([name, type]) => [name, type === 'VARCHAR'] as const))

// Shared by the data set tests: profile a file and read it back, as the engine does.
import type { CallContext } from '../../shared/contract-kit.ts'
import type { DatasetSource, FormatOverride } from '../../shared/domain/dataset.ts'
import { profileDataset } from '../../main/core/datasets/profile.ts'
import type { ColumnWish, TableChunk } from '../../main/core/datasets/rows.ts'
import { openTable } from '../../main/core/datasets/table.ts'

export const calm = (): CallContext => ({ signal: new AbortController().signal, progress: () => undefined })

export type Profile = Awaited<ReturnType<typeof profileDataset>>

export const profileOf = (path: string, format: FormatOverride = {}): Promise<Profile> => profileDataset({ path, format }, calm())

/** A source as the engine gets it. `slow` leaves out what the profile proved, so that the careful path is taken. */
export function sourceOf(path: string, profile: Profile, slow = false): DatasetSource {
  const format = slow && profile.format.kind === 'csv' ? { ...profile.format, regular: false } : profile.format
  return { path, format, columns: profile.columns.map(({ name, type, invalid }) => (slow ? { name, type } : { name, type, invalid })) }
}

export async function chunksOf(source: DatasetSource, columns: readonly ColumnWish[], wish: { offset?: number; limit?: number; chunkRows?: number } = {}): Promise<TableChunk[]> {
  const reader = await openTable(source, { columns, ...wish })
  const chunks: TableChunk[] = []
  for await (const chunk of reader.chunks(new AbortController().signal)) chunks.push(chunk)
  reader.close()
  return chunks
}

/** All text cells, row by row; null is missing. */
export async function textRows(source: DatasetSource): Promise<(string | null)[][]> {
  const chunks = await chunksOf(source, source.columns.map((c) => ({ name: c.name, as: 'text' as const })))
  return chunks.flatMap((chunk) => Array.from({ length: chunk.rows }, (_, row) => chunk.columns.map((c) => (c.kind === 'text' ? c.values[row]! : null))))
}

/** One number column over all chunks: record, value and state. */
export async function numbersOf(source: DatasetSource, name: string): Promise<{ record: number; value: number; state: number }[]> {
  const chunks = await chunksOf(source, [{ name, as: 'float64' }])
  return chunks.flatMap((chunk) => Array.from({ length: chunk.rows }, (_, row) => {
    const column = chunk.columns[0]!
    if (column.kind !== 'number') throw new Error('a number column was asked for')
    return { record: chunk.records[row]!, value: column.values[row]!, state: column.states?.[row] ?? 0 }
  }))
}

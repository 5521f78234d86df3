// Answers `newest-time`: the latest point in time that a column of a data set holds. Runs no model.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { openTable } from '../datasets/table.ts'
import type { EngineContract } from './engine-contract.ts'

type Method = EngineContract['newest-time']

/** A date without a time of day or a zone is taken as UTC, so that every machine finds the same. */
export function momentOf(text: string): number {
  const plain = text.trim().replaceAll('/', '-')
  const local = /^(\d{4}-\d{1,2}-\d{1,2})(?:[ T](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?$/.exec(plain)
  if (local === null) return Date.parse(plain)
  const [year, month, day] = local[1]!.split('-')
  const clock = local[2] === undefined ? '00:00' : local[2].padStart(local[2].indexOf(':') === 1 ? local[2].length + 1 : local[2].length, '0')
  return Date.parse(`${year!}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}T${clock}Z`)
}

export async function newestTime(input: InputOf<Method>, { signal }: CallContext): Promise<OutputOf<Method>> {
  const reader = await openTable(input.source, { columns: [{ name: input.column, as: 'text' }] })
  let [newest, rows]: [number | null, number] = [null, 0]
  try {
    for await (const chunk of reader.chunks(signal)) {
      rows += chunk.rows
      const [column] = chunk.columns
      if (column?.kind !== 'text') continue
      for (let row = 0; row < chunk.rows; row++) {
        const text = column.values[row] ?? null
        const at = text === null ? NaN : momentOf(text)
        if (!Number.isNaN(at) && (newest === null || at > newest)) newest = at
      }
    }
  } finally { reader.close() }
  return { newest, rows }
}

// Records with column names as the columns that the evaluation's own feeding code takes: numbers, exact integers, texts, and what is
// missing, no number or not finite, by the rules that data files are read by. Refuses records that lack a column.
import { nearestWords } from '../../../shared/nearest-names.ts'
import { cellState, type ColumnChunk, type ColumnWish } from '../datasets/rows.ts'
import { RequestFault } from './request-fault.ts'

export type JsonRecord = Readonly<Record<string, unknown>>

const numberForm = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/
const infiniteForm = /^\s*[+-]?(inf(inity)?|nan)\s*$/i
const wholeForm = /^\s*[+-]?\d+(\.0*)?\s*$/
const int64 = [-(2n ** 63n), 2n ** 63n - 1n] as const

const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The cell of a record; undefined is null. Throws where the column is not there or holds no value. */
function cellOf(record: JsonRecord, name: string, row: number): string | number | boolean | null {
  if (!Object.hasOwn(record, name)) {
    throw new RequestFault(400, `record ${row + 1} lacks the column “${name}”${nearestWords(name, Object.keys(record).slice(0, 500))}; write null where a value is missing`)
  }
  const value = record[name]
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value
  throw new RequestFault(400, `record ${row + 1} holds something that is no value in the column “${name}”`)
}

/** State of a cell as a number, and that number. */
function numberOf(cell: string | number | boolean | null): { readonly state: number; readonly value: number } {
  if (cell === null) return { state: cellState.missing, value: Number.NaN }
  if (typeof cell === 'boolean') return { state: cellState.ok, value: Number(cell) }
  if (typeof cell === 'string' && !numberForm.test(cell)) return { state: infiniteForm.test(cell) ? cellState.notFinite : cellState.notANumber, value: Number.NaN }
  const value = Number(cell)
  return Number.isFinite(value) ? { state: cellState.ok, value } : { state: cellState.notFinite, value: Number.NaN }
}

function integerOf(cell: string | number | boolean | null): { readonly state: number; readonly value: bigint } {
  if (cell === null) return { state: cellState.missing, value: 0n }
  const whole = typeof cell === 'number' ? Number.isSafeInteger(cell) : typeof cell === 'string' && wholeForm.test(cell)
  const value = whole ? BigInt(String(cell).trim().replace(/^\+|\.0*$/g, '')) : 0n
  return whole && value >= int64[0] && value <= int64[1] ? { state: cellState.ok, value } : { state: cellState.notANumber, value: 0n }
}

function numbers(wish: ColumnWish, records: readonly JsonRecord[]): ColumnChunk {
  const values = wish.as === 'float32' ? new Float32Array(records.length) : new Float64Array(records.length)
  let states: Uint8Array | null = null
  for (let r = 0; r < records.length; r++) {
    const { state, value } = numberOf(cellOf(records[r]!, wish.name, r))
    values[r] = value
    if (state !== cellState.ok) (states ??= new Uint8Array(records.length))[r] = state
  }
  return { kind: 'number', name: wish.name, values, states }
}

function integers(wish: ColumnWish, records: readonly JsonRecord[]): ColumnChunk {
  const values = new BigInt64Array(records.length)
  let states: Uint8Array | null = null
  for (let r = 0; r < records.length; r++) {
    const { state, value } = integerOf(cellOf(records[r]!, wish.name, r))
    values[r] = value
    if (state !== cellState.ok) (states ??= new Uint8Array(records.length))[r] = state
  }
  return { kind: 'integer', name: wish.name, values, states }
}

const texts = (wish: ColumnWish, records: readonly JsonRecord[]): ColumnChunk => ({
  kind: 'text', name: wish.name,
  values: records.map((record, r) => {
    const cell = cellOf(record, wish.name, r)
    return cell === null ? null : String(cell)
  }),
})

/** The list of records in a body: a list of maps, one map, or either below `records` or `instances`. Throws RequestFault with 400. */
export function readRecords(body: unknown): readonly JsonRecord[] {
  const given = isRecord(body) ? (body['records'] ?? body['instances'] ?? body) : body
  const list = isRecord(given) ? [given] : given
  if (!Array.isArray(list) || list.length === 0) throw new RequestFault(400, 'the body must hold records: {"records": [{"column": value, …}, …]}')
  const strange = list.findIndex((record) => !isRecord(record))
  if (strange !== -1) throw new RequestFault(400, `record ${strange + 1} is no map of column names to values`)
  return list as JsonRecord[]
}

/** The wished columns, in the order of the wishes. */
export const columnsOf = (wishes: readonly ColumnWish[], records: readonly JsonRecord[]): ColumnChunk[] =>
  wishes.map((wish) => (wish.as === 'text' ? texts(wish, records) : wish.as === 'int64' ? integers(wish, records) : numbers(wish, records)))

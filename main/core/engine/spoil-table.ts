// Spoils the fed columns of a table on purpose, chunk by chunk, for stress tests. Every cell is drawn by its column and record, so chunks may have any length.
// Owns what is done to cells; the true answers and the rows' names are not among the columns it is given.
import type { StressKind } from '../../../shared/domain/stress.ts'
import { normalAt, randomAt, streamOf } from '../../../shared/statistics/random-at.ts'
import { cellState, type ColumnChunk, type ColumnWish, type IntegerColumn, type NumberColumn, type TableChunk, type TextColumn } from '../datasets/rows.ts'

/** What one pass over the untouched rows said of a column of numbers. */
export interface NumberFacts { readonly deviation: number; readonly low: number; readonly high: number }

export interface TableSpoil {
  readonly kind: StressKind
  readonly severity: number
  readonly seed: number
  /** The columns of this kind; `swapped-columns` has pairs instead. */
  readonly columns: readonly string[]
  readonly pairs: readonly (readonly [string, string])[]
  readonly facts: ReadonlyMap<string, NumberFacts>
  /** A text that is in no column. */
  readonly unseen: string
}

type Cells = NumberColumn | IntegerColumn
type NumberChange = (value: number, record: number) => number

const largest = 2n ** 63n - 1n
const fits = (value: bigint): boolean => value <= largest && value >= -largest - 1n

/** Changes the cells that hold a number; what no longer is one is told by its state. */
function changeNumbers(column: Cells, chunk: TableChunk, change: NumberChange): Cells {
  const states = column.states === null ? new Uint8Array(chunk.rows) : column.states.slice(0, chunk.rows)
  if (column.kind === 'number') {
    const values = column.values.slice(0, chunk.rows)
    for (let r = 0; r < chunk.rows; r++) {
      if (states[r] !== cellState.ok) continue
      values[r] = change(values[r]!, chunk.records[r]!)
      if (!Number.isFinite(values[r]!)) { values[r] = NaN; states[r] = cellState.notFinite }
    }
    return { ...column, values, states }
  }
  const values = column.values.slice(0, chunk.rows)
  for (let r = 0; r < chunk.rows; r++) {
    if (states[r] !== cellState.ok) continue
    const changed = change(Number(values[r]!), chunk.records[r]!)
    // Unchanged numbers keep every digit, also those that a float64 cannot hold.
    if (changed === Number(values[r]!)) continue
    const whole = Number.isFinite(changed) ? BigInt(Math.round(changed)) : null
    if (whole === null || !fits(whole)) { values[r] = 0n; states[r] = cellState.notANumber } else values[r] = whole
  }
  return { ...column, values, states }
}

function emptied(column: ColumnChunk, chunk: TableChunk, hit: (record: number) => boolean): ColumnChunk {
  if (column.kind === 'text') return changeTexts(column, chunk, (text, record) => (hit(record) ? null : text))
  const states = column.states === null ? new Uint8Array(chunk.rows) : column.states.slice(0, chunk.rows)
  for (let r = 0; r < chunk.rows; r++) if (hit(chunk.records[r]!)) states[r] = cellState.missing
  if (column.kind === 'integer') return { ...column, states }
  const values = column.values.slice(0, chunk.rows)
  for (let r = 0; r < chunk.rows; r++) if (states[r] === cellState.missing) values[r] = NaN
  return { ...column, values, states }
}

function changeTexts(column: TextColumn, chunk: TableChunk, change: (text: string | null, record: number) => string | null): TextColumn {
  const values = new Array<string | null>(chunk.rows)
  for (let r = 0; r < chunk.rows; r++) values[r] = change(column.values[r] ?? null, chunk.records[r]!)
  return { kind: 'text', name: column.name, values }
}

/** How one cell of a numeric kind changes; null for kinds that are not about numbers. */
function numberChange(spoil: TableSpoil, name: string): NumberChange | null {
  const { kind, severity, seed } = spoil
  const facts = spoil.facts.get(name)
  const own = streamOf(`${kind} ${name}`)
  if (kind === 'scaled-units') {
    const all = streamOf(kind)
    return (value, record) => (spoil.columns[Math.floor(randomAt(seed, all, record) * spoil.columns.length)] === name ? value * severity : value)
  }
  if (facts === undefined) return null
  if (kind === 'noise') return (value, record) => value + severity * facts.deviation * normalAt(seed, own, record)
  if (kind !== 'out-of-range') return null
  const side = streamOf(`${kind} side ${name}`)
  const range = facts.high > facts.low ? facts.high - facts.low : Math.max(1, Math.abs(facts.high))
  return (value, record) => (randomAt(seed, own, record) >= severity ? value : randomAt(seed, side, record) < 0.5 ? facts.low - range : facts.high + range)
}

function changed(column: ColumnChunk, chunk: TableChunk, spoil: TableSpoil): ColumnChunk {
  const { kind, severity, seed, unseen } = spoil
  const stream = streamOf(`${kind} ${column.name}`)
  const hit = (record: number): boolean => randomAt(seed, stream, record) < severity
  if (kind === 'missing') return emptied(column, chunk, hit)
  if (kind === 'unseen-category') return column.kind === 'text' ? changeTexts(column, chunk, (text, record) => (text !== null && hit(record) ? unseen : text)) : column
  const change = column.kind === 'text' ? null : numberChange(spoil, column.name)
  return change === null || column.kind === 'text' ? column : changeNumbers(column, chunk, change)
}

/** The other column's cells under this column's name, in this column's element type. */
function renamed(from: ColumnChunk, to: ColumnChunk, rows: number): ColumnChunk {
  if (from.kind !== 'number' || to.kind !== 'number' || from.values.constructor === to.values.constructor) return { ...from, name: to.name }
  const values = to.values instanceof Float32Array ? Float32Array.from(from.values.subarray(0, rows)) : Float64Array.from(from.values.subarray(0, rows))
  return { ...from, name: to.name, values }
}

/** The chunk as the model's inputs will meet it. `fed`: the wishes that feed the model; columns of other wishes stay as they are. */
export function spoilTable(chunk: TableChunk, fed: readonly ColumnWish[], spoil: TableSpoil): TableChunk {
  const columns = [...chunk.columns]
  if (spoil.kind === 'swapped-columns') {
    const other = new Map(spoil.pairs.slice(0, spoil.severity).flatMap(([a, b]) => [[a, b], [b, a]] as const))
    fed.forEach((wish, i) => {
      const partner = other.get(wish.name)
      const own = chunk.columns[i]!
      const from = partner === undefined ? undefined : chunk.columns.find((c, j) => j < fed.length && c.name === partner && c.kind === own.kind)
      if (from !== undefined) columns[i] = renamed(from, own, chunk.rows)
    })
    return { ...chunk, columns }
  }
  const touched = new Set(spoil.columns)
  fed.forEach((wish, i) => { if (touched.has(wish.name)) columns[i] = changed(chunk.columns[i]!, chunk, spoil) })
  return { ...chunk, columns }
}

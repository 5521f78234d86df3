// Which rows of a chunk are scored, and where every other row went. Owns the row policy and the account; refuses to drop a row unsaid.
import type { RowPolicy } from '../../../shared/domain/binding.ts'
import type { InputVocabulary } from '../../../shared/domain/model.ts'
import type { RowAccount } from '../../../shared/domain/run.ts'
import { isInteger } from '../../../shared/binding/shapes.ts'
import { cellState, type ColumnChunk } from '../datasets/rows.ts'
import type { CellStates, FedColumn, FeedPlan } from './evaluate-feeds.ts'

export const leftOut = {
  excluded: 'excluded on request',
  notSampled: 'not in the random sample',
  missingLabel: 'missing label',
  unknownLabel: 'unknown label',
  missingMask: 'picture without a mask',
  missingBoxes: 'picture without annotation',
  badLabel: 'label is not a number',
  missingNumber: 'missing number',
  notANumber: 'not a number',
  notFinite: 'not a finite number',
  missingCategory: 'missing category',
  unknownCategory: 'unknown category',
  noAnswer: 'the model answered with a value that is not a number',
  unknownAnswer: 'the model answered a class that the binding does not name',
} as const

const recordsKept = 100
const columnsKept = 20

interface Left { count: number; readonly records: number[]; readonly columns: Map<string, number> }

/** Counts where rows went. Every record is told once, so that `read` = scored + left out. */
export class RowLedger {
  private readonly reasons = new Map<string, Left>()
  private readonly replacements = new Map<string, { column: string; reason: string; count: number }>()
  private readonly unknownCategories = new Map<string, number>()
  private scoredRows = 0

  /** `column`: the first one whose cell spoke against the row, where it was a cell. */
  leave(reason: string, record: number, column?: string): void {
    const entry: Left = this.reasons.get(reason) ?? { count: 0, records: [], columns: new Map() }
    if (entry.count === 0) this.reasons.set(reason, entry)
    entry.count++
    if (column !== undefined) entry.columns.set(column, (entry.columns.get(column) ?? 0) + 1)
    if (entry.records.length < recordsKept) entry.records.push(record)
  }

  replaced(column: string, reason: string, count: number): void {
    const key = `${column}\0${reason}`
    const entry = this.replacements.get(key) ?? { column, reason, count: 0 }
    entry.count += count
    this.replacements.set(key, entry)
  }

  fedUnknown(column: string, count: number): void { this.unknownCategories.set(column, (this.unknownCategories.get(column) ?? 0) + count) }
  scored(count: number): void { this.scoredRows += count }
  get scoredCount(): number { return this.scoredRows }
  get unknowns(): ReadonlyMap<string, number> { return this.unknownCategories }
  count(reason: string): number { return this.reasons.get(reason)?.count ?? 0 }

  account(): RowAccount {
    const reasons = [...this.reasons].map(([reason, entry]) => {
      const columns = [...entry.columns].map(([column, count]) => ({ column, count })).sort((a, b) => b.count - a.count || (a.column < b.column ? -1 : 1)).slice(0, columnsKept)
      return { reason, count: entry.count, records: [...entry.records].sort((a, b) => a - b), ...(columns.length === 0 ? {} : { columns }) }
    })
    reasons.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
    const replaced = [...this.replacements.values()].sort((a, b) => b.count - a.count || (a.column < b.column ? -1 : 1))
    return { read: this.scoredRows + reasons.reduce((sum, r) => sum + r.count, 0), scored: this.scoredRows, leftOut: reasons, replaced }
  }
}

const ranges: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int8: [-128n, 127n], uint8: [0n, 255n], int16: [-32768n, 32767n], uint16: [0n, 65535n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n], uint32: [0n, 2n ** 32n - 1n], uint64: [0n, 2n ** 63n - 1n],
}

/** Integers that the element type cannot hold count as not being numbers of that type. */
function integerStates(column: Extract<ColumnChunk, { kind: 'integer' }>, fed: FedColumn, rows: number): Uint8Array | null {
  const range = ranges[fed.dtype]
  if (range === undefined) return column.states
  let states = column.states
  for (let r = 0; r < rows; r++) {
    const value = column.values[r]!
    if ((value < range[0] || value > range[1]) && (states?.[r] ?? 0) === 0) {
      if (states === column.states) states = column.states === null ? new Uint8Array(rows) : column.states.slice(0, rows)
      states![r] = cellState.notANumber
    }
  }
  return states
}

const boolText = /^\s*(true|false|t|f|yes|no|y|n|0|1)\s*$/i

function textStates(column: Extract<ColumnChunk, { kind: 'text' }>, fed: FedColumn, rows: number): Uint8Array | null {
  let states: Uint8Array | null = null
  for (let r = 0; r < rows; r++) {
    const text = column.values[r] ?? null
    if (text === null) (states ??= new Uint8Array(rows))[r] = cellState.missing
    else if (fed.dtype === 'bool' && !boolText.test(text)) (states ??= new Uint8Array(rows))[r] = cellState.notANumber
  }
  return states
}

function statesOf(column: ColumnChunk, fed: FedColumn, rows: number): Uint8Array | null {
  switch (column.kind) {
    case 'number': return column.states
    case 'integer': return isInteger(fed.dtype) ? integerStates(column, fed, rows) : column.states
    case 'text': return textStates(column, fed, rows)
  }
}

const stateReason = (state: number, fed: FedColumn): string =>
  state === cellState.missing ? (fed.dtype === 'string' ? leftOut.missingCategory : leftOut.missingNumber)
  : state === cellState.notFinite ? leftOut.notFinite : leftOut.notANumber

export interface RowJudge {
  /**
   * Judges the rows of one chunk that `why` has not spoken about yet (null: still in), and tells the ledger what the kept ones cost.
   * Answers the states that the feed writer needs, and into `blamed` the column that spoke against each row it left out.
   */
  judge(columns: readonly ColumnChunk[], rows: number, why: (string | null)[], blamed?: Map<number, string>): CellStates
  /** Tells the ledger about replaced and unknown cells of the rows that were kept. */
  settle(columns: readonly ColumnChunk[], states: CellStates, kept: Int32Array): void
}

/** The row policy of RowPolicy's comment, for the columns of a plan. `vocabularies` are the categories that the graph knows. */
export function createRowJudge(plan: FeedPlan, policy: RowPolicy, vocabularies: readonly InputVocabulary[], ledger: RowLedger): RowJudge {
  const fed = plan.inputs.flatMap((i) => i.columns)
  const known = new Map<FedColumn, ReadonlySet<string>>()
  for (const input of plan.inputs) {
    const vocabulary = vocabularies.find((v) => v.input === input.bound.input)
    if (vocabulary !== undefined && input.bound.kind === 'column' && input.columns[0] !== undefined) known.set(input.columns[0], new Set(vocabulary.values))
  }
  const leavesOut = (column: FedColumn): boolean => column.missing === 'drop' || (policy === 'strict' && column.dtype !== 'string')
  const unknownRow = (column: ColumnChunk, words: ReadonlySet<string>, r: number): boolean =>
    column.kind === 'text' ? column.values[r] !== null && column.values[r] !== undefined && !words.has(column.values[r]!)
    : column.kind === 'integer' ? (column.states?.[r] ?? 0) === 0 && !words.has(String(column.values[r])) : false

  return {
    judge(columns, rows, why, blamed) {
      const states = new Map<FedColumn, Uint8Array>()
      for (const f of fed) {
        const column = columns[f.wish]
        if (column === undefined) continue
        const bad = statesOf(column, f, rows)
        if (bad !== null) {
          states.set(f, bad)
          if (leavesOut(f)) for (let r = 0; r < rows; r++) if (bad[r] !== 0 && why[r] === null) {
            why[r] = stateReason(bad[r]!, f)
            blamed?.set(r, f.column)
          }
        }
        const words = policy === 'strict' ? known.get(f) : undefined
        if (words !== undefined) for (let r = 0; r < rows; r++) if (why[r] === null && unknownRow(column, words, r)) {
          why[r] = leftOut.unknownCategory
          blamed?.set(r, f.column)
        }
      }
      return states
    },
    settle(columns, states, kept) {
      for (const [f, bad] of states) {
        const counts = new Map<string, number>()
        for (const r of kept) if (bad[r] !== 0) counts.set(stateReason(bad[r]!, f), (counts.get(stateReason(bad[r]!, f)) ?? 0) + 1)
        for (const [reason, count] of counts) ledger.replaced(f.column, reason, count)
      }
      if (policy === 'strict') return
      for (const [f, words] of known) {
        const column = columns[f.wish]
        let count = 0
        if (column !== undefined) for (const r of kept) if (unknownRow(column, words, r)) count++
        if (count > 0) ledger.fedUnknown(f.column, count)
      }
    },
  }
}

// What a reader asks of a run's rows as SQL conditions: kinds of errors, scores, and cells of the data set. Owns no reading.
import type { CellCondition, RowFilter, RowKind, RowOrder } from '../../../shared/domain/run-rows.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { sqlText } from './duckdb.ts'
import { presentText, textAsDouble } from './number-cell.ts'
import type { Relation } from './relation.ts'

export interface FilterContext { readonly regression: boolean; readonly scoreNames: readonly string[]; readonly positiveClass: string | null; /** of the data set, in the order of the relation's cells */ readonly columns: readonly string[]; readonly relation: Relation | null }

const bad = (reason: string): SlipwayError => new SlipwayError('input.invalid', { reason }) as SlipwayError

/** `c3`: the cell of a column as text; missing is NULL. */
export function cellName(context: FilterContext, column: string): string {
  const place = context.columns.indexOf(column)
  if (place < 0) throw bad(`the data set has no column “${column}”`)
  return `c${place}`
}

/** Every cell as text under its place, beside the row's place in the file. */
export function cellSelect(relation: Relation): string {
  const cells = relation.cells.map((cell, i) => `${presentText(cell.kind === 'native' || cell.kind === 'double' ? `CAST(${cell.sql} AS VARCHAR)` : cell.sql, relation.reading)} AS c${i}`)
  return `SELECT row_number() OVER () AS place${cells.map((c) => `, ${c}`).join('')} FROM ${relation.from}`
}

const asNumber = (context: FilterContext, cell: string): string => textAsDouble(cell, context.relation?.reading.decimal ?? '.')
const finite = (value: number): string => { if (!Number.isFinite(value)) throw bad('a bound is no number'); return String(value) }
const between = (sql: string, from: number | null, to: number | null): string[] => [...(from === null ? [] : [`${sql} >= ${finite(from)}`]), ...(to === null ? [] : [`${sql} <= ${finite(to)}`])]
/** A part of a text, without regard to case; nothing in it is a pattern. */
const holds = (cell: string, part: string): string => `contains(lower(${cell}), lower(${sqlText(part)}))`

function kindSql(kind: RowKind, { regression, positiveClass }: FilterContext): string[] {
  if (kind === 'all') return []
  const number = kind === 'too-high' || kind === 'too-low'
  if (regression !== number) throw bad(regression ? 'a regression has no right and wrong; ask for values that are too high or too low' : 'classes are never too high or too low')
  if (number) return [kind === 'too-high' ? 'predicted > truth' : 'predicted < truth']
  if (kind === 'false-positive' || kind === 'false-negative') {
    if (positiveClass === null) throw bad('false positives and negatives need a positive class')
    return ['correct = false', `${kind === 'false-positive' ? 'predicted' : 'truth'} = ${sqlText(positiveClass)}`]
  }
  if (kind === 'unsure') return ['confidence < 0.6']
  return [`correct = ${kind === 'right'}`, ...(kind === 'surely-wrong' ? ['confidence >= 0.9'] : [])]
}

function scoreSql(by: string, scoreNames: readonly string[]): string {
  if (by === 'confidence' || by === 'loss') return by
  const place = scoreNames.indexOf(by)
  if (place < 0) throw bad(`there is no score “${by}”; there are ${['confidence', 'loss', ...scoreNames].join(', ')}`)
  return `s${place}`
}

function cellSql(context: FilterContext, condition: CellCondition): string[] {
  const cell = cellName(context, condition.column)
  switch (condition.kind) {
    case 'is': return [`${cell} = ${sqlText(condition.value)}`]
    case 'contains': return [holds(cell, condition.value)]
    case 'missing': return [`(${cell} IS NULL OR ${cell} = '')`]
    case 'between': return between(asNumber(context, cell), condition.from, condition.to)
  }
}

/** Whether cells of the data set are needed to answer. */
export const needsCells = (filter: RowFilter, order: RowOrder): boolean => filter.cells.length > 0 || filter.text.trim() !== '' || order.of === 'column'

/** Conditions that all must hold. Errors: `input.invalid` for columns, scores and kinds that are not there. */
export function conditionsOf(filter: RowFilter, context: FilterContext): string[] {
  const equals = (column: string, value: string | undefined): string[] => (value === undefined ? [] : [`${column} = ${context.regression ? `TRY_CAST(${sqlText(value)} AS DOUBLE)` : sqlText(value)}`])
  const part = filter.text.trim()
  const places = ['id', 'CAST(truth AS VARCHAR)', 'CAST(predicted AS VARCHAR)', ...context.columns.map((_, i) => `c${i}`)]
  return [
    ...kindSql(filter.kind, context), ...equals('truth', filter.truth), ...equals('predicted', filter.predicted),
    ...(filter.score === undefined ? [] : between(scoreSql(filter.score.by, context.scoreNames), filter.score.from, filter.score.to)),
    ...filter.cells.flatMap((condition) => cellSql(context, condition)), ...(part === '' ? [] : [`(${places.map((p) => `coalesce(${holds(p, part)}, false)`).join(' OR ')})`]),
  ]
}

const answers: Readonly<Record<string, string>> = { record: 'record', loss: 'loss', confidence: 'confidence', truth: 'truth', predicted: 'predicted' }

/** Numbers before words where a column holds both; NaN counts as missing. Equal rows in the order of the file. */
export function orderSql(order: RowOrder, context: FilterContext): string {
  const way = order.descending ? 'DESC' : 'ASC'
  if (order.of === 'column') {
    const cell = cellName(context, order.by)
    return `${asNumber(context, cell)} ${way} NULLS LAST, nullif(${cell}, '') ${way} NULLS LAST, record`
  }
  const key = order.of === 'score' ? scoreSql(order.by, context.scoreNames) : answers[order.by]
  if (key === undefined) throw bad(`rows cannot be ordered by “${order.by}”`)
  const real = key === 'record' || ((key === 'truth' || key === 'predicted') && !context.regression) ? key : `CASE WHEN isfinite(${key}) THEN ${key} END`
  return `${real} ${way} NULLS LAST, record`
}

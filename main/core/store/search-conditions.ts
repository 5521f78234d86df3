// Conditions of a search as SQL over `search_versions s JOIN search_models m`. All SQL here is constant text; what a user typed becomes a bound parameter, always.
import { foldText } from '../../../shared/search/fold.ts'
import type { ChoiceCondition, Condition, MetricCondition, SearchQuery, TimeCondition, WordCondition } from '../../../shared/search/query.ts'
import type { SqlValue } from './database.ts'

/** Collects values and answers the names under which they are bound. */
export interface Binder { readonly values: Record<string, SqlValue>; bind(value: string | number): string }

export function openBinder(): Binder {
  const values: Record<string, SqlValue> = {}
  let next = 0
  return {
    values,
    bind(value) {
      const name = `p${next++}`
      values[name] = value
      return `$${name}`
    },
  }
}

/** SQLite folds the case of ASCII alone; anything else goes through `fold`, which is slower. */
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text)

const holds = (column: string, value: string, binder: Binder): string =>
  `instr(${isAscii(value) ? 'lower' : 'fold'}(${column}), ${binder.bind(foldText(value))}) > 0`
const is = (column: string, value: string, binder: Binder): string =>
  (isAscii(value) ? `${column} = ${binder.bind(value)} COLLATE NOCASE` : `fold(${column}) = ${binder.bind(foldText(value))}`)

type Matches = (column: string) => string

/** Owners of the version itself, or of its model. */
const owned = (matches: Matches): string => {
  const of = (key: string, which: string): string => `SELECT c.${key} FROM care_notes c, json_each(c.owners) o WHERE c.version_id ${which} ''
    AND c.revision = (SELECT max(x.revision) FROM care_notes x WHERE x.model_id = c.model_id AND x.version_id = c.version_id) AND ${matches('o.value')}`
  return `(m.model_id IN (${of('model_id', '=')}) OR s.version_id IN (${of('version_id', '<>')}))`
}

const aliased = (matches: Matches): string => `s.version_id IN (SELECT version_id FROM current_aliases WHERE ${matches('alias')})`
const tagged = (matches: Matches): string => `s.id IN (SELECT version FROM search_tags WHERE ${matches('tag')})`

function wordsSql(condition: WordCondition, binder: Binder): string {
  const how = condition.op === '~' || condition.op === '!~' ? holds : is
  const matches: Matches = (column) => how(column, condition.value, binder)
  switch (condition.field) {
    case 'name': return matches('m.name')
    case 'note': return matches('s.note')
    case 'tag': return tagged(matches)
    case 'alias': return aliased(matches)
    case 'owner': return owned(matches)
    case 'dataset': return `s.id IN (SELECT n.version FROM datasets d JOIN contents c ON c.sha256 = d.sha256 JOIN newest_runs n ON n.content = c.id WHERE ${matches('d.name')})`
  }
}

function textSql(text: string, binder: Binder): string {
  const matches: Matches = (column) => holds(column, text, binder)
  return `(${[matches('m.name'), matches('s.source_name'), matches('s.note'), tagged(matches), aliased(matches), owned(matches)].join(' OR ')})`
}

const choiceColumns: Readonly<Record<ChoiceCondition['field'], string>> = { task: 's.task', state: 's.state' }
const numberColumns = { version: 's.number', size: 's.bytes', opset: 's.opset' } as const
const timeColumns: Readonly<Record<TimeCondition['field'], string>> = { created: 's.created_at', evaluated: 's.evaluated_at' }
const operators = { '=': '=', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const

function timeSql({ field, op, when }: TimeCondition, binder: Binder, now: number): string {
  const column = timeColumns[field]
  // An age that is smaller is a time that is later.
  if (when.kind === 'age') return `${column} ${op === '<' || op === '<=' ? '>' : '<'} ${binder.bind(now - when.ms)}`
  const within = `${column} >= ${binder.bind(when.from)} AND ${column} < ${binder.bind(when.to)}`
  switch (op) {
    case '=': return within
    case '!=': return `NOT (${within})`
    case '<': return `${column} < ${binder.bind(when.from)}`
    case '<=': return `${column} < ${binder.bind(when.to)}`
    case '>': return `${column} >= ${binder.bind(when.to)}`
    case '>=': return `${column} >= ${binder.bind(when.from)}`
  }
}

/** Of several metrics the first one that the run has counts, so a later one counts only where no earlier one is. */
function metricSql({ metrics, op, value, dataset }: MetricCondition, binder: Binder): string {
  const limit = binder.bind(value)
  const table = dataset === null ? 'version_metrics' : 'newest_metrics'
  const contents = dataset === null ? '' : `k.content IN (SELECT c.id FROM datasets d JOIN contents c ON c.sha256 = d.sha256 WHERE ${is('d.name', dataset, binder)}) AND `
  const names = metrics.map((metric) => binder.bind(metric))
  return `s.id IN (${names.map((name, i) => {
    const earlier = names.slice(0, i).map((before) => ` AND NOT EXISTS (SELECT 1 FROM ${table} e WHERE ${dataset === null ? '' : 'e.content = k.content AND '}e.metric = ${before} AND e.version = k.version)`).join('')
    return `SELECT k.version FROM ${table} k WHERE ${contents}k.metric = ${name} AND k.value ${operators[op]} ${limit}${earlier}`
  }).join(' UNION ALL ')})`
}

function conditionSql(condition: Condition, binder: Binder, now: number): string {
  switch (condition.kind) {
    case 'text': return textSql(condition.text, binder)
    case 'words': return not(condition.op === '!=' || condition.op === '!~', wordsSql(condition, binder))
    case 'choice': return not(condition.op === '!=', `${choiceColumns[condition.field]} IN (${condition.values.map((v) => binder.bind(v)).join(', ')})`)
    case 'number': return `${numberColumns[condition.field]} ${operators[condition.op]} ${binder.bind(condition.value)}`
    case 'latest': return not(condition.op === '!=', 's.number = (SELECT max(l.number) FROM search_versions l WHERE l.model = s.model)')
    case 'time': return timeSql(condition, binder, now)
    case 'metric': return metricSql(condition, binder)
  }
}

/** What is unknown does not fulfil a condition, and so fulfils its opposite. */
const not = (really: boolean, sql: string): string => (really ? `NOT coalesce((${sql}), 0)` : sql)

/** The whole search as one SQL condition. `now`: the moment that ages count back from. */
export function searchSql(query: SearchQuery, binder: Binder, now: number): string {
  switch (query.kind) {
    case 'all': return '1'
    case 'and': return `(${query.parts.map((part) => searchSql(part, binder, now)).join(' AND ')})`
    case 'or': return `(${query.parts.map((part) => searchSql(part, binder, now)).join(' OR ')})`
    case 'not': return not(true, searchSql(query.part, binder, now))
    default: return `(${conditionSql(query, binder, now)})`
  }
}

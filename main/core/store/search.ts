// Searching: which versions fulfil a query, in which order, grouped by model, with the few facts that a list shows. Reads only.
import { z } from 'zod'
import type { FoundModel, FoundVersion, SearchAnswer } from '../../../shared/domain/search.ts'
import { mainMetrics } from '../../../shared/metrics/main-metrics.ts'
import { ModelTask } from '../../../shared/domain/model.ts'
import { parseSearch } from '../../../shared/search/parse.ts'
import { rowPart } from '../../../shared/row-words.ts'
import { conditionsOf, type SearchQuery } from '../../../shared/search/query.ts'
import { parseOrder, type SearchOrder, type SortedField } from '../../../shared/search/sort.ts'
import { json, number, numberOrNull, text, textOrNull, type ReadDb, type Row, type SqlValue } from './database.ts'
import { openBinder, searchSql, type Binder } from './search-conditions.ts'
import { searchNotes } from './search-words.ts'

export interface SearchRequest {
  readonly query: string
  readonly sort: string
  readonly archived: boolean
  /** A page of models. */
  readonly offset: number
  readonly limit: number
  /** Of each model, at most. */
  readonly versions: number
}

const fieldColumns: Readonly<Record<SortedField, string>> = { created: 's.created_at', evaluated: 's.evaluated_at', name: 'm.name', version: 's.number', size: 's.bytes', opset: 's.opset' }
const ties = 's.created_at DESC, s.id DESC'

/** Several metrics stand for one: the first one that a run has. */
function metricColumn(metrics: readonly string[], binder: Binder): string {
  const values = metrics.map((metric) => `(SELECT k.value FROM version_metrics k WHERE k.metric = ${binder.bind(metric)} AND k.version = s.id)`)
  return values.length === 1 ? values[0]! : `coalesce(${values.join(', ')})`
}

function orderSql(order: SearchOrder, binder: Binder): string {
  const column = order.by === 'field' ? fieldColumns[order.field] : metricColumn(order.metrics, binder)
  return `${column} ${order.descending ? 'DESC' : 'ASC'} NULLS LAST, ${ties}`
}

/** SQL and bound values of a search: numbers of versions and models, in order. Apart, so that its plan can be looked at. */
export function searchStatement(request: Pick<SearchRequest, 'query' | 'sort' | 'archived'>, now: number): { readonly sql: string; readonly values: Binder['values'] } {
  const binder = openBinder()
  const where = searchSql(parseSearch(request.query), binder, now)
  const order = orderSql(parseOrder(request.sort), binder)
  const hidden = request.archived ? '' : ' AND m.archived = 0'
  return { sql: `SELECT s.id, s.model FROM search_versions s JOIN search_models m ON m.id = s.model WHERE ${where}${hidden} ORDER BY ${order}`, values: binder.values }
}

/** Metrics that a search or its order names: each a list in order of preference. */
function namedMetrics(query: SearchQuery, order: SearchOrder): readonly (readonly string[])[] {
  const named = [...conditionsOf(query).flatMap((c) => (c.kind === 'metric' ? [c.metrics] : [])), ...(order.by === 'metric' ? [order.metrics] : [])]
  return [...new Map(named.map((metrics) => [metrics.join(), metrics])).values()]
}

interface Asked { readonly metrics: readonly string[]; readonly dataset: string | null }

function askedMetrics(query: SearchQuery, order: SearchOrder): readonly Asked[] {
  const named = namedMetrics(query, order).map((metrics) => ({ metrics, dataset: null }))
  const onData = conditionsOf(query).flatMap((c) => (c.kind === 'metric' && c.dataset !== null ? [{ metrics: c.metrics, dataset: c.dataset }] : []))
  const newest = named.filter((one) => !onData.some((other) => other.metrics.join() === one.metrics.join()) || (order.by === 'metric' && order.metrics.join() === one.metrics.join()))
  return [...onData, ...newest]
}

const onData = `SELECT k.metric, k.value, k.low, k.high, k.n, n.run_id, d.name AS dataset_name,
  json_extract(r.options, '$.limit') AS row_limit, json_extract(r.options, '$.sample') AS row_sample FROM datasets d JOIN contents c ON c.sha256 = d.sha256
  JOIN newest_metrics k ON k.content = c.id AND k.metric = $metric AND k.version = $version JOIN newest_runs n ON n.version = k.version AND n.content = k.content
  JOIN runs r ON r.id = n.run_id WHERE d.name = $dataset LIMIT 1`
const ofNewest = `SELECT k.metric, k.value, k.low, k.high, k.n, r.id AS run_id, d.name AS dataset_name,
  json_extract(r.options, '$.limit') AS row_limit, json_extract(r.options, '$.sample') AS row_sample FROM version_metrics k JOIN search_versions s ON s.id = k.version
  JOIN runs r ON r.id = s.newest_run JOIN datasets d ON d.id = r.dataset_id WHERE k.metric = $metric AND k.version = $version`

function metricOf(db: ReadDb, version: number, asked: Asked): FoundVersion['metrics'] {
  for (const metric of asked.metrics) {
    const found = asked.dataset === null ? db.get(ofNewest, { metric, version }) : db.get(onData, { metric, version, dataset: asked.dataset })
    if (found !== undefined) return [toMetric(found)]
  }
  return []
}

const toMetric = (row: Row): FoundVersion['metrics'][number] => ({
  metric: text(row, 'metric'), value: numberOrNull(row, 'value'), low: numberOrNull(row, 'low'), high: numberOrNull(row, 'high'), n: number(row, 'n'),
  runId: text(row, 'run_id') as FoundVersion['metrics'][number]['runId'], datasetName: text(row, 'dataset_name'),
  part: rowPart({ limit: numberOrNull(row, 'row_limit'), sample: numberOrNull(row, 'row_sample') }),
})

const names = z.array(z.string())

function toVersion(db: ReadDb, id: number, asked: readonly Asked[]): FoundVersion {
  const row = db.get(`SELECT s.*, (SELECT json_group_array(tag) FROM (SELECT tag FROM search_tags WHERE version = s.id ORDER BY place)) AS tags,
    (SELECT json_group_array(alias) FROM (SELECT alias FROM current_aliases WHERE version_id = s.version_id ORDER BY alias)) AS aliases
    FROM search_versions s WHERE s.id = $id`, { id })!
  const task = textOrNull(row, 'task') === null ? null : ModelTask.parse(row['task'])
  const wanted = asked.length > 0 ? asked : task === null ? [] : [{ metrics: mainMetrics(task), dataset: null }]
  return {
    versionId: text(row, 'version_id') as FoundVersion['versionId'], number: number(row, 'number'), createdAt: number(row, 'created_at'), evaluatedAt: numberOrNull(row, 'evaluated_at'), bytes: number(row, 'bytes'),
    opset: numberOrNull(row, 'opset'), task, state: text(row, 'state'), sourceName: text(row, 'source_name'), note: text(row, 'note'),
    tags: json(row, 'tags', names), aliases: json(row, 'aliases', names), metrics: wanted.flatMap((one) => metricOf(db, id, one)),
  }
}

function groupByModel(found: readonly (readonly SqlValue[])[]): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (const [id, model] of found as readonly (readonly [number, number])[]) {
    const own = groups.get(model)
    if (own === undefined) groups.set(model, [id])
    else own.push(id)
  }
  return groups
}

/** Versions that fulfil a query, grouped by model. Errors: `search.invalid`, `search.sortUnknown`, `input.ambiguous`. */
export function runSearch(db: ReadDb, request: SearchRequest, now: number): SearchAnswer {
  const query = parseSearch(request.query)
  const { sql, values } = searchStatement(request, now)
  const all = db.lists(sql, values)
  const groups = groupByModel(all)
  const asked = askedMetrics(query, parseOrder(request.sort))
  const page = [...groups].slice(request.offset, request.offset + request.limit)
  const found = page.map(([id, ids]): FoundModel => {
    const model = db.get('SELECT model_id, name, archived FROM search_models WHERE id = $id', { id })!
    return {
      modelId: text(model, 'model_id') as FoundModel['modelId'], modelName: text(model, 'name'), archived: model['archived'] === 1,
      found: ids.length, versions: ids.slice(0, request.versions).map((version) => toVersion(db, version, asked)),
    }
  })
  return { models: groups.size, versions: all.length, found, notes: all.length > 0 ? [] : [...searchNotes(db, query)] }
}

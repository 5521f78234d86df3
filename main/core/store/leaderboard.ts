// The leaderboard of a data content and the trend of a model, from the newest finished run of each version there. Reads only.
import { z } from 'zod'
import type { Leaderboard, LeaderboardEntry, TrendPoint } from '../../../shared/domain/search.ts'
import { ModelTask } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatCount, formatPlural } from '../../../shared/format.ts'
import type { DatasetId, ModelId } from '../../../shared/ids.ts'
import { boardSentence, openPlaces } from '../../../shared/leaderboard.ts'
import { metricCatalogue, metricDirection } from '../../../shared/metrics/catalogue.ts'
import { mainMetrics } from '../../../shared/metrics/main-metrics.ts'
import { nearestWords } from '../../../shared/nearest-names.ts'
import { rowPart } from '../../../shared/row-words.ts'
import { findMetric } from '../../../shared/search/metric-names.ts'
import { json, numberOrNull, text, textOrNull, type ReadDb, type Row } from './database.ts'

const names = z.array(z.string())
const aliases = "(SELECT json_group_array(alias) FROM (SELECT alias FROM current_aliases WHERE version_id = s.version_id ORDER BY alias))"

/** One metric over the newest versions of a model, oldest of them first: the newest finished run of each on each data content that has it. */
export function modelTrend(db: ReadDb, modelId: ModelId, metric: string, versions: number): readonly TrendPoint[] {
  const aliasesOf = new Map(db.all('SELECT version_id, json_group_array(alias) AS aliases FROM (SELECT version_id, alias FROM current_aliases WHERE model_id = $modelId ORDER BY alias) GROUP BY version_id', { modelId })
    .map((row) => [text(row, 'version_id'), json(row, 'aliases', names)]))
  return db.lists(`SELECT s.version_id, s.number, n.run_id, r.dataset_id, d.name, n.created_at, m.value, m.low, m.high, m.n, m.reason, json_extract(r.options, '$.limit'), json_extract(r.options, '$.sample')
    FROM (SELECT v.id, v.version_id, v.number FROM search_models o JOIN search_versions v ON v.model = o.id WHERE o.model_id = $modelId ORDER BY v.number DESC LIMIT $versions) s
    JOIN newest_runs n ON n.version = s.id JOIN run_metrics m ON m.run_id = n.run_id AND m.metric = $metric AND m.slice = ''
    JOIN runs r ON r.id = n.run_id JOIN datasets d ON d.id = r.dataset_id ORDER BY s.number, n.created_at, n.run_id`, { modelId, metric, versions })
    .map(([versionId, number, runId, datasetId, datasetName, at, value, low, high, n, reason, limit, sample]) => (
      { versionId, number, runId, datasetId, datasetName, at, aliases: aliasesOf.get(String(versionId)) ?? [], part: rowPart({ limit: limit as number | null, sample: sample as number | null }), value: { metric, slice: '', value, low, high, n, reason } }) as TrendPoint)
}

export interface LeaderboardRequest { readonly datasetId: DatasetId; readonly metric: string | null; readonly offset: number; readonly limit: number }

interface Board { readonly content: number | null; readonly name: string }

function boardOf(db: ReadDb, datasetId: DatasetId): Board {
  const row = db.get('SELECT d.name, c.id AS content FROM datasets d LEFT JOIN contents c ON c.sha256 = d.sha256 WHERE d.id = $datasetId', { datasetId })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'data set', id: datasetId })
  return { content: numberOrNull(row, 'content'), name: text(row, 'name') }
}

const order = new Map(metricCatalogue.map((m, i) => [m.id, i]))

/** Metrics of the board in the order of the catalogue. One step through the index for each, not a walk over all numbers. */
function metricsOn(db: ReadDb, content: number): string[] {
  return db.all(`WITH RECURSIVE found(metric) AS (
      SELECT min(metric) FROM newest_metrics WHERE content = $content
      UNION ALL SELECT (SELECT min(k.metric) FROM newest_metrics k WHERE k.content = $content AND k.metric > found.metric) FROM found WHERE found.metric IS NOT NULL)
    SELECT metric FROM found WHERE metric IS NOT NULL`, { content })
    .map((row) => text(row, 'metric')).sort((a, b) => (order.get(a) ?? 1e9) - (order.get(b) ?? 1e9))
}

/** Errors: `input.ambiguous`, `input.unknownId` for a metric that no entry has. */
function chosenMetric(wanted: string | null, offered: readonly string[]): string | null {
  if (wanted === null) {
    const main = ModelTask.options.flatMap((task) => mainMetrics(task).slice(0, 1))
    return main.find((metric) => offered.includes(metric)) ?? offered[0] ?? null
  }
  if (offered.includes(wanted)) return wanted
  const found = findMetric(wanted)
  if (found.kind === 'several') throw new SlipwayError('input.ambiguous', { what: 'metric', id: wanted, matches: found.names.join(', ') })
  const here = found.kind === 'found' ? found.metrics.find((metric) => offered.includes(metric)) ?? found.metrics[0] : undefined
  if (here === undefined) throw new SlipwayError('input.invalid', { reason: `there is no metric “${wanted}”${nearestWords(wanted, offered)}` })
  return here
}

/** What is not usual about the rows of a run, from its options. */
const policyWords = (row: Row): readonly string[] => [
  ...(row['row_limit'] === null ? [] : [`the first ${formatCount(Number(row['row_limit']))} rows`]),
  ...(row['sample'] === null ? [] : [`a sample of ${formatCount(Number(row['sample']))} rows`]),
  ...(row['policy'] === null ? [] : [`row policy ${String(row['policy'])}`]),
  ...(Number(row['excluded'] ?? 0) === 0 ? [] : [`${formatPlural(Number(row['excluded']), 'record')} left out on purpose`]),
]

interface Line { readonly version: number; readonly value: number | null; readonly low: number | null; readonly high: number | null; readonly n: number }

interface Shown { readonly entry: Omit<LeaderboardEntry, 'best' | 'worst' | 'withFirst'>; readonly positive: string | null }

function showLine(db: ReadDb, line: Line, metric: string, content: number): Shown {
  const row: Row = db.get(`SELECT o.model_id, o.name AS model_name, s.version_id, s.number, s.state, ${aliases} AS aliases, r.id AS run_id, r.created_at, r.task, json_extract(r.binding, '$.positiveClass') AS positive,
    json_extract(r.options, '$.limit') AS row_limit, json_extract(r.options, '$.sample') AS sample, json_extract(r.options, '$.rows') AS policy, json_array_length(r.options, '$.excludeRecords') AS excluded
    FROM search_versions s JOIN search_models o ON o.id = s.model JOIN newest_runs n ON n.version = s.id AND n.content = $content JOIN runs r ON r.id = n.run_id WHERE s.id = $version`, { version: line.version, content })!
  const others = mainMetrics(ModelTask.parse(row['task'])).filter((id) => id !== metric).slice(0, 4).flatMap((id) => {
    const found = db.get('SELECT value FROM newest_metrics WHERE content = $content AND metric = $id AND version = $version', { content, id, version: line.version })
    return found === undefined ? [] : [{ metric: id, value: numberOrNull(found, 'value') }]
  })
  const entry = {
    modelId: row['model_id'], modelName: row['model_name'], versionId: row['version_id'], number: row['number'], state: row['state'], aliases: json(row, 'aliases', names), runId: row['run_id'], at: row['created_at'],
    value: line.value, low: line.low, high: line.high, n: line.n, others,
    conditions: [...policyWords(row)],
  } as Shown['entry']
  return { entry, positive: textOrNull(row, 'positive') }
}

function caveatsOf(lines: readonly Line[], shown: readonly Shown[]): string[] {
  let [least, most] = [Infinity, 0]
  for (const { n } of lines) [least, most] = [Math.min(least, n), Math.max(most, n)]
  const positive = [...new Set(shown.flatMap((s) => (s.positive === null ? [] : [s.positive])))]
  const partial = shown.filter((s) => s.entry.conditions.length > 0).length
  return [
    ...(lines.length > 0 && least !== most ? [`The numbers rest on different rows, from ${formatCount(least)} to ${formatCount(most)} of them, so a difference may come from the rows and not from the model.`] : []),
    ...(partial > 0 && partial < shown.length ? [`${formatPlural(partial, 'of the entries shown was', 'of the entries shown were')} measured under other conditions than the rest; they are named beside each.`] : []),
    ...(positive.length > 1 ? [`The positive class is not the same everywhere: ${positive.map((p) => `“${p}”`).join(', ')}.`] : []),
  ]
}

/** Errors: `input.unknownId`, `input.ambiguous`, `input.invalid`. */
export function leaderboard(db: ReadDb, request: LeaderboardRequest): Leaderboard {
  const { content, name } = boardOf(db, request.datasetId)
  const metrics = content === null ? [] : metricsOn(db, content)
  const metric = content === null ? null : chosenMetric(request.metric, metrics)
  const head = { datasetId: request.datasetId, datasetName: name, metrics }
  if (content === null || metric === null) return { ...head, metric: null, total: 0, entries: [], sentence: boardSentence(openPlaces([], false), 0), caveats: [] }
  const lower = metricDirection(metric) === 'lower-is-better'
  const directed = metricDirection(metric) !== 'neither'
  const lines = db.lists(`SELECT version, value, low, high, n FROM newest_metrics WHERE content = $content AND metric = $metric ORDER BY value ${lower ? 'ASC' : 'DESC'} NULLS LAST, version`, { content, metric })
    .map(([version, value, low, high, n]) => ({ version, value, low, high, n }) as Line)
  const places = openPlaces(directed ? lines : [], lower)
  const page = lines.slice(request.offset, request.offset + request.limit)
  const shown = page.map((line) => showLine(db, line, metric, content))
  const entries = shown.map(({ entry }, i): LeaderboardEntry => {
    const place = directed ? places.of(page[i]!) : null
    return { best: place?.best ?? null, worst: place?.worst ?? null, withFirst: place?.withFirst ?? false, ...entry }
  })
  const sentence = directed ? boardSentence(places, lines.length) : 'Of this number neither more nor less is better, so it gives no places.'
  return { ...head, metric, total: lines.length, entries, sentence, caveats: caveatsOf(lines, shown) }
}

// Runs and their metrics: a row from the moment of asking, closed once, never touched again.
import { z } from 'zod'
import { SlipwayError, type ErrorPlain } from '../../../shared/errors.ts'
import { Binding, Guess } from '../../../shared/domain/binding.ts'
import { Curve, ErrorRecord, RowAccount, Run, RunEnvironment, RunOptions, RunSummary, RunTiming, type EvaluationResult, type MetricValue } from '../../../shared/domain/run.ts'
import type { DatasetId, ModelId, RunId, Sha256, VersionId } from '../../../shared/ids.ts'
import { rowPart } from '../../../shared/row-words.ts'
import { fits, json, text, textOrNull, type ReadDb, type Row, type WriteDb } from './database.ts'
import { record, slipwayItself } from './history.ts'
import { noteFact } from './life.ts'

export const Headline = z.object({ metric: z.string(), value: z.number().nullable(), n: z.number().int() })
export type Headline = z.infer<typeof Headline>

const select = `
SELECT r.*, v.number AS version_number, v.model_id, m.name AS model_name, d.name AS dataset_name
FROM runs r JOIN versions v ON v.id = r.version_id JOIN models m ON m.id = v.model_id JOIN datasets d ON d.id = r.dataset_id`

const orNull = <T>(row: Row, column: string, schema: z.ZodType<T>): T | null => (textOrNull(row, column) === null ? null : json(row, column, schema))

const summaryFields = (row: Row): Record<string, unknown> => ({
  id: row['id'], modelId: row['model_id'], modelName: row['model_name'], versionId: row['version_id'], versionNumber: row['version_number'],
  datasetId: row['dataset_id'], datasetName: row['dataset_name'], datasetSha256: row['dataset_sha256'], status: row['status'], task: row['task'],
  headline: orNull(row, 'headline', Headline), error: orNull(row, 'error', ErrorRecord),
  createdAt: row['created_at'], startedAt: row['started_at'], endedAt: row['ended_at'],
})

const toSummary = (row: Row): RunSummary => fits('a run', RunSummary, () => ({ ...summaryFields(row), part: rowPart(json(row, 'options', RunOptions)) }))

function metricsOf(db: ReadDb, id: RunId): unknown[] {
  return db.all('SELECT * FROM run_metrics WHERE run_id = $id ORDER BY position', { id })
    .map((m) => ({ metric: m['metric'], slice: m['slice'], value: m['value'], low: m['low'], high: m['high'], n: m['n'], reason: m['reason'] }))
}

/** Errors: `input.unknownId`. */
export function getRun(db: ReadDb, id: RunId): Run {
  const row = db.get(`${select} WHERE r.id = $id`, { id })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'run', id })
  return fits('a run', Run, () => ({
    ...summaryFields(row), modelSha256: row['model_sha256'], binding: json(row, 'binding', Binding), guesses: json(row, 'guesses', z.array(Guess)),
    options: json(row, 'options', RunOptions), environment: orNull(row, 'environment', RunEnvironment), timing: orNull(row, 'timing', RunTiming),
    rows: orNull(row, 'row_account', RowAccount), metrics: metricsOf(db, id), curves: orNull(row, 'curves', z.array(Curve)) ?? [],
    notes: orNull(row, 'notes', z.array(z.string())) ?? [], predictionsSha256: row['predictions_sha256'],
  }))
}

export interface RunFilter { readonly modelId?: ModelId; readonly versionId?: VersionId; readonly datasetId?: DatasetId; readonly offset: number; readonly limit: number }

/** Newest first. */
export function listRuns(db: ReadDb, filter: RunFilter): readonly RunSummary[] {
  return db.all(`${select} WHERE ($modelId IS NULL OR v.model_id = $modelId) AND ($versionId IS NULL OR r.version_id = $versionId)
    AND ($datasetId IS NULL OR r.dataset_id = $datasetId) ORDER BY r.created_at DESC, r.id DESC LIMIT $limit OFFSET $offset`, {
    modelId: filter.modelId ?? null, versionId: filter.versionId ?? null, datasetId: filter.datasetId ?? null, limit: filter.limit, offset: filter.offset,
  }).map(toSummary)
}

/** Newest finished run of every version of a model on every data content, oldest version first. */
export function newestRunIds(db: ReadDb, modelId: ModelId): readonly RunId[] {
  return db.all(`SELECT r.id FROM runs r JOIN versions v ON v.id = r.version_id WHERE v.model_id = $modelId AND r.status = 'done' AND NOT EXISTS (
      SELECT 1 FROM runs n WHERE n.version_id = r.version_id AND n.dataset_sha256 = r.dataset_sha256 AND n.status = 'done'
        AND (n.created_at > r.created_at OR (n.created_at = r.created_at AND n.id > r.id)))
    ORDER BY v.number, r.created_at, r.id`, { modelId }).map((r) => text(r, 'id') as RunId)
}

/** Newest finished runs of both versions on the same data content (of one data set, or the newest that both have). */
export function commonRuns(db: ReadDb, left: VersionId, right: VersionId, datasetSha256: Sha256 | null): { readonly left: RunId; readonly right: RunId } | null {
  const row = db.get(`SELECT a.id AS left_id, b.id AS right_id FROM runs a JOIN runs b ON b.dataset_sha256 = a.dataset_sha256
    WHERE a.version_id = $left AND b.version_id = $right AND a.status = 'done' AND b.status = 'done' AND ($sha IS NULL OR a.dataset_sha256 = $sha)
    ORDER BY min(a.created_at, b.created_at) DESC, a.created_at DESC, b.created_at DESC, a.id DESC, b.id DESC LIMIT 1`, { left, right, sha: datasetSha256 })
  return row === undefined ? null : { left: text(row, 'left_id') as RunId, right: text(row, 'right_id') as RunId }
}

/** Data contents (or one of them) on which all versions have a finished run, newest first, with the newest run of each in the order asked for, and a data set that holds them. */
export function commonDataRuns(db: ReadDb, versions: readonly VersionId[], datasetSha256: Sha256 | null): readonly { readonly datasetId: DatasetId; readonly runs: readonly RunId[] }[] {
  const rows = db.all(`SELECT id, version_id, dataset_id, dataset_sha256 FROM runs WHERE status = 'done' AND version_id IN (SELECT value FROM json_each($versions)) AND ($sha IS NULL OR dataset_sha256 = $sha) ORDER BY created_at DESC, id DESC`, { versions: JSON.stringify(versions), sha: datasetSha256 })
  const byData = new Map<string, Row[]>()
  for (const row of rows) byData.set(text(row, 'dataset_sha256'), [...(byData.get(text(row, 'dataset_sha256')) ?? []), row])
  return [...byData.values()].flatMap((runs) => {
    const newest = versions.map((version) => runs.find((r) => r['version_id'] === version))
    return newest.some((r) => r === undefined) ? [] : [{ datasetId: text(runs[0]!, 'dataset_id') as DatasetId, runs: newest.map((r) => text(r!, 'id') as RunId) }]
  })
}

/** How often the engine ended in runs of this model on this data since it last got through. */
export function crashesSinceDone(db: ReadDb, modelSha256: Sha256, datasetSha256: Sha256): number {
  const row = db.get(`SELECT count(*) AS n FROM runs WHERE model_sha256 = $model AND dataset_sha256 = $data AND status = 'failed'
    AND json_extract(error, '$.code') IN ('engine.crashed', 'engine.outOfMemory')
    AND ended_at > coalesce((SELECT max(ended_at) FROM runs WHERE model_sha256 = $model AND dataset_sha256 = $data AND status = 'done'), -1)`, { model: modelSha256, data: datasetSha256 })
  return Number(row?.['n'] ?? 0)
}

/** The newest finished run of a version on this content; null when there is none. */
export function newestRunOn(db: ReadDb, versionId: VersionId, datasetSha256: Sha256): RunId | null {
  const row = db.get("SELECT id FROM runs WHERE version_id = $versionId AND dataset_sha256 = $datasetSha256 AND status = 'done' ORDER BY created_at DESC LIMIT 1", { versionId, datasetSha256 })
  return row === undefined ? null : text(row, 'id') as RunId
}

export interface NewRun {
  readonly id: RunId
  readonly versionId: VersionId
  readonly datasetId: DatasetId
  readonly datasetSha256: Sha256
  readonly modelSha256: Sha256
  /** The session that works on it; see files/places.ts. */
  readonly owner: string
  readonly binding: Binding
  readonly guesses: readonly Guess[]
  readonly options: RunOptions
  readonly createdAt: number
}

export function insertRun(db: WriteDb, run: NewRun): void {
  db.run(`INSERT INTO runs (id, version_id, dataset_id, dataset_sha256, model_sha256, task, status, owner, binding, guesses, options, created_at)
    VALUES ($id, $versionId, $datasetId, $datasetSha256, $modelSha256, $task, 'queued', $owner, $binding, $guesses, $options, $createdAt)`, {
    ...run, task: run.binding.task, binding: JSON.stringify(run.binding), guesses: JSON.stringify(run.guesses), options: JSON.stringify(run.options),
  })
}

export function startRun(db: WriteDb, id: RunId, at: number): void {
  db.run("UPDATE runs SET status = 'running', started_at = $at WHERE id = $id AND status = 'queued'", { id, at })
}

export interface RunOutcome { readonly result: EvaluationResult; readonly headline: Headline | null; readonly predictionsSha256: Sha256 }

/** Stores the whole result and closes the run as done; the first one makes its version evaluated. */
export function finishRun(db: WriteDb, id: RunId, outcome: RunOutcome, at: number): void {
  const { result } = outcome
  result.metrics.forEach((m: MetricValue, position) => {
    db.run('INSERT INTO run_metrics (run_id, metric, slice, position, value, low, high, n, reason) VALUES ($id, $metric, $slice, $position, $value, $low, $high, $n, $reason)', { id, position, ...m })
  })
  db.run(`UPDATE runs SET status = 'done', headline = $headline, environment = $environment, timing = $timing, row_account = $rows, curves = $curves,
    notes = $notes, predictions_sha256 = $predictions, ended_at = $at WHERE id = $id`, {
    id, at, predictions: outcome.predictionsSha256, headline: outcome.headline === null ? null : JSON.stringify(outcome.headline),
    environment: JSON.stringify(result.environment), timing: JSON.stringify(result.timing), rows: JSON.stringify(result.rows),
    curves: JSON.stringify(result.curves), notes: JSON.stringify(result.notes),
  })
  const of = db.get('SELECT r.version_id, d.name FROM runs r JOIN datasets d ON d.id = r.dataset_id WHERE r.id = $id', { id })
  if (of !== undefined) noteFact(db, { versionId: text(of, 'version_id') as VersionId, action: 'evaluate', reason: `Its first run finished, on ${text(of, 'name')}.` }, at)
}

/** Closes a run without a result. A run that has ended already stays as it is. */
export function endRun(db: WriteDb, id: RunId, status: 'failed' | 'cancelled' | 'interrupted', error: ErrorPlain | null, at: number): void {
  db.run('UPDATE runs SET status = $status, error = $error, ended_at = $at WHERE id = $id AND ended_at IS NULL',
    { id, status, error: error === null ? null : JSON.stringify(error), at })
}

/** Runs that are queued or running, with the session that owns each. */
export function openRuns(db: ReadDb): readonly { readonly id: RunId; readonly owner: string }[] {
  return db.all('SELECT id, owner FROM runs WHERE ended_at IS NULL').map((r) => ({ id: text(r, 'id') as RunId, owner: text(r, 'owner') }))
}

/** Runs without a result: they may still go on. */
export const unfinishedRuns = (db: ReadDb): ReadonlySet<string> => new Set(db.all("SELECT id FROM runs WHERE status <> 'done'").map((r) => text(r, 'id')))

/** Turns runs whose session is gone (power cut, program killed) into `interrupted`, with a line of history each. Answers which. */
export function reconcileInterrupted(db: WriteDb, isAlive: (owner: string) => boolean, at: number): readonly RunId[] {
  const lost = openRuns(db).filter((r) => !isAlive(r.owner)).map((r) => r.id)
  for (const id of lost) {
    endRun(db, id, 'interrupted', null, at)
    record(db, { verb: 'run.evaluate', subject: id, sentence: 'A run was interrupted: Slipway ended before it did.', facts: { status: 'interrupted' }, who: slipwayItself }, at)
  }
  return lost
}

// Batches of logs and files of labels that came home, and what was forgotten of them. Only ever added to: what is left is told by the newest cut.
import { z } from 'zod'
import { LabelFile, LogBatch } from '../../../shared/domain/log-batch.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EventId, LabelFileId, LogBatchId, ModelId, Sha256, VersionId } from '../../../shared/ids.ts'
import { fits, json, number, numberOrNull, text, textOrNull, type ReadDb, type Row, type WriteDb } from './database.ts'

/** What a batch's row keeps as JSON. */
const BatchDetail = LogBatch.pick({ account: true, holds: true, layout: true, versions: true, outcomes: true, arms: true, standsFor: true, lowestSampling: true, warnings: true, environment: true })
const LabelDetail = LabelFile.pick({ account: true })

const newestCut = (of: string): string => `(SELECT json_object('rows', c.rows, 'sha256', c.sha256, 'from', c.left_from, 'to', c.left_to) FROM log_cuts c WHERE c.of_id = ${of}.id ORDER BY c.revision DESC LIMIT 1) AS cut`
const cuts = (of: string): string => `(SELECT json_group_array(json_object('from', c.from_at, 'to', c.to_at, 'rows', c.removed, 'who', e.who, 'reason', e.why, 'at', c.created_at) ORDER BY c.revision) FROM log_cuts c JOIN events e ON e.id = c.event_id WHERE c.of_id = ${of}.id) AS cuts`

const Cut = z.object({ rows: z.number().int(), sha256: z.string().nullable(), from: z.number().nullable(), to: z.number().nullable() })

const batches = `SELECT b.*, m.name AS model_name, v.number, e.who, ${newestCut('b')}, ${cuts('b')} FROM log_batches b JOIN models m ON m.id = b.model_id LEFT JOIN versions v ON v.id = b.version_id JOIN events e ON e.id = b.event_id`
const labelFiles = `SELECT l.*, m.name AS model_name, e.who, ${newestCut('l')} FROM label_files l JOIN models m ON m.id = l.model_id JOIN events e ON e.id = l.event_id`

const cutOf = (row: Row): z.infer<typeof Cut> | null => (textOrNull(row, 'cut') === null ? null : json(row, 'cut', Cut))

function toBatch(row: Row): LogBatch {
  return fits('a batch of logs', LogBatch, () => {
    const cut = cutOf(row)
    return {
      ...json(row, 'detail', BatchDetail), id: row['id'], modelId: row['model_id'], modelName: row['model_name'], versionId: row['version_id'], versionNumber: row['number'], deploymentId: row['deployment_id'], name: row['name'], format: row['format'],
      files: json(row, 'files', LogBatch.shape.files), rows: cut?.rows ?? row['rows'], from: cut === null ? numberOrNull(row, 'from_at') : cut.from, to: cut === null ? numberOrNull(row, 'to_at') : cut.to, forgotten: json(row, 'cuts', LogBatch.shape.forgotten), who: row['who'], createdAt: row['created_at'],
    }
  })
}

const toLabelFile = (row: Row): LabelFile => fits('a file of labels', LabelFile, () => {
  const cut = cutOf(row)
  return {
    ...json(row, 'detail', LabelDetail), id: row['id'], modelId: row['model_id'], modelName: row['model_name'], name: row['name'], files: json(row, 'files', LabelFile.shape.files),
    rows: cut?.rows ?? row['rows'], from: cut === null ? numberOrNull(row, 'from_at') : cut.from, to: cut === null ? numberOrNull(row, 'to_at') : cut.to, forgotten: cut !== null && cut.sha256 === null, who: row['who'], createdAt: row['created_at'],
  }
})

/** The blob that holds what is left; null where nothing is. */
const fileOf = (row: Row): Sha256 | null => { const cut = cutOf(row); return cut === null ? textOrNull(row, 'sha256') : cut.sha256 }

export interface StoredBatch { readonly batch: LogBatch; readonly file: Sha256 | null }
export interface StoredLabels { readonly labels: LabelFile; readonly file: Sha256 | null }

export interface BatchFilter { readonly modelId?: ModelId | undefined; readonly versionId?: VersionId | undefined; readonly from?: number | undefined; readonly to?: number | undefined }

/** Newest first, with the file of each. A batch whose rows name several versions is among those of each. */
export function storedBatches(db: ReadDb, of: BatchFilter = {}): readonly StoredBatch[] {
  const asked = of.versionId === undefined ? undefined : db.get('SELECT number FROM versions WHERE id = $id', { id: of.versionId })
  return db.all(`${batches} WHERE ($modelId IS NULL OR b.model_id = $modelId) ORDER BY b.created_at DESC, b.id DESC`, { modelId: of.modelId ?? null })
    .map((row) => ({ batch: toBatch(row), file: fileOf(row) }))
    .filter(({ batch }) => of.versionId === undefined || batch.versionId === of.versionId || (batch.versionId === null && asked !== undefined && batch.versions.some((v) => v.number === number(asked, 'number'))))
    .filter(({ batch }) => (of.from === undefined || batch.to === null || batch.to >= of.from) && (of.to === undefined || batch.from === null || batch.from < of.to))
}

/** Errors: `input.unknownId`. */
export function getBatch(db: ReadDb, id: LogBatchId): StoredBatch {
  const row = db.get(`${batches} WHERE b.id = $id`, { id })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'batch of logs', id })
  return { batch: toBatch(row), file: fileOf(row) }
}

/** In the order of their import. */
export const storedLabels = (db: ReadDb, modelId?: ModelId): readonly StoredLabels[] =>
  db.all(`${labelFiles} WHERE ($modelId IS NULL OR l.model_id = $modelId) ORDER BY l.created_at, l.id`, { modelId: modelId ?? null }).map((row) => ({ labels: toLabelFile(row), file: fileOf(row) }))

export type NewBatch = Omit<LogBatch, 'modelName' | 'versionNumber' | 'forgotten' | 'who'> & { readonly sha256: Sha256; readonly eventId: EventId }

export function insertBatch(db: WriteDb, batch: NewBatch): void {
  db.run(`INSERT INTO log_batches (id, model_id, version_id, deployment_id, name, format, files, sha256, rows, from_at, to_at, detail, event_id, created_at)
    VALUES ($id, $modelId, $versionId, $deploymentId, $name, $format, $files, $sha256, $rows, $from, $to, $detail, $eventId, $createdAt)`, {
    id: batch.id, modelId: batch.modelId, versionId: batch.versionId, deploymentId: batch.deploymentId, name: batch.name, format: batch.format, files: JSON.stringify(batch.files), sha256: batch.sha256, rows: batch.rows, from: batch.from, to: batch.to,
    detail: JSON.stringify(BatchDetail.parse(batch)), eventId: batch.eventId, createdAt: batch.createdAt,
  })
}

export type NewLabels = Omit<LabelFile, 'modelName' | 'forgotten' | 'who'> & { readonly sha256: Sha256; readonly eventId: EventId }

export function insertLabels(db: WriteDb, labels: NewLabels): void {
  db.run(`INSERT INTO label_files (id, model_id, name, files, sha256, rows, from_at, to_at, detail, event_id, created_at) VALUES ($id, $modelId, $name, $files, $sha256, $rows, $from, $to, $detail, $eventId, $createdAt)`, {
    id: labels.id, modelId: labels.modelId, name: labels.name, files: JSON.stringify(labels.files), sha256: labels.sha256, rows: labels.rows, from: labels.from, to: labels.to, detail: JSON.stringify(LabelDetail.parse(labels)), eventId: labels.eventId, createdAt: labels.createdAt,
  })
}

export interface NewCut { readonly of: LogBatchId | LabelFileId; readonly from: number | null; readonly to: number | null; readonly removed: number; /** what is left; null: nothing */ readonly left: { readonly sha256: Sha256; readonly rows: number; readonly from: number | null; readonly to: number | null } | null; readonly eventId: EventId; readonly at: number }

export function insertCut(db: WriteDb, cut: NewCut): void {
  const revision = number(db.get('SELECT coalesce(max(revision), 0) + 1 AS next FROM log_cuts WHERE of_id = $of', { of: cut.of }) ?? {}, 'next')
  db.run(`INSERT INTO log_cuts (of_id, revision, from_at, to_at, removed, sha256, rows, left_from, left_to, event_id, created_at) VALUES ($of, $revision, $from, $to, $removed, $sha256, $rows, $leftFrom, $leftTo, $eventId, $at)`, {
    of: cut.of, revision, from: cut.from, to: cut.to, removed: cut.removed, sha256: cut.left?.sha256 ?? null, rows: cut.left?.rows ?? 0, leftFrom: cut.left?.from ?? null, leftTo: cut.left?.to ?? null, eventId: cut.eventId, at: cut.at,
  })
}

/** Whether this database knows of logs at all; one that was not brought forward yet does not. */
export const knowsLogs = (db: ReadDb): boolean => db.get("SELECT 1 AS yes FROM sqlite_schema WHERE name = 'log_cuts'") !== undefined

/** The files of all batches and labels that are left, with what they are. */
export function logFiles(db: ReadDb): readonly { readonly sha256: string; readonly of: string; readonly what: string }[] {
  if (!knowsLogs(db)) return []
  const left = (table: string, what: string): string => `SELECT name, ${what} AS what, CASE WHEN EXISTS (SELECT 1 FROM log_cuts c WHERE c.of_id = t.id) THEN (SELECT c.sha256 FROM log_cuts c WHERE c.of_id = t.id ORDER BY c.revision DESC LIMIT 1) ELSE sha256 END AS file FROM ${table} t`
  return db.all(`SELECT * FROM (${left('log_batches', "'stored rows of logs'")} UNION ALL ${left('label_files', "'stored labels'")}) WHERE file IS NOT NULL`).map((row) => ({ sha256: text(row, 'file'), of: text(row, 'name'), what: text(row, 'what') }))
}

// Analyses of logs and decisions about their alerts. Only ever added to.
import { AlertDecision, MonitorColumn, MonitorReport } from '../../../shared/domain/monitor.ts'
import { z } from 'zod'
import { SlipwayError } from '../../../shared/errors.ts'
import type { ModelId, MonitorId, VersionId } from '../../../shared/ids.ts'
import { fits, json, number, text, type ReadDb, type Row, type WriteDb } from './database.ts'

const Stored = MonitorReport.omit({ who: true, modelName: true })
const select = 'SELECT r.*, e.who, m.name AS model_name FROM monitor_reports r JOIN events e ON e.id = r.event_id JOIN versions v ON v.id = r.version_id JOIN models m ON m.id = v.model_id'
const toReport = (row: Row): MonitorReport => fits('an analysis of logs', MonitorReport, () => ({ ...json(row, 'report', Stored), who: row['who'], modelName: row['model_name'] }))

export interface OfAnalyses { readonly modelId?: ModelId | undefined; readonly versionId?: VersionId | undefined }

/** Newest first. */
export const listReports = (db: ReadDb, of: OfAnalyses, limit: number): readonly MonitorReport[] =>
  db.all(`${select} WHERE ($modelId IS NULL OR v.model_id = $modelId) AND ($versionId IS NULL OR r.version_id = $versionId) ORDER BY r.created_at DESC, r.id DESC LIMIT $limit`, { modelId: of.modelId ?? null, versionId: of.versionId ?? null, limit }).map(toReport)

/** The one, or the newest of a version. Errors: `input.unknownId`, `monitor.none`. */
function find(db: ReadDb, of: { readonly monitorId?: MonitorId | undefined; readonly versionId?: VersionId | undefined }): Row {
  if (of.monitorId === undefined && of.versionId === undefined) throw new SlipwayError('input.invalid', { reason: 'name an analysis or a version' })
  const row = db.get(`${select} WHERE ($monitorId IS NULL OR r.id = $monitorId) AND ($versionId IS NULL OR r.version_id = $versionId) ORDER BY r.created_at DESC, r.id DESC LIMIT 1`, { monitorId: of.monitorId ?? null, versionId: of.versionId ?? null })
  if (row !== undefined) return row
  if (of.monitorId !== undefined) throw new SlipwayError('input.unknownId', { what: 'analysis', id: of.monitorId })
  throw new SlipwayError('monitor.none', {})
}

export const getReport = (db: ReadDb, of: Parameters<typeof find>[1]): MonitorReport => toReport(find(db, of))
export const reportColumns = (db: ReadDb, of: Parameters<typeof find>[1]): readonly MonitorColumn[] => json(find(db, of), 'columns', z.array(MonitorColumn))

export function insertReport(db: WriteDb, report: MonitorReport, columns: readonly MonitorColumn[], eventId: string): void {
  db.run('INSERT INTO monitor_reports (id, version_id, report, columns, event_id, created_at) VALUES ($id, $versionId, $report, $columns, $eventId, $createdAt)', {
    id: report.id, versionId: report.versionId, report: JSON.stringify(Stored.parse(report)), columns: JSON.stringify(columns), eventId, createdAt: report.createdAt,
  })
}

const toDecision = (row: Row): AlertDecision => fits('a decision about an alert', AlertDecision, () => ({
  id: row['id'], monitorId: row['monitor_id'], versionId: row['version_id'], thresholdId: text(row, 'threshold_id'), action: row['action'], reason: row['reason'], alert: row['alert'], value: row['value'], limit: number(row, 'old_limit'),
  severity: row['severity'], newLimit: row['new_limit'], who: row['who'], eventId: row['event_id'], at: row['created_at'],
}))

/** Newest first. */
export const listDecisions = (db: ReadDb, of: OfAnalyses): readonly AlertDecision[] =>
  db.all('SELECT d.*, e.who FROM alert_decisions d JOIN events e ON e.id = d.event_id JOIN versions v ON v.id = d.version_id WHERE ($modelId IS NULL OR v.model_id = $modelId) AND ($versionId IS NULL OR d.version_id = $versionId) ORDER BY d.created_at DESC, d.id DESC', { modelId: of.modelId ?? null, versionId: of.versionId ?? null }).map(toDecision)

export function insertDecision(db: WriteDb, d: Omit<AlertDecision, 'who'>): void {
  db.run(`INSERT INTO alert_decisions (id, monitor_id, version_id, threshold_id, action, reason, alert, severity, value, old_limit, new_limit, event_id, created_at)
    VALUES ($id, $monitorId, $versionId, $thresholdId, $action, $reason, $alert, $severity, $value, $limit, $newLimit, $eventId, $at)`, { ...d })
}

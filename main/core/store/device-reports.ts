// Parity and speed reports: stored whole when they are complete, shown again without computing.
import { ParityReport, SpeedReport, type DeviceReports } from '../../../shared/domain/device-report.ts'
import type { DatasetId, VersionId } from '../../../shared/ids.ts'
import { json, type ReadDb, type WriteDb } from './database.ts'

const mostListed = 20

/** Newest first, at most 20 of each kind. */
export function listDeviceReports(db: ReadDb, of: { readonly versionId: VersionId; readonly datasetId?: DatasetId | undefined }): DeviceReports {
  const rows = (kind: 'parity' | 'speed') => db.all(`SELECT report FROM device_reports WHERE version_id = $versionId AND kind = $kind AND ($datasetId IS NULL OR dataset_id = $datasetId)
    ORDER BY created_at DESC, id DESC LIMIT ${mostListed}`, { versionId: of.versionId, datasetId: of.datasetId ?? null, kind })
  return { parity: rows('parity').map((row) => json(row, 'report', ParityReport)), speed: rows('speed').map((row) => json(row, 'report', SpeedReport)) }
}

/** The newest speed report on the processor of exactly these bytes; null: nobody measured them. */
export function speedOf(db: ReadDb, versionId: VersionId, modelSha256: string): SpeedReport | null {
  return listDeviceReports(db, { versionId }).speed.find((report) => report.modelSha256 === modelSha256 && report.options.device === 'cpu') ?? null
}

/** Kept for ever: the database refuses every later change. */
export function insertDeviceReport(db: WriteDb, kind: 'parity' | 'speed', report: ParityReport | SpeedReport): void {
  db.run('INSERT INTO device_reports (id, kind, version_id, dataset_id, device, report, created_at) VALUES ($id, $kind, $versionId, $datasetId, $device, $report, $createdAt)', {
    id: report.id, kind, versionId: report.versionId, datasetId: report.datasetId, device: report.options.device, report: JSON.stringify(report), createdAt: report.createdAt,
  })
}

// Reports about devices: results of their own beside a version. Written once, when they are complete; never changed, never deleted.
import { refuseOn } from './append-only.ts'

const refuse = refuseOn('device_reports')

export const deviceReports = `
CREATE TABLE device_reports (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('parity', 'speed')), version_id TEXT NOT NULL REFERENCES versions, dataset_id TEXT NOT NULL REFERENCES datasets,
  device TEXT NOT NULL, report TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX device_reports_by_version ON device_reports (version_id, kind, created_at);
${[
  refuse('device_reports_no_update', 'UPDATE'),
  refuse('device_reports_no_delete', 'DELETE'),
  refuse('device_reports_no_replace', 'INSERT', 'WHEN EXISTS (SELECT 1 FROM device_reports WHERE id = NEW.id)'),
].join('\n')}
`

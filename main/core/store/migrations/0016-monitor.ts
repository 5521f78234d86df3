// What logs of served versions were found to say, and what was decided about alerts. Reports hold counts and no row; decisions are history.
import { refuse } from './append-only.ts'

const appendOnly = (table: string): string => [
  refuse(`${table}_no_update`, 'UPDATE', table),
  refuse(`${table}_no_delete`, 'DELETE', table),
  refuse(`${table}_no_replace`, 'INSERT', table, `WHEN EXISTS (SELECT 1 FROM ${table} WHERE id = NEW.id)`),
].join('\n')

/** `report` and `columns`: JSON of shared/domain/monitor.ts. `threshold_id`: a limit of the bundle. */
export const monitor = `
CREATE TABLE monitor_reports (
  id TEXT PRIMARY KEY, version_id TEXT NOT NULL REFERENCES versions, report TEXT NOT NULL, columns TEXT NOT NULL, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX monitor_reports_by_version ON monitor_reports (version_id, created_at);
CREATE TABLE alert_decisions (
  id TEXT PRIMARY KEY, monitor_id TEXT NOT NULL REFERENCES monitor_reports, version_id TEXT NOT NULL REFERENCES versions, threshold_id TEXT NOT NULL, action TEXT NOT NULL CHECK (action IN ('roll-back', 'retrain', 'recalibrate', 'threshold', 'accept')),
  reason TEXT NOT NULL, alert TEXT NOT NULL, severity TEXT NOT NULL, value REAL, old_limit REAL NOT NULL, new_limit REAL, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX alert_decisions_by_version ON alert_decisions (version_id, created_at);
${appendOnly('monitor_reports')}
${appendOnly('alert_decisions')}
`

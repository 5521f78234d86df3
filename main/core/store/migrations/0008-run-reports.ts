// Reports that were derived from a run for a gate, with what they were asked for: so a check can be explained later. Never changed, never deleted.
import { refuseOn } from './append-only.ts'

const refuse = refuseOn('run_reports')

export const runReports = `
CREATE TABLE run_reports (
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs, kind TEXT NOT NULL, request TEXT NOT NULL, report TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX run_reports_by_run ON run_reports (run_id, kind, created_at);
${[
  refuse('run_reports_no_update', 'UPDATE'),
  refuse('run_reports_no_delete', 'DELETE'),
  refuse('run_reports_no_replace', 'INSERT', 'WHEN EXISTS (SELECT 1 FROM run_reports WHERE id = NEW.id)'),
].join('\n')}
`

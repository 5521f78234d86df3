// Stress tests: results of their own beside the run that they repeat. Written once, when they are complete; never changed, never deleted.
import { refuseOn } from './append-only.ts'

const refuse = refuseOn('stress_tests')

export const stressTests = `
CREATE TABLE stress_tests (
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs, report TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX stress_tests_by_run ON stress_tests (run_id, created_at);
${[
  refuse('stress_tests_no_update', 'UPDATE'),
  refuse('stress_tests_no_delete', 'DELETE'),
  refuse('stress_tests_no_replace', 'INSERT', 'WHEN EXISTS (SELECT 1 FROM stress_tests WHERE id = NEW.id)'),
  refuse('stress_tests_only_of_done_runs', 'INSERT', "WHEN (SELECT status FROM runs WHERE id = NEW.run_id) IS NOT 'done'"),
].join('\n')}
`

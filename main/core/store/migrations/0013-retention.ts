// Retention: runs whose stored predictions were removed by a rule, with the event that says which rule, who and why.
// The runs themselves do not change.
import { refuseOn } from './append-only.ts'

const refuse = refuseOn('retired_predictions')

export const retention = `
CREATE TABLE retired_predictions (
  run_id TEXT PRIMARY KEY REFERENCES runs, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
${[
  refuse('retired_predictions_no_update', 'UPDATE'),
  refuse('retired_predictions_no_delete', 'DELETE'),
  refuse('retired_predictions_no_replace', 'INSERT', 'WHEN EXISTS (SELECT 1 FROM retired_predictions WHERE run_id = NEW.run_id)'),
  refuse('retired_predictions_only_of_done_runs', 'INSERT', "WHEN (SELECT status FROM runs WHERE id = NEW.run_id) IS NOT 'done'"),
].join('\n')}
`

// Metrics of a user's own: SQL aggregates saved with a model, revision by revision. Never changed, never deleted.
import { refuseOn } from './append-only.ts'

const refuse = refuseOn('custom_metrics')

export const customMetrics = `
CREATE TABLE custom_metrics (
  model_id TEXT NOT NULL REFERENCES models, name TEXT NOT NULL, revision INTEGER NOT NULL CHECK (revision > 0), expression TEXT NOT NULL, created_at INTEGER NOT NULL,
  PRIMARY KEY (model_id, name, revision)
) STRICT, WITHOUT ROWID;
${[
  refuse('custom_metrics_no_update', 'UPDATE'),
  refuse('custom_metrics_no_delete', 'DELETE'),
  refuse('custom_metrics_no_replace', 'INSERT', 'WHEN EXISTS (SELECT 1 FROM custom_metrics WHERE model_id = NEW.model_id AND name = NEW.name AND revision = NEW.revision)'),
].join('\n')}
`

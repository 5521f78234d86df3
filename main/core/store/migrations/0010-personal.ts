// Personal data: which columns of a data set hold it, revision by revision; and data sets whose values were forgotten, with the event that
// says who and why. History stays append-only: the one change that a data set's row allows is to become what its tombstone holds.
import { refuse } from './append-only.ts'

const kept = ['id', 'name', 'kind', 'format', 'path', 'source_name', 'sha256', 'bytes', 'row_count', 'copied', 'created_at']

export const personal = `
CREATE TABLE personal_flags (
  dataset_id TEXT NOT NULL REFERENCES datasets, revision INTEGER NOT NULL CHECK (revision > 0), whole INTEGER NOT NULL CHECK (whole IN (0, 1)), columns TEXT NOT NULL,
  event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL, PRIMARY KEY (dataset_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE forgotten_datasets (
  dataset_id TEXT PRIMARY KEY REFERENCES datasets, columns TEXT NOT NULL, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

${[
  ...['personal_flags', 'forgotten_datasets'].flatMap((table) => [refuse(`${table}_no_update`, 'UPDATE', table), refuse(`${table}_no_delete`, 'DELETE', table)]),
  refuse('personal_flags_no_replace', 'INSERT', 'personal_flags', 'WHEN EXISTS (SELECT 1 FROM personal_flags WHERE dataset_id = NEW.dataset_id AND revision = NEW.revision)'),
  refuse('forgotten_datasets_no_replace', 'INSERT', 'forgotten_datasets', 'WHEN EXISTS (SELECT 1 FROM forgotten_datasets WHERE dataset_id = NEW.dataset_id)'),
].join('\n')}

DROP TRIGGER datasets_no_update;
${refuse('datasets_no_update', 'UPDATE', 'datasets', `WHEN NOT (${kept.map((c) => `NEW.${c} IS OLD.${c}`).join(' AND ')} AND NEW.columns <> OLD.columns AND NEW.findings = '[]' AND NEW.classes = '[]'
  AND EXISTS (SELECT 1 FROM forgotten_datasets WHERE dataset_id = OLD.id AND columns = NEW.columns))`)}
`

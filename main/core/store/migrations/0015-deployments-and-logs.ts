// Where versions serve, step by step; hosts that may be asked; logs and labels that came home, and what was forgotten of them.
// All of it is history: a step, a batch or a word on a host never changes, and what counts is worked out from all of them.
import { refuse } from './append-only.ts'

const appendOnly = (table: string, key: string): string => [
  refuse(`${table}_no_update`, 'UPDATE', table),
  refuse(`${table}_no_delete`, 'DELETE', table),
  refuse(`${table}_no_replace`, 'INSERT', table, `WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${key})`),
].join('\n')

/**
 * `log_batches.sha256` and `label_files.sha256` name a blob as it was written first; the newest row of `log_cuts` names what is left of it,
 * NULL where nothing is. `detail`: JSON of shared/domain/log-batch.ts.
 */
export const deploymentsAndLogs = `
CREATE TABLE deployment_steps (
  id TEXT PRIMARY KEY REFERENCES events, deployment_id TEXT NOT NULL, model_id TEXT NOT NULL REFERENCES models, version_id TEXT NOT NULL REFERENCES versions, environment TEXT NOT NULL, target TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('start', 'share', 'end', 'incident')), how TEXT, at INTEGER NOT NULL, share REAL CHECK (share BETWEEN 0 AND 1),
  source TEXT NOT NULL CHECK (source IN ('hand', 'feedback', 'endpoint')), bundle_id TEXT, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX deployment_steps_by_deployment ON deployment_steps (deployment_id, at);
CREATE INDEX deployment_steps_by_model ON deployment_steps (model_id, at);

CREATE TABLE host_consents (
  host TEXT NOT NULL, revision INTEGER NOT NULL CHECK (revision > 0), allowed INTEGER NOT NULL CHECK (allowed IN (0, 1)), event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL,
  PRIMARY KEY (host, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_batches (
  id TEXT PRIMARY KEY, model_id TEXT NOT NULL REFERENCES models, version_id TEXT REFERENCES versions, deployment_id TEXT, name TEXT NOT NULL, format TEXT NOT NULL,
  files TEXT NOT NULL, sha256 TEXT, rows INTEGER NOT NULL CHECK (rows >= 0), from_at INTEGER, to_at INTEGER, detail TEXT NOT NULL, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX log_batches_by_model ON log_batches (model_id, from_at);

CREATE TABLE label_files (
  id TEXT PRIMARY KEY, model_id TEXT NOT NULL REFERENCES models, name TEXT NOT NULL, files TEXT NOT NULL, sha256 TEXT, rows INTEGER NOT NULL CHECK (rows >= 0), from_at INTEGER, to_at INTEGER,
  detail TEXT NOT NULL, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX label_files_by_model ON label_files (model_id, created_at);

CREATE TABLE log_cuts (
  of_id TEXT NOT NULL, revision INTEGER NOT NULL CHECK (revision > 0), from_at INTEGER, to_at INTEGER, removed INTEGER NOT NULL CHECK (removed >= 0), sha256 TEXT, rows INTEGER NOT NULL CHECK (rows >= 0),
  left_from INTEGER, left_to INTEGER, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL, PRIMARY KEY (of_id, revision)
) STRICT, WITHOUT ROWID;
${appendOnly('deployment_steps', 'id = NEW.id')}
${appendOnly('host_consents', 'host = NEW.host AND revision = NEW.revision')}
${appendOnly('log_batches', 'id = NEW.id')}
${appendOnly('label_files', 'id = NEW.id')}
${appendOnly('log_cuts', 'of_id = NEW.of_id AND revision = NEW.revision')}
`

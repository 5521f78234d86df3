// The first shape of a workspace. What is queried is a column; what is only shown is JSON text.
// History refuses change by itself: triggers abort every update and delete of what was once recorded.
import { refuse } from './append-only.ts'

const tables = `
CREATE TABLE models (
  id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, created_at INTEGER NOT NULL, archived_at INTEGER
) STRICT;

CREATE TABLE versions (
  id TEXT PRIMARY KEY, model_id TEXT NOT NULL REFERENCES models, number INTEGER NOT NULL CHECK (number > 0),
  parent_id TEXT REFERENCES versions, sha256 TEXT NOT NULL, content_sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
  source_name TEXT NOT NULL, files TEXT NOT NULL, signature TEXT NOT NULL, graph TEXT NOT NULL,
  needs_rewrite INTEGER NOT NULL CHECK (needs_rewrite IN (0, 1)), created_at INTEGER NOT NULL,
  UNIQUE (model_id, number), UNIQUE (model_id, content_sha256)
) STRICT;
CREATE INDEX versions_by_content ON versions (content_sha256);

CREATE TABLE version_notes (
  version_id TEXT NOT NULL REFERENCES versions, revision INTEGER NOT NULL CHECK (revision > 0),
  note TEXT NOT NULL, tags TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (version_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE derivations (
  version_id TEXT NOT NULL REFERENCES versions, kind TEXT NOT NULL, sha256 TEXT NOT NULL, derivation TEXT NOT NULL,
  created_at INTEGER NOT NULL, PRIMARY KEY (version_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE bindings (
  version_id TEXT NOT NULL REFERENCES versions, revision INTEGER NOT NULL CHECK (revision > 0), task TEXT NOT NULL,
  binding TEXT NOT NULL, guesses TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (version_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE datasets (
  id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('table', 'images')), format TEXT NOT NULL,
  path TEXT NOT NULL, source_name TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, row_count INTEGER NOT NULL,
  columns TEXT NOT NULL, classes TEXT NOT NULL, findings TEXT NOT NULL, copied INTEGER NOT NULL CHECK (copied IN (0, 1)), created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX datasets_by_content ON datasets (sha256);

CREATE TABLE runs (
  id TEXT PRIMARY KEY, version_id TEXT NOT NULL REFERENCES versions, dataset_id TEXT NOT NULL REFERENCES datasets,
  dataset_sha256 TEXT NOT NULL, model_sha256 TEXT NOT NULL, task TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
  owner TEXT NOT NULL, binding TEXT NOT NULL, guesses TEXT NOT NULL, options TEXT NOT NULL,
  headline TEXT, environment TEXT, timing TEXT, row_account TEXT, curves TEXT, notes TEXT, predictions_sha256 TEXT, error TEXT,
  created_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER,
  CHECK ((status IN ('queued', 'running')) = (ended_at IS NULL)),
  CHECK (status <> 'done' OR (environment IS NOT NULL AND row_account IS NOT NULL AND predictions_sha256 IS NOT NULL)),
  CHECK ((status = 'failed') <= (error IS NOT NULL))
) STRICT;
CREATE INDEX runs_by_version ON runs (version_id, created_at);
CREATE INDEX runs_by_dataset ON runs (dataset_id, created_at);

CREATE TABLE run_metrics (
  run_id TEXT NOT NULL REFERENCES runs, metric TEXT NOT NULL, slice TEXT NOT NULL, position INTEGER NOT NULL,
  value REAL, low REAL, high REAL, n INTEGER NOT NULL, reason TEXT, PRIMARY KEY (run_id, metric, slice)
) STRICT, WITHOUT ROWID;

CREATE TABLE gates (
  id TEXT PRIMARY KEY, model_id TEXT NOT NULL REFERENCES models, revision INTEGER NOT NULL CHECK (revision > 0), policy TEXT NOT NULL,
  saved INTEGER NOT NULL CHECK (saved IN (0, 1)), created_at INTEGER NOT NULL, UNIQUE (model_id, revision)
) STRICT;

CREATE TABLE gate_checks (
  id TEXT PRIMARY KEY, gate_id TEXT NOT NULL REFERENCES gates, run_id TEXT NOT NULL REFERENCES runs, baseline_run_id TEXT REFERENCES runs,
  passed INTEGER NOT NULL CHECK (passed IN (0, 1)), findings TEXT NOT NULL, override_name TEXT, override_reason TEXT, checked_at INTEGER NOT NULL,
  CHECK ((override_name IS NULL) = (override_reason IS NULL))
) STRICT;
CREATE INDEX gate_checks_by_run ON gate_checks (run_id, checked_at);

CREATE TABLE bundles (
  id TEXT PRIMARY KEY, version_id TEXT NOT NULL REFERENCES versions, run_id TEXT NOT NULL REFERENCES runs, check_id TEXT NOT NULL REFERENCES gate_checks,
  name TEXT NOT NULL, version TEXT NOT NULL, serial INTEGER NOT NULL CHECK (serial > 0), path TEXT NOT NULL, bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL, root_digest TEXT NOT NULL, publisher_key_id TEXT NOT NULL, overridden INTEGER NOT NULL CHECK (overridden IN (0, 1)),
  manifest TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX bundles_by_version ON bundles (version_id, created_at);

CREATE TABLE events (
  id TEXT PRIMARY KEY, at INTEGER NOT NULL, verb TEXT NOT NULL, subject TEXT NOT NULL, sentence TEXT NOT NULL, facts TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_subject ON events (subject, id);

CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`

const frozen = ['versions', 'version_notes', 'derivations', 'bindings', 'datasets', 'run_metrics', 'gates', 'gate_checks', 'bundles', 'events']
const kept = [...frozen, 'models', 'runs']

const runIdentity = ['id', 'version_id', 'dataset_id', 'dataset_sha256', 'model_sha256', 'task', 'owner', 'binding', 'guesses', 'options', 'created_at']

const triggers = [
  ...frozen.map((table) => refuse(`${table}_no_update`, 'UPDATE', table)),
  ...kept.map((table) => refuse(`${table}_no_delete`, 'DELETE', table)),
  refuse('models_no_identity_update', 'UPDATE OF id, created_at', 'models'),
  refuse('runs_no_identity_update', `UPDATE OF ${runIdentity.join(', ')}`, 'runs'),
  refuse('runs_no_update_after_end', 'UPDATE', 'runs', 'WHEN OLD.ended_at IS NOT NULL'),
  refuse('run_metrics_only_before_end', 'INSERT', 'run_metrics', 'WHEN (SELECT ended_at FROM runs WHERE id = NEW.run_id) IS NOT NULL'),
  // An insert that replaces would delete without asking the delete trigger, unless recursive triggers are on.
  ...['models', 'versions', 'datasets', 'runs', 'gates', 'gate_checks', 'bundles', 'events'].map((table) =>
    refuse(`${table}_no_replace`, 'INSERT', table, `WHEN EXISTS (SELECT 1 FROM ${table} WHERE id = NEW.id)`)),
  refuse('derivations_no_replace', 'INSERT', 'derivations', 'WHEN EXISTS (SELECT 1 FROM derivations WHERE version_id = NEW.version_id AND kind = NEW.kind)'),
  refuse('bindings_no_replace', 'INSERT', 'bindings', 'WHEN EXISTS (SELECT 1 FROM bindings WHERE version_id = NEW.version_id AND revision = NEW.revision)'),
  refuse('version_notes_no_replace', 'INSERT', 'version_notes', 'WHEN EXISTS (SELECT 1 FROM version_notes WHERE version_id = NEW.version_id AND revision = NEW.revision)'),
  refuse('run_metrics_no_replace', 'INSERT', 'run_metrics', 'WHEN EXISTS (SELECT 1 FROM run_metrics WHERE run_id = NEW.run_id AND metric = NEW.metric AND slice = NEW.slice)'),
  // Replacing through a second unique key (model and number, a name) would delete the old row too.
  refuse('models_no_replace_by_name', 'INSERT', 'models', 'WHEN EXISTS (SELECT 1 FROM models WHERE name = NEW.name)'),
  refuse('models_no_replace_by_rename', 'UPDATE OF name', 'models', 'WHEN EXISTS (SELECT 1 FROM models WHERE name = NEW.name AND id <> OLD.id)'),
  refuse('versions_no_replace_by_key', 'INSERT', 'versions', 'WHEN EXISTS (SELECT 1 FROM versions WHERE model_id = NEW.model_id AND (number = NEW.number OR content_sha256 = NEW.content_sha256))'),
  refuse('datasets_no_replace_by_name', 'INSERT', 'datasets', 'WHEN EXISTS (SELECT 1 FROM datasets WHERE name = NEW.name)'),
  refuse('gates_no_replace_by_key', 'INSERT', 'gates', 'WHEN EXISTS (SELECT 1 FROM gates WHERE model_id = NEW.model_id AND revision = NEW.revision)'),
].join('\n')

export const initial = `${tables}\n${triggers}\n`

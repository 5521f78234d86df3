// What searching, leaderboards and trends are answered from: lean rows beside the history, kept by triggers, and the indexes that listing needs.
// No history of its own: every row here follows from rows elsewhere and can be made again. Saved views are settings of the workspace.

/**
 * A version's row holds kilobytes of JSON before the columns that a search looks at, and a run's row more; so the few columns that are
 * looked at for every version lie together, under small numbers of their own. `version_metrics` holds the numbers of the newest finished
 * run of each version, `newest_metrics` those of the newest on each data content: which run is the newest cannot be told from an index
 * over all runs, and a leaderboard or a search would have to look at all of them.
 */
const tables = `
CREATE TABLE search_models (
  id INTEGER PRIMARY KEY, model_id TEXT NOT NULL UNIQUE REFERENCES models, name TEXT NOT NULL COLLATE NOCASE, archived INTEGER NOT NULL CHECK (archived IN (0, 1))
) STRICT;

CREATE TABLE search_versions (
  id INTEGER PRIMARY KEY, version_id TEXT NOT NULL UNIQUE REFERENCES versions, model INTEGER NOT NULL REFERENCES search_models, number INTEGER NOT NULL, created_at INTEGER NOT NULL,
  bytes INTEGER NOT NULL, opset INTEGER, source_name TEXT NOT NULL, needs_rewrite INTEGER NOT NULL CHECK (needs_rewrite IN (0, 1)), note TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'draft', task TEXT,
  newest_run TEXT REFERENCES runs, evaluated_at INTEGER, run_count INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX search_versions_by_model ON search_versions (model, number, run_count, newest_run);

CREATE TABLE search_tags (
  tag TEXT NOT NULL COLLATE NOCASE, version INTEGER NOT NULL REFERENCES search_versions, place INTEGER NOT NULL, PRIMARY KEY (tag, version, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_tags_by_version ON search_tags (version, place);

CREATE TABLE contents (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE newest_runs (
  version INTEGER NOT NULL REFERENCES search_versions, content INTEGER NOT NULL REFERENCES contents, run_id TEXT NOT NULL REFERENCES runs,
  created_at INTEGER NOT NULL, PRIMARY KEY (version, content)
) STRICT, WITHOUT ROWID;
CREATE INDEX newest_runs_by_content ON newest_runs (content, version);

CREATE TABLE newest_metrics (
  content INTEGER NOT NULL REFERENCES contents, metric TEXT NOT NULL, version INTEGER NOT NULL REFERENCES search_versions,
  value REAL, low REAL, high REAL, n INTEGER NOT NULL, PRIMARY KEY (content, metric, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE version_metrics (
  metric TEXT NOT NULL, version INTEGER NOT NULL REFERENCES search_versions, value REAL, low REAL, high REAL, n INTEGER NOT NULL, PRIMARY KEY (metric, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE search_views (
  name TEXT PRIMARY KEY COLLATE NOCASE, query TEXT NOT NULL, sort TEXT NOT NULL, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`

/** Rows of runs and versions are long; these answer without them. */
const indexes = `
CREATE INDEX runs_open ON runs (id, owner) WHERE ended_at IS NULL;
CREATE INDEX runs_not_done ON runs (id) WHERE status <> 'done';
CREATE INDEX runs_by_predictions ON runs (predictions_sha256) WHERE predictions_sha256 IS NOT NULL;
CREATE INDEX runs_by_time ON runs (created_at, id);
CREATE INDEX events_by_time ON events (at);
`

const opset = (version: string): string =>
  `(SELECT max(json_extract(o.value, '$.version')) FROM json_each(${version}.graph, '$.opsets') o WHERE json_extract(o.value, '$.domain') IN ('', 'ai.onnx'))`

const modelTriggers = `
CREATE TRIGGER models_searched AFTER INSERT ON models BEGIN
  INSERT INTO search_models (model_id, name, archived) VALUES (NEW.id, NEW.name, NEW.archived_at IS NOT NULL);
END;
CREATE TRIGGER models_searched_anew AFTER UPDATE OF name, archived_at ON models BEGIN
  UPDATE search_models SET name = NEW.name, archived = NEW.archived_at IS NOT NULL WHERE model_id = NEW.id;
END;
`

const ofVersion = '(SELECT id FROM search_versions WHERE version_id = NEW.version_id)'

const versionTriggers = `
CREATE TRIGGER versions_searched AFTER INSERT ON versions BEGIN
  INSERT INTO search_versions (version_id, model, number, created_at, bytes, opset, source_name, needs_rewrite)
  VALUES (NEW.id, (SELECT id FROM search_models WHERE model_id = NEW.model_id), NEW.number, NEW.created_at, NEW.bytes, ${opset('NEW')}, NEW.source_name, NEW.needs_rewrite);
END;

CREATE TRIGGER version_notes_searched AFTER INSERT ON version_notes
WHEN NEW.revision = (SELECT max(revision) FROM version_notes WHERE version_id = NEW.version_id) BEGIN
  UPDATE search_versions SET note = NEW.note WHERE version_id = NEW.version_id;
  DELETE FROM search_tags WHERE version = ${ofVersion};
  INSERT INTO search_tags (tag, version, place) SELECT t.value, ${ofVersion}, t.key FROM json_each(NEW.tags) t;
END;

CREATE TRIGGER version_states_searched AFTER INSERT ON version_states
WHEN NEW.revision = (SELECT max(revision) FROM version_states WHERE version_id = NEW.version_id) BEGIN
  UPDATE search_versions SET state = NEW.state WHERE version_id = NEW.version_id;
END;

CREATE TRIGGER bindings_searched AFTER INSERT ON bindings BEGIN
  UPDATE search_versions SET task = NEW.task WHERE version_id = NEW.version_id AND newest_run IS NULL;
END;

CREATE TRIGGER runs_counted AFTER INSERT ON runs BEGIN
  UPDATE search_versions SET run_count = run_count + 1 WHERE version_id = NEW.version_id;
END;
`

const content = '(SELECT id FROM contents WHERE sha256 = NEW.dataset_sha256)'
const metricsOf = (run: string): string => `(SELECT metric FROM run_metrics WHERE run_id = ${run} AND slice = '')`
const before = `(SELECT run_id FROM newest_runs WHERE version = ${ofVersion} AND content = ${content})`
const newestOfAny = '(SELECT newest_run FROM search_versions WHERE version_id = NEW.version_id)'

/** A run that is done takes the place of an older one of its version on the same content, and of the newest of its version on any. */
const runTriggers = `
CREATE TRIGGER runs_newest_on_content AFTER UPDATE OF status ON runs
WHEN NEW.status = 'done' AND OLD.status <> 'done' AND NOT EXISTS (SELECT 1 FROM newest_runs WHERE version = ${ofVersion} AND content = ${content} AND (created_at, run_id) > (NEW.created_at, NEW.id)) BEGIN
  INSERT INTO contents (sha256) SELECT NEW.dataset_sha256 WHERE ${content} IS NULL;
  DELETE FROM newest_metrics WHERE content = ${content} AND version = ${ofVersion} AND metric IN ${metricsOf(before)};
  DELETE FROM newest_runs WHERE version = ${ofVersion} AND content = ${content};
  INSERT INTO newest_runs (version, content, run_id, created_at) VALUES (${ofVersion}, ${content}, NEW.id, NEW.created_at);
  INSERT INTO newest_metrics (content, metric, version, value, low, high, n)
  SELECT ${content}, m.metric, ${ofVersion}, m.value, m.low, m.high, m.n FROM run_metrics m WHERE m.run_id = NEW.id AND m.slice = '';
END;

CREATE TRIGGER runs_newest_of_version AFTER UPDATE OF status ON runs
WHEN NEW.status = 'done' AND OLD.status <> 'done' AND NOT EXISTS (SELECT 1 FROM search_versions WHERE version_id = NEW.version_id AND (evaluated_at, newest_run) > (NEW.created_at, NEW.id)) BEGIN
  DELETE FROM version_metrics WHERE version = ${ofVersion} AND metric IN ${metricsOf(newestOfAny)};
  UPDATE search_versions SET newest_run = NEW.id, evaluated_at = NEW.created_at, task = NEW.task WHERE version_id = NEW.version_id;
  INSERT INTO version_metrics (metric, version, value, low, high, n) SELECT m.metric, ${ofVersion}, m.value, m.low, m.high, m.n FROM run_metrics m WHERE m.run_id = NEW.id AND m.slice = '';
END;
`

/** The same from what is there already. */
const derived = `
INSERT INTO search_models (model_id, name, archived) SELECT id, name, archived_at IS NOT NULL FROM models ORDER BY created_at, id;

INSERT INTO search_versions (version_id, model, number, created_at, bytes, opset, source_name, needs_rewrite, note, state, task, newest_run, evaluated_at, run_count)
SELECT v.id, m.id, v.number, v.created_at, v.bytes, ${opset('v')}, v.source_name, v.needs_rewrite,
  COALESCE((SELECT n.note FROM version_notes n WHERE n.version_id = v.id ORDER BY n.revision DESC LIMIT 1), ''),
  COALESCE((SELECT s.state FROM version_states s WHERE s.version_id = v.id ORDER BY s.revision DESC LIMIT 1), 'draft'),
  COALESCE(r.task, (SELECT b.task FROM bindings b WHERE b.version_id = v.id ORDER BY b.revision DESC LIMIT 1)),
  r.id, r.created_at, (SELECT count(*) FROM runs c WHERE c.version_id = v.id)
FROM versions v JOIN search_models m ON m.model_id = v.model_id
LEFT JOIN runs r ON r.id = (SELECT d.id FROM runs d WHERE d.version_id = v.id AND d.status = 'done' ORDER BY d.created_at DESC, d.id DESC LIMIT 1)
ORDER BY m.id, v.number;

INSERT INTO search_tags (tag, version, place)
SELECT t.value, s.id, t.key FROM version_notes n JOIN search_versions s ON s.version_id = n.version_id, json_each(n.tags) t
WHERE n.revision = (SELECT max(revision) FROM version_notes WHERE version_id = n.version_id);

INSERT INTO contents (sha256) SELECT DISTINCT dataset_sha256 FROM runs WHERE status = 'done';

INSERT INTO newest_runs (version, content, run_id, created_at)
SELECT version, content, id, created_at FROM (
  SELECT s.id AS version, c.id AS content, r.id, r.created_at, row_number() OVER (PARTITION BY s.id, c.id ORDER BY r.created_at DESC, r.id DESC) AS place
  FROM runs r JOIN contents c ON c.sha256 = r.dataset_sha256 JOIN search_versions s ON s.version_id = r.version_id WHERE r.status = 'done') WHERE place = 1;

INSERT INTO newest_metrics (content, metric, version, value, low, high, n)
SELECT n.content, m.metric, n.version, m.value, m.low, m.high, m.n FROM newest_runs n JOIN run_metrics m ON m.run_id = n.run_id AND m.slice = '';

INSERT INTO version_metrics (metric, version, value, low, high, n)
SELECT m.metric, s.id, m.value, m.low, m.high, m.n FROM search_versions s JOIN run_metrics m ON m.run_id = s.newest_run AND m.slice = '';
`

export const search = `${tables}\n${indexes}\n${derived}\n${modelTriggers}\n${versionTriggers}\n${runTriggers}\n`

// Of a version's finished runs, those over the whole data set stand for it: a run over the first or some drawn rows does so only where there is no other.
// Replaces the triggers and rows of the step that made the lean tables; no history of its own.

const columns = `
ALTER TABLE search_versions ADD COLUMN whole INTEGER NOT NULL DEFAULT 0 CHECK (whole IN (0, 1));
ALTER TABLE newest_runs ADD COLUMN whole INTEGER NOT NULL DEFAULT 0 CHECK (whole IN (0, 1));
DROP TRIGGER runs_newest_on_content;
DROP TRIGGER runs_newest_of_version;
`

const wholeOf = (run: string): string => `(json_extract(${run}.options, '$.limit') IS NULL AND json_extract(${run}.options, '$.sample') IS NULL)`
const ofVersion = '(SELECT id FROM search_versions WHERE version_id = NEW.version_id)'
const content = '(SELECT id FROM contents WHERE sha256 = NEW.dataset_sha256)'
const metricsOf = (run: string): string => `(SELECT metric FROM run_metrics WHERE run_id = ${run} AND slice = '')`
const before = `(SELECT run_id FROM newest_runs WHERE version = ${ofVersion} AND content = ${content})`
const newestOfAny = '(SELECT newest_run FROM search_versions WHERE version_id = NEW.version_id)'
const newer = `(${wholeOf('NEW')}, NEW.created_at, NEW.id)`

const triggers = `
CREATE TRIGGER runs_newest_on_content AFTER UPDATE OF status ON runs
WHEN NEW.status = 'done' AND OLD.status <> 'done' AND NOT EXISTS (SELECT 1 FROM newest_runs WHERE version = ${ofVersion} AND content = ${content} AND (whole, created_at, run_id) > ${newer}) BEGIN
  INSERT INTO contents (sha256) SELECT NEW.dataset_sha256 WHERE ${content} IS NULL;
  DELETE FROM newest_metrics WHERE content = ${content} AND version = ${ofVersion} AND metric IN ${metricsOf(before)};
  DELETE FROM newest_runs WHERE version = ${ofVersion} AND content = ${content};
  INSERT INTO newest_runs (version, content, run_id, created_at, whole) VALUES (${ofVersion}, ${content}, NEW.id, NEW.created_at, ${wholeOf('NEW')});
  INSERT INTO newest_metrics (content, metric, version, value, low, high, n)
  SELECT ${content}, m.metric, ${ofVersion}, m.value, m.low, m.high, m.n FROM run_metrics m WHERE m.run_id = NEW.id AND m.slice = '';
END;

CREATE TRIGGER runs_newest_of_version AFTER UPDATE OF status ON runs
WHEN NEW.status = 'done' AND OLD.status <> 'done'
  AND NOT EXISTS (SELECT 1 FROM search_versions WHERE version_id = NEW.version_id AND newest_run IS NOT NULL AND (whole, evaluated_at, newest_run) > ${newer}) BEGIN
  DELETE FROM version_metrics WHERE version = ${ofVersion} AND metric IN ${metricsOf(newestOfAny)};
  UPDATE search_versions SET newest_run = NEW.id, evaluated_at = NEW.created_at, task = NEW.task, whole = ${wholeOf('NEW')} WHERE version_id = NEW.version_id;
  INSERT INTO version_metrics (metric, version, value, low, high, n) SELECT m.metric, ${ofVersion}, m.value, m.low, m.high, m.n FROM run_metrics m WHERE m.run_id = NEW.id AND m.slice = '';
END;
`

/** The rows anew, from the runs that are there. */
const rebuilt = `
DELETE FROM newest_metrics;
DELETE FROM version_metrics;
DELETE FROM newest_runs;

INSERT INTO newest_runs (version, content, run_id, created_at, whole)
SELECT version, content, id, created_at, whole FROM (
  SELECT s.id AS version, c.id AS content, r.id, r.created_at, ${wholeOf('r')} AS whole,
    row_number() OVER (PARTITION BY s.id, c.id ORDER BY ${wholeOf('r')} DESC, r.created_at DESC, r.id DESC) AS place
  FROM runs r JOIN contents c ON c.sha256 = r.dataset_sha256 JOIN search_versions s ON s.version_id = r.version_id WHERE r.status = 'done') WHERE place = 1;

UPDATE search_versions SET newest_run = r.id, evaluated_at = r.created_at, task = r.task, whole = ${wholeOf('r')}
FROM runs r WHERE r.id = (SELECT d.id FROM runs d WHERE d.version_id = search_versions.version_id AND d.status = 'done' ORDER BY ${wholeOf('d')} DESC, d.created_at DESC, d.id DESC LIMIT 1);

INSERT INTO newest_metrics (content, metric, version, value, low, high, n)
SELECT n.content, m.metric, n.version, m.value, m.low, m.high, m.n FROM newest_runs n JOIN run_metrics m ON m.run_id = n.run_id AND m.slice = '';

INSERT INTO version_metrics (metric, version, value, low, high, n)
SELECT m.metric, s.id, m.value, m.low, m.high, m.n FROM search_versions s JOIN run_metrics m ON m.run_id = s.newest_run AND m.slice = '';
`

export const wholeRuns = `${columns}\n${rebuilt}\n${triggers}\n`

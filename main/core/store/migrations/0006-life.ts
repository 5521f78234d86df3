// The life of versions and the moves of aliases: append-only, in order, with the event that says who and why.
// What versions had become before states were kept is derived here from their finished runs and bundles.
import { refuse } from './append-only.ts'

const demand = (name: string, table: string, when: string, sentence: string): string =>
  `CREATE TRIGGER ${name} BEFORE INSERT ON ${table} WHEN ${when} BEGIN SELECT RAISE(ABORT, '${sentence}'); END;`

/** Update, delete and replacing insert refused; revisions come one after the other, so that two writers cannot both be next. */
const appendOnly = (table: string, key: string): string => [
  refuse(`${table}_no_update`, 'UPDATE', table),
  refuse(`${table}_no_delete`, 'DELETE', table),
  refuse(`${table}_no_replace`, 'INSERT', table, `WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${key} AND revision = NEW.revision)`),
  demand(`${table}_in_order`, table, `NEW.revision <> 1 + COALESCE((SELECT max(revision) FROM ${table} WHERE ${key}), 0)`, 'history is append-only: revisions follow one another'),
].join('\n')

const tables = `
CREATE TABLE version_states (
  version_id TEXT NOT NULL REFERENCES versions, revision INTEGER NOT NULL CHECK (revision > 0),
  state TEXT NOT NULL CHECK (state IN ('draft', 'evaluated', 'in-review', 'approved', 'released', 'retired', 'archived')),
  action TEXT NOT NULL, reason TEXT NOT NULL, event_id TEXT REFERENCES events, created_at INTEGER NOT NULL, PRIMARY KEY (version_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE alias_moves (
  model_id TEXT NOT NULL REFERENCES models, alias TEXT NOT NULL CHECK (alias <> '' AND alias = lower(alias)), revision INTEGER NOT NULL CHECK (revision > 0),
  version_id TEXT REFERENCES versions, action TEXT NOT NULL CHECK (action IN ('set', 'rollback', 'remove')), reason TEXT NOT NULL,
  event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL, PRIMARY KEY (model_id, alias, revision),
  CHECK ((action = 'remove') = (version_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_moves_by_version ON alias_moves (version_id);

CREATE TABLE care_notes (
  model_id TEXT NOT NULL REFERENCES models, version_id TEXT NOT NULL DEFAULT '', revision INTEGER NOT NULL CHECK (revision > 0),
  owners TEXT NOT NULL, links TEXT NOT NULL, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL, PRIMARY KEY (model_id, version_id, revision)
) STRICT, WITHOUT ROWID;
`

/** How every version and every alias stands now; what never took a step is a draft. */
const views = `
CREATE VIEW current_states AS
SELECT v.id AS version_id, v.model_id, COALESCE((SELECT s.state FROM version_states s WHERE s.version_id = v.id ORDER BY s.revision DESC LIMIT 1), 'draft') AS state FROM versions v;

CREATE VIEW current_aliases AS
SELECT a.model_id, a.alias, a.version_id, a.revision, a.created_at FROM alias_moves a
WHERE a.version_id IS NOT NULL AND a.revision = (SELECT max(b.revision) FROM alias_moves b WHERE b.model_id = a.model_id AND b.alias = a.alias);
`

const triggers = [
  appendOnly('version_states', 'version_id = NEW.version_id'),
  appendOnly('alias_moves', 'model_id = NEW.model_id AND alias = NEW.alias'),
  appendOnly('care_notes', 'model_id = NEW.model_id AND version_id = NEW.version_id'),
  demand('alias_moves_own_version', 'alias_moves', 'NEW.version_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM versions WHERE id = NEW.version_id AND model_id = NEW.model_id)', 'an alias points to a version of its own model'),
  demand('care_notes_own_version', 'care_notes', "NEW.version_id <> '' AND NOT EXISTS (SELECT 1 FROM versions WHERE id = NEW.version_id AND model_id = NEW.model_id)", 'a version belongs to its model'),
].join('\n')

const derived = `
INSERT INTO version_states (version_id, revision, state, action, reason, event_id, created_at)
SELECT r.version_id, 1, 'evaluated', 'evaluate', 'Its first run finished, before states were kept.', NULL, min(r.ended_at)
FROM runs r WHERE r.status = 'done' GROUP BY r.version_id;

INSERT INTO version_states (version_id, revision, state, action, reason, event_id, created_at)
SELECT b.version_id, 1 + (SELECT count(*) FROM version_states s WHERE s.version_id = b.version_id), 'released', 'release', 'Its first bundle was exported, before states were kept.', NULL, min(b.created_at)
FROM bundles b GROUP BY b.version_id;
`

export const life = `${tables}\n${views}\n${triggers}\n${derived}\n`

// Reviews: requests made here, the answers that were recorded, and whose keys are trusted. Append-only; trust is taken back by a new revision.
import { refuse } from './append-only.ts'

const appendOnly = (table: string, key: string): string => [
  refuse(`${table}_no_update`, 'UPDATE', table),
  refuse(`${table}_no_delete`, 'DELETE', table),
  refuse(`${table}_no_replace`, 'INSERT', table, `WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${key})`),
].join('\n')

export const reviews = `
CREATE TABLE reviewers (
  key_id TEXT NOT NULL, revision INTEGER NOT NULL CHECK (revision > 0), name TEXT NOT NULL, public_key TEXT NOT NULL, trusted INTEGER NOT NULL CHECK (trusted IN (0, 1)),
  event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL, PRIMARY KEY (key_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_requests (
  id TEXT PRIMARY KEY, version_id TEXT NOT NULL REFERENCES versions, run_id TEXT NOT NULL REFERENCES runs, check_id TEXT REFERENCES gate_checks,
  author_key_id TEXT NOT NULL, body TEXT NOT NULL, body_sha256 TEXT NOT NULL UNIQUE, signature TEXT NOT NULL, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX review_requests_by_version ON review_requests (version_id, created_at);

CREATE TABLE review_answers (
  request_id TEXT NOT NULL REFERENCES review_requests, key_id TEXT NOT NULL, decision TEXT NOT NULL CHECK (decision IN ('approve', 'reject')), name TEXT NOT NULL, body TEXT NOT NULL, signature TEXT NOT NULL,
  event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL, PRIMARY KEY (request_id, key_id)
) STRICT, WITHOUT ROWID;
${appendOnly('reviewers', 'key_id = NEW.key_id AND revision = NEW.revision')}
${appendOnly('review_requests', 'id = NEW.id OR body_sha256 = NEW.body_sha256')}
${appendOnly('review_answers', 'request_id = NEW.request_id AND key_id = NEW.key_id')}
`

// Approvals that were taken back, by a later signed answer or here, and requests that were received from elsewhere with the answers given to them.
import { refuse } from './append-only.ts'

const appendOnly = (table: string, key: string): string => [
  refuse(`${table}_no_update`, 'UPDATE', table),
  refuse(`${table}_no_delete`, 'DELETE', table),
  refuse(`${table}_no_replace`, 'INSERT', table, `WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${key})`),
].join('\n')

/** `body` and `signature`: the reviewer's own later answer; NULL where somebody took the approval back in this workspace. */
export const reviewCare = `
CREATE TABLE revoked_approvals (
  request_id TEXT NOT NULL, key_id TEXT NOT NULL, body TEXT, signature TEXT, reason TEXT NOT NULL, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL,
  PRIMARY KEY (request_id, key_id), FOREIGN KEY (request_id, key_id) REFERENCES review_answers (request_id, key_id), CHECK ((body IS NULL) = (signature IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE received_requests (
  sha256 TEXT PRIMARY KEY, body TEXT NOT NULL, signature TEXT NOT NULL, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE given_answers (
  request_sha256 TEXT NOT NULL REFERENCES received_requests (sha256), revision INTEGER NOT NULL CHECK (revision > 0), decision TEXT NOT NULL CHECK (decision IN ('approve', 'reject')),
  body TEXT NOT NULL, signature TEXT NOT NULL, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL, PRIMARY KEY (request_sha256, revision)
) STRICT, WITHOUT ROWID;
${appendOnly('revoked_approvals', 'request_id = NEW.request_id AND key_id = NEW.key_id')}
${refuse('revoked_approvals_only_of_approvals', 'INSERT', 'revoked_approvals', "WHEN (SELECT decision FROM review_answers WHERE request_id = NEW.request_id AND key_id = NEW.key_id) IS NOT 'approve'")}
${appendOnly('received_requests', 'sha256 = NEW.sha256')}
${appendOnly('given_answers', 'request_sha256 = NEW.request_sha256 AND revision = NEW.revision')}
`

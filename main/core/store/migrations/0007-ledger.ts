// The ledger: one entry for every row of the workspace, each tied to the one before it by a hash. It begins with a number that no other
// workspace has. Entries are only ever added, one after the other; what fills it is in store/ledger.ts.
import { refuseOn } from './append-only.ts'

const refuse = refuseOn('ledger')

export const ledger = `
CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  digest BLOB CHECK (length(digest) = 32), hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
${[
  refuse('ledger_no_update', 'UPDATE'),
  refuse('ledger_no_delete', 'DELETE'),
  refuse('ledger_no_replace', 'INSERT', 'WHEN EXISTS (SELECT 1 FROM ledger WHERE seq = NEW.seq)'),
  refuse('ledger_only_at_the_end', 'INSERT', 'WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), -1) + 1 FROM ledger)'),
].join('\n')}
INSERT INTO ledger (seq, at, kind, key, digest, hash) VALUES (0, CAST(unixepoch('subsec') * 1000 AS INTEGER), 'ledger', 'begin', NULL, randomblob(32));
`

// What was found by setting logs against something: A/B comparisons, rollouts replayed, challengers, twins. Whole reports, only ever added to.
import { refuse } from './append-only.ts'

/** `report`: JSON of shared/domain/study.ts; `signature`: JSON of what the identity signed, where it is signed. */
export const studies = `
CREATE TABLE studies (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('ab', 'rollout', 'replay', 'twin')), version_id TEXT NOT NULL REFERENCES versions, report TEXT NOT NULL, signature TEXT, event_id TEXT NOT NULL REFERENCES events, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX studies_by_version ON studies (version_id, created_at);
${refuse('studies_no_update', 'UPDATE', 'studies')}
${refuse('studies_no_delete', 'DELETE', 'studies')}
${refuse('studies_no_replace', 'INSERT', 'studies', 'WHEN EXISTS (SELECT 1 FROM studies WHERE id = NEW.id)')}
`

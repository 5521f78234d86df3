// Bindings of a version: every save is a new revision, and the newest one counts.
import { z } from 'zod'
import { StoredBinding } from '../../../shared/contract.ts'
import { Binding, Guess } from '../../../shared/domain/binding.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { fits, json, number, text, type ReadDb, type WriteDb } from './database.ts'

/** The newest binding of a version as it runs now; null when none was saved since its outputs were rewritten: an older one speaks of other outputs. */
export function newestBinding(db: ReadDb, versionId: VersionId): StoredBinding | null {
  const row = db.get('SELECT * FROM bindings b WHERE version_id = $versionId AND NOT EXISTS (SELECT 1 FROM derivations x WHERE x.version_id = b.version_id AND x.created_at > b.created_at) ORDER BY revision DESC LIMIT 1', { versionId })
  if (row === undefined) return null
  return fits('a binding', StoredBinding, () => ({
    versionId: row['version_id'], revision: row['revision'], binding: json(row, 'binding', Binding), guesses: json(row, 'guesses', z.array(Guess)), createdAt: row['created_at'],
  }))
}

export function insertBinding(db: WriteDb, versionId: VersionId, binding: Binding, guesses: readonly Guess[], at: number): number {
  const revision = number(db.get('SELECT COALESCE(max(revision), 0) + 1 AS next FROM bindings WHERE version_id = $versionId', { versionId }) ?? {}, 'next')
  db.run('INSERT INTO bindings (version_id, revision, task, binding, guesses, created_at) VALUES ($versionId, $revision, $task, $binding, $guesses, $at)',
    { versionId, revision, task: binding.task, binding: JSON.stringify(binding), guesses: JSON.stringify(guesses), at })
  return revision
}

/** Versions of models in use that have a binding, those of the newest bindings first. */
export const boundVersions = (db: ReadDb, most: number): readonly VersionId[] => db.all(
  'SELECT b.version_id, max(b.created_at) AS at FROM bindings b JOIN versions v ON v.id = b.version_id JOIN models m ON m.id = v.model_id WHERE m.archived_at IS NULL GROUP BY b.version_id ORDER BY at DESC LIMIT $most', { most },
).map((row) => text(row, 'version_id') as VersionId)

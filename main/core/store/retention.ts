// Stored predictions and how long they stay: which runs have some and what shields them, and the tombstones of those whose predictions went.
import type { RetentionShield } from '../../../shared/domain/retention.ts'
import type { EventId, RunId, Sha256 } from '../../../shared/ids.ts'
import { number, text, textOrNull, type ReadDb, type WriteDb } from './database.ts'

/** A finished run whose predictions were not removed. */
export interface StoredRun { readonly runId: RunId; readonly modelName: string; readonly versionNumber: number; readonly datasetName: string; readonly endedAt: number; readonly file: Sha256; readonly shield: RetentionShield | null }

// The first reason that holds is told. Two finished runs of one version on one data set: the later one is the newest.
const shield = `CASE
  WHEN EXISTS (SELECT 1 FROM bundles b WHERE b.run_id = r.id) THEN 'bundle'
  WHEN EXISTS (SELECT 1 FROM current_aliases a WHERE a.version_id = r.version_id) THEN 'alias'
  WHEN EXISTS (SELECT 1 FROM review_requests q WHERE q.run_id = r.id) AND (SELECT s.state FROM current_states s WHERE s.version_id = r.version_id) = 'in-review' THEN 'review'
  WHEN NOT EXISTS (SELECT 1 FROM runs n WHERE n.version_id = r.version_id AND n.dataset_id = r.dataset_id AND n.status = 'done' AND (n.ended_at, n.id) > (r.ended_at, r.id)) THEN 'newest'
END`

/** Every finished run with predictions, oldest first. */
export const storedRuns = (db: ReadDb): readonly StoredRun[] => db.all(`SELECT r.id, m.name AS model, v.number, d.name AS dataset, r.ended_at, r.predictions_sha256 AS file, ${shield} AS shield
  FROM runs r JOIN versions v ON v.id = r.version_id JOIN models m ON m.id = v.model_id JOIN datasets d ON d.id = r.dataset_id
  WHERE r.status = 'done' AND r.predictions_sha256 IS NOT NULL AND r.id NOT IN (SELECT run_id FROM retired_predictions) AND r.dataset_id NOT IN (SELECT dataset_id FROM forgotten_datasets)
  ORDER BY r.ended_at, r.id`)
  .map((row) => ({
    runId: text(row, 'id') as RunId, modelName: text(row, 'model'), versionNumber: number(row, 'number'), datasetName: text(row, 'dataset'), endedAt: number(row, 'ended_at'),
    file: text(row, 'file') as Sha256, shield: textOrNull(row, 'shield') as RetentionShield | null,
  }))

/** The tombstone of one run's predictions; for ever. */
export function insertRetired(db: WriteDb, runId: RunId, of: { readonly eventId: EventId; readonly at: number }): void {
  db.run('INSERT INTO retired_predictions (run_id, event_id, created_at) VALUES ($runId, $eventId, $at)', { runId, ...of })
}

/** When, by whom and why a run's predictions were removed; null: they were not. */
export function retirementOf(db: ReadDb, runId: RunId): { readonly at: number; readonly who: string | null; readonly reason: string | null } | null {
  const row = db.get('SELECT t.created_at, e.who, e.why FROM retired_predictions t JOIN events e ON e.id = t.event_id WHERE t.run_id = $runId', { runId })
  return row === undefined ? null : { at: number(row, 'created_at'), who: textOrNull(row, 'who'), reason: textOrNull(row, 'why') }
}

// retention.run: removes the stored predictions that a preview named. Runs, metrics, charts and reports stay; so do tombstones with the reason.
import { rmSync } from 'node:fs'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { RetentionPlan } from '../../../shared/domain/retention.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatBytes, formatPlural } from '../../../shared/format.ts'
import type { Parts } from '../parts.ts'
import { namedBlobs } from '../store/blob-names.ts'
import { record } from '../store/history.ts'
import { insertRetired, storedRuns } from '../store/retention.ts'
import { retentionPlan } from './retention-preview.ts'

/** Whether two lists name the same runs. */
const sameRuns = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && [...a].sort().join() === [...b].sort().join()

/** Removes exactly the runs that the caller saw. Errors: `input.invalid` for a rule without a limit, `retention.moved` when the rule names other runs by now. */
export function runRetention(parts: Parts, { rule, runs, reason }: InputOf<SlipwayContract['retention.run']>): RetentionPlan {
  const at = parts.clock()
  const { plan, files, named } = parts.store.write((db) => {
    const now = retentionPlan(parts, db, rule)
    if (!sameRuns(now.remove.map((run) => run.runId), runs)) throw new SlipwayError('retention.moved', { seen: runs.length, now: now.remove.length })
    const fileOf = new Map(storedRuns(db).map((run) => [run.runId, run.file]))
    if (runs.length > 0) {
      const sentence = `Removed the stored predictions of ${formatPlural(runs.length, 'run')} (${formatBytes(now.freedBytes)}); their metrics and reports stay.`
      const eventId = record(db, { verb: 'retention.run', subject: 'predictions', sentence, facts: { rule, runs, freedBytes: now.freedBytes }, why: reason }, at)
      for (const run of now.remove) insertRetired(db, run.runId, { eventId, at })
    }
    return { plan: now, files: now.remove.map((run) => fileOf.get(run.runId)), named: namedBlobs(db) }
  })
  // The record comes first: a file that a crash leaves behind is unused, and the next sweep removes it.
  for (const file of files) if (file !== undefined && !named.has(file)) rmSync(parts.blobs.path(file), { force: true })
  return plan
}

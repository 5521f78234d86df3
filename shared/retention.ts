// Decides what a retention rule removes. Pure: the runs with their files come in, the plan goes out.
import type { RetainedRun, RetentionPlan, RetentionRule, RetentionShield } from './domain/retention.ts'

/** A finished run whose predictions are there, with the file's hash and what shields it. */
export interface RetentionCandidate extends RetainedRun { readonly file: string; readonly shield: RetentionShield | null }

const dayMs = 24 * 60 * 60 * 1000

export const shieldWords: Readonly<Record<RetentionShield, string>> = {
  bundle: 'a bundle was exported on it', alias: 'an alias points to its version', review: 'a review of it is open', newest: 'it is the newest run of its version on its data set',
}

/** Bytes of all files that these runs name, each counted once, while runs are taken out one by one. */
function filesOf(runs: readonly RetentionCandidate[]): { readonly bytes: () => number; readonly without: (run: RetentionCandidate) => void } {
  const users = new Map<string, number>()
  let bytes = 0
  for (const run of runs) {
    if (!users.has(run.file)) bytes += run.bytes
    users.set(run.file, (users.get(run.file) ?? 0) + 1)
  }
  const without = (run: RetentionCandidate): void => {
    const left = (users.get(run.file) ?? 1) - 1
    users.set(run.file, left)
    if (left === 0) bytes -= run.bytes
  }
  return { bytes: () => bytes, without }
}

const plain = ({ runId, modelName, versionNumber, datasetName, endedAt, bytes }: RetentionCandidate): RetainedRun => ({ runId, modelName, versionNumber, datasetName, endedAt, bytes })

/** Runs beyond the age limit, then the oldest ones until the size limit is kept; shielded runs stay and are named where they stand in the way. */
export function planRetention(candidates: readonly RetentionCandidate[], rule: RetentionRule, now: number): RetentionPlan {
  const oldestFirst = [...candidates].sort((a, b) => a.endedAt - b.endedAt || (a.runId < b.runId ? -1 : 1))
  const tooOld = (run: RetentionCandidate): boolean => rule.olderThanDays !== null && now - run.endedAt > rule.olderThanDays * dayMs
  const remove: RetentionCandidate[] = []
  const shielded: (RetainedRun & { shield: RetentionShield })[] = []
  const files = filesOf(oldestFirst)
  const before = files.bytes()
  for (const run of oldestFirst) {
    if (!tooOld(run) && !(rule.keepBytes !== null && files.bytes() > rule.keepBytes)) continue
    if (run.shield !== null) {
      shielded.push({ ...plain(run), shield: run.shield })
      continue
    }
    remove.push(run)
    files.without(run)
  }
  return { rule, remove: remove.map(plain), freedBytes: before - files.bytes(), shielded, keptRuns: oldestFirst.length - remove.length, keptBytes: files.bytes() }
}

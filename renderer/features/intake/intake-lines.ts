// What came of each file that was handed over, one line a file, newest first. Draws nothing; tests read it without a window.
import type { ImportOutcome } from '../../../shared/contract.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { JobSnapshot } from '../../../shared/domain/job.ts'
import type { ErrorRecord } from '../../../shared/domain/run.ts'
import { resultOf } from '../../bridge/use-jobs.ts'

export type IntakeLine = { readonly key: string; readonly job: JobSnapshot; readonly endedAt: number } & (
  | { readonly kind: 'refused'; readonly error: ErrorRecord }
  | { readonly kind: 'imported'; readonly outcome: ImportOutcome }
  | { readonly kind: 'added'; readonly dataset: Dataset; /** The same content, read in the same way, had been added before. */ readonly before: boolean }
)

const methods: readonly string[] = ['version.import', 'dataset.add']

function linesOf(job: JobSnapshot): readonly IntakeLine[] {
  const base = { job, endedAt: job.endedAt ?? 0 }
  if (job.error !== null) return [{ ...base, key: job.id, kind: 'refused', error: job.error }]
  const outcomes = resultOf('version.import', job.method === 'version.import' ? job : null)
  if (outcomes !== null) {
    return outcomes.flatMap((outcome, i): IntakeLine[] => {
      const key = `${job.id} ${i}`
      if (outcome.error !== null) return [{ ...base, key, kind: 'refused', error: outcome.error }]
      return outcome.version === null ? [] : [{ ...base, key, kind: 'imported', outcome }]
    })
  }
  const dataset = resultOf('dataset.add', job.method === 'dataset.add' ? job : null)
  return dataset === null ? [] : [{ ...base, key: job.id, kind: 'added', dataset, before: dataset.createdAt < job.queuedAt }]
}

/** The lines of all jobs that ended since `from` and that nobody has dismissed; the file that came last is first. */
export function intakeLines(jobs: readonly JobSnapshot[], from: number, seen: ReadonlySet<string>, quiet: (jobId: string) => boolean): readonly IntakeLine[] {
  return jobs
    .filter((j) => methods.includes(j.method) && (j.state === 'done' || (j.state === 'failed' && !quiet(j.id))) && (j.endedAt ?? 0) >= from)
    .flatMap(linesOf).filter((line) => !seen.has(line.key)).sort((a, b) => b.endedAt - a.endedAt)
}

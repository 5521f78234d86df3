// A job's context as the work on a whole workspace sees it.
import type { JobContext } from '../jobs.ts'
import type { CheckWatch } from './check.ts'

/** Progress as a step and a share; an abort is the job's own. */
export const folderWatch = (context: JobContext): CheckWatch => ({
  signal: context.signal, progress: (step, done, total) => context.progress({ step, done, total }, done === null || total === null || total === 0 ? null : Math.min(1, done / total)),
})

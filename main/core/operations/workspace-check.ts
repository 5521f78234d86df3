// workspace.check: everything that could be wrong with the open workspace, and what takes room in it for nothing.
import type { WorkspaceCheck } from '../../../shared/domain/workspace.ts'
import { liveSessions } from '../files/places.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { checkWorkspace } from '../workspace/check.ts'
import { folderWatch } from '../workspace/job-watch.ts'

/** Errors: `store.*`, `job.cancelled`. */
export function checkOpenWorkspace(parts: Parts, sweep: boolean, context: JobContext): Promise<WorkspaceCheck> {
  // This job itself is one that runs.
  const busy = (): boolean => parts.jobs.active() > 1 || liveSessions(parts.places.staging).some((name) => name !== parts.places.sessionName)
  return checkWorkspace(parts.places, { sweep, busy, session: parts.places.sessionName, clock: parts.clock }, folderWatch(context))
}

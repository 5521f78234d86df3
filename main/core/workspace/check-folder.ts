// Checks a workspace that nobody has opened here, so that one which cannot be opened can be looked through too. Opens no core.
import type { WorkspaceCheck } from '../../../shared/domain/workspace.ts'
import { foldersOf, liveSessions } from '../files/places.ts'
import { checkWorkspace, type CheckWatch } from './check.ts'

/** Errors: as `checkWorkspace`. */
export function checkFolder(workspace: string, sweep: boolean, watch: CheckWatch): Promise<WorkspaceCheck> {
  const folders = foldersOf(workspace)
  return checkWorkspace(folders, { sweep, busy: () => liveSessions(folders.staging).length > 0, session: null, clock: Date.now }, watch)
}

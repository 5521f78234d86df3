// workspace.backup: everything of the open workspace into one file.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupReport } from '../../../shared/domain/workspace.ts'
import type { JobContext } from '../jobs.ts'
import { workFolder, type Parts } from '../parts.ts'
import { backupWorkspace } from '../workspace/backup.ts'
import { folderWatch } from '../workspace/job-watch.ts'

/** The file itself, or one named by its day in the folder that was chosen. */
async function targetOf(path: string, now: number): Promise<string> {
  const isFolder = await stat(path).then((s) => s.isDirectory(), () => false)
  return isFolder ? join(path, `slipway-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}.backup.zip`) : path
}

/** Errors: as `backupWorkspace`. */
export async function backupOpenWorkspace(parts: Parts, path: string, withKey: boolean, context: JobContext): Promise<BackupReport> {
  const target = await targetOf(path, parts.clock())
  return backupWorkspace(parts.places, { target, staging: workFolder(parts), withKey, slipway: parts.version, clock: parts.clock }, folderWatch(context))
}

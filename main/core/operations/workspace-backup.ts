// workspace.backup and workspace.restore: everything of the open workspace into one file, and such a file into a folder of its own.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupReport, RestoreReport } from '../../../shared/domain/workspace.ts'
import type { JobContext } from '../jobs.ts'
import { workFolder, type Parts } from '../parts.ts'
import { backupWorkspace } from '../workspace/backup.ts'
import type { CheckWatch } from '../workspace/check.ts'
import { restoreBackup } from '../workspace/restore.ts'

/** A job's context as the work on a folder sees it. */
export const folderWatch = (context: JobContext): CheckWatch => ({
  signal: context.signal, progress: (step, done, total) => context.progress({ step, done, total }, done === null || total === null || total === 0 ? null : Math.min(1, done / total)),
})

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

/** Errors: as `restoreBackup`. */
export const restoreIntoFolder = (file: string, folder: string, context: JobContext): Promise<RestoreReport> => restoreBackup(file, folder, folderWatch(context))

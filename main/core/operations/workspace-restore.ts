// workspace.restore: a backup as a workspace of its own, in an empty or new folder. Needs no open workspace.
import type { RestoreReport } from '../../../shared/domain/workspace.ts'
import type { JobContext } from '../jobs.ts'
import { folderWatch } from '../workspace/job-watch.ts'
import { restoreBackup } from '../workspace/restore.ts'

/** Errors: as `restoreBackup`. */
export const restoreIntoFolder = (file: string, folder: string, context: JobContext): Promise<RestoreReport> => restoreBackup(file, folder, folderWatch(context))

// model.pack: one model with all its history, in one file.
import type { PackReport } from '../../../shared/domain/pack.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { folderWatch } from '../workspace/job-watch.ts'
import { packModel, type PackWish } from '../workspace/pack.ts'

/** Errors: as `packModel`. */
export const packOneModel = (parts: Parts, wish: PackWish, context: JobContext): Promise<PackReport> => packModel(parts, wish, folderWatch(context))

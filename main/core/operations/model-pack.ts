// model.pack: one model with all its history, in one file.
import type { PackReport } from '../../../shared/domain/pack.ts'
import type { ModelId } from '../../../shared/ids.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { folderWatch } from '../workspace/job-watch.ts'
import { packModel } from '../workspace/pack.ts'

/** Errors: as `packModel`. */
export const packOneModel = (parts: Parts, modelId: ModelId, target: string, context: JobContext): Promise<PackReport> => packModel(parts, modelId, target, folderWatch(context))

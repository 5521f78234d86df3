// model.unpack: a packed model becomes part of this workspace, all of it or nothing.
import type { UnpackReport } from '../../../shared/domain/pack.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { folderWatch } from '../workspace/job-watch.ts'
import { unpackModel } from '../workspace/pack.ts'

/** Errors: as `unpackModel`. */
export const unpackOneModel = (parts: Parts, file: string, name: string | undefined, context: JobContext): Promise<UnpackReport> => unpackModel(parts, file, name, folderWatch(context))

// Where the stored predictions of a finished run are. Refuses runs that have none.
import type { Run } from '../../../shared/domain/run.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Parts } from '../parts.ts'

/** The file. Errors: `run.notFinished`, `store.blobMissing`. */
export function storedPredictions(parts: Parts, run: Pick<Run, 'status' | 'predictionsSha256'>): string {
  if (run.predictionsSha256 === null) throw new SlipwayError('run.notFinished', { status: run.status })
  if (!parts.blobs.has(run.predictionsSha256)) throw new SlipwayError('store.blobMissing', { sha256: run.predictionsSha256, what: 'predictions' })
  return parts.blobs.path(run.predictionsSha256)
}

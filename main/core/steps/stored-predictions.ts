// Where the stored predictions of a finished run are. Refuses runs that have none.
import type { Run } from '../../../shared/domain/run.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Parts } from '../parts.ts'
import { getDataset } from '../store/datasets.ts'
import { retirementOf } from '../store/retention.ts'

/** The file. Errors: `run.notFinished`, `dataset.forgotten`, `run.retired`, `store.blobMissing`. */
export function storedPredictions(parts: Parts, run: Pick<Run, 'id' | 'status' | 'predictionsSha256' | 'datasetId'>): string {
  if (run.predictionsSha256 === null) throw new SlipwayError('run.notFinished', { status: run.status })
  if (!parts.blobs.has(run.predictionsSha256)) {
    const [{ name, forgotten }, retired] = parts.store.read((db) => [getDataset(db, run.datasetId), retirementOf(db, run.id)] as const)
    if (forgotten !== undefined) throw new SlipwayError('dataset.forgotten', { name, ...forgotten })
    if (retired !== null) throw new SlipwayError('run.retired', retired)
  }
  if (!parts.blobs.has(run.predictionsSha256)) throw new SlipwayError('store.blobMissing', { sha256: run.predictionsSha256, what: 'predictions' })
  return parts.blobs.path(run.predictionsSha256)
}

// dataset.forget: the end of every value that was derived from a data set. What is forgotten leaves a tombstone in the record;
// numbers over many rows, such as metrics, stay.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatPlural } from '../../../shared/format.ts'
import type { Parts } from '../parts.ts'
import { namedBlobs } from '../store/blob-names.ts'
import { getDataset } from '../store/datasets.ts'
import { record } from '../store/history.ts'
import { forgetValues, runsOn } from '../store/personal.ts'

/** Removes predictions, journals, the copy and all profiles of a data set. Errors: `input.unknownId`, `input.invalid` while a run on it goes on. */
export function forgetDataset(parts: Parts, { datasetId, reason }: InputOf<SlipwayContract['dataset.forget']>): Dataset {
  const at = parts.clock()
  const { dataset, runs, named } = parts.store.write((db) => {
    const before = getDataset(db, datasetId)
    const of = runsOn(db, datasetId)
    if (of.some((r) => !r.ended)) throw new SlipwayError('input.invalid', { reason: `an evaluation on ${before.name} is still running` })
    const withPredictions = of.filter((r) => r.predictions !== null).length
    const eventId = record(db, { verb: 'dataset.forget', subject: datasetId, sentence: `Forgot the values of ${before.name}: its profiles, and the predictions of ${formatPlural(withPredictions, 'run')}.`, facts: { runs: of.map((r) => r.id) }, why: reason }, at)
    forgetValues(db, datasetId, before.columns, { eventId, at })
    return { dataset: getDataset(db, datasetId), runs: of, named: namedBlobs(db) }
  })
  for (const run of runs) {
    parts.journals.drop(run.id)
    // Two runs with the very same predictions share a file.
    if (run.predictions !== null && !named.has(run.predictions)) rmSync(parts.blobs.path(run.predictions), { force: true })
  }
  if (dataset.copied) rmSync(join(parts.places.datasets, dataset.id), { recursive: true, force: true })
  return dataset
}

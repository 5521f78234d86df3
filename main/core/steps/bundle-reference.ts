// The profile of a run's rows and answers for the bundle, made through the engine. Refuses to fail an export: where the rows are gone there is no profile.
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { leastRows, type Reference, type ReferenceFeature } from '../../../shared/drift/reference.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { datatypeOf, servedSignature } from '../bundle/facts.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { storedPredictions } from './stored-predictions.ts'
import { unchangedSource } from './unchanged-source.ts'

interface Asked extends Omit<ReferenceFeature, 'bins'> { readonly fill: number | string | null; readonly hidden: string | null }

/** Why nothing but missing cells may be told of a column; null: it may be counted. */
function hiddenReason({ personal, columns }: Dataset, column: string): string | null {
  if (personal?.whole === true || personal?.columns.includes(column) === true) return 'personal data'
  return columns.find((c) => c.name === column)?.type === 'timestamp' ? 'dates and times' : null
}

/** The columns behind the model's inputs, each once, and the inputs that have none. */
export function watchedInputs(run: Run, version: Version, dataset: Dataset): { readonly features: Asked[]; readonly unwatched: Reference['unwatched'] } {
  const features: Asked[] = []
  const unwatched: Reference['unwatched'] = []
  for (const bound of run.binding.inputs) {
    if (bound.kind === 'image' || bound.kind === 'constant') {
      unwatched.push({ input: bound.input, reason: bound.kind === 'image' ? 'a picture' : 'always the same value' })
      continue
    }
    const datatype = datatypeOf(servedSignature(version).inputs.find((s) => s.name === bound.input)?.dtype ?? null)
    const fill = typeof bound.missing === 'object' ? bound.missing.fill : null
    for (const [place, feature] of (bound.kind === 'columns' ? bound.columns : [bound.column]).entries()) {
      // A column that feeds two inputs is watched in the first.
      if (!features.some((f) => f.feature === feature)) features.push({ feature, input: bound.input, place, datatype, fill, hidden: hiddenReason(dataset, feature) })
    }
  }
  return { features, unwatched }
}

/** Reasons for which there is no profile, rather than no bundle: the rows or the predictions are not there any more, or are others. */
const gone = ['dataset.changed', 'dataset.forgotten', 'dataset.notReadable', 'dataset.columnMissing', 'file.vanished', 'file.missing', 'run.retired', 'store.blobMissing']

/** The profile, or null where the run's rows or predictions are gone. Errors: engine errors, `job.cancelled`. */
export async function bundleReference(parts: Parts, run: Run, version: Version, dataset: Dataset, context: JobContext): Promise<Reference | null> {
  const { features, unwatched } = watchedInputs(run, version, dataset)
  try {
    const predictions = storedPredictions(parts, run)
    const source = features.length === 0 ? null : await unchangedSource(parts, run.datasetId, run.datasetSha256, context)
    const made = await parts.light.task('reference', {
      predictions, source, features, task: run.task, positiveClass: run.binding.positiveClass,
    }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
    return { schema: 'slipway.reference/1', source: 'evaluation', datasetFingerprint: run.datasetSha256, leastRows, unwatched, ...made }
  } catch (thrown) {
    if (thrown instanceof SlipwayError && gone.includes(thrown.code)) return null
    throw thrown
  }
}

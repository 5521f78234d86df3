// run.fairness: how a finished run treats the groups that a column names. Stores nothing: the run and the data decide it.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { unchangedSource } from '../steps/unchanged-source.ts'
import { getRun } from '../store/runs.ts'

/** Errors: `run.notFinished`, `dataset.changed`, `input.invalid` for a task without classes, pictures, an unknown class, column or group. */
export async function fairnessOfFinishedRun(parts: Parts, request: InputOf<SlipwayContract['run.fairness']>, context: JobContext): Promise<OutputOf<SlipwayContract['run.fairness']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  const predictions = storedPredictions(parts, run)
  if (run.task !== 'binary-classification' && run.task !== 'multiclass-classification') throw new SlipwayError('input.invalid', { reason: 'groups are compared for models that answer one class a row' })
  const labels = run.binding.classes.map((c) => c.label)
  const yes = request.class ?? run.binding.positiveClass
  if (yes === null) throw new SlipwayError('input.invalid', { reason: `say which class counts as yes: ${labels.join(', ')}` })
  if (!labels.includes(yes)) throw new SlipwayError('input.invalid', { reason: `there is no class “${yes}”; there are ${labels.join(', ')}` })
  const source = await unchangedSource(parts, run.datasetId, run.datasetSha256, context)
  if (source.format.kind === 'images') throw new SlipwayError('input.invalid', { reason: 'pictures have no columns that name groups' })
  const { minimumRows } = request
  const answer = await parts.light.task('fairness', { predictions, source, class: yes, columns: request.columns, reference: request.reference ?? null, minimumRows }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
  return { runId: run.id, class: yes, minimumRows, ...answer }
}

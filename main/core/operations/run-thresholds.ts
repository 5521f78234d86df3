// run.thresholds: what every decision threshold of a finished run would give. Stores nothing; saving a threshold is saving a binding.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { whyNoThreshold } from '../../../shared/thresholds/save-threshold.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { getRun } from '../store/runs.ts'

const scored: readonly Run['task'][] = ['binary-classification', 'multiclass-classification', 'multilabel-classification']

/** The class that was asked for, else the positive one, else the first. Errors: `input.invalid`. */
function classOf(run: Run, asked: string | undefined): string {
  const labels = run.binding.classes.map((c) => c.label)
  if (!scored.includes(run.task) || labels.length === 0) throw new SlipwayError('input.invalid', { reason: 'a threshold decides between classes or labels; this task has none' })
  if (run.binding.target === null) throw new SlipwayError('input.invalid', { reason: 'this run has no true answers, so no threshold can be judged' })
  if (asked !== undefined && !labels.includes(asked)) throw new SlipwayError('input.invalid', { reason: `“${asked}” is not one of the classes ${labels.map((l) => `“${l}”`).join(', ')}` })
  return asked ?? run.binding.positiveClass ?? labels[0]!
}

/** Errors: `run.notFinished`, `store.blobMissing`, `input.invalid` for tasks, classes and runs without scores. */
export async function exploreRunThresholds(parts: Parts, request: InputOf<SlipwayContract['run.thresholds']>, context: JobContext): Promise<OutputOf<SlipwayContract['run.thresholds']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  const predictions = storedPredictions(parts, run)
  const chosen = classOf(run, request.class)
  const { decision, target, classes } = run.binding
  const current = decision.kind !== 'threshold' || (run.task === 'binary-classification' && chosen !== run.binding.positiveClass) ? null : decision.threshold
  context.progress({ step: 'counting the scores', done: null, total: null }, null)
  const answer = await parts.light.task('thresholds', {
    predictions, class: chosen, separator: target?.kind === 'label-list' ? target.separator : '|', goal: request.goal, seed: run.options.seed,
    at: [...new Set([...(current === null ? [] : [current]), ...request.at])],
  }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
  const asked = answer.asked.filter((a) => request.at.includes(a.threshold))
  return { runId: run.id, class: chosen, classes: classes.map((c) => c.label), current, cannotSave: whyNoThreshold(run.binding, chosen), ...answer, asked }
}

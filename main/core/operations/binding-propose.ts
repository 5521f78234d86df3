// binding.propose: a version and a data set -> how columns become inputs, with a reason for every guess. Stores nothing.
// Owns the time that the model may take to be tried out: no single call of it may hold up the answer.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Proposal } from '../../../shared/domain/binding.ts'
import { probingStep, type EngineContract } from '../engine/engine-contract.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { getVersion } from '../store/versions.ts'
import { datasetSource } from './dataset-add.ts'
import { openModel } from '../steps/model-source.ts'

/** One call of the model that takes longer than this ends the engine's process; the proposal is then made without trying. */
const callLimitMs = 5_000

type Question = InputOf<EngineContract['binding.propose']>

/** Asks once; null when the model did not answer in time and the process was ended. */
async function tryOut(parts: Parts, question: Question, context: JobContext): Promise<Proposal | null> {
  const late = new AbortController()
  const report = stepProgress(context)
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    return await parts.light.task('binding.propose', question, {
      signal: context.signal, kill: AbortSignal.any([context.kill, late.signal]),
      onProgress: (value) => {
        clearTimeout(timer)
        if (value.step === probingStep) timer = setTimeout(() => late.abort(), callLimitMs)
        report(value)
      },
    })
  } catch (thrown) {
    if (late.signal.aborted && !context.signal.aborted) return null
    throw thrown
  } finally {
    clearTimeout(timer)
  }
}

/** Proposes a binding. Errors: those of the data set and of the engine. */
export async function proposeBinding(parts: Parts, request: InputOf<SlipwayContract['binding.propose']>, context: JobContext): Promise<Proposal> {
  const version = parts.store.read((db) => getVersion(db, request.versionId))
  const { dataset, source } = datasetSource(parts, request.datasetId)
  const model = await openModel(parts, version)
  const question: Question = {
    model, source, columns: dataset.columns, classes: dataset.classes, target: request.target ?? null, ...(request.separator === undefined ? {} : { separator: request.separator }),
    ...(request.outputs === undefined ? {} : { outputs: request.outputs }), ...(request.otherTargets === undefined ? {} : { otherTargets: request.otherTargets }),
  }
  return await tryOut(parts, question, context)
    ?? parts.light.task('binding.propose', { ...question, skipProbe: true }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
}

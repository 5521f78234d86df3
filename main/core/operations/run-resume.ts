// run.resume: a run that was stopped, that failed or was cut off -> a new run under the very same conditions, which goes on from what was kept.
// The old run stays in the history as it ended; a run that kept nothing begins again.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { ProviderStatus } from '../../../shared/domain/run.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Parts } from '../parts.ts'
import { getRun } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { runningSha256 } from '../steps/model-source.ts'
import { planRun, type PlannedRun } from './run-evaluate.ts'

/** Opens the new run's row as queued. Errors: `run.notResumable`, and those of `run.evaluate`. */
export function planResume(parts: Parts, request: InputOf<SlipwayContract['run.resume']>, probed: readonly ProviderStatus[]): PlannedRun {
  const { run, version } = parts.store.read((db) => {
    const found = getRun(db, request.runId)
    return { run: found, version: getVersion(db, found.versionId) }
  })
  if (run.status === 'done' || run.status === 'queued' || run.status === 'running') throw new SlipwayError('run.notResumable', { reason: `it is ${run.status}` })
  if (runningSha256(version) !== run.modelSha256) throw new SlipwayError('run.notResumable', { reason: 'the outputs of its version were rewritten since' })
  const { versionId, datasetId, binding, guesses, options } = run
  return planRun(parts, { versionId, datasetId, binding, guesses, options, again: request.again }, probed, run.id)
}

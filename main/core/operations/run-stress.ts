// run.stress: a finished run's rows again, spoiled on purpose. Stores the whole result beside the run, or nothing.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatPlural } from '../../../shared/format.ts'
import { newId } from '../../../shared/ids.ts'
import { planStress, stressBatch } from '../../../shared/stress/plan.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { openModel } from '../steps/model-source.ts'
import { record } from '../store/history.ts'
import { getRun } from '../store/runs.ts'
import { insertStressTest } from '../store/stress-tests.ts'
import { getVersion } from '../store/versions.ts'
import { datasetSource } from './dataset-add.ts'

/** Errors: `run.notFinished`, `dataset.changed`, `input.invalid` for kinds that are not for this data, those of an evaluation. */
export async function stressRun(parts: Parts, request: InputOf<SlipwayContract['run.stress']>, context: JobContext): Promise<OutputOf<SlipwayContract['run.stress']>> {
  const run = parts.store.read((db) => getRun(db, request.runId))
  if (run.status !== 'done') throw new SlipwayError('run.notFinished', { status: run.status })
  planStress(run.binding, request.kinds ?? null, request.levels)
  const { dataset, source } = datasetSource(parts, run.datasetId)
  const asked = { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) }
  const now = await parts.light.task('dataset.hash', { path: source.path, format: source.format }, asked)
  if (now.sha256 !== run.datasetSha256) throw new SlipwayError('dataset.changed', { name: dataset.name })
  const model = await openModel(parts, parts.store.read((db) => getVersion(db, run.versionId)))
  const id = newId('stress', parts.clock())
  const staging = join(parts.places.session, id)
  try {
    await mkdir(staging, { recursive: true })
    const answer = await parts.engine.task('stress', {
      model, source, binding: run.binding, options: run.options, rowsTotal: dataset.rows, staging, kinds: request.kinds ?? null, levels: request.levels,
      limit: request.limit ?? null, seed: request.seed ?? run.options.seed, batch: stressBatch(run),
    }, asked)
    const test = { id, runId: run.id, ...answer, createdAt: parts.clock() }
    parts.store.write((db) => {
      insertStressTest(db, test)
      const tried = test.curves.filter((c) => c.skipped === null).length
      record(db, { verb: 'run.stress', subject: run.id, sentence: `Stressed ${run.modelName} ${run.versionNumber} on ${run.datasetName}: ${formatPlural(tried, 'kind')}, ${formatPlural(test.rows, 'row')}.`, facts: { stressId: id, seed: test.seed } }, parts.clock())
    })
    return test
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

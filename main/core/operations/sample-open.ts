// sample.open: the sample of resources/ -> a model in two versions, a data set, bindings and runs. Safe to ask for twice.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { OutputOf } from '../../../shared/contract-kit.ts'
import { fromPlain, SlipwayError } from '../../../shared/errors.ts'
import { RunOptions } from '../../../shared/domain/run.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { RunId } from '../../../shared/ids.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { currentGate } from '../store/gates.ts'
import { insertBinding, newestBinding } from '../store/bindings.ts'
import { record } from '../store/history.ts'
import { listRuns } from '../store/runs.ts'
import { parsePolicy } from '../gate/policy-text.ts'
import { saveGate } from './gate-check.ts'
import { addDataset } from './dataset-add.ts'
import { proposeBinding } from './binding-propose.ts'
import { evaluateRun, planRun } from './run-evaluate.ts'
import { importVersions } from './version-import.ts'

const sample = { model: 'Adult income (sample)', files: ['income-v1-logreg.onnx', 'income-v2-gboost.onnx'], data: 'income-test.csv', policy: 'income.gate.yaml', target: 'income' }

const placeOf = (parts: Parts, file: string): string => join(parts.resources, 'sample', file)

/** Whether the sample lies beside the application. */
export const sampleAvailable = (parts: Parts): boolean => [...sample.files, sample.data].every((f) => existsSync(placeOf(parts, f)))

async function importSample(parts: Parts, context: JobContext): Promise<Version[]> {
  const outcomes = await importVersions(parts, { paths: sample.files.map((f) => placeOf(parts, f)), modelName: sample.model, note: '', rewrite: false }, context)
  return outcomes.map((o) => {
    if (o.version === null) throw fromPlain(o.error)
    return o.version
  })
}

/** Gives the sample's model its example policy, unless the user has given it one. */
function savePolicy(parts: Parts, versions: readonly Version[]): void {
  const file = placeOf(parts, sample.policy)
  const [first] = versions
  if (first === undefined || !existsSync(file) || parts.store.read((db) => currentGate(db, first.modelId)) !== null) return
  saveGate(parts, first.modelId, parsePolicy(readFileSync(file, 'utf8')), first.modelName)
  parts.changed(['gates', 'history'])
}

/** Steps of the sample after another, each counted as one. Errors: `sample.missing` and those of every step. */
export async function openSample(parts: Parts, context: JobContext): Promise<OutputOf<SlipwayContract['sample.open']>> {
  if (!sampleAvailable(parts)) throw new SlipwayError('sample.missing', {})
  const total = 2 + 2 * sample.files.length
  let done = 0
  const quiet: JobContext = { ...context, progress: () => undefined }
  const step = async <T>(name: string, what: () => Promise<T>): Promise<T> => {
    context.progress({ step: name, done, total }, done / total)
    const result = await what()
    done++
    return result
  }
  const versions = await step('importing two versions of a model', () => importSample(parts, quiet))
  const dataset = await step('adding the data set', () => addDataset(parts, { path: placeOf(parts, sample.data), format: {}, copy: true }, quiet))
  const runIds: RunId[] = []
  for (const version of versions) {
    await step(`binding columns to version ${version.number}`, async () => {
      if (parts.store.read((db) => newestBinding(db, version.id)) !== null) return
      const { binding, guesses } = await proposeBinding(parts, { versionId: version.id, datasetId: dataset.id, target: sample.target }, quiet)
      parts.store.write((db) => {
        insertBinding(db, version.id, binding, guesses, parts.clock())
        record(db, { verb: 'binding.save', subject: version.id, sentence: `Saved the proposed binding of ${version.modelName} ${version.number}.` }, parts.clock())
      })
    })
    runIds.push(await step(`evaluating version ${version.number}`, async () => {
      const [known] = parts.store.read((db) => listRuns(db, { versionId: version.id, datasetId: dataset.id, offset: 0, limit: 100 })).filter((r) => r.status === 'done')
      if (known !== undefined) return known.id
      const planned = planRun(parts, { versionId: version.id, datasetId: dataset.id, guesses: [], options: RunOptions.parse({}), again: false }, [])
      return (await evaluateRun(parts, planned, quiet)).runId
    }))
    parts.changed(['models', 'versions', 'datasets', 'bindings', 'runs', 'history'])
  }
  savePolicy(parts, versions)
  const [first] = versions
  if (first === undefined) throw new SlipwayError('sample.missing', {})
  return { modelId: first.modelId, versionIds: versions.map((v) => v.id), datasetId: dataset.id, runIds }
}

// A run that hangs in one native call of half a minute, over a real core.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Binding } from '../../shared/domain/binding.ts'
import type { JobSnapshot } from '../../shared/domain/job.ts'
import type { DatasetId, JobId, VersionId } from '../../shared/ids.ts'
import { until } from '../engine/start-engine.ts'
import { fixture } from '../setup/fixtures.ts'
import type { TestCore } from './open-test-core.ts'

export interface Pair { readonly versionId: VersionId; readonly datasetId: DatasetId }

export const slowBinding = Binding.parse({
  schema: 'slipway.binding/1', task: 'multiclass-classification', inputs: [{ kind: 'columns', input: 'x', dtype: 'float32', columns: ['a', 'b', 'c', 'd'], missing: 'nan' }],
  outputs: [{ output: 'y', role: 'logits' }], target: { kind: 'column', column: 't' }, idColumn: null, classes: ['p', 'q', 'r', 's'].map((c) => ({ label: c, output: c })),
  positiveClass: null, decision: { kind: 'argmax' }, rows: 'lenient',
})

/** Imports the slow model and adds a small table of four columns and a label. */
export async function bringSlow(test: TestCore): Promise<Pair> {
  const [outcome] = await test.job('version.import', { files: [await test.token(fixture('malformed/models/slow-run.onnx'))] })
  const data = join(test.folder, 'slow.csv')
  writeFileSync(data, `a,b,c,d,t\n${'1,2,3,4,p\n'.repeat(20)}`)
  const dataset = await test.job('dataset.add', { file: await test.token(data) })
  return { versionId: outcome!.version!.id, datasetId: dataset.id }
}

/** Starts the run; `running` answers true once it is inside the native call. */
export async function startSlow(test: TestCore): Promise<{ readonly jobId: JobId; readonly running: Promise<boolean>; readonly pair: Pair }> {
  const pair = await bringSlow(test)
  let seen: readonly JobSnapshot[] = []
  test.core.client.on('jobs', (jobs) => { seen = jobs as readonly JobSnapshot[] })
  const jobId = await test.core.client.call('run.evaluate', { ...pair, binding: slowBinding }) as JobId
  const phase = (): unknown => (seen.find((j) => j.id === jobId)?.progress as { phase?: unknown } | null | undefined)?.phase
  const running = until(() => phase() === 'scoring' || phase() === 'warming up', 15_000)
  return { jobId, running, pair }
}

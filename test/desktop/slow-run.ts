// The model whose one native call takes half a minute, bound to a small table, in the real window.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { Binding } from '../../shared/domain/binding.ts'
import type { DatasetId, JobId, VersionId } from '../../shared/ids.ts'
import { fixture } from '../setup/fixtures.ts'
import { ask, listen } from './ask.ts'
import { expect } from './launch.ts'
import { bringIn } from './screens.ts'

const binding = Binding.parse({
  schema: 'slipway.binding/1', task: 'multiclass-classification', inputs: [{ kind: 'columns', input: 'x', dtype: 'float32', columns: ['a', 'b', 'c', 'd'], missing: 'nan' }],
  outputs: [{ output: 'y', role: 'logits' }], target: { kind: 'column', column: 't' }, idColumn: null, classes: ['p', 'q', 'r', 's'].map((c) => ({ label: c, output: c })),
  positiveClass: null, decision: { kind: 'argmax' }, rows: 'lenient',
})

export interface SlowPair { readonly versionId: VersionId; readonly datasetId: DatasetId }

/** Drops the slow model and a table of four columns and a label onto the window. */
export async function bringSlow(page: Page, folder: string): Promise<SlowPair> {
  await listen(page)
  const data = join(folder, 'slow.csv')
  writeFileSync(data, `a,b,c,d,t\n${'1,2,3,4,p\n'.repeat(20)}`)
  await bringIn(page, [fixture('malformed/models/slow-run.onnx'), data], ['was imported from slow-run.onnx', 'was added with 20 rows'])
  const [model] = await ask(page, 'model.list', {})
  const [dataset] = await ask(page, 'dataset.list', {})
  return { versionId: model!.latest.id, datasetId: dataset!.id }
}

/** Starts the run, opens its screen, and returns once it is inside the native call. */
export async function startSlow(page: Page, pair: SlowPair): Promise<{ readonly runId: string; readonly jobId: JobId }> {
  const jobId = await ask(page, 'run.evaluate', { ...pair, binding }) as unknown as JobId
  const [run] = await ask(page, 'run.list', { versionId: pair.versionId })
  await page.evaluate((id) => { location.hash = `#/run/${id}` }, run!.id)
  await expect(page.getByRole('region', { name: 'Progress' })).toContainText(/warming up|scoring/i, { timeout: 20_000 })
  return { runId: run!.id, jobId }
}

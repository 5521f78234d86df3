// The four states of a screen, on the library: empty with the next action, loading after a while, error in place, full.
import { afterEach, describe, expect, it } from 'vitest'
import type { ModelSummary } from '../../shared/domain/model.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import { LibraryScreen } from '../../renderer/features/library/library.tsx'
import type { FakeHandlers } from '../../renderer/bridge/in-memory.ts'
import { appears, allByRole, byRole, click, fill, mount, settle, type Mounted } from './mount.tsx'

let mounted: Mounted | null = null
afterEach(async () => { await mounted?.unmount(); mounted = null })

const about: FakeHandlers['app.about'] = () => ({ version: '0.0.0', workspace: '/w', electron: null, node: '20', onnxruntime: '1', platform: 'linux-x64', sampleAvailable: true, empty: true, engine: 'idle', publisherKeyId: '' })
const model = (name: string, value: number | null): ModelSummary => ({
  id: newId('model'), name, task: 'binary-classification', versionCount: 1, runCount: value === null ? 0 : 1, bundleCount: 0,
  latest: { id: newId('version'), number: 1, bytes: 2048, createdAt: 1, needsRewrite: false },
  headline: value === null ? null : { metric: 'accuracy', value, n: 10, runId: 'run', datasetName: 'test.csv' }, archivedAt: null, createdAt: 1,
})

describe('the library', () => {
  it('is empty with the next actions, the sample among them', async () => {
    const started: string[] = []
    mounted = await mount(<LibraryScreen />, { 'app.about': about, 'model.list': () => [], 'sample.open': () => { started.push('sample'); return newId('job') } })
    expect(byRole('heading', 'Drop a model to begin')).toBeTruthy()
    await click(await appears(() => byRole('button', 'Open the sample workspace')))
    expect(started).toEqual(['sample'])
  })

  it('shows a sign of loading only after a while', async () => {
    mounted = await mount(<LibraryScreen />, { 'app.about': about, 'model.list': () => new Promise(() => undefined) })
    expect(allByRole('status', 'Loading models')).toHaveLength(0)
    await settle(200)
    expect(allByRole('status', 'Loading models')).toHaveLength(1)
  })

  it('shows the error in place and recovers by trying again', async () => {
    let broken = true
    mounted = await mount(<LibraryScreen />, { 'app.about': about, 'model.list': () => { if (broken) throw new SlipwayError('store.locked', {}); return [model('iris', null)] } })
    expect(byRole('alert', 'The workspace is busy')).toBeTruthy()
    broken = false
    await click(byRole('button', 'Try again'))
    expect(byRole('link', 'iris')).toBeTruthy()
  })

  it('is full: names, results, and "not evaluated" where nothing was measured, never zero', async () => {
    mounted = await mount(<LibraryScreen />, { 'app.about': about, 'model.list': () => [model('income', 0.84625), model('iris', null)] })
    const rows = allByRole('row').slice(1).map((r) => r.textContent ?? '')
    expect(rows.find((r) => r.startsWith('income'))).toContain('0.8462')
    const iris = rows.find((r) => r.startsWith('iris')) ?? ''
    expect(iris).toContain('not evaluated')
    expect(iris).not.toContain('0.0000')
    await fill(byRole('textbox', 'Find a model'), 'INC')
    expect(allByRole('row').slice(1)).toHaveLength(1)
  })
})

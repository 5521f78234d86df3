// The four states of a screen, on the library: empty with the next action, loading after a while, error in place, full.
import { afterEach, describe, expect, it } from 'vitest'
import type { ModelSummary } from '../../shared/domain/model.ts'
import type { FoundVersion } from '../../shared/domain/search.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import { LibraryScreen } from '../../renderer/features/library/library.tsx'
import type { FakeHandlers } from '../../renderer/bridge/in-memory.ts'
import { appears, allByRole, byRole, click, fill, mount, settle, type Mounted } from './mount.tsx'

let mounted: Mounted | null = null
afterEach(async () => { await mounted?.unmount(); mounted = null })

const about: FakeHandlers['app.about'] = () => ({ version: '0.0.0', workspace: '/w', electron: null, node: '20', onnxruntime: '1', platform: 'linux-x64', sampleAvailable: true, empty: true, engine: 'idle', publisherKeyId: '' })
const quiet: FakeHandlers = { 'view.list': () => [], 'search.words': () => ({ tags: ['prod'], aliases: ['champion'], owners: [], datasets: [], models: ['income'] }) }
const model = (name: string, value: number | null): ModelSummary => ({
  id: newId('model'), name, task: 'binary-classification', versionCount: 1, runCount: value === null ? 0 : 1, bundleCount: 0,
  latest: { id: newId('version'), number: 1, bytes: 2048, createdAt: 1, needsRewrite: false },
  headline: value === null ? null : { metric: 'accuracy', value, n: 10, runId: 'run', datasetName: 'test.csv' }, archivedAt: null, createdAt: 1,
})

describe('the library', () => {
  it('is empty with the next actions, the sample among them', async () => {
    const started: string[] = []
    mounted = await mount(<LibraryScreen route={{ screen: 'library' }} />, { ...quiet, 'app.about': about, 'model.list': () => [], 'sample.open': () => { started.push('sample'); return newId('job') } })
    expect(byRole('heading', 'Drop a model to begin')).toBeTruthy()
    await click(await appears(() => byRole('button', 'Open the sample workspace')))
    expect(started).toEqual(['sample'])
  })

  it('shows a sign of loading only after a while', async () => {
    mounted = await mount(<LibraryScreen route={{ screen: 'library' }} />, { ...quiet, 'app.about': about, 'model.list': () => new Promise(() => undefined) })
    expect(allByRole('status', 'Loading models')).toHaveLength(0)
    await settle(200)
    expect(allByRole('status', 'Loading models')).toHaveLength(1)
  })

  it('shows the error in place and recovers by trying again', async () => {
    let broken = true
    mounted = await mount(<LibraryScreen route={{ screen: 'library' }} />, { ...quiet, 'app.about': about, 'model.list': () => { if (broken) throw new SlipwayError('store.locked', {}); return [model('iris', null)] } })
    expect(byRole('alert', 'The workspace is busy')).toBeTruthy()
    broken = false
    await click(byRole('button', 'Try again'))
    expect(byRole('link', 'iris')).toBeTruthy()
  })

  it('is full: names, results, and "not evaluated" where nothing was measured, never zero', async () => {
    mounted = await mount(<LibraryScreen route={{ screen: 'library' }} />, { ...quiet, 'app.about': about, 'model.list': () => [model('income', 0.84625), model('iris', null)] })
    const rows = allByRole('row').slice(1).map((r) => r.textContent ?? '')
    expect(rows.find((r) => r.startsWith('income'))).toContain('0.8462')
    const iris = rows.find((r) => r.startsWith('iris')) ?? ''
    expect(iris).toContain('not evaluated')
    expect(iris).not.toContain('0.0000')
  })

  it('searches, marks a mistake at its place, and shows what was found by model', async () => {
    const asked: string[] = []
    const version = (number: number, auc: number): FoundVersion => ({ versionId: newId('version'), number, createdAt: 1, evaluatedAt: 2, bytes: 10, opset: 17, task: 'binary-classification', state: 'in-review', sourceName: 'a.onnx', note: 'a note', tags: ['prod'], aliases: ['champion'], metrics: [{ metric: 'roc_auc', value: auc, low: auc - 0.01, high: auc + 0.01, n: 5, runId: newId('run'), datasetName: 'test.csv' }] })
    const answer = { models: 1, versions: 7, notes: [], found: [{ modelId: newId('model'), modelName: 'income', archived: false, found: 7, versions: [version(9, 0.93), version(8, 0.91)] }] }
    mounted = await mount(<LibraryScreen route={{ screen: 'library' }} />, { ...quiet, 'app.about': about, 'model.list': () => [model('income', 0.8)], 'search.run': ({ query }) => { asked.push(query); return answer } })
    const box = (): HTMLInputElement => byRole('combobox', 'Search versions') as HTMLInputElement
    await fill(box(), 'auc > 0.9 and alias = champion')
    await appears(() => byRole('table', 'Versions found'))
    expect(asked.at(-1)).toBe('auc > 0.9 and alias = champion')
    const rows = allByRole('row').slice(1).map((r) => r.textContent ?? '')
    expect(rows[0]).toMatch(/^incomeall 7v9In review.*0\.9300/)
    expect(rows[1]).toContain('v8')
    await fill(box(), 'acuracy > 0.9')
    expect(document.body.textContent).toContain('At character 1: “acuracy” is no field and no metric. Expected here: perhaps accuracy')
    expect(document.querySelector('mark')?.textContent).toBe('acuracy')
    expect(asked.some((query) => query.startsWith('acu'))).toBe(false)
  })
})

// Personal data: flagged values enter no bundle, and forgotten ones are gone from every file of the workspace while the record still holds.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace, type Workspace } from '../setup/open-workspace.ts'
import { openTestCore } from './open-test-core.ts'

/** Iris with petals of which no number occurs anywhere else: 7777 is added to their widths. */
function markedData(folder: string): string {
  const lines = readFileSync(fixture('iris/data/iris.csv'), 'utf8').trimEnd().split('\n')
  const at = lines[0]!.split(',').indexOf('petal_width')
  const path = join(folder, 'people.csv')
  writeFileSync(path, lines.map((line, i) => line.split(',').map((cell, c) => (i > 0 && c === at ? (Number(cell) + 7777).toFixed(1) : cell)).join(',')).join('\n'))
  return path
}
const filesBelow = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name))
const holding = (folder: string, text: string): string[] => filesBelow(folder).filter((file) => readFileSync(file, 'latin1').includes(text))

async function exported(w: Workspace, checkId: Awaited<ReturnType<Workspace['pass']>>['id'], name: string): Promise<string> {
  const path = join(w.folder, `${name}.zip`)
  await w.job('bundle.export', { checkId, destination: (await w.core.admit(path, 'write')).token })
  execFileSync('unzip', ['-q', path, '-d', join(w.folder, name)])
  return join(w.folder, name)
}

it('values of a flagged column are in no file of a bundle; unflagged they were drawn from', async () => {
  await inWorkspace(async (w) => {
    const version = await w.importModel(fixture('iris/models/iris-logreg-tensor.onnx'), 'iris')
    const data = await w.addData(markedData(w.folder))
    const check = await w.pass(await w.evaluate(version, data, 'species'))
    expect(holding(await exported(w, check.id, 'open'), '777').map((f) => f.split('/').slice(-2).join('/'))).toContain('model/golden.jsonl')
    await expect(w.client.call('dataset.flag', { datasetId: data.id, columns: ['nobody'] })).rejects.toMatchObject({ code: 'input.invalid' })
    expect((await w.client.call('dataset.flag', { datasetId: data.id, columns: ['petal_width'], reason: 'measured on people' })).personal).toEqual({ whole: false, columns: ['petal_width'] })
    const golden = readFileSync(join(await exported(w, check.id, 'closed'), readdirSync(join(w.folder, 'closed'))[0]!, 'model/golden.jsonl'), 'utf8')
    expect(golden).not.toMatch(/\b77[67]\d\b/)
    expect((await w.client.call('history.list', { verb: 'dataset.flag' }))[0]).toMatchObject({ sentence: 'Personal data in people.csv: petal_width.', why: 'measured on people' })
    expect((await w.client.call('dataset.flag', { datasetId: data.id })).personal).toBeUndefined()
  })
}, 60_000)

it('forgetting takes every value out of every file; metrics, the tombstone and an unbroken record stay', async () => {
  const test = await openTestCore({ actor: 'Ann' })
  try {
    const call = test.core.client.call.bind(test.core.client)
    const [outcome] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-tensor.onnx'))] })
    const versionId = outcome!.version!.id
    const data = await test.job('dataset.add', { file: await test.token(markedData(test.folder)), copy: true })
    const { binding } = await test.job('binding.propose', { versionId, datasetId: data.id, target: 'species' })
    const { runId } = await test.job('run.evaluate', { versionId, datasetId: data.id, binding })
    expect(data.columns.find((c) => c.name === 'petal_width')).toMatchObject({ min: 7777.1 })
    const before = await call('run.get', { runId })
    expect(holding(test.workspace, '7777.1').length).toBeGreaterThan(1)

    await call('dataset.forget', { datasetId: data.id, reason: 'asked to erase' })
    const refused = { code: 'dataset.forgotten', message: expect.stringMatching(/^The values of people\.csv were forgotten on .* by Ann: asked to erase\.$/) as string }
    await expect(call('run.predictions', { runId })).rejects.toMatchObject(refused)
    await expect(call('dataset.rows', { datasetId: data.id })).rejects.toMatchObject(refused)
    await expect(call('dataset.forget', { datasetId: data.id, reason: 'again' })).rejects.toMatchObject({ code: 'input.invalid' })
    expect((await call('run.get', { runId })).metrics).toEqual(before.metrics)
    expect(await call('dataset.get', { datasetId: data.id })).toMatchObject({ forgotten: { who: 'Ann', reason: 'asked to erase' }, findings: [], columns: data.columns.map(({ name, type, rows }) => ({ name, type, rows, min: null, top: [], histogram: null })) })
    expect(existsSync(join(test.workspace, 'datasets', data.id))).toBe(false)
    expect(await test.job('audit.verify', {})).toMatchObject({ whole: true, findings: [] })
    expect(await test.job('workspace.check', {})).toMatchObject({ healthy: true })
    await test.core.close()
    expect(holding(test.workspace, '7777.1')).toEqual([])
  } finally { await test.done() }
}, 60_000)

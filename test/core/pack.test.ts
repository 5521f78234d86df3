// A model with its history between two workspaces: everything arrives with its ids, nothing twice, names give way, contradictions are refused.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { checkFolder, nodeEngine, openCore, type Core } from '../../main/core/core.ts'
import { ledgerTables } from '../../main/core/store/ledger.ts'
import { openStore } from '../../main/core/store/open.ts'
import { carried, staying } from '../../main/core/store/pack-rows.ts'
import { runJob } from '../../shared/job-client.ts'
import { fixture } from '../setup/fixtures.ts'
import { fillWorkspace, type Filled } from './filled-workspace.ts'

let filled: Filled
let folder = ''
const opened: Core[] = []
beforeAll(async () => { filled = await fillWorkspace() })
afterAll(() => { filled.done() })
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-pack-')) })
afterEach(async () => { for (const core of opened.splice(0)) await core.close(); rmSync(folder, { recursive: true, force: true }) })

async function open(workspace: string): Promise<Core> {
  const core = await openCore({ workspace, resources: folder, startEngine: nodeEngine, version: '0', electron: null })
  opened.push(core)
  return core
}
const pack = async (core: Core, file: string): Promise<unknown> => runJob(core.client, 'model.pack', { modelId: filled.version.modelId, file: (await core.admit(file, 'write')).token })
const unpack = async (core: Core, file: string, name?: string): ReturnType<typeof runJob<'model.unpack'>> => runJob(core.client, 'model.unpack', { file: (await core.admit(file)).token, ...(name === undefined ? {} : { name }) })

it('every table of history travels or stays on purpose', () => {
  openStore(join(folder, 'x.db')).close()
  const db = new Database(join(folder, 'x.db'))
  try { expect(ledgerTables(db).map((t) => t.name).sort()).toEqual([...carried.map((c) => c.table), ...staying].sort()) } finally { db.close() }
})

it('arrives whole in another workspace, a second time adds nothing, later versions follow', async () => {
  const from = await open(filled.copy())
  await from.client.call('version.annotate', { versionId: filled.version.id, note: 'a note', tags: ['x'] })
  await from.client.call('alias.set', { modelId: filled.version.modelId, alias: 'champion', versionId: filled.version.id, expected: null, reason: 'first' })
  const file = join(folder, 'iris.pack.zip')
  expect(await pack(from, file)).toMatchObject({ modelName: 'iris', versions: 1, runs: 1 })
  const there = join(folder, 'there')
  const to = await open(there)
  const report = await unpack(to, file)
  expect(report).toMatchObject({ modelId: filled.version.modelId, modelName: 'iris', known: 0, versions: 1, runs: 1 })
  const ask = async (core: Core): Promise<unknown> => {
    const { version, binding } = await core.client.call('version.get', { versionId: filled.version.id })
    return { version, binding, run: await core.client.call('run.get', { runId: filled.runId }), checks: await core.client.call('gate.checks', { runId: filled.runId }), moves: await core.client.call('alias.history', { modelId: filled.version.modelId }), rows: await core.client.call('run.predictions', { runId: filled.runId, limit: 3 }) }
  }
  expect(await ask(to)).toEqual(await ask(from))
  expect(await unpack(to, file)).toMatchObject({ added: 0 })
  await runJob(from.client, 'version.import', { files: [(await from.admit(fixture('iris/models/iris-logreg-zipmap.onnx'))).token], modelId: filled.version.modelId })
  await pack(from, join(folder, 'later.zip'))
  expect((await unpack(to, join(folder, 'later.zip'))).versions).toBe(2)
  expect((await to.client.call('model.get', { modelId: filled.version.modelId })).versions.map((v) => v.number)).toEqual([2, 1])
  await to.close()
  expect((await checkFolder(there, false, { signal: new AbortController().signal, progress: () => undefined })).findings.filter((f) => f.severity === 'fault')).toEqual([])
})

it('what was made from personal data stays here, and the preview says so before', async () => {
  const from = await open(filled.copy())
  const { modelId } = filled.version
  await from.client.call('alias.set', { modelId, alias: 'champion', versionId: filled.version.id, expected: null, reason: 'first' })
  await from.client.call('dataset.flag', { datasetId: filled.data.id, columns: ['petal_width'], reason: 'measured on people' })
  const file = join(folder, 'plain.pack.zip')
  const preview = (withoutPersonal: boolean): Promise<unknown> => from.client.call('model.packPreview', { modelId, withoutPersonal })
  expect(await preview(false)).toMatchObject({ versions: 1, runs: 1, personal: ['iris.csv'] })
  await expect(pack(from, file)).rejects.toMatchObject({ code: 'pack.personal', next: expect.stringContaining('--without-personal') })
  const told = await preview(true)
  expect(told).toMatchObject({ versions: 1, runs: 0, notes: [expect.stringMatching(/^1 run on personal data \(iris\.csv\) stays here/), expect.anything()] })
  const report = await runJob(from.client, 'model.pack', { modelId, file: (await from.admit(file, 'write')).token, withoutPersonal: true })
  expect(report).toMatchObject({ versions: 1, runs: 0, notes: (told as { notes: unknown }).notes })
  // Names are in the binding and in sentences of the record; the data set, its run and all that is known of them are not in the file.
  const zip = execFileSync('python3', ['-c', 'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nsys.stdout.buffer.write(b"".join(z.read(n) for n in z.namelist()))', file])
  for (const gone of [filled.data.id, filled.data.sha256, 'Iris-setosa,', 'predictionsSha256']) expect(zip.includes(gone), gone).toBe(false)
  const to = await open(join(folder, 'there'))
  expect(await unpack(to, file)).toMatchObject({ versions: 1, runs: 0 })
  expect((await to.client.call('alias.list', { modelId }))[0]).toMatchObject({ alias: 'champion', target: { number: 1 } })
  expect((await runJob(to.client, 'audit.verify', {})).findings).toEqual([])
})

it('a taken name gives way and is said; a contradiction and a damaged file change nothing', async () => {
  const from = await open(filled.copy())
  const file = join(folder, 'iris.pack.zip')
  await pack(from, file)
  const to = await open(join(folder, 'there'))
  await runJob(to.client, 'version.import', { files: [(await to.admit(fixture('iris/models/iris-logreg-zipmap.onnx'))).token], modelName: 'iris' })
  const harmed = readFileSync(file)
  harmed[Math.floor(harmed.length / 2)]! ^= 1
  writeFileSync(join(folder, 'harmed.zip'), harmed)
  await expect(unpack(to, join(folder, 'harmed.zip'))).rejects.toMatchObject({ code: 'pack.notAPack' })
  expect(await to.client.call('model.list', {})).toHaveLength(1)
  const report = await unpack(to, file)
  expect(report.modelName).toBe('iris (2)')
  expect(report.notes.join(' ')).toContain('The model iris is called iris (2) here, because another one has its name.')
  // Both go on by themselves: version 2 is another file on each side.
  const add = async (core: Core, model: string): Promise<unknown> => runJob(core.client, 'version.import', { files: [(await core.admit(fixture(model))).token], modelId: filled.version.modelId })
  await add(from, 'abalone/models/abalone-v1-linear.onnx')
  await add(to, 'adult-income/models/income-v1-logreg.onnx')
  await pack(from, join(folder, 'apart.zip'))
  const before = await to.client.call('history.list', {})
  await expect(unpack(to, join(folder, 'apart.zip'))).rejects.toMatchObject({ code: 'pack.conflict', message: 'Version 2 cannot be brought in: this workspace has given its number to another file. Nothing was changed.' })
  expect(await to.client.call('history.list', {})).toEqual(before)
})

// The check of a workspace: whole ones are called whole, and every kind of harm is found and named in the user's words.
import { appendFileSync, chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkFolder, nodeEngine, openCore } from '../../main/core/core.ts'
import { openStore } from '../../main/core/store/open.ts'
import type { WorkspaceCheck } from '../../shared/domain/workspace.ts'
import { runJob } from '../../shared/job-client.ts'
import { start } from '../cli/run-cli.ts'
import { fixture } from '../setup/fixtures.ts'
import { blobFiles, fillWorkspace, type Filled } from './filled-workspace.ts'

let filled: Filled
beforeAll(async () => { filled = await fillWorkspace() })
afterAll(() => { filled.done() })

const check = (workspace: string, sweep = false): Promise<WorkspaceCheck> => checkFolder(workspace, sweep, { signal: new AbortController().signal, progress: () => undefined })
const faults = (found: WorkspaceCheck): string[] => found.findings.filter((f) => f.severity === 'fault').map((f) => `${f.kind}: ${f.about}`)
const model = (workspace: string): string => join(workspace, 'blobs', filled.version.sha256.slice(0, 2), filled.version.sha256)

/** Changes bytes in the middle of a file with a tool that knows nothing of it. */
function flip(path: string, at: number, count = 1): void {
  chmodSync(path, 0o644)
  const bytes = readFileSync(path)
  const file = openSync(path, 'r+')
  try { writeSync(file, Buffer.from(bytes.subarray(at, at + count).map((byte) => byte ^ 0xff)), 0, count, at) } finally { closeSync(file) }
}

/** Byte offset of a page that belongs to a table or index. */
function pageOf(workspace: string, name: string): { readonly at: number; readonly bytes: number } {
  const db = new Database(join(workspace, 'slipway.db'), { readonly: true })
  try {
    const bytes = db.pragma('page_size', { simple: true }) as number
    const root = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name) as number
    return { at: (root - 1) * bytes, bytes }
  } finally { db.close() }
}

describe('a whole workspace', () => {
  it('is called whole, with what was read, and the look leaves nothing behind', async () => {
    const workspace = filled.copy()
    const found = await check(workspace)
    expect(found).toMatchObject({ healthy: true, findings: [], counts: { models: 1, versions: 1, runs: 1, files: 2 }, swept: null })
    expect(found.sentence).toBe('Everything is whole: the database and 2 stored files were read to their last byte.')
    expect(found.counts.bytes).toBe(blobFiles(workspace).reduce((sum, path) => sum + readFileSync(path).length, 0))
  })

  it('as a job of the open core too, while it stays open', async () => {
    const core = await openCore({ workspace: filled.copy(), resources: filled.folder, startEngine: nodeEngine, version: '0', electron: null })
    try {
      expect(await runJob(core.client, 'workspace.check', { sweep: true })).toMatchObject({ healthy: true, findings: [], swept: { count: 0, bytes: 0 } })
    } finally { await core.close() }
  })
})

describe('stored files', () => {
  it('a missing one names the version that needs it; importing the original again puts it back', async () => {
    const workspace = filled.copy()
    rmSync(model(workspace))
    const found = await check(workspace)
    expect(faults(found)).toEqual(['missing-file: iris 1'])
    expect(found.findings[0]?.sentence).toBe('The stored file is missing. It is the model file “iris-logreg-tensor.onnx” of iris 1.')
    const core = await openCore({ workspace, resources: filled.folder, startEngine: nodeEngine, version: '0', electron: null })
    try {
      const [outcome] = await runJob(core.client, 'version.import', { files: [(await core.admit(fixture('iris/models/iris-logreg-tensor.onnx'))).token], modelName: 'iris' })
      expect(outcome?.outcome).toBe('existing')
    } finally { await core.close() }
    expect((await check(workspace)).healthy).toBe(true)
  })

  it('one changed byte in stored predictions is found, and the run is named', async () => {
    const workspace = filled.copy()
    const predictions = blobFiles(workspace).find((path) => !path.endsWith(filled.version.sha256))!
    flip(predictions, 100)
    const found = await check(workspace)
    expect(faults(found)).toEqual(['damaged-file: the run of iris 1 on iris.csv'])
    expect(found.findings[0]?.next).toContain('Evaluate again')
  })

  it('what nothing names, half-made files, dead staging and old journals are leftovers and can be swept', async () => {
    const workspace = filled.copy()
    mkdirSync(join(workspace, 'blobs/ab'), { recursive: true })
    const orphan = join(workspace, 'blobs/ab', `ab${'0'.repeat(62)}`)
    for (const path of [orphan, `${model(workspace)}.x.part`]) writeFileSync(path, 'left')
    mkdirSync(join(workspace, 'staging/999999-1-gone'), { recursive: true })
    writeFileSync(join(workspace, 'staging/999999-1-gone/half.onnx'), 'half')
    mkdirSync(join(workspace, 'journals'), { recursive: true })
    writeFileSync(join(workspace, 'journals', `${filled.runId}.journal`), 'x')
    mkdirSync(join(workspace, 'datasets/dataset_gone'), { recursive: true })
    for (const time of ['2025-01-01', '2026-01-01']) writeFileSync(join(workspace, `slipway.db.schema-1.${time}T00-00-00-000Z.backup`), 'copy')
    const preview = await check(workspace)
    expect(preview.healthy).toBe(true)
    expect(preview.findings.map((f) => `${f.kind}${f.removable ? '' : ' stays'}`).sort()).toEqual(['half-written', 'journal', 'old-copy', 'old-copy stays', 'staging', 'unused-file', 'unused-file'])
    expect(existsSync(orphan)).toBe(true)
    const swept = await check(workspace, true)
    expect(swept.swept?.count).toBe(6)
    expect((await check(workspace)).findings.map((f) => f.kind)).toEqual(['old-copy'])
    expect(blobFiles(workspace)).toHaveLength(2)
    const kept = readFileSync(join(workspace, 'slipway.db.schema-1.2026-01-01T00-00-00-000Z.backup'), 'utf8')
    expect(kept).toBe('copy')
  })

  it('nothing is swept while another program has the workspace open', async () => {
    const workspace = filled.copy()
    const core = await openCore({ workspace, resources: filled.folder, startEngine: nodeEngine, version: '0', electron: null })
    try {
      mkdirSync(join(workspace, 'blobs/cd'), { recursive: true })
      const fresh = join(workspace, 'blobs/cd', `cd${'0'.repeat(62)}`)
      writeFileSync(fresh, 'about to be named')
      utimesSync(fresh, 1, 1)
      const found = await check(workspace, true)
      expect(found.swept).toEqual({ count: 0, bytes: 0 })
      expect(existsSync(fresh)).toBe(true)
      expect(found.findings).toMatchObject([{ kind: 'unused-file', removable: false }])
    } finally { await core.close() }
  })
})

describe('the database', () => {
  it('flipped bytes in a table’s page: the fault names what is kept there, and nothing may be swept', async () => {
    const workspace = filled.copy()
    writeFileSync(`${model(workspace)}.x.part`, 'left')
    const page = pageOf(workspace, 'run_metrics')
    flip(join(workspace, 'slipway.db'), page.at, 12)
    const found = await check(workspace, true)
    expect(faults(found)).toContain('database: the metrics of runs')
    expect(found.findings.find((f) => f.about === 'the metrics of runs')?.next).toContain('backup')
    expect(found.swept).toEqual({ count: 0, bytes: 0 })
    expect(existsSync(`${model(workspace)}.x.part`)).toBe(true)
  })

  it('a damaged index, a header of something else, and a file that was cut off', async () => {
    const index = filled.copy()
    const page = pageOf(index, 'runs_by_version')
    flip(join(index, 'slipway.db'), page.at + page.bytes - 12, 8)
    expect(faults(await check(index))).not.toEqual([])
    const header = filled.copy()
    flip(join(header, 'slipway.db'), 0, 16)
    expect(faults(await check(header))).toEqual(['database: the database'])
    const cut = filled.copy()
    truncateSync(join(cut, 'slipway.db'), 20_000)
    expect(faults(await check(cut))).not.toEqual([])
  })

  it('a byte changed by another tool that every check of SQLite passes: the record names it', async () => {
    const workspace = filled.copy()
    const path = join(workspace, 'slipway.db')
    const bytes = readFileSync(path)
    const at = bytes.lastIndexOf('iris-logreg-tensor.onnx')
    bytes[at] = 'I'.charCodeAt(0)
    writeFileSync(path, bytes)
    const found = await check(workspace)
    expect(found.healthy).toBe(false)
    expect(found.findings.some((f) => f.kind === 'record')).toBe(true)
  })

  it('a reference to nothing is said in words', async () => {
    const workspace = filled.copy()
    const db = new Database(join(workspace, 'slipway.db'))
    db.pragma('foreign_keys = OFF')
    db.exec("INSERT INTO bindings VALUES ('version_gone', 1, 't', '{}', '[]', 1)")
    db.close()
    const found = await check(workspace)
    expect(found.findings[0]).toMatchObject({ kind: 'reference', about: 'bindings' })
    expect(found.findings[0]?.sentence).toContain('belongs to something among versions that is not there')
  })

  it('damage in the log that SQLite passes over in silence is found: so many changes are lost', async () => {
    const workspace = filled.copy()
    const path = join(workspace, 'slipway.db')
    // A writer that is killed leaves its log: here it is copied away while the connection is open.
    const store = openStore(path)
    for (let i = 0; i < 3; i++) store.write((db) => db.run("INSERT INTO settings VALUES ($key, '1')", { key: `k${i}` }))
    for (const ending of ['-wal', '']) writeFileSync(`${path}.kept${ending}`, readFileSync(`${path}${ending}`))
    store.close()
    for (const ending of ['-wal', '']) renameSync(`${path}.kept${ending}`, `${path}${ending}`)
    expect((await check(workspace)).healthy).toBe(true)
    flip(`${path}-wal`, 32 + 24 + 100)
    const found = await check(workspace)
    expect(found.findings[0]?.sentence).toContain('3 recorded changes from there on cannot be read')
  })
})

describe('the command', () => {
  it('exit 0 when whole, 1 with the fault when not, 2 where there is no workspace; it makes no folder', async () => {
    const workspace = filled.copy()
    const fsck = (folder: string, ...args: string[]): ReturnType<typeof start>['ended'] => start(['--workspace', folder, 'fsck', ...args]).ended
    const whole = await fsck(workspace)
    expect([whole.code, whole.out]).toEqual([0, expect.stringContaining('Everything is whole')])
    appendFileSync(join(workspace, 'slipway.log'), 'x')
    chmodSync(model(workspace), 0o644)
    appendFileSync(model(workspace), 'x')
    const harmed = await fsck(workspace, '--json')
    expect(harmed.code).toBe(1)
    expect((JSON.parse(harmed.out) as WorkspaceCheck).findings[0]).toMatchObject({ kind: 'damaged-file', about: 'iris 1' })
    const absent = join(filled.folder, 'nowhere')
    const none = await fsck(absent)
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('There is no workspace in')])
    expect(existsSync(absent)).toBe(false)
  })
})

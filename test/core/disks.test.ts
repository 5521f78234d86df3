// Disks and databases that fail: each is answered by a code of the table with its sentence and next step, nothing is lost, and the workspace is whole afterwards.
import { spawn } from 'node:child_process'
import { chmodSync, closeSync, cpSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkFolder, nodeEngine, openCore, type Core } from '../../main/core/core.ts'
import { openStore } from '../../main/core/store/open.ts'
import type { SlipwayError } from '../../shared/errors.ts'
import { runJob } from '../../shared/job-client.ts'
import { program, start, type Ended } from '../cli/run-cli.ts'
import { fixture } from '../setup/fixtures.ts'
import { mountSmallDisk, type SmallDisk } from '../setup/small-disk.ts'
import { contentsOf } from './open-test-core.ts'
import { fillWorkspace, type Filled } from './filled-workspace.ts'

let filled: Filled
beforeAll(async () => { filled = await fillWorkspace() })
afterAll(() => { filled.done() })

let folder = ''
let disk: SmallDisk | null = null
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-disks-')) })
afterEach(() => { disk?.done(); disk = null; rmSync(folder, { recursive: true, force: true }) })

const open = (workspace: string): Promise<Core> => openCore({ workspace, resources: folder, startEngine: nodeEngine, version: '0', electron: null })
const healthy = async (workspace: string): Promise<string[]> => (await checkFolder(workspace, false, { signal: new AbortController().signal, progress: () => undefined })).findings.filter((f) => f.severity !== 'note').map((f) => f.sentence)
/** The refusal, as the user reads it. */
async function refusal(of: Promise<unknown>): Promise<Pick<SlipwayError, 'code' | 'message' | 'next'>> {
  const error = await of.then(() => { throw new Error('it was not refused') }, (thrown: unknown) => thrown as SlipwayError)
  return { code: error.code, message: error.message, next: error.next }
}
const importIncome = async (core: Core): Promise<unknown> => runJob(core.client, 'version.import', { files: [(await core.admit(fixture('adult-income/models/income-v2-gboost.onnx'))).token] })

describe('a full disk', () => {
  it('refuses an import and a change in words, keeps what was there, and goes on when there is room again', async () => {
    disk = mountSmallDisk(folder, 8)
    if (disk === null) return fullByLimit()
    const workspace = join(disk.path, 'workspace')
    cpSync(filled.copy(), workspace, { recursive: true })
    const core = await open(workspace)
    try {
      disk.fill(16_384)
      const [outcome] = await importIncome(core) as readonly { outcome: string; error: { code: string; message: string; next: string } | null }[]
      expect(outcome).toMatchObject({ outcome: 'refused', error: { code: 'file.diskFull', next: 'Free some space and try again.' } })
      expect(outcome?.error?.message).toMatch(/^There is no space left on the disk that holds .+\. Nothing was changed\.$/)
      // The log takes changes until its disk is full to the last page.
      const change = async (): Promise<never> => { for (let i = 0; ; i++) await core.client.call('version.annotate', { versionId: filled.version.id, note: `${i} ${'n'.repeat(9000)}` }) }
      expect(await refusal(change())).toMatchObject({ code: 'file.diskFull', next: 'Free some space and try again.' })
      const { version } = await core.client.call('version.get', { versionId: filled.version.id })
      disk.empty()
      const [again] = await importIncome(core) as readonly { outcome: string }[]
      expect(again?.outcome).toBe('created')
      expect((await core.client.call('version.get', { versionId: filled.version.id })).version.note).toBe(version.note)
    } finally { await core.close() }
    expect(await healthy(workspace)).toEqual([])
  })

  it('full before it is opened: read all the same, and whole when there is room again', async () => {
    disk = mountSmallDisk(folder, 8)
    if (disk === null) return fullByLimit()
    const workspace = join(disk.path, 'workspace')
    cpSync(filled.copy(), workspace, { recursive: true })
    disk.fill(0)
    const before = contentsOf(join(workspace, 'blobs'))
    const reading = await open(workspace)
    try {
      expect(reading.notices[0]).toMatch(/^Read-only: There is no space left on the disk that holds .+ nothing can be changed\.$/)
      expect((await reading.client.call('run.get', { runId: filled.runId })).status).toBe('done')
      expect(await refusal(reading.client.call('version.annotate', { versionId: filled.version.id, note: 'n' }))).toMatchObject({ code: 'file.diskFull', next: 'Free some space and try again.' })
    } finally { await reading.close() }
    disk.empty()
    expect(contentsOf(join(workspace, 'blobs'))).toEqual(before)
    expect(await healthy(workspace)).toEqual([])
    const core = await open(workspace)
    expect((await core.client.call('run.get', { runId: filled.runId })).status).toBe('done')
    await core.close()
  })

  /** The same by a limit on the size of files, which needs no right: the system answers that the file is too large. */
  async function fullByLimit(): Promise<void> {
    const workspace = filled.copy()
    const child = spawn('sh', ['-c', 'ulimit -f 100; exec "$@"', 'sh', process.execPath, program, '--workspace', workspace, '--json', 'import', fixture('adult-income/models/income-v2-gboost.onnx')], { stdio: ['ignore', 'pipe', 'ignore'] })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text })
    await new Promise((resolve) => { child.once('close', resolve) })
    expect(out).toMatch(/file\.diskFull|store\.diskFault/)
    expect(await healthy(workspace)).toEqual([])
  }
})

describe('a read-only workspace', () => {
  it('is read and not touched; what would write is refused in words', async () => {
    disk = mountSmallDisk(folder, 8)
    const workspace = join(disk?.path ?? folder, 'workspace')
    cpSync(filled.copy(), workspace, { recursive: true })
    if (disk !== null) disk.readOnly(true)
    else for (const path of [workspace, join(workspace, 'staging')]) chmodSync(path, 0o555)
    const before = contentsOf(workspace)
    const core = await open(workspace)
    try {
      expect(core.notices).toEqual([expect.stringMatching(/^Read-only: The workspace in .+ cannot be written to\. You see the workspace as it was at \d\d:\d\d UTC; nothing can be changed\.$/)])
      expect((await core.client.call('version.get', { versionId: filled.version.id })).version.id).toBe(filled.version.id)
      expect(await core.client.call('app.about', {})).toMatchObject({ empty: false, notices: core.notices })
      expect((await core.client.call('history.list', { limit: 5 })).length).toBeGreaterThan(0)
      expect(await runJob(core.client, 'audit.verify', {})).toMatchObject({ whole: true })
      const said = { code: 'store.readOnly', message: `The workspace in ${workspace} cannot be written to.` }
      expect(await refusal(core.client.call('version.annotate', { versionId: filled.version.id, note: 'n' }))).toMatchObject(said)
      expect(await refusal(importIncome(core))).toMatchObject(said)
      expect(await refusal(core.client.call('alias.set', { modelId: filled.version.modelId, alias: 'champion', versionId: filled.version.id, expected: null, reason: 'first one' }))).toMatchObject(said)
      expect(await refusal(core.client.call('model.rename', { modelId: filled.version.modelId, name: 'other' }))).toMatchObject(said)
      expect((await core.client.call('model.get', { modelId: filled.version.modelId })).model.name).toBe('iris')
      expect((await core.client.call('leaderboard.get', { datasetId: filled.data.id })).entries).toHaveLength(1)
      expect(await core.client.call('alias.list', { modelId: filled.version.modelId })).toEqual([])
      expect(await core.client.call('review.counts', {})).toEqual({ asked: 0, received: 0 })
    } finally { await core.close() }
    const cli = (...args: string[]): Promise<Ended> => start(['--workspace', workspace, ...args], { HOME: folder }).ended
    const [found, verified, board, promoted] = [await cli('search', 'accuracy > 0.5'), await cli('audit', 'verify'), await cli('leaderboard', '--data', 'iris.csv'), await cli('promote', 'iris@1', '--alias', 'champion', '--reason', 'first one')]
    expect([found.code, found.out, found.err]).toEqual([0, expect.stringContaining('iris'), expect.stringContaining('Read-only:')])
    expect([verified.code, board.code, board.out]).toEqual([0, 0, expect.stringContaining('iris')])
    expect([promoted.code, promoted.err]).toEqual([3, expect.stringMatching(/cannot be written to\..*Nothing was changed/s)])
    expect(await healthy(workspace)).toEqual([])
    expect(contentsOf(workspace)).toEqual(before)
    for (const path of disk === null ? [workspace, join(workspace, 'staging')] : []) chmodSync(path, 0o755)
  })
})

describe('a damaged or foreign database', () => {
  const harm = (how: (database: string) => void): string => {
    const workspace = filled.copy()
    how(join(workspace, 'slipway.db'))
    return workspace
  }
  const overwrite = (path: string, at: number, bytes: Buffer): void => {
    const file = openSync(path, 'r+')
    try { writeSync(file, bytes, 0, bytes.length, at) } finally { closeSync(file) }
  }

  it.each([
    ['a page of the table of runs', (path: string) => {
      const db = new Database(path)
      const [root, size] = [db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'runs'").pluck().get() as number, db.pragma('page_size', { simple: true }) as number]
      db.close()
      overwrite(path, (root - 1) * size, Buffer.alloc(size, 0x5a))
    }],
    ['the header', (path: string) => { overwrite(path, 0, Buffer.from('not a database at all')) }],
    ['the end cut off', (path: string) => { truncateSync(path, 12_288) }],
  ])('%s: store.corrupt with what can be done, by the core and by the command', async (_what, how) => {
    const workspace = harm(how)
    const blobs = contentsOf(join(workspace, 'blobs'))
    // A start reads no more than it must: damage elsewhere is met by whoever reads there.
    const opened: Core[] = []
    const said = await refusal(open(workspace).then((core) => { opened.push(core); return core.client.call('run.get', { runId: filled.runId }) }))
    for (const core of opened) await core.close()
    expect(said.code).toBe('store.corrupt')
    expect(said.message).toMatch(/^The database of this workspace is damaged: .+\. Nothing was changed\.$/)
    expect(said.next).toContain('backup')
    // What is stored stays, also what only the damaged part knew of.
    expect(contentsOf(join(workspace, 'blobs'))).toEqual(blobs)
    expect((await healthy(workspace)).join(' ')).toContain('The database is damaged')
  })

  it('a damaged log of the newest changes is refused before it is forgotten; without it the rest opens', async () => {
    const workspace = harm((path) => {
      const db = new Database(path)
      db.pragma('wal_autocheckpoint = 0')
      for (let i = 0; i < 3; i++) db.prepare("INSERT INTO settings VALUES (?, '1')").run(`k${i}`)
      const log = readFileSync(`${path}-wal`)
      const whole = readFileSync(path)
      db.close()
      log[32 + 24 + 200] = (log[32 + 24 + 200] ?? 0) ^ 0xff
      writeFileSync(path, whole)
      writeFileSync(`${path}-wal`, log)
    })
    const log = readFileSync(join(workspace, 'slipway.db-wal'))
    expect(await refusal(open(workspace))).toMatchObject({ code: 'store.corrupt', next: expect.stringContaining('give the file slipway.db-wal another name') as string })
    expect(readFileSync(join(workspace, 'slipway.db-wal')).equals(log)).toBe(true)
    rmSync(join(workspace, 'slipway.db-wal'))
    const core = await open(workspace)
    expect((await core.client.call('run.get', { runId: filled.runId })).status).toBe('done')
    await core.close()
  })

  it('a newer one: store.newer in words with exit code 3, also from the check; not one byte changed', async () => {
    const workspace = harm((path) => {
      const db = new Database(path)
      db.pragma('user_version = 999')
      db.close()
    })
    const before = contentsOf(workspace)
    const said = { code: 'store.newer', message: expect.stringMatching(/^This workspace was written by a newer Slipway \(schema 999; this one knows up to \d+\)\. Nothing was changed\.$/) as string, next: 'Open it with the newer version, or choose another workspace.' }
    expect(await refusal(open(workspace))).toEqual(said)
    expect(await refusal(healthy(workspace))).toEqual(said)
    const cli = await start(['--workspace', workspace, 'history']).ended
    expect([cli.code, cli.out, cli.err]).toEqual([3, '', expect.stringContaining('newer Slipway')])
    expect(contentsOf(workspace)).toEqual(before)
  })
})

describe('a stored file', () => {
  it('that is missing: an evaluation says which and what to do, and the workspace stays as it was', async () => {
    const workspace = filled.copy()
    rmSync(join(workspace, 'blobs', filled.version.sha256.slice(0, 2), filled.version.sha256))
    const core = await open(workspace)
    try {
      const said = await refusal(runJob(core.client, 'run.evaluate', { versionId: filled.version.id, datasetId: filled.data.id, binding: (await core.client.call('run.get', { runId: filled.runId })).binding, guesses: [] }))
      expect(said).toEqual({ code: 'store.blobMissing', message: expect.stringMatching(/^The stored .+ \([0-9a-f]{12}…\) is missing or its content changed\.$/) as string, next: 'Import the original file again.' })
    } finally { await core.close() }
  })
})

describe('a slow disk', () => {
  it('a writer that holds the database for a while is waited for; one that never ends is told of in words', () => {
    const path = join(folder, 'slipway.db')
    openStore(path).close()
    // A program of its own holds the lock: inside this one the waiting would hold up the holder too.
    const holder = `const db=new(require('better-sqlite3'))(process.argv[1]);db.exec('BEGIN IMMEDIATE');console.log('held');setTimeout(()=>{db.exec('COMMIT')},+process.argv[2])`
    const hold = (ms: number): ReturnType<typeof spawn> => spawn(process.execPath, ['-e', holder, path, String(ms)], { cwd: join(import.meta.dirname, '../..'), stdio: ['ignore', 'pipe', 'inherit'] })
    return (async () => {
      const brief = hold(400)
      await new Promise((resolve) => { brief.stdout?.once('data', resolve) })
      const patient = openStore(path, { busyMs: 30_000 })
      expect(patient.write((db) => db.run("INSERT INTO settings VALUES ('waited', '1')"))).toBe(1)
      await new Promise((resolve) => { if (brief.exitCode === null) brief.once('close', resolve); else resolve(null) })
      const endless = hold(60_000)
      await new Promise((resolve) => { endless.stdout?.once('data', resolve) })
      const hasty = openStore(path, { busyMs: 200 })
      expect(() => hasty.write(() => 1)).toThrow(expect.objectContaining({ code: 'store.locked', message: 'Another program is writing to this workspace and did not finish in time.', next: 'Wait a moment and try again.' }) as Error)
      expect(hasty.read((db) => db.get("SELECT value FROM settings WHERE key = 'waited'"))).toEqual({ value: '1' })
      endless.kill('SIGKILL')
      patient.close()
      hasty.close()
      expect(existsSync(path) && readdirSync(folder).includes('slipway.db')).toBe(true)
    })()
  })
})

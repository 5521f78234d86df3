// Backups: consistent while somebody writes, whole after restoring elsewhere, refused when one byte is not what was written, never half there.
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { writeZip } from '../../main/core/bundle/zip-write.ts'
import { checkFolder, nodeEngine, openCore, restoreBackup, type Core } from '../../main/core/core.ts'
import type { BackupReport } from '../../shared/domain/workspace.ts'
import { runJob } from '../../shared/job-client.ts'
import { start } from '../cli/run-cli.ts'
import { mountSmallDisk, type SmallDisk } from '../setup/small-disk.ts'
import { fillWorkspace, type Filled } from './filled-workspace.ts'

let filled: Filled
let folder = ''
let disk: SmallDisk | null = null
let core: Core | null = null
beforeAll(async () => { filled = await fillWorkspace() })
afterAll(() => { filled.done() })
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-backup-')) })
afterEach(async () => { await core?.close(); core = null; disk?.done(); disk = null; rmSync(folder, { recursive: true, force: true }) })

const watch = { signal: new AbortController().signal, progress: (): void => undefined }
const open = async (workspace: string): Promise<Core> => (core = await openCore({ workspace, resources: folder, startEngine: nodeEngine, version: '0', electron: null }))
const back = async (of: Core, to: string, withKey = false): Promise<BackupReport> => runJob(of.client, 'workspace.backup', { file: (await of.admit(to, 'write')).token, withKey })

describe('a backup', () => {
  it('made while somebody writes holds everything acknowledged before it, and restores as a whole workspace elsewhere', async () => {
    const opened = await open(filled.copy())
    const archive = join(folder, 'a.backup.zip')
    await opened.client.call('version.annotate', { versionId: filled.version.id, note: 'before' })
    let [writing, written] = [true, 0]
    const writer = (async () => { while (writing) { await opened.client.call('version.annotate', { versionId: filled.version.id, tags: [`t${++written}`] }); await new Promise((resolve) => setTimeout(resolve, 5)) } })()
    const report = await back(opened, archive)
    writing = false
    await writer
    expect(written).toBeGreaterThan(1)
    expect(report).toMatchObject({ fileName: 'a.backup.zip', counts: { models: 1, versions: 1, runs: 1 }, lacks: [], withKey: false, sha256: createHash('sha256').update(readFileSync(archive)).digest('hex') })
    expect(readdirSync(folder)).toEqual(['a.backup.zip'])
    const run = await opened.client.call('run.get', { runId: filled.runId })
    const restored = join(folder, 'there')
    expect(await restoreBackup(archive, restored, watch)).toMatchObject({ folder: 'there', counts: report.counts, files: report.files })
    expect(readdirSync(folder).sort()).toEqual(['a.backup.zip', 'there'])
    expect(await checkFolder(restored, false, watch)).toMatchObject({ healthy: true, findings: [] })
    await opened.close()
    const again = await open(restored)
    expect(await again.client.call('run.get', { runId: filled.runId })).toEqual(run)
    expect((await again.client.call('version.get', { versionId: filled.version.id })).version.note).toBe('before')
    // The copied data lies in the restored workspace, not in the old one.
    const kept = (await again.client.call('dataset.list', {})).find((d) => d.copied)
    rmSync(join(folder, 'a.backup.zip'))
    expect((await again.client.call('dataset.rows', { datasetId: kept!.id, limit: 1 })).total).toBe(150)
  })

  it('says what the workspace itself has lost, and takes the key only when asked', async () => {
    const workspace = filled.copy()
    mkdirSync(join(workspace, 'keys'))
    writeFileSync(join(workspace, 'keys/publisher.key.pem'), 'secret words of the key')
    const opened = await open(workspace)
    rmSync(join(workspace, 'blobs', filled.version.sha256.slice(0, 2), filled.version.sha256))
    const without = await back(opened, join(folder, 'without.zip'))
    expect(without.lacks).toEqual(['The workspace itself lacks the model file “iris-logreg-tensor.onnx” of iris 1: it is missing.'])
    expect(readFileSync(join(folder, 'without.zip')).includes('secret words')).toBe(false)
    expect((await back(opened, join(folder, 'with.zip'), true)).withKey).toBe(true)
    await restoreBackup(join(folder, 'with.zip'), join(folder, 'w'), watch)
    expect(readFileSync(join(folder, 'w/keys/publisher.key.pem'), 'utf8')).toBe('secret words of the key')
  })

  it('never goes over a file, and leaves nothing on a disk that is too small', async () => {
    const opened = await open(filled.copy())
    writeFileSync(join(folder, 'mine.zip'), 'mine')
    await expect(back(opened, join(folder, 'mine.zip'))).rejects.toMatchObject({ code: 'backup.targetExists' })
    expect(readFileSync(join(folder, 'mine.zip'), 'utf8')).toBe('mine')
    disk = mountSmallDisk(folder, 1)
    // Where nothing can be mounted, a device that is always full.
    const target = disk === null ? '/dev/full/x.zip' : join(disk.path, 'x.zip')
    disk?.fill(100_000)
    await expect(back(opened, target)).rejects.toMatchObject({ code: disk === null ? 'file.notWritable' : 'file.diskFull' })
    if (disk !== null) expect(readdirSync(disk.path)).toEqual(['filling'])
  })
})

describe('a restore', () => {
  it('refuses what is not whole, byte by byte, and folders with something in them; nothing is left', async () => {
    const opened = await open(filled.copy())
    const archive = join(folder, 'a.zip')
    await back(opened, archive)
    const { length } = readFileSync(archive)
    const into = join(folder, 'into')
    for (const at of [3, 40, Math.floor(length * 0.3), Math.floor(length * 0.6), length - 400, length - 10]) {
      const harmed = readFileSync(archive)
      harmed[at] = (harmed[at] ?? 0) ^ 0x01
      writeFileSync(join(folder, 'harmed.zip'), harmed)
      await expect(restoreBackup(join(folder, 'harmed.zip'), into, watch), `byte ${at}`).rejects.toMatchObject({ code: 'backup.notABackup' })
    }
    truncateSync(join(folder, 'harmed.zip'), Math.floor(length / 2))
    await expect(restoreBackup(join(folder, 'harmed.zip'), into, watch)).rejects.toMatchObject({ code: 'backup.notABackup' })
    await expect(restoreBackup(join(folder, 'none.zip'), into, watch)).rejects.toMatchObject({ code: 'file.missing' })
    mkdirSync(join(folder, 'full'))
    writeFileSync(join(folder, 'full/mine.txt'), 'mine')
    await expect(restoreBackup(archive, join(folder, 'full'), watch)).rejects.toMatchObject({ code: 'workspace.notEmpty' })
    expect(readdirSync(folder).sort()).toEqual(['a.zip', 'full', 'harmed.zip'])
  })

  it('refuses an archive that wants to write outside', async () => {
    const manifest = Buffer.from(JSON.stringify({ schema: 'slipway.backup/1', createdAt: 1, slipway: '0', databaseSchema: 1, withKey: false, counts: { models: 0, versions: 0, runs: 0 }, files: [
      { path: 'files/0000000', as: 'slipway.db', bytes: 1, sha256: '0'.repeat(64) }, { path: 'files/0000001', as: 'datasets/dataset_1/../../../evil', bytes: 1, sha256: '0'.repeat(64) },
    ] }))
    for (const [name, bytes] of [['m', manifest], ['x', Buffer.from('x')]] as const) writeFileSync(join(folder, name), bytes)
    const entry = (path: string, name: string, bytes: Buffer): Parameters<typeof writeZip>[1][number] => ({ path, mode: 0o644, bytes: bytes.length, crc32: crc32(bytes), file: join(folder, name) })
    await writeZip(join(folder, 'evil.zip'), [entry('files/0000000', 'x', Buffer.from('x')), entry('files/0000001', 'x', Buffer.from('x')), entry('manifest.json', 'm', manifest)], watch.signal)
    await expect(restoreBackup(join(folder, 'evil.zip'), join(folder, 'into'), watch)).rejects.toMatchObject({ code: 'backup.notABackup', details: { reason: expect.stringContaining('no place of a workspace') as string } })
    expect(existsSync(join(folder, 'evil')) || existsSync(join(folder, 'into'))).toBe(false)
  })

  it('by the commands: backup, restore-backup, fsck', async () => {
    const workspace = filled.copy()
    const archive = join(folder, 'a.zip')
    const made = await start(['--workspace', workspace, '--json', 'backup', '--out', archive]).ended
    expect([made.code, (JSON.parse(made.out) as BackupReport).counts]).toEqual([0, { models: 1, versions: 1, runs: 1 }])
    const into = join(folder, 'there')
    const restored = await start(['restore-backup', archive, '--into', into], { HOME: folder }).ended
    expect([restored.code, restored.out]).toEqual([0, expect.stringContaining('1 model, 1 version, 1 run,')])
    const refused = await start(['restore-backup', archive, '--into', into], { HOME: folder }).ended
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('“there” has something in it already. Nothing was put there.')])
    expect((await checkFolder(into, false, watch)).healthy).toBe(true)
    const file = openSync(archive, 'r+')
    writeSync(file, Buffer.from([0xff]), 0, 1, 100)
    closeSync(file)
    expect((await start(['restore-backup', archive, '--into', join(folder, 'other')], { HOME: folder }).ended).code).toBe(2)
  })
})

// Blobs on a real disk: whole or absent, never changed, laid out under names that cannot leave their folder.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBlobs, type Blobs } from '../../main/core/files/blobs.ts'
import { openPlaces, sessionLives, sweepStaging } from '../../main/core/files/places.ts'

let folder = ''
let blobs: Blobs
const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
const staged = (text: string, name = 'staged'): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-blobs-'))
  mkdirSync(join(folder, 'blobs'))
  blobs = openBlobs(join(folder, 'blobs'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('put', () => {
  it('moves a file to the place of its hash and makes it read-only', async () => {
    const path = staged('weights')
    expect(await blobs.put(path)).toBe(sha('weights'))
    expect(existsSync(path)).toBe(false)
    expect(readFileSync(blobs.path(sha('weights')), 'utf8')).toBe('weights')
    expect(statSync(blobs.path(sha('weights'))).mode & 0o222).toBe(0)
  })

  it('the same content twice is one blob', async () => {
    await blobs.put(staged('weights'))
    const before = statSync(blobs.path(sha('weights'))).ino
    await blobs.put(staged('weights'))
    expect(statSync(blobs.path(sha('weights'))).ino).toBe(before)
  })

  it('refuses a file that is not what was announced, and keeps nothing of it', async () => {
    await expect(blobs.put(staged('other'), sha('weights'))).rejects.toMatchObject({ code: 'store.blobMissing' })
    expect(readdirSync(join(folder, 'blobs'))).toEqual([])
  })

  it('mends a blob whose content was damaged on the disk', async () => {
    await blobs.put(staged('weights'))
    chmodSync(blobs.path(sha('weights')), 0o644)
    writeFileSync(blobs.path(sha('weights')), 'weighty')
    await blobs.put(staged('weights'))
    await blobs.verify(sha('weights'), 'model')
  })
})

describe('verify', () => {
  it('notices one changed byte and a missing file', async () => {
    await blobs.put(staged('weights'))
    await blobs.verify(sha('weights'), 'model')
    chmodSync(blobs.path(sha('weights')), 0o644)
    writeFileSync(blobs.path(sha('weights')), 'weightz')
    await expect(blobs.verify(sha('weights'), 'model')).rejects.toMatchObject({ code: 'store.blobMissing' })
    await expect(blobs.verify(sha('nothing'), 'model')).rejects.toMatchObject({ code: 'store.blobMissing' })
  })
})

describe('materialise', () => {
  it('lays files out under their names, in folders too, without copying bytes', async () => {
    await blobs.put(staged('graph'))
    await blobs.put(staged('weights'))
    const target = join(folder, 'opened')
    const files = [{ name: 'model.onnx', sha256: sha('graph') }, { name: 'data/w.bin', sha256: sha('weights') }]
    await blobs.materialise(files, target)
    await blobs.materialise(files, target)
    expect(readFileSync(join(target, 'data/w.bin'), 'utf8')).toBe('weights')
    expect(statSync(join(target, 'model.onnx')).ino).toBe(statSync(blobs.path(sha('graph'))).ino)
  })

  it.each(['../out', '/etc/out', 'a/../../out', '..', '.', ''])('refuses the name “%s”', async (name) => {
    await blobs.put(staged('graph'))
    await expect(blobs.materialise([{ name, sha256: sha('graph') }], join(folder, 'opened'))).rejects.toMatchObject({ code: 'input.invalid' })
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })

  it.each(['../../../etc/passwd', 'abc', '', 'A'.repeat(64)])('refuses the hash “%s”', (hash) => {
    expect(() => blobs.path(hash)).toThrow(expect.objectContaining({ code: 'input.invalid' }) as Error)
  })
})

describe('sweep', () => {
  it('removes what nothing names and nothing else', async () => {
    await blobs.put(staged('kept'))
    await blobs.put(staged('lost'))
    expect(blobs.sweep(new Set([sha('kept')]))).toBe(1)
    expect([blobs.has(sha('kept')), blobs.has(sha('lost'))]).toEqual([true, false])
  })
})

describe('staging', () => {
  it('of a living process stays, of a gone one is removed', () => {
    const places = openPlaces(join(folder, 'ws'))
    const gone = join(places.staging, '4194303-1-abc0')
    const foreign = join(places.staging, 'something else')
    for (const path of [gone, foreign]) { mkdirSync(path); writeFileSync(join(path, 'half'), 'x') }
    sweepStaging(places.staging)
    expect(readdirSync(places.staging)).toEqual([places.sessionName])
    expect(sessionLives(places.staging, places.sessionName)).toBe(true)
    expect(places.alone()).toBe(true)
  })

  it('a new process with an old process id is not taken for it', () => {
    const places = openPlaces(join(folder, 'ws'))
    const reused = `${process.pid}-1-abc0`
    mkdirSync(join(places.staging, reused))
    expect(sessionLives(places.staging, reused)).toBe(process.platform !== 'linux')
  })
})

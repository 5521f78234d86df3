// Two thousand seeded changes of a bundle, one at a time, and the tricks that archives know: all refused, with the right exit code, by the
// program that needs nothing of the bundle. Nothing crashes, nothing hangs, nothing is written outside.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyBundle } from '../../main/core/bundle/verify.ts'
import { layout, localHeader } from '../../main/core/bundle/zip-layout.ts'
import { openZip } from '../../main/core/bundle/zip-read.ts'
import { writeZip, type ZipSource } from '../../main/core/bundle/zip-write.ts'
import { exportSmall, irisFacts, type SmallBundle } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-random-'))
const root = join(folder, 'iris-1.2.3')
let small: SmallBundle
let files: string[] = []
let before: string[] = []
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeAll(async () => {
  small = await exportSmall(folder, 'good.zip', await irisFacts(folder))
  execFileSync('unzip', ['-q', small.archive, '-d', folder])
  files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(root.length + 1)).sort()
  before = readdirSync(folder)
})

/** The same numbers at every run (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const exitOf = async (path: string): Promise<number> => (await verifyBundle(path, { trust: small.key.publicPem })).exit

test('1,500 single bytes changed in the files of an unpacked bundle: tampered, exit 1, every one', async () => {
  const random = seeded(1)
  const contents = new Map(files.map((f) => [f, readFileSync(join(root, f))]))
  const wrong: string[] = []
  const sized = files.filter((f) => contents.get(f)!.length > 0)
  for (let i = 0; i < 1500; i++) {
    // Every file gets its share, however small it is; the signatures most of all.
    const file = i % 3 === 0 ? sized.filter((f) => /SHA256SUMS|signatures/.test(f))[random(8)]! : sized[random(sized.length)]!
    const good = contents.get(file)!
    const bad = Buffer.from(good)
    const at = random(good.length)
    bad[at] = (bad[at]! + 1 + random(255)) % 256
    writeFileSync(join(root, file), bad)
    const exit = await exitOf(root)
    if (exit !== 1) wrong.push(`${file} at ${at}: ${exit}`)
    writeFileSync(join(root, file), good)
  }
  expect(wrong).toEqual([])
  expect(await exitOf(root)).toBe(0)
}, 400_000)

test('300 bytes changed anywhere in the archive: refused, exit 1 or 2', async () => {
  const random = seeded(2)
  const good = readFileSync(small.archive)
  const path = join(folder, 'changed.zip')
  const accepted: number[] = []
  for (let i = 0; i < 300; i++) {
    const at = random(good.length)
    const bad = Buffer.from(good)
    bad[at] = (bad[at]! + 1 + random(255)) % 256
    writeFileSync(path, bad)
    if (![1, 2].includes(await exitOf(path))) accepted.push(at)
  }
  rmSync(path)
  expect(accepted).toEqual([])
}, 300_000)

test('200 files added, removed, renamed, replaced by a link or doubled in another case: exit 1, or 2 where it is no bundle any more', async () => {
  const random = seeded(3)
  const wrong: string[] = []
  for (let i = 0; i < 200; i++) {
    const file = files[random(files.length)]!
    const path = join(root, file)
    const other = join(folder, 'kept')
    const near = join(root, dirname(file), `x${random(1e6)}`)
    const upper = join(root, dirname(file), file.slice(file.lastIndexOf('/') + 1).toUpperCase().replace(/^([^A-Z]*)$/, 'A$1'))
    const twin = upper === path ? join(dirname(path), 'readme.MD') : upper
    const changes: readonly (readonly [readonly number[], () => void, () => void])[] = [
      [[1], () => { writeFileSync(near, 'x') }, () => { rmSync(near) }],
      // Without the list or the first signature it is no bundle.
      [[1, 2], () => { renameSync(path, other) }, () => { renameSync(other, path) }],
      [[1, 2], () => { renameSync(path, near) }, () => { renameSync(near, path) }],
      [[2], () => { renameSync(path, other); symlinkSync(other, path) }, () => { rmSync(path); renameSync(other, path) }],
      [[1, 2], () => { writeFileSync(twin, readFileSync(path)) }, () => { rmSync(twin) }],
    ]
    const [exits, change, back] = changes[i % changes.length]!
    change()
    const exit = await exitOf(root)
    if (!exits.includes(exit)) wrong.push(`${file}, change ${i % changes.length}: ${exit}`)
    back()
  }
  expect(wrong).toEqual([])
  expect(await exitOf(root)).toBe(0)
}, 300_000)

test('archive tricks: malformed, exit 2, and nothing is written anywhere', async () => {
  const good = readFileSync(small.archive)
  const archive = await openZip(small.archive)
  const { offsets, directoryOffset } = layout(archive.entries)
  const { entries } = archive
  await archive.close()
  const evil = join(folder, 'evil')
  writeFileSync(evil, 'evil')
  const source = (path: string): ZipSource => ({ path, mode: 0o644, bytes: 4, crc32: crc32('evil'), file: evil })
  const own = entries.map((e): ZipSource => ({ ...e, file: join(folder, ...e.path.split('/')) }))
  const write = async (name: string, sources: readonly ZipSource[]): Promise<string> => { const path = join(folder, `${name}.zip`); rmSync(path, { force: true }); await writeZip(path, sources, new AbortController().signal); return path }
  const patched = (change: (bytes: Buffer) => Buffer): string => { const path = join(folder, 'patched.zip'); writeFileSync(path, change(Buffer.from(good))); return path }
  const tries: [string, string | Promise<string>][] = []
  for (const path of ['../escaped', '/tmp/slipway-escaped', 'C:/escaped', 'iris-1.2.3/../../escaped', 'iris-1.2.3/a\\b', 'iris-1.2.3/a\u0000b', 'iris-1.2.3/NUL', 'iris-1.2.3/readme.md', 'iris-1.2.3/e\u0301', 'iris-1.2.3/README.md/x', 'elsewhere/README.md']) {
    tries.push([path, write(`name-${tries.length}`, [...own, source(path)].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))))])
  }
  tries.push(['twice', write('twice', [own[0]!, own[0]!, ...own.slice(1)])], ['in another order', write('order', [...own].reverse())])
  for (const [, path] of tries) expect(await exitOf(await path)).toBe(2)
  const first = offsets[1]!
  for (const [name, change] of [
    ['bytes behind the end', (b) => Buffer.concat([b, Buffer.from('PK')])], ['bytes in front', (b) => Buffer.concat([Buffer.from('#!/bin/sh\n'), b])], ['bytes between two files', (b) => Buffer.concat([b.subarray(0, first), Buffer.from('gap'), b.subarray(first)])],
    ['bytes before the directory', (b) => Buffer.concat([b.subarray(0, directoryOffset), Buffer.from('gap'), b.subarray(directoryOffset)])], ['a comment', (b) => { b.writeUInt16LE(3, b.length - 2); return Buffer.concat([b, Buffer.from('hey')]) }],
    ['the flag of a descriptor', (b) => { b.writeUInt16LE(0x0808, 6); b.writeUInt16LE(0x0808, directoryOffset + 8); return b }], ['compressed', (b) => { b.writeUInt16LE(8, 8); b.writeUInt16LE(8, directoryOffset + 10); return b }],
    ['a link', (b) => { b.writeUInt32LE((0o120777 * 0x10000) >>> 0, directoryOffset + 38); return b }], ['a set-user-id bit', (b) => { b.writeUInt32LE((0o104755 * 0x10000) >>> 0, directoryOffset + 38); return b }],
    ['overlapping files', (b) => { b.writeUInt32LE(b.readUInt32LE(directoryOffset + 42), directoryOffset + localHeader(entries[0]!).length + 16 + 42); return b }], ['more files than there are', (b) => { b.writeUInt16LE(0xfffe, b.length - 12); return b }], ['fewer files', (b) => { b.writeUInt16LE(1, b.length - 12); b.writeUInt16LE(1, b.length - 14); return b }],
    ['zip64 announced and absent', (b) => { b.writeUInt32LE(0xffff_ffff, b.length - 6); return b }], ['a directory beyond the end', (b) => { b.writeUInt32LE(0xffff_fff0, b.length - 6); return b }], ['a size that no disk has', (b) => { b.writeUInt32LE(0xffff_fffe, directoryOffset + 24); return b }],
    ['cut in the middle', (b) => b.subarray(0, b.length >> 1)], ['the end alone', (b) => b.subarray(-22)], ['nothing', () => Buffer.alloc(0)],
  ] as readonly [string, (b: Buffer) => Buffer][]) expect(await exitOf(patched(change)), name).toBe(2)
  expect(readdirSync(folder).filter((name) => !before.includes(name) && !name.endsWith('.zip'))).toEqual(['evil'])
  expect(readdirSync(tmpdir())).not.toContain('slipway-escaped')
  mkdirSync(join(folder, 'empty'))
  expect(await exitOf(join(folder, 'empty'))).toBe(2)
}, 120_000)

// The deterministic archive: independent readers accept it, our reader refuses every changed byte and every trick.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import yauzl from 'yauzl'
import { endRecords, layout, localHeader, tail } from '../../main/core/bundle/zip-layout.ts'
import { openZip, pathFault, listFault } from '../../main/core/bundle/zip-read.ts'
import { writeZip, type ZipSource } from '../../main/core/bundle/zip-write.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-zip-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const contents: Record<string, string> = { 'b/README.md': '# hello\n', 'b/bin/run.sh': '#!/bin/sh\n', 'b/empty': '', 'b/ünïcode ☕.txt': 'x'.repeat(70_000) }

async function make(name: string): Promise<string> {
  const sources = Object.entries(contents).map(([path, text], i): ZipSource => {
    const file = join(folder, `source-${i}`)
    writeFileSync(file, text)
    return { path, mode: path.endsWith('.sh') ? 0o755 : 0o644, bytes: Buffer.byteLength(text), crc32: crc32(text), file }
  })
  const path = join(folder, name)
  await writeZip(path, sources, new AbortController().signal)
  return path
}

test('unzip and yauzl read it, with its modes and contents', async () => {
  const path = await make('good.zip')
  expect(execFileSync('unzip', ['-t', path], { encoding: 'utf8' })).toContain('No errors detected')
  expect(execFileSync('unzip', ['-p', path, 'b/README.md'], { encoding: 'utf8' })).toBe('# hello\n')
  const entries = await new Promise<{ name: string; mode: number; bytes: number }[]>((resolve, reject) => {
    const found: { name: string; mode: number; bytes: number }[] = []
    yauzl.open(path, { lazyEntries: false, strictFileNames: true }, (error, archive) => {
      if (error !== null) { reject(error); return }
      archive.on('entry', (entry: yauzl.Entry) => { found.push({ name: entry.fileName, mode: (entry.externalFileAttributes >>> 16) & 0o777, bytes: entry.uncompressedSize }) })
      archive.on('end', () => { resolve(found) })
      archive.on('error', reject)
    })
  })
  expect(entries).toEqual(Object.entries(contents).map(([name, text]) => ({ name, mode: name.endsWith('.sh') ? 0o755 : 0o644, bytes: Buffer.byteLength(text) })))
})

test('every single changed byte outside the contents is refused, and so are added and missing bytes', async () => {
  const good = readFileSync(await make('flip.zip'))
  const archive = await openZip(join(folder, 'flip.zip'))
  const { offsets } = layout(archive.entries)
  const isContent = (at: number): boolean => archive.entries.some((e, i) => { const start = offsets[i]! + localHeader(e).length; return at >= start && at < start + e.bytes })
  await archive.close()
  const path = join(folder, 'bad.zip')
  const accepted: number[] = []
  for (let at = 0; at < good.length; at++) {
    if (isContent(at)) continue
    const bad = Buffer.from(good)
    bad[at] = bad[at]! ^ 0x01
    writeFileSync(path, bad)
    // A changed checksum, size or name is consistent only if the directory says so too; then the layout differs.
    await openZip(path).then(async (a) => { accepted.push(at); await a.close() }, () => undefined)
  }
  expect(accepted).toEqual([])
  for (const bad of [Buffer.concat([good, Buffer.from('x')]), Buffer.concat([Buffer.from('x'), good]), good.subarray(0, -1), good.subarray(1), Buffer.alloc(0)]) {
    writeFileSync(path, bad)
    await expect(openZip(path)).rejects.toThrow()
  }
})

test.each([
  ['/etc/passwd', 'absolute'], ['C:/x', 'absolute'], ['a/../b', 'leaves'], ['..', 'leaves'], ['a//b', 'leaves'], ['a/./b', 'leaves'], ['a\\b', 'back-slash'],
  ['a\u0000b', 'character'], ['a/con', 'reserved'], ['a/NUL.txt', 'reserved'], ['a/b.', 'reserved'], ['a/b ', 'reserved'], ['e\u0301', 'normal form'], ['', 'absolute'],
])('the name %j is refused', (name, why) => { expect(pathFault(name)).toContain(why) })

test('names that repeat or differ in case only are refused', () => {
  expect(listFault(['a/b', 'a/B'])).toContain('case')
  expect(listFault(['a/b', 'a/b'])).toContain('twice')
  expect(listFault(['a/b', 'a/c'])).toBeNull()
})

test('large archives get their 64-bit records, at the published places', () => {
  const big = { path: 'x', mode: 0o644 as const, bytes: 5_000_000_000, crc32: 1 }
  const header = localHeader(big)
  expect(header.readUInt16LE(4)).toBe(45)
  expect(header.readUInt32LE(18)).toBe(0xffff_ffff)
  expect(Number(header.readBigUInt64LE(30 + 1 + 4))).toBe(5_000_000_000)
  const end = tail([big, { ...big, path: 'y' }])
  expect(end.subarray(-22).readUInt32LE(16)).toBe(0xffff_ffff)
  expect(end.subarray(-42).readUInt32LE(0)).toBe(0x07064b50)
  expect(end.subarray(-98).readUInt32LE(0)).toBe(0x06064b50)
  expect(endRecords(3, 100, 200)).toHaveLength(22)
  expect(endRecords(70_000, 100, 200)).toHaveLength(98)
})

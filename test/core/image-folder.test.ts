// Image folders: the odd files of the fixtures, classes, label files, fingerprints, and pictures that must not stop a run.
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadImage } from '@napi-rs/canvas'
import { hashDataset } from '../../main/core/datasets/dataset-hash.ts'
import { readRows } from '../../main/core/datasets/read-rows.ts'
import { decodePicture } from '../../main/core/images/decode.ts'
import { openImages } from '../../main/core/images/open-images.ts'
import { preparePicture } from '../../main/core/images/prepare.ts'
import { readImage } from '../../main/core/images/read-image.ts'
import type { ImageChunk } from '../../main/core/datasets/rows.ts'
import { fixture } from '../setup/fixtures.ts'
import { calm, profileOf, sourceOf, type Profile } from './dataset-reading.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const odd = fixture('mnist/images/odd')
const expected = JSON.parse(readFileSync(join(odd, 'expected.json'), 'utf8')) as Record<string, string[]>

async function allChunks(path: string, profile: Profile, wish = {}): Promise<ImageChunk[]> {
  const reader = await openImages(sourceOf(path, profile), wish)
  const chunks: ImageChunk[] = []
  for await (const chunk of reader.chunks(new AbortController().signal)) chunks.push(chunk)
  return chunks
}

/** Grey pixels of a file at 28 × 28, by name. */
async function grayOf(name: string): Promise<Uint8Array> {
  const target = new Uint8Array(784)
  preparePicture(await decodePicture(readFileSync(join(odd, name))), { width: 28, height: 28, resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0, color: 'grayscale', layout: 'NHW', scale: 1, mean: [], std: [] }, target, 0)
  return target
}

describe('images/odd meets its expected.json', () => {
  test('the same pixels as plain.png', async () => {
    const plain = await grayOf('3/plain.png')
    for (const name of expected['same pixels as plain.png']!) expect(await grayOf(name.replace(/ \(.*/, '')), name).toEqual(plain)
  })

  test('nearly the same', async () => {
    const plain = await grayOf('3/plain.png')
    for (const name of expected['nearly the same']!) {
      const other = await grayOf(name.replace(/ \(.*/, ''))
      const gap = plain.reduce((sum, v, i) => sum + Math.abs(v - other[i]!), 0) / 784
      // PIL's own bilinear puts double-size.png at 8.02; the picture with its EXIF orientation ignored would be at 62.
      expect(gap, name).toBeLessThan(9)
    }
  })

  test('what is unreadable, skipped and without class is said, and the rest is read', async () => {
    const profile = await profileOf(odd)
    const finding = (kind: string) => profile.findings.filter((f) => f.kind === kind)
    const unreadable = expected['must be reported as unreadable, without stopping the run']!
    expect([...finding('unreadable-files')[0]!.where].sort()).toEqual([...unreadable].sort())
    expect(finding('skipped-files').flatMap((f) => f.where)).toEqual(expect.arrayContaining(expected['to be skipped']!))
    expect(finding('note').flatMap((f) => f.where)).toContain('loose-in-root.png')
    expect(profile.classes).toEqual([{ value: '3', count: 18 }, { value: 'zehn öäü', count: 1 }])
    expect(profile.rows).toBe(20)
    const chunks = await allChunks(odd, profile, { chunkRows: 6 })
    const rejected = chunks.flatMap((c) => c.rejected)
    const page = await readRows({ source: sourceOf(odd, profile), offset: 0, limit: 0, records: rejected.map((r) => r.record) }, calm())
    expect(page.rows.map((r) => r[0]).sort()).toEqual([...unreadable].sort())
    expect(rejected.every((r) => r.reason.startsWith('the picture is unreadable: '))).toBe(true)
    const names = chunks.flatMap((c) => c.names)
    expect(names.length).toBe(17)
    expect(names).toEqual(expect.arrayContaining(expected['decodes but is not a digit']!))
    expect(chunks.flatMap((c) => c.labels)[names.indexOf('loose-in-root.png')]).toBeNull()
    const records = chunks.flatMap((c) => [...c.records, ...c.rejected.map((r) => r.record)]).sort((a, b) => a - b)
    expect(records).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })
})

describe('mnist', () => {
  const path = fixture('mnist/images/test')
  test('class folders: 10 classes of 100, in code-point order, hash as documented', async () => {
    const profile = await profileOf(path)
    expect(profile.classes).toEqual(Array.from({ length: 10 }, (_, i) => ({ value: String(i), count: 100 })))
    const [chunk] = await allChunks(path, profile, { offset: 150, limit: 3 })
    expect([[...chunk!.records], chunk!.names, chunk!.labels]).toEqual([[151, 152, 153], ['1/1_050.png', '1/1_051.png', '1/1_052.png'], ['1', '1', '1']])
    const files = Array.from({ length: 10 }, (_, i) => readdirSync(join(path, String(i))).map((f) => `${i}/${f}`)).flat().sort()
    const lines = files.map((f) => `${createHash('sha256').update(readFileSync(join(path, f))).digest('hex')}  ${f}\n`).join('')
    expect(profile.sha256).toBe(createHash('sha256').update(lines).digest('hex'))
    expect((await hashDataset({ path, format: profile.format }, calm())).sha256).toBe(profile.sha256)
  })

  test('a label file beside the folder gives the same classes', async () => {
    const profile = await profileOf(path, { labelFile: '../test-labels.csv' })
    expect(profile.format).toEqual({ kind: 'images', layout: 'label-file', labelFile: '../test-labels.csv', fileColumn: 'file', labelColumn: 'label' })
    const chunks = await allChunks(path, profile)
    expect(chunks.flatMap((c) => c.names.map((n, i) => [n.split('/')[0], c.labels[i]])).every(([a, b]) => a === b)).toBe(true)
    expect((await hashDataset({ path, format: profile.format }, calm())).sha256).toBe(profile.sha256)
    expect(profile.sha256).not.toBe((await profileOf(path)).sha256)
  })
})

test('a flat folder with a label file inside; a link and a changed label are noticed', async () => {
  const flat = join(folder, 'flat')
  mkdirSync(flat)
  for (const [i, digit] of ['0', '1', '2'].entries()) cpSync(join(fixture('mnist/images/test'), digit, `${digit}_000.png`), join(flat, `p${i}.png`))
  symlinkSync(fixture('mnist/images/test/3/3_000.png'), join(flat, 'link.png'))
  writeFileSync(join(flat, 'answers.csv'), 'id,width,category\np0,28,zero\np1,28,one\np2,28,two\np9,28,none\n')
  const profile = await profileOf(flat)
  expect(profile.format).toMatchObject({ layout: 'label-file', labelFile: 'answers.csv', fileColumn: 'id', labelColumn: 'category' })
  expect(profile.classes.map((c) => c.value)).toEqual(['one', 'two', 'zero'])
  expect(profile.findings.filter((f) => f.kind === 'skipped-files').flatMap((f) => f.where)).toEqual(['link.png'])
  const page = await readRows({ source: sourceOf(flat, profile), offset: 1, limit: 5 }, calm())
  expect(page).toMatchObject({ total: 3, records: [2, 3], rows: [['p1.png', 'one'], ['p2.png', 'two']] })
  writeFileSync(join(flat, 'answers.csv'), 'id,width,category\np0,28,zero\np1,28,uno\np2,28,two\np9,28,none\n')
  expect((await hashDataset({ path: flat, format: profile.format }, calm())).sha256).not.toBe(profile.sha256)
})

describe('damaged pictures are refused with a reason', () => {
  const png = readFileSync(fixture('mnist/images/test/0/0_000.png'))
  const jpeg = readFileSync(join(odd, '3/really-a-jpeg.png'))
  const flipped = Buffer.from(png)
  flipped[60] = flipped[60]! ^ 1
  const huge = Buffer.from(png)
  huge.writeUInt32BE(40_000, 16)
  huge.writeUInt32BE(40_000, 20)
  test.each([
    ['PNG cut short', png.subarray(0, -20), 'truncated'], ['PNG with a flipped bit', flipped, 'checksum'], ['JPEG cut short', jpeg.subarray(0, -30), 'truncated'], ['JPEG without its last marker', jpeg.subarray(0, -2), 'truncated'],
    ['too many pixels', huge, '40000 × 40000'], ['nothing', Buffer.alloc(0), 'empty'], ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="5" height="5"/>'), 'no picture'],
  ])('%s', async (_, bytes, words) => { await expect(decodePicture(bytes)).rejects.toThrow(words) })
})

test('one picture for the screen, shrunk, as PNG', async () => {
  const profile = await profileOf(odd)
  const source = sourceOf(odd, profile)
  const answer = await readImage({ source, record: 11 }, calm())
  expect([answer.name, answer.width, answer.height]).toEqual(['3/plain.png', 28, 28])
  const shown = await loadImage(Buffer.from(answer.png, 'base64'))
  expect([shown.width, shown.height]).toEqual([28, 28])
  await expect(readImage({ source, record: 16 }, calm())).rejects.toMatchObject({ code: 'dataset.notReadable' })
  await expect(readImage({ source, record: 21 }, calm())).rejects.toMatchObject({ code: 'dataset.notReadable' })
})

test('an abort stops a folder between pictures', async () => {
  const path = fixture('mnist/images/test')
  const stop = new AbortController()
  const reader = await openImages(sourceOf(path, await profileOf(path)), { chunkRows: 10 })
  let rows = 0
  const run = (async () => { for await (const chunk of reader.chunks(stop.signal)) { rows += chunk.rows; stop.abort() } })()
  await expect(run).rejects.toMatchObject({ code: 'job.cancelled' })
  expect(rows).toBeLessThan(20)
})

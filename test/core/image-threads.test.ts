// Pictures prepared by the engine's threads hold the very values that the engine would prepare itself, in the same order, bad files among them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { ImagePreprocessing } from '../../shared/domain/binding.ts'
import type { DatasetSource } from '../../shared/domain/dataset.ts'
import { encodePng } from '../../main/core/images/decode.ts'
import { openImages } from '../../main/core/images/open-images.ts'
import { openPrepared, type PreparedInput } from '../../main/core/images/open-prepared.ts'
import { preparePicture, valuesPerPicture } from '../../main/core/images/prepare.ts'
import { randomStream } from '../../shared/statistics/random.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const random = randomStream(9)
// More than the threads are asked for at once, so that memory which was given back is written again.
const count = 700
for (const name of ['a', 'b']) mkdirSync(join(folder, name))
for (let i = 0; i < count; i++) {
  const [width, height] = [5 + random.below(40), 5 + random.below(40)]
  const picture = { width, height, rgba: Uint8Array.from({ length: width * height * 4 }, (_, k) => (k % 4 === 3 ? 255 : random.below(256))) }
  writeFileSync(join(folder, i % 2 === 0 ? 'a' : 'b', `${String(i).padStart(4, '0')}.png`), i % 37 === 5 ? Buffer.from('no picture') : encodePng(picture))
}

const source: DatasetSource = { path: folder, format: { kind: 'images', layout: 'class-folders', labelFile: null, fileColumn: null, labelColumn: null }, columns: [{ name: 'image', type: 'image' }] }
const image: ImagePreprocessing = { width: 17, height: 12, resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0, color: 'rgb', layout: 'NCHW', scale: 1 / 255, mean: [0.4, 0.5, 0.6], std: [0.2, 0.3, 0.4] }
const inputs: PreparedInput[] = [{ input: 'x', image, dtype: 'float32' }, { input: 'y', image: { ...image, kernel: 'bicubic', resize: 'crop', color: 'grayscale', layout: 'NHWC', scale: 1, mean: [0], std: [1] }, dtype: 'uint8' }]
const width = inputs.reduce((sum, i) => sum + valuesPerPicture(i.image), 0)
const calm = new AbortController().signal

test('the same values, names, labels and reasons', async () => {
  const mine = await openPrepared(source, inputs, width, { limit: null }, calm)
  const names: string[] = []
  const labels: (string | null)[] = []
  const records: number[] = []
  const rejected: { record: number; reason: string }[] = []
  const values = new Map<string, number[]>(inputs.map((i) => [i.input, []]))
  for await (const chunk of mine!.chunks(calm)) {
    names.push(...chunk.names)
    labels.push(...chunk.labels)
    records.push(...chunk.records)
    rejected.push(...chunk.rejected)
    for (const [input, list] of chunk.prepared!) values.get(input)!.push(...list)
    chunk.release?.()
  }
  const theirs = await openImages(source)
  const expected = { names: [] as string[], labels: [] as (string | null)[], records: [] as number[], rejected: [] as { record: number; reason: string }[], values: new Map<string, number[]>(inputs.map((i) => [i.input, []])) }
  for await (const chunk of theirs.chunks(calm)) {
    expected.names.push(...chunk.names)
    expected.labels.push(...chunk.labels)
    expected.records.push(...chunk.records)
    expected.rejected.push(...chunk.rejected)
    for (const picture of chunk.pictures) for (const { input, image: how, dtype } of inputs) {
      const target = dtype === 'float32' ? new Float32Array(valuesPerPicture(how)) : new Uint8Array(valuesPerPicture(how))
      preparePicture(picture, how, target, 0)
      expected.values.get(input)!.push(...target)
    }
  }
  expect({ names, labels, records, rejected }).toEqual({ names: expected.names, labels: expected.labels, records: expected.records, rejected: expected.rejected })
  expect(records.length + rejected.length).toBe(count)
  expect(rejected.length).toBeGreaterThan(2)
  for (const { input } of inputs) expect(Buffer.from(Float64Array.from(values.get(input)!).buffer).equals(Buffer.from(Float64Array.from(expected.values.get(input)!).buffer))).toBe(true)
})

test('an abort ends the pass, a limit shortens it, few pictures are left to the engine', async () => {
  const stop = new AbortController()
  const reader = await openPrepared(source, inputs, width * 1000, { limit: null }, calm)
  await expect((async () => { for await (const chunk of reader!.chunks(stop.signal)) if (chunk.records.length + chunk.rejected.length > 0) stop.abort() })()).rejects.toMatchObject({ code: 'job.cancelled' })
  const short = await openPrepared(source, inputs, width, { limit: 70 }, calm)
  let seen = 0
  for await (const chunk of short!.chunks(calm)) seen += chunk.rows + chunk.rejected.length
  expect(seen).toBe(70)
  expect(await openPrepared(source, inputs, width, { limit: 10 }, calm)).toBeNull()
  expect(await openPrepared(source, [], width, { limit: null }, calm)).toBeNull()
})

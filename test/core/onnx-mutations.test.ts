// Whatever happens to the bytes of a model or an archive, reading answers or refuses with a code of the table: it never crashes, hangs or leaves anything.
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findModels } from '../../main/core/onnx/model-find.ts'
import { readModel } from '../../main/core/onnx/model-read.ts'
import { sniffForeign } from '../../main/core/files/sniff.ts'
import { readRecords } from '../../main/core/onnx/records.ts'
import { ByteSource, WireError } from '../../main/core/onnx/wire.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { fixture } from '../setup/fixtures.ts'
import { inFolder, listing, taskContext } from '../setup/onnx-context.ts'
import { zip } from '../setup/zip-builder.ts'

/** Fixed, so that a failure can be repeated. */
const seed = 20_260_101

const models = ['iris/models/iris-logreg-zipmap.onnx', 'iris/models/ms-logreg_iris.onnx', 'malformed/models/slow-run.onnx', 'malformed/models/external-data-ok.onnx', 'abalone/models/abalone-v1-linear.onnx'].map((f) => readFileSync(fixture(f)))

async function survives(task: (path: string, staging: string) => Promise<unknown>, bytes: Uint8Array): Promise<'accepted' | 'refused'> {
  return inFolder(async (folder) => {
    await mkdir(join(folder, 'staging'))
    await writeFile(join(folder, 'x.onnx'), bytes)
    await writeFile(join(folder, 'external-data-ok.bin'), new Uint8Array(48))
    const before = await listing(folder)
    try {
      await task(join(folder, 'x.onnx'), join(folder, 'staging'))
      return 'accepted'
    } catch (error) {
      expect(error).toBeInstanceOf(SlipwayError)
      expect((error as SlipwayError).code).not.toBe('internal.bug')
      expect((error as SlipwayError).message).not.toContain(folder)
      expect(await listing(folder)).toEqual(before)
      return 'refused'
    }
  })
}

const read = (path: string, staging: string): Promise<unknown> => readModel({ path, staging }, taskContext())

const damage = fc.record({
  model: fc.constantFrom(...models),
  flips: fc.array(fc.record({ at: fc.nat(), bit: fc.integer({ min: 0, max: 255 }) }), { minLength: 1, maxLength: 8 }),
})

function damaged(d: { model: Uint8Array; flips: readonly { at: number; bit: number }[] }): Uint8Array {
  const bytes = Uint8Array.from(d.model)
  for (const f of d.flips) bytes[f.at % bytes.length] = (bytes[f.at % bytes.length] ?? 0) ^ f.bit
  return bytes
}

describe('models', () => {
  test('cut at every length', async () => {
    for (const model of models) {
      const step = Math.max(1, Math.floor(model.length / 60))
      for (let cut = 0; cut < model.length; cut += step) expect(await survives(read, model.subarray(0, cut)), `cut at ${cut} of ${model.length}`).toMatch(/accepted|refused/)
    }
    // One byte less is never the same model.
    expect(await survives(read, (models[0] as Uint8Array).subarray(0, (models[0] as Uint8Array).length - 1))).toBe('refused')
  })

  test('with bytes changed', async () => {
    const seen = { accepted: 0, refused: 0 }
    await fc.assert(fc.asyncProperty(damage, async (d) => { seen[await survives(read, damaged(d))] += 1 }), { seed, numRuns: 250 })
    // Both happen, so the property looks at both.
    expect(seen.accepted).toBeGreaterThan(0)
    expect(seen.refused).toBeGreaterThan(0)
  })

  test('with bytes changed, read without the runtime: many more', () => {
    fc.assert(fc.property(damage, (d) => {
      try {
        readRecords(ByteSource.ofBytes(damaged(d)))
      } catch (error) {
        expect(error).toBeInstanceOf(WireError)
      }
    }), { seed, numRuns: 5000 })
  })

  test('made of any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        readRecords(ByteSource.ofBytes(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(WireError)
      }
      sniffForeign(bytes, bytes.length, 'x.onnx', bytes)
    }), { seed, numRuns: 5000 })
  })
})

test('archives with bytes changed', async () => {
  const whole = zip([{ name: 'a/model.onnx', content: models[0] as Uint8Array }, { name: 'b.txt', content: 'text '.repeat(50) }])
  const find = (path: string, staging: string): Promise<unknown> => findModels({ path, staging }, taskContext())
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ at: fc.nat(whole.length - 1), bit: fc.integer({ min: 1, max: 255 }) }), { minLength: 1, maxLength: 6 }), async (flips) => {
    await survives(find, damaged({ model: whole, flips }))
  }), { seed, numRuns: 250 })
})

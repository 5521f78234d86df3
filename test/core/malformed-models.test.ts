// Every model of the malformed fixtures meets its expected.json through the engine's own `model.read`.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readModel } from '../../main/core/onnx/model-read.ts'
import { asSlipwayError, type ErrorCode } from '../../shared/errors.ts'
import { fixture } from '../setup/fixtures.ts'
import { inFolder, listing, taskContext } from '../setup/onnx-context.ts'

interface Expected { readonly expect: 'reject' | 'load'; readonly why: string; readonly onnxruntime_node_1_30?: { readonly inputs?: readonly { name: string; type: string; shape: readonly (number | string)[] }[]; readonly outputs?: readonly { name: string; type: string }[] } }

const expected = (JSON.parse(await readFile(fixture('malformed/expected.json'), 'utf8')) as { models: Record<string, Expected> }).models
const files = readdirSync(fixture('malformed/models')).filter((f) => f.endsWith('.onnx'))

/** The code of each refusal, and the words that expected.json asks the message to have. */
const refusals: Readonly<Record<string, { readonly code: ErrorCode; readonly names: readonly string[] }>> = {
  'truncated.onnx': { code: 'model.truncated', names: [] },
  'random-bytes.onnx': { code: 'model.notAModel', names: [] },
  'pickle-named.onnx': { code: 'model.notAModel', names: ['pickle', 'not opened'] },
  'text-named.onnx': { code: 'model.notAModel', names: ['text'] },
  'external-data-traversal.onnx': { code: 'model.externalDataOutside', names: ['../../etc/passwd'] },
  'external-data-missing.onnx': { code: 'model.externalDataMissing', names: ['weights.bin'] },
  'unknown-op-domain.onnx': { code: 'model.unsupportedOp', names: ['Frobnicate', 'com.example.custom'] },
  'unknown-op.onnx': { code: 'model.unsupportedOp', names: ['Frobnicate', 'ai.onnx'] },
  'huge-initializer.onnx': { code: 'model.invalid', names: ['W', '2147483648'] },
  'empty.onnx': { code: 'model.notAModel', names: ['empty'] },
}

test('expected.json speaks of every model that is there', () => {
  expect(Object.keys(expected).sort()).toEqual([...files].sort())
  expect(Object.keys(refusals).sort()).toEqual(files.filter((f) => expected[f]?.expect === 'reject').sort())
})

describe.each(files.filter((f) => expected[f]?.expect === 'reject'))('%s is refused', (file) => {
  test('with the right reason, with nothing left and nothing touched', async () => {
    await inFolder(async (folder) => {
      const home = join(folder, 'home', 'model')
      await mkdir(home, { recursive: true })
      // What the hostile location points at is there, so that only the refusal keeps it from being read.
      await mkdir(join(folder, 'etc'))
      await writeFile(join(folder, 'etc', 'passwd'), new Uint8Array(48))
      await copyFile(fixture(`malformed/models/${file}`), join(home, file))
      const staging = join(folder, 'staging')
      await mkdir(staging)
      const before = await listing(folder)
      const error = asSlipwayError(await readModel({ path: join(home, file), staging }, taskContext()).then(() => new Error('was accepted'), (e: unknown) => e))
      expect(error.code).toBe(refusals[file]?.code)
      for (const name of refusals[file]?.names ?? []) expect(error.message).toContain(name)
      expect(error.message).not.toContain(folder)
      expect(error.message).not.toMatch(/\/onnxruntime_src|\.cc:\d|\n/)
      expect(await listing(folder)).toEqual(before)
      expect(await listing(staging)).toEqual([])
    })
  })
})

describe.each(files.filter((f) => expected[f]?.expect === 'load'))('%s is accepted', (file) => {
  test('with the signature that the runtime itself reports', async () => {
    await inFolder(async (staging) => {
      const started = Date.now()
      const read = await readModel({ path: fixture(`malformed/models/${file}`), staging }, taskContext())
      // Loading must not run the model: this one takes half a minute when it runs.
      if (file === 'slow-run.onnx') expect(Date.now() - started).toBeLessThan(15_000)
      const inputs = expected[file]?.onnxruntime_node_1_30?.inputs
      if (inputs !== undefined) {
        expect(read.signature.inputs.map((i) => [i.name, i.dtype])).toEqual(inputs.map((i) => [i.name, i.type]))
        // The runtime shows an undeclared rank as a scalar; the file knows better.
        if (file !== 'no-shape.onnx') expect(read.signature.inputs.map((i) => i.shape)).toEqual(inputs.map((i) => i.shape))
      }
      expect(read.signature.outputs.map((o) => o.name)).toEqual(expected[file]?.onnxruntime_node_1_30?.outputs?.map((o) => o.name) ?? ['y'])
      expect(read.needsRewrite).toBe(false)
      expect((await listing(staging)).map((l) => l.split(' ')[0])).toEqual(read.files.map((f) => f.name).sort())
    })
  })
})

test('an undeclared rank, a scalar and an empty dimension are told apart', async () => {
  const shapeOf = async (file: string): Promise<unknown> => inFolder(async (staging) => (await readModel({ path: fixture(`malformed/models/${file}`), staging }, taskContext())).signature.inputs[0]?.shape)
  expect(await shapeOf('no-shape.onnx')).toBeNull()
  expect(await shapeOf('scalar-input.onnx')).toEqual([])
  expect(await shapeOf('zero-dim.onnx')).toEqual(['N', 0])
})

test('hostile names come through as they are, as plain text', async () => {
  await inFolder(async (staging) => {
    const read = await readModel({ path: fixture('malformed/models/hostile-names.onnx'), staging }, taskContext())
    expect(read.signature.inputs[0]?.name).toBe('<img src=x onerror=alert(1)>')
    expect(read.signature.outputs[0]?.name).toBe('../../out\u202egpj.exe')
    expect(read.graph.description).toContain('</script><script>alert(document.title)</script>')
  })
})

test('external data that fits is copied and hashed beside the model', async () => {
  await inFolder(async (staging) => {
    const read = await readModel({ path: fixture('malformed/models/external-data-ok.onnx'), staging }, taskContext())
    const weights = await readFile(fixture('malformed/models/external-data-ok.bin'))
    const { createHash } = await import('node:crypto')
    expect(read.files[1]).toEqual({ name: 'external-data-ok.bin', role: 'external-data', sha256: createHash('sha256').update(weights).digest('hex'), bytes: 48 })
    expect(await readFile(join(staging, 'external-data-ok.bin'))).toEqual(weights)
    expect([read.graph.parameterCount, read.graph.parameterBytes]).toEqual([12, 48])
  })
})

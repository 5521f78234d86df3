// What goes into a bundle and where it is put: the layout, golden requests from well-filled bins only, refusals, determinism.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelCard } from '../../main/core/bundle/card.ts'
import { tritonFault } from '../../main/core/bundle/contract-files.ts'
import { readme } from '../../main/core/bundle/documents.ts'
import { servedOutputs, type BundleFacts } from '../../main/core/bundle/facts.ts'
import { goldenRequests } from '../../main/core/bundle/golden.ts'
import type { GoldenLine } from '../../main/core/bundle/golden-lines.ts'
import { keyIdOf, loadOrCreateKey, signBytes, verifyBytes } from '../../main/core/bundle/sign.ts'
import { BundleManifest } from '../../shared/domain/bundle.ts'
import { planners } from '../../main/core/bundle/planners.ts'
import type { Signature } from '../../shared/domain/model.ts'
import { slugOf } from '../../shared/slug.ts'
import { binding, exportSmall, irisFacts } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-bundle-files-'))
const root = join(folder, 'iris-1.2.3')
let facts: BundleFacts
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeAll(async () => {
  facts = await irisFacts(folder)
  const { archive } = await exportSmall(folder, 'one.zip', facts)
  execFileSync('unzip', ['-q', archive, '-d', folder])
})

const text = (file: string): string => readFileSync(join(root, file), 'utf8')
const small = (name: string, change: Partial<BundleFacts> = {}): ReturnType<typeof exportSmall> => exportSmall(folder, name, { ...facts, ...change })

test('the layout, in the order of the list, with the runtime of the chosen platform only', () => {
  const listed = text('SHA256SUMS').trimEnd().split('\n').map((l) => l.slice(66))
  // What the parts plan from facts is told in their own tests; here it must only be there.
  const planned = planners.flatMap((plan) => plan(facts, '')).map(({ path }) => path)
  expect(listed).toEqual(expect.arrayContaining(planned))
  expect(listed).toEqual([...listed].sort())
  expect(listed.filter((path) => !planned.includes(path))).toEqual([
    'README.md', 'bin/feedback.mjs', 'bin/release.mjs', 'bin/run.sh', 'bin/smoke.mjs', 'bin/verify.mjs', 'bin/verify.sh', 'bundle.json', 'evidence/evaluation.json', 'model/golden.jsonl', 'model/io.json',
    'model/repository/iris/3/model.onnx', 'model/repository/iris/config.pbtxt', 'model/repository/iris/labels.txt', 'server/LICENSES.txt', 'server/lib/fastify.cjs', 'server/lib/prom-client.cjs', 'server/lib/zod.cjs',
    'server/node_modules/onnxruntime-common/dist/cjs/index.js', 'server/node_modules/onnxruntime-common/package.json',
    'server/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node', 'server/node_modules/onnxruntime-node/dist/cjs/index.js', 'server/node_modules/onnxruntime-node/package.json', 'server/server.cjs',
  ])
  expect(text('model/repository/iris/labels.txt')).toBe('setosa\nversicolor\nvirginica\n')
  expect(statSync(join(root, 'signatures/SHA256SUMS.sig')).size).toBe(64)
})

test('the manifest says when the evaluation finished, never when the bundle was made', () => {
  const manifest = BundleManifest.parse(JSON.parse(text('bundle.json')))
  expect(manifest.createdAt).toBe('2023-11-14T22:15:23Z')
  expect(manifest.model).toMatchObject({ format: 'onnx', path: 'model/repository/iris/3/model.onnx', classes: ['setosa', 'versicolor', 'virginica'], inputs: [{ name: 'float_input', datatype: 'FP32', shape: [-1, 4] }] })
  expect(manifest.evaluation.assumptions).toEqual(['inputs.float_input = sepal_length, sepal_width, petal_length, petal_width (likely: four numbers in the order of the file)'])
  expect(manifest.files.find((f) => f.path === 'bin/run.sh')?.mode).toBe('0755')
})

test('golden requests come from bins and categories of ten rows or more', () => {
  const lines = text('model/golden.jsonl').trimEnd().split('\n').map((line) => JSON.parse(line) as GoldenLine)
  expect(lines).toHaveLength(8)
  // Of the edges 0, 1, 2, 3, 4 only the bins from 1 to 3 hold ten rows.
  for (const { request } of lines) for (const value of request.inputs[0]!.data as number[]) { expect(value).toBeGreaterThanOrEqual(1); expect(value).toBeLessThanOrEqual(3) }
  const words = facts.dataset.columns.map((c) => ({ ...c, type: 'string' as const, histogram: null, top: [{ value: 'common', count: 10 }, { value: 'Ada Lovelace', count: 9 }] }))
  const named: Signature = { inputs: [{ name: 's', kind: 'tensor', dtype: 'string', shape: [null, 1], text: 'string[?, 1]' }], outputs: [] }
  const drawn = goldenRequests(named, [{ kind: 'column', input: 's', dtype: 'string', column: 'species', missing: 'empty' }], words, 1).flatMap((r) => r.flatMap((t) => t.data))
  expect(new Set(drawn)).toEqual(new Set(['common']))
})

test('golden pictures are small enough to send: single rows, few digits', () => {
  const image = { width: 224, height: 224, resize: 'crop' as const, kernel: 'bilinear' as const, shorterSide: null, padValue: 0, color: 'rgb' as const, layout: 'NCHW' as const, scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
  const signature: Signature = { inputs: [{ name: 'x', kind: 'tensor', dtype: 'float32', shape: ['N', 3, 224, 224], text: '' }], outputs: [] }
  const requests = goldenRequests(signature, [{ kind: 'image', input: 'x', dtype: 'float32', image }], [], 1)
  expect(requests.map((r) => r[0]!.shape)).toEqual([[1, 3, 224, 224], [1, 3, 224, 224], [1, 3, 224, 224]])
  expect(JSON.stringify(requests[0]).length).toBeLessThan(2_000_000)
})

test('the same facts and key give the same bytes, whatever the time zone and the folder', async () => {
  const before = process.env['TZ']
  process.env['TZ'] = 'Pacific/Kiritimati'
  mkdirSync(join(folder, 'elsewhere und ünïcode'))
  const { archive } = await small('elsewhere und ünïcode/two.zip').finally(() => { if (before === undefined) delete process.env['TZ']; else process.env['TZ'] = before })
  expect(readFileSync(archive).equals(readFileSync(join(folder, 'one.zip')))).toBe(true)
})

test('an existing file, a link, a missing folder, a file for a folder: refused, and nothing is left behind', async () => {
  const place = join(folder, 'places')
  mkdirSync(place)
  writeFileSync(join(place, 'there.zip'), 'mine')
  symlinkSync('/nowhere/at/all', join(place, 'link.zip'))
  await expect(small('places/there.zip')).rejects.toMatchObject({ code: 'bundle.targetExists' })
  await expect(small('places/link.zip')).rejects.toMatchObject({ code: 'bundle.targetExists' })
  await expect(small('places/none/x.zip')).rejects.toMatchObject({ code: 'file.missing' })
  await expect(small('places/there.zip/x.zip')).rejects.toMatchObject({ code: 'file.notWritable' })
  expect(readdirSync(place).sort()).toEqual(['link.zip', 'there.zip'])
  expect(readFileSync(join(place, 'there.zip'), 'utf8')).toBe('mine')
})

test('a folder that takes no files, although permissions allow it: said at the beginning, in words', async () => {
  const steps: string[] = []
  const refused = exportSmall(folder, relative(folder, '/proc/slipway.zip'), facts, { progress: (step) => { steps.push(step) } })
  await expect(refused).rejects.toMatchObject({ code: 'file.notWritable', exit: 3, message: 'The folder of “slipway.zip” cannot be written to: no file can be made there.' })
  expect(steps).toEqual([])
})

test('a file that appears at the target while exporting is kept', async () => {
  const target = join(folder, 'late.zip')
  const tools = { progress: (step: string) => { if (step === 'putting in place') writeFileSync(target, 'mine') } }
  await expect(exportSmall(folder, 'late.zip', facts, tools)).rejects.toMatchObject({ code: 'bundle.targetExists' })
  expect(readFileSync(target, 'utf8')).toBe('mine')
})

test('cancelled at any step, or answered wrongly on re-reading: nothing at the target', async () => {
  for (const at of ['collecting', 'answering golden requests', 'hashing and signing', 'archiving', 'verifying', 'putting in place']) {
    const stop = new AbortController()
    const tools = { signal: stop.signal, progress: (step: string) => { if (step === at) stop.abort(new Error('stopped')) } }
    await expect(exportSmall(folder, `stopped-${at}.zip`, facts, tools), at).rejects.toThrow('stopped')
    expect(existsSync(join(folder, `stopped-${at}.zip`))).toBe(false)
  }
  let calls = 0
  const moody: Parameters<typeof exportSmall>[3] = { infer: (_, requests, outputs) => { calls++; return Promise.resolve(requests.map(() => outputs.map((name) => ({ name, datatype: 'FP32', shape: [1], data: [calls] })))) } }
  await expect(exportSmall(folder, 'moody.zip', facts, moody)).rejects.toMatchObject({ code: 'bundle.verifyFailed' })
  expect(existsSync(join(folder, 'moody.zip'))).toBe(false)
})

test('weight files travel with the model; names that cannot are refused', async () => {
  const weights = join(folder, 'w.bin')
  writeFileSync(weights, 'weights')
  const withSide = (name: string): Partial<BundleFacts> => ({ modelFiles: [...facts.modelFiles, { name, role: 'external-data', path: weights }] })
  const { made } = await small('sides.zip', withSide('parts/w.bin'))
  expect(made.manifest.files.find((f) => f.path === 'model/repository/iris/3/parts/w.bin')?.bytes).toBe(7)
  for (const name of ['model.onnx', 'Model.ONNX', 'nul', 'a\\b']) await expect(small('bad-side.zip', withSide(name))).rejects.toMatchObject({ code: 'bundle.notPackable' })
})

test('Triton: what cannot be right is not written', () => {
  expect(tritonFault(facts)).toBeNull()
  const outputs: Signature['outputs'] = [facts.version.signature.outputs[0]!, { name: 'output_probability', kind: 'sequence', dtype: null, shape: null, text: 'sequence(map(int64, float32))' }]
  const zipped = { ...facts, version: { ...facts.version, signature: { ...facts.version.signature, outputs } } }
  expect(tritonFault(zipped)).toMatch(/output_probability/)
  expect(servedOutputs(zipped.version).map((o) => o.name)).toEqual(['label'])
})

test('the card tells what is not known, shows an override, and no word of a model becomes a link', () => {
  const card = modelCard({
    ...facts, check: { ...facts.check, passed: false, override: { name: 'Eve | <b>', reason: 'because\n# not a heading' } },
    version: { ...facts.version, graph: { ...facts.version.graph, description: '![x](http://example.com/pixel.png)' } },
  })
  expect(card).toContain('| intended use | not recorded |')
  expect(card).toContain('not available: one class only')
  expect(card).toContain('**Overridden by Eve \\| &lt;b>: because # not a heading**')
  expect(card).toContain('![x]\\(http://example.com/pixel.png)')
  expect(card).toContain('| float_input | columns sepal_length, sepal_width, petal_length, petal_width, in this order | a missing cell is fed as NaN |')
  expect(card).toContain('setosa (the model writes 0), versicolor (the model writes 1)')
  expect(readme({ ...facts, check: { ...facts.check, passed: false, override: { name: 'Eve', reason: 'deadline' } } }, 'k')).toContain('**The gate was not passed.** Eve overrode it: deadline')
  expect(readme(facts, 'k')).not.toContain('overrode')
})

test('names become slugs that servers take', () => {
  expect(['Iris', 'Größe & Gewicht', '2nd try', '模型', 'a'.repeat(80), '-x-'].map(slugOf)).toEqual(['iris', 'gro-e-gewicht', 'model-2nd-try', 'model', 'a'.repeat(50), 'x'])
})

test('the key is private, encrypted with a passphrase, stable, and agrees with openssl', async () => {
  const place = join(folder, 'keys-test')
  const key = await loadOrCreateKey(place, undefined)
  const file = join(place, 'publisher.key.pem')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect((await loadOrCreateKey(place, undefined)).keyId).toBe(key.keyId)
  const der = execFileSync('openssl', ['pkey', '-in', file, '-pubout', '-outform', 'DER'])
  expect(execFileSync('openssl', ['dgst', '-sha256', '-hex', '-r'], { input: der, encoding: 'utf8' }).slice(0, 16)).toBe(key.keyId)
  expect(keyIdOf(key.publicPem)).toBe(key.keyId)
  const message = join(place, 'message')
  writeFileSync(message, 'hello')
  const openssl = execFileSync('openssl', ['pkeyutl', '-sign', '-rawin', '-inkey', file, '-in', message])
  expect(openssl.equals(signBytes(key, Buffer.from('hello')))).toBe(true)
  expect(verifyBytes(key.publicPem, Buffer.from('hallo'), openssl)).toBe(false)
  const locked = join(folder, 'keys-locked')
  const secret = await loadOrCreateKey(locked, 'a passphrase')
  expect(readFileSync(join(locked, 'publisher.key.pem'), 'utf8')).toContain('ENCRYPTED')
  expect((await loadOrCreateKey(locked, 'a passphrase')).keyId).toBe(secret.keyId)
  for (const wrong of [undefined, 'another']) await expect(loadOrCreateKey(locked, wrong)).rejects.toMatchObject({ code: 'key.locked', next: expect.stringContaining('SLIPWAY_PASSPHRASE') as string })
  const several = await Promise.all(Array.from({ length: 5 }, () => loadOrCreateKey(join(folder, 'keys-race'), undefined)))
  expect(new Set(several.map((k) => k.keyId)).size).toBe(1)
  chmodSync(file, 0o600)
})

test('the binding that was shipped is the one that was evaluated', () => {
  expect((JSON.parse(text('model/io.json')) as { preprocessing: unknown }).preprocessing).toEqual(binding.inputs)
})

// Triton's configuration of every fixture model that can have one: read by two independent readers of protocol buffers, and held
// against what ONNX Runtime gives when its own warm-up is run through the model.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import protobuf from 'protobufjs'
import { fromText } from 'protobufjs/ext/textformat.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tritonFault } from '../../main/core/bundle/contract-files.ts'
import { planTriton } from '../../main/core/bundle/deploy/triton.ts'
import { tritonConfig, warmUpFiles } from '../../main/core/bundle/deploy/triton-config.ts'
import { datatypeOf, servedSignature, type BundleFacts } from '../../main/core/bundle/facts.ts'
import type { PlainTensor } from '../../main/core/engine/engine-contract.ts'
import { fixture } from '../setup/fixtures.ts'
import { modelFacts } from '../setup/model-facts.ts'
import { inferHere, irisFacts } from '../setup/small-bundle.ts'
import { measuredSpeed } from '../setup/speed-report.ts'

interface Shape { readonly dims: readonly number[]; readonly reshape?: { readonly shape: readonly number[] } }
interface Tensor extends Shape { readonly name: string; readonly data_type: string }
interface Config {
  readonly name: string; readonly backend: string; readonly max_batch_size: number; readonly input: readonly Tensor[]; readonly output: readonly Tensor[]
  readonly dynamic_batching?: { readonly max_queue_delay_microseconds: number; readonly default_queue_policy: { readonly max_queue_size: number } }
  readonly instance_group: readonly { readonly count: number; readonly kind: string }[]
  readonly parameters: Readonly<Record<string, { readonly string_value: string }>>
  readonly version_policy: { readonly specific: { readonly versions: readonly number[] } }
  readonly model_warmup?: readonly { readonly batch_size: number; readonly inputs: Readonly<Record<string, { readonly data_type: string; readonly dims: readonly number[]; readonly zero_data?: boolean; readonly input_data_file?: string }>> }[]
}

const schema = fixture('schemas/model_config.proto')
const type = protobuf.parse(readFileSync(schema, 'utf8'), { keepCase: true }).root.lookupType('inference.ModelConfig')
const readConfig = (text: string): Config => type.toObject(fromText(type, text), { enums: String, longs: Number, defaults: false, arrays: true }) as Config
const protoc = (text: string): { status: number | null; stderr: string } => spawnSync('protoc', [`--proto_path=${dirname(schema)}`, '--encode=inference.ModelConfig', 'model_config.proto'], { input: text, encoding: 'utf8' })
const hasProtoc = spawnSync('protoc', ['--version']).status === 0

const folder = mkdtempSync(join(tmpdir(), 'slipway-triton-'))
let iris: BundleFacts
beforeAll(async () => { iris = await irisFacts(folder) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const models = ['abalone', 'adult-income', 'diabetes', 'digit-detection', 'flags-multilabel', 'iris', 'mnist', 'shapes-segmentation']
  .flatMap((name) => readdirSync(fixture(`${name}/models`)).filter((file) => file.endsWith('.onnx')).map((file) => `${name}/models/${file}`))

/** What Triton would feed for one sample of the warm-up: the declared dims, the batch before them, reshaped where the input says so. */
function fed(facts: BundleFacts, config: Config, sample: NonNullable<Config['model_warmup']>[number]): PlainTensor[] {
  const files = new Map(warmUpFiles(facts).map((f) => [f.name, f.text]))
  return config.input.map(({ name, data_type: declared, dims, reshape }) => {
    const given = sample.inputs[name]!
    expect(given.data_type).toBe(declared)
    expect(given.dims.length).toBe(dims.length)
    dims.forEach((d, i) => { if (d !== -1) expect(given.dims[i]).toBe(d) })
    const own = reshape === undefined ? given.dims : (reshape.shape ?? [])
    const shape = config.max_batch_size > 0 ? [sample.batch_size, ...own] : [...own]
    const count = shape.reduce((a, b) => a * b, 1)
    const datatype = declared === 'TYPE_STRING' ? 'BYTES' : declared.slice(5)
    if (given.input_data_file === undefined) return { name, datatype, shape, data: new Array<number | boolean>(count).fill(datatype === 'BOOL' ? false : 0) }
    // Triton repeats the file's texts for every row of the sample.
    const bytes = Buffer.from(files.get(given.input_data_file) ?? '', 'utf8')
    const texts: string[] = []
    for (let at = 0; at < bytes.length;) { const length = bytes.readUInt32LE(at); texts.push(bytes.toString('utf8', at + 4, at + 4 + length)); at += 4 + length }
    return { name, datatype, shape, data: Array.from({ length: count }, (_, i) => texts[i % texts.length]!) }
  })
}

test.each(models)('%s: two readers take it, and its warm-up runs through the model with the shapes it declares', async (file) => {
  const plain = await modelFacts(file, folder, iris)
  const fault = tritonFault(plain)
  if (fault !== null) expect(fault, file).toMatch(/output is not a tensor/)
  const facts = fault === null ? plain : await modelFacts(file, folder, iris, true)
  const text = tritonConfig(facts)
  const config = readConfig(text)
  if (hasProtoc) expect(protoc(text), text).toMatchObject({ status: 0 })
  expect(config.version_policy.specific.versions).toEqual([3])
  expect(config.instance_group).toMatchObject([{ name: 'cpu', count: 1, kind: 'KIND_CPU' }])
  expect(config.input.map((t) => t.name)).toEqual(servedSignature(facts.version).inputs.map((s) => s.name))
  for (const sample of config.model_warmup!) {
    const outputs = config.output.map((o) => o.name)
    const [answers] = await inferHere(facts.modelFiles[0]!.path, [fed(facts, config, sample)], outputs)
    for (const [i, answer] of answers!.entries()) {
      const { dims, reshape, data_type: declared } = config.output[i]!
      const expected = config.max_batch_size > 0 ? [sample.batch_size, ...(reshape === undefined ? dims : [])] : [...(reshape === undefined ? dims : [])]
      expect(answer.shape.length, `${file} ${answer.name}`).toBe(expected.length)
      expected.forEach((d, at) => { if (d !== -1) expect(answer.shape[at]).toBe(d) })
      expect(declared === 'TYPE_STRING' ? 'BYTES' : declared.slice(5)).toBe(answer.datatype === 'string' ? 'BYTES' : datatypeOf(servedSignature(facts.version).outputs[i]!.dtype))
    }
  }
}, 60_000)

test('the whole text for iris, nobody having measured it', () => {
  expect(tritonConfig(iris).split('\n').filter((line) => !/^ *#/.test(line) && line !== '')).toEqual([
    'name: "iris"', 'backend: "onnxruntime"', 'default_model_filename: "model.onnx"', 'version_policy { specific { versions: [ 3 ] } }', 'max_batch_size: 64',
    'dynamic_batching {', '  max_queue_delay_microseconds: 500', '  default_queue_policy { timeout_action: REJECT default_timeout_microseconds: 1000000 allow_timeout_override: true max_queue_size: 512 }', '}',
    'input [', '  { name: "float_input" data_type: TYPE_FP32 dims: [ 4 ] }', ']',
    'output [', '  { name: "label" data_type: TYPE_INT64 dims: [ 1 ] reshape { shape: [ ] } },', '  { name: "probabilities" data_type: TYPE_FP32 dims: [ 3 ] label_filename: "labels.txt" }', ']',
    'instance_group [ { name: "cpu" count: 1 kind: KIND_CPU } ]',
    'parameters { key: "intra_op_thread_count" value { string_value: "1" } }', 'parameters { key: "inter_op_thread_count" value { string_value: "1" } }', 'parameters { key: "execution_mode" value { string_value: "0" } }',
    'model_warmup [', '  {', '    name: "one row"', '    batch_size: 1', '    inputs { key: "float_input" value { data_type: TYPE_FP32 dims: [ 4 ] zero_data: true } }', '  }', ']',
  ])
})

test('what was measured decides batch size, wait and threads', () => {
  const config = readConfig(tritonConfig({ ...iris, speed: measuredSpeed }))
  expect(config.max_batch_size).toBe(32)
  expect(config.dynamic_batching?.max_queue_delay_microseconds).toBe(800)
  expect(config.parameters['intra_op_thread_count']?.string_value).toBe('2')
  expect(config.model_warmup?.map((w) => w.batch_size)).toEqual([1, 32])
})

test('names that would end a text, and texts of other alphabets, arrive whole', () => {
  const name = 'a"b\\c\nd\u0001é模'
  const signature = { ...iris.version.signature, inputs: [{ ...iris.version.signature.inputs[0]!, name }] }
  const facts = { ...iris, version: { ...iris.version, signature }, run: { ...iris.run, binding: { ...iris.run.binding, inputs: [{ ...iris.run.binding.inputs[0]!, input: name }] } } }
  expect(readConfig(tritonConfig(facts)).input[0]?.name).toBe(name)
  if (hasProtoc) expect(protoc(tritonConfig(facts)).status).toBe(0)
})

test('planted defects are refused by both readers', () => {
  const good = tritonConfig(iris)
  const planted = {
    'an unknown field': good.replace('max_batch_size:', 'max_batch_sise:'), 'an unknown kind': good.replace('KIND_CPU', 'KIND_CPPU'), 'an unknown type': good.replace('TYPE_FP32', 'TYPE_FLOAT'),
    'a quoted integer': good.replace('max_batch_size: 64', 'max_batch_size: "64"'), 'two answers to one question': good.replace('zero_data: true', 'zero_data: true random_data: true'),
  }
  for (const [what, text] of Object.entries(planted)) {
    expect(text, what).not.toBe(good)
    if (what !== 'two answers to one question') expect(() => readConfig(text), what).toThrow()
    if (hasProtoc) expect(protoc(text).status, what).not.toBe(0)
  }
  if (!hasProtoc) console.log('not run: protoc (Debian package protobuf-compiler) is not installed; protobufjs alone read the configurations')
})

test('a model without a free batch axis is not batched, nor one whose quantisation looks at the whole batch', () => {
  const ranged = { ...iris, version: { ...iris.version, graph: { ...iris.version.graph, operators: [{ domain: '', type: 'DynamicQuantizeLinear', count: 1 }] } } }
  const config = readConfig(tritonConfig(ranged))
  expect(config.max_batch_size).toBe(0)
  expect(config.dynamic_batching).toBeUndefined()
  expect(config.input[0]?.dims).toEqual([-1, 4])
  // The golden requests have one row and three: both shapes are warmed.
  expect(config.model_warmup?.map((w) => w.inputs['float_input']?.dims)).toEqual([[1, 4], [3, 4]])
})

test('the README has the exact flags, or the reason why there is none', async () => {
  const text = (facts: BundleFacts): string => planTriton(facts, 'key').find((f) => f.path === 'deploy/triton/README.md')?.text ?? ''
  expect(text(iris)).toBe('')
  const chosen = text({ ...iris, targets: [{ target: 'triton', engine: '24.08' }] })
  for (const flag of ['--model-repository=/models', '--model-control-mode=explicit', '--load-model=iris', '--disable-auto-complete-config', 'tritonserver:24.08-py3']) expect(chosen).toContain(flag)
  expect(chosen).toContain('No Triton server has loaded it')
  const zipped = await modelFacts('iris/models/iris-logreg-zipmap.onnx', folder, iris)
  expect(text({ ...zipped, targets: [{ target: 'triton', engine: null }] })).toMatch(/no configuration for Triton in this bundle, because Triton loads no model whose output is not a tensor/)
})

// The protocol's other half over real HTTP: binary tensors both ways for every datatype, answers held against the protocol's published
// schemas, what two independent clients send byte for byte, and the hand-written check of requests against its schema.
import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { validate as validateOpenApi } from './openapi-check.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { InferDocumentSchema, isInferDocument } from '../../main/core/serve/infer-document.ts'
import { fixture } from '../setup/fixtures.ts'
import { modelBundle } from '../setup/model-bundle.ts'
import { model, node, tensorValue } from '../setup/onnx-builder.ts'
import { hasPublished, protocolFaults } from '../setup/protocol-schema.ts'
import { serveBundle, type Answer, type Served } from '../setup/served-bundle.ts'
import { binding as irisBinding } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-protocol-'))

/** A value of every datatype, as JSON writes it and as raw little-endian bytes, by hand. */
const samples: readonly (readonly [datatype: string, dtype: string, json: unknown[], hex: string])[] = [
  ['BOOL', 'bool', [true, false], '0100'], ['UINT8', 'uint8', [1, 255], '01ff'], ['UINT16', 'uint16', [1, 65535], '0100ffff'], ['UINT32', 'uint32', [1, 4294967295], '01000000ffffffff'],
  ['UINT64', 'uint64', [1, '18446744073709551615'], '0100000000000000ffffffffffffffff'], ['INT8', 'int8', [1, -1], '01ff'], ['INT16', 'int16', [1, -2], '0100feff'], ['INT32', 'int32', [1, -2], '01000000feffffff'],
  ['INT64', 'int64', [1, '-9223372036854775808'], '01000000000000000000000000000080'], ['FP16', 'float16', [1, -2], '003c00c0'], ['FP32', 'float32', [1, -2.5], '0000803f000020c0'], ['FP64', 'float64', [1, -2.5], '000000000000f03f00000000000004c0'],
  ['BYTES', 'string', ['a', 'né'], '0100000061030000006ec3a9'],
]
const inName = (datatype: string): string => `in_${datatype}`
const outName = (datatype: string): string => `out_${datatype}`

let echo: Served
let iris: Served

beforeAll(async () => {
  const bytes = model({
    nodes: samples.map(([datatype]) => node('Identity', [inName(datatype)], [outName(datatype)])),
    inputs: samples.map(([datatype, dtype]) => tensorValue(inName(datatype), dtype, ['N'])), outputs: samples.map(([datatype, dtype]) => tensorValue(outName(datatype), dtype, ['N'])),
  })
  const echoRoot = await modelBundle(folder, 'echo', { model: bytes, binding: {
    task: 'regression', outputs: [{ output: outName('FP32'), role: 'value' }],
    inputs: samples.map(([datatype, dtype]) => ({ kind: 'column', input: inName(datatype), dtype: dtype as 'float32', column: datatype.toLowerCase(), missing: datatype === 'BYTES' ? 'empty' : { fill: 0 } })),
  } })
  const irisRoot = await modelBundle(folder, 'iris', { model: fixture('iris/models/iris-logreg-tensor.onnx'), binding: irisBinding })
  ;[echo, iris] = await Promise.all([serveBundle(echoRoot), serveBundle(irisRoot)])
})
afterAll(async () => {
  await Promise.all([echo.server.close(), iris.server.close()])
  rmSync(folder, { recursive: true, force: true })
})

/** JSON with binary tensors behind it. */
function withBinary(document: unknown, ...tensors: Buffer[]): readonly [Buffer, Record<string, string>] {
  const json = Buffer.from(JSON.stringify(document))
  return [Buffer.concat([json, ...tensors]), { 'inference-header-content-length': String(json.length), 'content-type': 'application/octet-stream' }]
}
const askBinary = (to: Served, path: string, document: unknown, ...tensors: Buffer[]): Promise<Answer> => to.ask('POST', path, ...withBinary(document, ...tensors))

test('every datatype goes in and comes out by JSON and by bytes, in any mixture', async () => {
  const jsonIn = samples.map(([datatype, , data]) => ({ name: inName(datatype), datatype, shape: [2], data }))
  const binaryIn = samples.map(([datatype, , , hex]) => ({ name: inName(datatype), datatype, shape: [2], parameters: { binary_data_size: hex.length / 2 } }))
  const raw = samples.map(([, , , hex]) => Buffer.from(hex, 'hex'))
  const path = '/v2/models/echo/infer'
  for (const [inputs, tensors] of [[jsonIn, []], [binaryIn, raw], [jsonIn.map((t, i) => (i % 2 === 0 ? t : binaryIn[i])), raw.filter((_, i) => i % 2 === 1)]] as const) {
    const asked = { inputs, ...(tensors.length > 0 ? {} : {}) }
    const json = tensors.length === 0 ? await echo.ask('POST', path, JSON.stringify(asked)) : await askBinary(echo, path, asked, ...tensors)
    expect(json.body.error).toBeUndefined()
    expect(protocolFaults('inference_response', json.body)).toEqual([])
    expect(json.body.outputs!.map((o) => [o.datatype, o.shape, o.data])).toEqual(samples.map(([datatype, , data]) => [datatype, [2], data]))
    const binary = await (tensors.length === 0 ? echo.ask('POST', path, JSON.stringify({ ...asked, parameters: { binary_data_output: true } })) : askBinary(echo, path, { ...asked, parameters: { binary_data_output: true } }, ...tensors))
    const length = Number(binary.headers['inference-header-content-length'])
    expect(binary.headers['content-type']).toBe('application/octet-stream')
    expect(binary.bytes.subarray(length).toString('hex')).toBe(samples.map(([, , , hex]) => hex).join(''))
    expect(binary.body.outputs!.map((o) => [o.name, o.parameters, o.data])).toEqual(samples.map(([datatype, , , hex]) => [outName(datatype), { binary_data_size: hex.length / 2 }, undefined]))
  }
})

/** Lists that contradict the shape, with as many values as it has; the place is named. */
const nested: readonly (readonly [number[], unknown[], RegExp])[] = [
  [[2, 4], [[1, 2], [3, 4], [5, 6], [7, 8]], /shape \[2, 4\] says: its list has 4 entries, not 2/],
  [[2, 4], [[1, 2, 3], [4, 5, 6, 7, 8]], /its list at \[0\] has 3 entries, not 4/],
  [[2, 4], [[1, 2, 3, 4], 5, 6, 7, 8], /its list has 5 entries, not 2/],
  [[2, 4], [1, [2, 3, 4, 5, 6, 7, 8]], /no list at \[0\], where a list of 4 belongs/],
  [[2, 4], [[1, 2, 3, [4]], [5, 6, 7, 8]], /a list at \[0\]\[3\], where a value belongs/],
  [[1, 4], [[[1, 2], [3, 4]]], /its list at \[0\] has 2 entries, not 4/],
]

test('tensors that do not fit are refused in words', async () => {
  const input = (size: number, change: object = {}): object => ({ name: 'float_input', datatype: 'FP32', shape: [1, 4], parameters: { binary_data_size: size }, ...change })
  const sixteen = Buffer.alloc(16)
  const cases: [Promise<Answer>, number, RegExp][] = [
    [askBinary(iris, '/v2/models/iris/infer', { inputs: [input(12)] }, sixteen), 400, /12 bytes, but 4 values of FP32 take 16/],
    [askBinary(iris, '/v2/models/iris/infer', { inputs: [input(16)] }, Buffer.alloc(8)), 400, /16 binary bytes, but the body holds 8 more/],
    [askBinary(iris, '/v2/models/iris/infer', { inputs: [input(16)] }, Buffer.alloc(17)), 400, /1 binary bytes that belong to no input/],
    [askBinary(iris, '/v2/models/iris/infer', { inputs: [input(16, { data: [1, 2, 3, 4] })] }, sixteen), 400, /both data and binary_data_size/],
    [askBinary(iris, '/v2/models/iris/infer', { inputs: [input(-1)] }, sixteen), 400, /binary_data_size/],
    [iris.ask('POST', '/v2/models/iris/infer', JSON.stringify({ inputs: [input(16)] })), 400, /Inference-Header-Content-Length is missing/],
    [iris.ask('POST', '/v2/models/iris/infer', '{}', { 'inference-header-content-length': '9' }), 400, /up to 2, the length of the body/],
    [iris.ask('POST', '/v2/models/iris/infer', '{}', { 'inference-header-content-length': 'x' }), 400, /Inference-Header-Content-Length is “x”/],
    [iris.ask('POST', '/v2/models/iris/infer', JSON.stringify({ inputs: [{ name: 'float_input', datatype: 'FP32', shape: [1, 4] }] })), 400, /neither data nor the parameter/],
    [iris.ask('POST', '/v2/models/iris/infer', JSON.stringify({ inputs: [input(0)], outputs: [{ name: 'label', parameters: { classification: 2 } }] })), 400, /./],
    ...nested.map(([shape, data, words]): [Promise<Answer>, number, RegExp] => [iris.ask('POST', '/v2/models/iris/infer', JSON.stringify({ inputs: [{ name: 'float_input', datatype: 'FP32', shape, data }] })), 400, words]),
    [iris.ask('POST', '/v2/models/iris/infer', '{}', { 'content-encoding': 'gzip' }), 415, /encoding gzip/],
    [iris.ask('POST', '/v2/models/iris/infer', Buffer.alloc(15), { 'inference-header-content-length': '0' }), 400, /15 bytes/],
  ]
  for (const [call, status, words] of cases) {
    const answer = await call
    expect([answer.status, answer.body.error]).toEqual([status, expect.stringMatching(words)])
    expect(protocolFaults('inference_error_response', answer.body)).toEqual([])
  }
})

test('flat lists, and lists nested as the shape says, are the same; another method is told what the address takes', async () => {
  const answers = await Promise.all([[5.1, 3.5, 1.4, 0.2, 6, 3, 5, 2], [[5.1, 3.5, 1.4, 0.2], [6, 3, 5, 2]], [[5.1, 3.5, 1.4, 0.2], [6, 3, 5, null]]].map((data) => iris.ask('POST', '/v2/models/iris/infer', JSON.stringify({ inputs: [{ name: 'float_input', datatype: 'FP32', shape: [2, 4], data }] }))))
  expect(answers.map((a) => a.status)).toEqual([200, 200, 200])
  expect(answers[1]!.body.outputs).toEqual(answers[0]!.body.outputs)
  for (const [method, path, allow] of [['GET', '/v1/predict', 'POST'], ['GET', '/v2/models/iris/infer', 'POST'], ['DELETE', '/v2/models/iris', 'GET, HEAD'], ['POST', '/metrics', 'GET, HEAD']] as const) {
    const refused = await iris.ask(method, path)
    expect([refused.status, refused.headers['allow']], `${method} ${path}`).toEqual([405, allow])
  }
  expect((await iris.ask('GET', '/v2/models/other/infer')).status).toBe(404)
  const document = (await iris.ask('GET', '/openapi.json')).body as unknown as { paths: Record<string, Record<string, { responses: object }>> }
  expect(Object.keys(document.paths['/v1/predict']!['post']!.responses)).toEqual(expect.arrayContaining(['404', '405', '415', 'default']))
})

test('what two independent clients send, byte for byte', async () => {
  const row = Buffer.from(Float32Array.of(5.1, 3.5, 1.4, 0.2).buffer)
  // NVIDIA's Python client, JSON: no Content-Type at all, spaces after colons as Python's json writes them.
  const json = '{"id": "1", "inputs": [{"name": "float_input", "shape": [1, 4], "datatype": "FP32", "data": [5.1, 3.5, 1.4, 0.2]}], "outputs": [{"name": "label"}, {"name": "probabilities"}]}'
  const first = await iris.ask('POST', '/v2/models/iris/infer', json, { 'user-agent': 'python-client', connection: 'keep-alive' })
  expect([first.status, first.body.id, first.body.outputs?.[0]?.data]).toEqual([200, '1', [0]])
  // The same client as it comes: octet-stream, binary inputs, and binary outputs unless something else is said.
  const head = '{"inputs":[{"name":"float_input","shape":[1,4],"datatype":"FP32","parameters":{"binary_data_size":16}}],"parameters":{"binary_data_output":true}}'
  const second = await iris.ask('POST', '/v2/models/iris/infer', Buffer.concat([Buffer.from(head), row]), { 'inference-header-content-length': String(head.length), 'content-type': 'application/octet-stream' })
  expect(second.status).toBe(200)
  const from = Number(second.headers['inference-header-content-length'])
  expect(second.bytes.readBigInt64LE(from)).toBe(0n)
  expect(second.bytes.readFloatLE(from + 8)).toBeCloseTo(first.body.outputs![1]!.data[0] as number, 6)
  // With outputs named one by one, one of them binary; and the version in the address, as KServe's client writes it.
  const mixed = '{"inputs":[{"name":"float_input","shape":[1,4],"datatype":"FP32","parameters":{"binary_data_size":16}}],"outputs":[{"name":"probabilities","parameters":{"binary_data":true}},{"name":"label","parameters":{"binary_data":false}}]}'
  const third = await iris.ask('POST', '/v2/models/iris/versions/3/infer', Buffer.concat([Buffer.from(mixed), row]), { 'inference-header-content-length': String(mixed.length), 'content-type': 'application/octet-stream', 'user-agent': 'python-httpx' })
  expect(third.body.outputs!.map((o) => [o.name, o.parameters?.['binary_data_size'], o.data])).toEqual([['probabilities', 12, undefined], ['label', undefined, [0]]])
  // Bytes alone: one row, as the raw form has it.
  const raw = await iris.ask('POST', '/v2/models/iris/infer', Buffer.concat([row, row]), { 'inference-header-content-length': '0', 'content-type': 'application/octet-stream' })
  expect(raw.body.outputs!.map((o) => o.shape)).toEqual([[2], [2, 3]])
})

test(`answers follow the protocol’s schemas (${hasPublished ? 'restated and published' : 'restated; the published file is not beside the project'})`, async () => {
  expect(protocolFaults('metadata_server_response', (await iris.ask('GET', '/v2')).body)).toEqual([])
  expect(protocolFaults('metadata_model_response', (await iris.ask('GET', '/v2/models/iris')).body)).toEqual([])
  expect(protocolFaults('inference_error_response', (await iris.ask('GET', '/v2/models/x')).body)).toEqual([])
  // The check can fail.
  expect(protocolFaults('metadata_server_response', { name: 'x', version: 1, extensions: [] })).not.toEqual([])
  expect(protocolFaults('inference_response', { model_name: 'x', outputs: [{ name: 'a', shape: ['1'], datatype: 'FP32', data: [] }] })).not.toEqual([])
})

test('the request’s id comes back: from the header, from the body, or made', async () => {
  const body = JSON.stringify({ id: 'from-body', inputs: [{ name: 'float_input', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] }] })
  expect((await iris.ask('POST', '/v2/models/iris/infer', body, { 'x-request-id': 'from-header' })).headers['x-request-id']).toBe('from-header')
  expect((await iris.ask('POST', '/v2/models/iris/infer', body)).headers['x-request-id']).toBe('from-body')
  const made = [await iris.ask('POST', '/invocations', '{'), await iris.ask('GET', '/v2')].map((a) => a.headers['x-request-id'])
  expect(new Set(made).size).toBe(2)
  expect((await iris.ask('POST', '/invocations', '{', { 'x-request-id': 'a b' })).headers['x-request-id']).not.toBe('a b')
})

test('the hand-written check of a request says what its schema says', () => {
  const word = fc.constantFrom('id', 'inputs', 'outputs', 'parameters', 'name', 'shape', 'datatype', 'data', 'x')
  const leaf = fc.constantFrom<unknown>(null, 0, 1, -1, 1.5, 2 ** 53, '', 'FP32', true, [], [1], [1, 4], {}, { a: 1 }, { a: null }, { a: [1] }, { a: Number.NaN })
  const mostly = (good: unknown): fc.Arbitrary<unknown> => fc.oneof({ weight: 19, arbitrary: fc.constant(good) }, leaf)
  const map = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.dictionary(word, value, { maxKeys: 6 })
  const tensor = fc.record({ name: mostly('a'), shape: mostly([1]), datatype: mostly('FP32'), data: mostly([1]), parameters: mostly({ a: 1 }) }, { requiredKeys: ['name', 'shape', 'datatype'] })
  const near = fc.record({ id: mostly('x'), inputs: fc.oneof({ weight: 9, arbitrary: fc.array(tensor, { maxLength: 2 }) }, leaf), outputs: fc.array(mostly({ name: 'o' }), { maxLength: 2 }), parameters: mostly({}) }, { requiredKeys: ['inputs'] })
  let good = 0
  fc.assert(fc.property(fc.oneof(near, near, map(leaf), leaf), (document) => {
    const said = InferDocumentSchema.safeParse(document).success
    if (said) good++
    expect(isInferDocument(document)).toBe(said)
  }), { numRuns: 3000, seed: 5 })
  // Both answers occurred.
  expect(good).toBeGreaterThan(200)
})

test('/openapi.json is valid OpenAPI and names exactly this model’s tensors and columns', async () => {
  for (const [served, columns] of [[iris, ['sepal_length', 'sepal_width', 'petal_length', 'petal_width']], [echo, samples.map(([d]) => d.toLowerCase())]] as const) {
    const { body } = await served.ask('GET', '/openapi.json')
    expect(await validateOpenApi(body)).toEqual([])
    const { Record } = (body as unknown as { components: { schemas: { Record: { properties: object } } } }).components.schemas
    expect(Object.keys(Record.properties)).toEqual(columns)
  }
  expect(await validateOpenApi({ ...(await iris.ask('GET', '/openapi.json')).body, paths: { '/v2': { get: { responses: 5 } } } })).not.toEqual([])
})

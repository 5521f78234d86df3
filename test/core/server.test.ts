// The bundle's server over real HTTP and the real runtime: the protocol's routes, lenient reading where clients differ,
// strict reading where a value would be changed, and a sentence for every refusal.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRequest } from '../../main/core/serve/protocol.ts'
import { BundleManifest } from '../../shared/domain/bundle.ts'
import { exportSmall, irisFacts } from '../setup/small-bundle.ts'
import { fixture } from '../setup/fixtures.ts'
import { serveBundle, type Answer, type Served } from '../setup/served-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-server-'))
const root = join(folder, 'iris-1.2.3')
const infer = '/v2/models/iris/infer'
let served: Served

beforeAll(async () => {
  const { archive } = await exportSmall(folder, 'iris.zip', await irisFacts(folder))
  execFileSync('unzip', ['-q', archive, '-d', folder])
  served = await serveBundle(root)
})
afterAll(async () => {
  await served.server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Status and body alone. */
async function ask(...call: Parameters<Served['ask']>): Promise<Pick<Answer, 'status' | 'body'>> {
  const { status, body } = await served.ask(...call)
  return { status, body }
}

const tensor = (change: object = {}): object => ({ name: 'float_input', shape: [1, 4], datatype: 'FP32', data: [5.1, 3.5, 1.4, 0.2], ...change })
const post = (inputs: unknown[], more: object = {}): ReturnType<typeof ask> => ask('POST', infer, JSON.stringify({ inputs, ...more }))

test('metadata and health', async () => {
  expect(await ask('GET', '/v2')).toEqual({ status: 200, body: { name: 'slipway-server', version: '0.1.0', extensions: ['binary_tensor_data'] } })
  expect((await ask('GET', '/v2/health/live')).status).toBe(200)
  expect((await ask('GET', '/v2/health/ready')).status).toBe(200)
  expect(await ask('GET', '/v2/models/iris/ready')).toEqual({ status: 200, body: { name: 'iris', ready: true } })
  const metadata = { name: 'iris', versions: ['3'], platform: 'onnx_onnxv1', inputs: [{ name: 'float_input', datatype: 'FP32', shape: [-1, 4] }], outputs: [{ name: 'label', datatype: 'INT64', shape: [-1] }, { name: 'probabilities', datatype: 'FP32', shape: [-1, 3] }] }
  expect(await ask('GET', '/v2/models/iris')).toEqual({ status: 200, body: metadata })
  expect(await ask('GET', '/v2/models/iris/versions/3')).toEqual({ status: 200, body: metadata })
})

test('all 150 rows of the reference, nested and flat, with and without a content type', async () => {
  const rows = readFileSync(fixture('iris/data/iris.csv'), 'utf8').trim().split('\n').map((line) => line.split(','))
  const columns = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'].map((name) => rows[0]!.indexOf(name))
  const nested = rows.slice(1).map((row) => columns.map((c) => Number(row[c])))
  const reference = (JSON.parse(readFileSync(fixture('iris/predictions/logreg-tensor.iris.json'), 'utf8')) as { outputs: Record<string, { data: number[] }> }).outputs
  for (const headers of [{}, { 'content-type': 'application/json' }, { 'content-type': 'application/octet-stream' }, { 'content-type': 'application/json; charset=utf-8' }]) {
    for (const data of [nested, nested.flat()]) {
      const answer = await ask('POST', infer, JSON.stringify({ id: 'r-1', inputs: [{ name: 'float_input', shape: [150, 4], datatype: 'FP32', data }] }), headers as Record<string, string>)
      expect(answer.status).toBe(200)
      expect(answer.body).toMatchObject({ id: 'r-1', model_name: 'iris', model_version: '3' })
      const [label, probabilities] = ['label', 'probabilities'].map((name) => answer.body.outputs!.find((o) => o.name === name)!)
      expect(label!.data).toEqual(reference['label']!.data)
      expect(probabilities!.shape).toEqual([150, 3])
      reference['probabilities']!.data.forEach((value, i) => { expect(Math.abs((probabilities!.data[i] as number) - value)).toBeLessThan(1e-5) })
    }
  }
})

test('only the outputs asked for, in the order asked; no id unless given', async () => {
  const answer = await post([tensor()], { outputs: [{ name: 'probabilities' }] })
  expect(answer.body.outputs?.map((o) => o.name)).toEqual(['probabilities'])
  expect('id' in answer.body).toBe(false)
})

test.each([
  ['a missing input', [], 400, /inputs/],
  ['an unknown input', [tensor({ name: 'X' })], 400, /no input “X”/],
  ['the same input twice', [tensor(), tensor()], 400, /twice/],
  ['another datatype', [tensor({ datatype: 'FP64' })], 400, /FP32, not FP64/],
  ['another shape', [tensor({ shape: [4] })], 400, /shape/],
  ['too few values', [tensor({ data: [1, 2] })], 400, /2 values/],
  ['a negative dimension', [tensor({ shape: [-1, 4] })], 400, /shape/],
  ['no rows', [tensor({ shape: [0, 4], data: [] })], 400, /at least one row/],
  ['too many rows', [tensor({ shape: [4097, 4], data: [] })], 413, /4096 rows/],
  ['a text among numbers', [tensor({ data: [1, 2, 3, '4'] })], 400, /“float_input” holds "4" at place 3/],
  ['a truth value among numbers', [tensor({ data: [1, 2, 3, true] })], 400, /where a number belongs/],
  ['an object', [tensor({ data: [1, 2, 3, {}] })], 400, /no value/],
  ['a number beyond float32', [tensor({ data: [1, 2, 3, 1e300] })], 400, /cannot hold/],
  ['data that is no list', [tensor({ data: 5 })], 400, /data/],
])('%s is refused in words', async (_, inputs, status, words) => {
  const answer = await post(inputs)
  expect(answer.status).toBe(status)
  expect(Object.keys(answer.body)).toEqual(['error'])
  expect(answer.body.error).toMatch(words)
})

test('bodies that are no requests, addresses that are none, and deep nesting', async () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  const cases: [string, string, string | Buffer | undefined, number][] = [
    ['POST', infer, '{', 400], ['POST', infer, 'null', 400], ['POST', infer, '[]', 400], ['POST', infer, Buffer.from([0x22, 0xff, 0x22]), 400], ['POST', infer, undefined, 400], ['POST', infer, deep, 400],
    ['POST', infer, `{"inputs":[{"name":"float_input","shape":[1,4],"datatype":"FP32","data":${deep}}]}`, 400],
    ['POST', infer, '{"inputs":[{"name":"float_input","shape":[1,4],"datatype":"FP32","data":[1,2,3,1e999]}]}', 400],
    ['POST', infer, `{"x":"${'x'.repeat(16 * 1024 * 1024)}"}`, 413],
    ['POST', '/v2/models/other/infer', '{}', 404], ['POST', '/v2/models/iris/versions/4/infer', '{}', 404], ['GET', '/v2/models/iris/versions/4', undefined, 404], ['GET', '/nowhere', undefined, 404], ['GET', infer, undefined, 405],
    ['GET', '/v2/models/%zz', undefined, 400], ['GET', '/v2/models/..%2f..%2fbundle.json', undefined, 404],
  ]
  for (const [method, path, body, status] of cases) {
    const answer = await ask(method, path, body).catch((thrown: Error) => ({ status: thrown.message, body: {} as Answer['body'] }))
    expect([path, String(body).slice(0, 40), answer.status]).toEqual([path, String(body).slice(0, 40), status])
    expect(typeof answer.body.error).toBe('string')
  }
  expect((await post([tensor()])).status).toBe(200)
})

test('a peer that talks nonsense, or hangs up, does not hurt others', async () => {
  for (const bytes of ['nonsense\r\n\r\n', 'POST /v2/models/iris/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{', '\u0000\u0001']) {
    await new Promise<void>((done) => { const socket = connect(served.port, '127.0.0.1', () => { socket.write(bytes); setTimeout(() => { socket.destroy(); done() }, 20) }); socket.on('error', () => { done() }) })
  }
  expect((await post([tensor()])).status).toBe(200)
})

test('many requests at once each get their own answer', async () => {
  const alone = await Promise.all(Array.from({ length: 40 }, (_, i) => post([tensor({ data: [4 + i / 20, 3, 1 + i / 8, 0.1 + i / 20] })], { id: String(i) })))
  for (const [i, answer] of alone.entries()) {
    expect(answer.body.id).toBe(String(i))
    const again = await post([tensor({ data: [4 + i / 20, 3, 1 + i / 8, 0.1 + i / 20] })])
    // Rows of several callers share a run, in which the runtime may add up in another order.
    expect(answer.body.outputs![0]!.data).toEqual(again.body.outputs![0]!.data)
    answer.body.outputs![1]!.data.forEach((value, c) => { expect(Math.abs((value as number) - (again.body.outputs![1]!.data[c] as number))).toBeLessThan(1e-6) })
  }
})

/** The manifest of a model that takes one tensor of each datatype, and two with rows. */
function manifestOf(datatype: string): BundleManifest {
  const manifest = BundleManifest.parse(JSON.parse(readFileSync(join(root, 'bundle.json'), 'utf8')))
  return { ...manifest, model: { ...manifest.model, inputs: [{ name: 'a', datatype, shape: [-1], meaning: '' }, { name: 'b', datatype: 'BYTES', shape: [-1, 1], meaning: '' }] } }
}
const cells = (datatype: string, value: unknown): unknown => readRequest({ inputs: [{ name: 'a', shape: [1], datatype, data: [value] }, { name: 'b', shape: [1, 1], datatype: 'BYTES', data: ['x'] }] }, manifestOf(datatype)).inputs[0]?.data[0]

test.each([
  ['INT8', -128, -129], ['UINT8', 255, 256], ['INT16', 32767, 32768], ['UINT16', 0, -1], ['INT32', 2147483647, 2147483648], ['UINT32', 4294967295, 1.5], ['INT64', 9007199254740991, 9007199254740992],
  ['INT64', '9223372036854775807', '9223372036854775808'], ['UINT64', '18446744073709551615', '18446744073709551616'], ['INT64', '-5', '5.0'], ['BOOL', true, 'true'], ['BOOL', 0, 2], ['BYTES', '', 5],
  ['FP32', null, 'NaN'], ['FP32', 3.4028234663852886e38, 3.5e38], ['FP16', 65504, 65520], ['FP64', 1e308, false], ['INT32', 0, null],
])('%s takes %j and refuses %j, changing nothing', (datatype, good, bad) => {
  expect(cells(datatype, good)).toBe(good)
  expect(() => cells(datatype, bad)).toThrow(/“a” holds/)
})

test('inputs must agree on the number of rows', () => {
  const two = { inputs: [{ name: 'a', shape: [2], datatype: 'FP32', data: [1, 2] }, { name: 'b', shape: [1, 1], datatype: 'BYTES', data: ['x'] }] }
  expect(() => readRequest(two, manifestOf('FP32'))).toThrow(/“b” has 1 rows, but “a” has 2/)
})

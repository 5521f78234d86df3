// Requests for a server as nobody should send them, drawn from a seed: spoiled JSON, wrong tensors, odd headers, wrong addresses, cut bodies.
// Owns the drawing; the test judges the answers.

export interface FuzzedRequest { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer; /** whether the body is cut off and the connection closed */ readonly cut: boolean }

export type Draw = () => number

/** xorshift32: the same numbers everywhere. */
export function drawFrom(seed: number): Draw {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const pick = <T>(draw: Draw, list: readonly T[]): T => list[Math.floor(draw() * list.length)]!

const values: readonly unknown[] = [0, 1, -1, 5.1, 1e39, -1e400, 1e-320, null, true, '', '5', 'NaN', 'Infinity', [], [[]], {}, 2 ** 53, '9223372036854775808', '\ud800', 'x'.repeat(300)]
const names: readonly string[] = ['float_input', 'label', 'probabilities', '', '__proto__', 'constructor', 'é\u0000', 'x'.repeat(200)]
const paths: readonly string[] = ['/v2/models/iris/infer', '/v2/models/iris/infer', '/v2/models/iris/infer', '/v2/models/iris/versions/3/infer', '/invocations', '/v1/predict', '/v2/models/iris/versions/9/infer', '/v2/models/%00/infer', '/v2/models/iris/infer?x=%zz', '/v2/models//infer', '/metrics', '/v2', '/ping', '/..%2f..%2fetc/passwd', '/openapi.json']

function drawTensor(draw: Draw): unknown {
  const rows = pick(draw, [1, 1, 1, 1, 1, 2, 2, 3, 3, 0, 4097, 2 ** 31, 1e15])
  const data = Array.from({ length: Math.min(12, rows * 4) }, () => (draw() < 0.995 ? draw() * 8 : pick(draw, values)))
  const tensor: Record<string, unknown> = { name: 'float_input', shape: [rows, 4], datatype: 'FP32', data }
  if (draw() < 0.25) tensor[pick(draw, ['name', 'shape', 'datatype', 'data', 'parameters', 'extra'])] = pick(draw, [...values, ...names, [1, 4], [-1, 4], [1, 2, 2], ['1', 4], { binary_data_size: 16 }, { binary_data_size: -1 }, { binary_data_size: 1e12 }])
  return tensor
}

function drawRecord(draw: Draw): unknown {
  return Object.fromEntries(['sepal_length', 'sepal_width', 'petal_length', 'petal_width', '__proto__'].slice(0, draw() < 0.9 ? 4 : 3 + Math.floor(draw() * 3)).map((name) => [name, draw() < 0.95 ? draw() * 8 : pick(draw, values)]))
}

function drawDocument(draw: Draw): unknown {
  if (draw() < 0.03) return pick(draw, values)
  if (draw() < 0.3) return pick(draw, [drawRecord(draw), [drawRecord(draw), drawRecord(draw)], { records: [drawRecord(draw)] }, { instances: pick(draw, values) }])
  const document: Record<string, unknown> = { inputs: Array.from({ length: pick(draw, [1, 1, 1, 1, 2, 0]) }, () => drawTensor(draw)) }
  if (draw() < 0.3) document['outputs'] = [{ name: pick(draw, ['label', 'probabilities', ...names]), ...(draw() < 0.5 ? { parameters: { binary_data: pick(draw, [true, false, 1, 'x']) } } : {}) }]
  if (draw() < 0.3) document['id'] = pick(draw, values)
  if (draw() < 0.2) document['parameters'] = pick(draw, [{ binary_data_output: true }, { binary_data_output: 1 }, { priority: 1 }, ...values])
  return document
}

/** Changes some bytes, cuts or repeats a piece. */
function spoil(draw: Draw, body: Buffer): Buffer {
  const out = Buffer.from(body)
  for (let i = 0; i < 1 + draw() * 4 && out.length > 0; i++) out[Math.floor(draw() * out.length)] = Math.floor(draw() * 256)
  return draw() < 0.3 ? out.subarray(0, Math.floor(draw() * out.length)) : draw() < 0.2 ? Buffer.concat([out, out]) : out
}

export function drawRequest(draw: Draw): FuzzedRequest {
  const json = Buffer.from(JSON.stringify(drawDocument(draw)) ?? '')
  const binary = draw() < 0.2 ? Buffer.alloc(Math.floor(draw() * 40), Math.floor(draw() * 256)) : null
  const whole = binary === null ? json : Buffer.concat([json, binary])
  const body = draw() < 0.2 ? spoil(draw, whole) : whole
  const headers: Record<string, string> = {}
  if (draw() < 0.5) headers['content-type'] = pick(draw, ['application/json', 'text/csv', 'application/octet-stream', 'x/y; charset=klingon', 'text/plain'])
  if (binary !== null || draw() < 0.05) headers['inference-header-content-length'] = draw() < 0.7 ? String(json.length) : pick(draw, ['0', '-1', '1e3', 'x', '99999999999', ' 5 '])
  if (draw() < 0.1) headers['x-request-id'] = pick(draw, ['abc', 'ä', 'a b', 'x'.repeat(500)])
  if (draw() < 0.05) headers['content-encoding'] = pick(draw, ['gzip', 'identity', 'br'])
  if (draw() < 0.05) headers['x-slipway-arm'] = pick(draw, ['stable', 'canary', ''])
  return { method: draw() < 0.93 ? 'POST' : pick(draw, ['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']), path: pick(draw, paths), headers, body, cut: draw() < 0.01 }
}

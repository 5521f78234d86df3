// Writes small ONNX models for tests, field by field after onnx.proto3; independent of the code under test.
// Also writes wrong ones: every size and place can be given as it should not be.

const types: Readonly<Record<string, number>> = { float32: 1, uint8: 2, int8: 3, uint16: 4, int16: 5, int32: 6, int64: 7, string: 8, bool: 9, float16: 10, float64: 11, uint32: 12, uint64: 13, bfloat16: 16 }

const varint = (n: number | bigint): number[] => {
  let rest = BigInt.asUintN(64, BigInt(n))
  const out: number[] = []
  do { out.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0)); rest >>= 7n } while (rest > 0n)
  return out
}
const text = (s: string): Uint8Array => new TextEncoder().encode(s)
/** Joins encoded fields. */
export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const part of parts) { out.set(part, at); at += part.length }
  return out
}
/** A length-delimited field. */
export const field = (n: number, payload: Uint8Array | string): Uint8Array => { const bytes = typeof payload === 'string' ? text(payload) : payload; return join(varint(n * 8 + 2), varint(bytes.length), bytes) }
/** A varint field. */
export const number = (n: number, value: number | bigint): Uint8Array => join(varint(n * 8), varint(value))

export type Dim = number | string | null

const shape = (dims: readonly Dim[]): Uint8Array => join(...dims.map((d) => field(1, d === null ? new Uint8Array(0) : typeof d === 'number' ? number(1, d) : field(2, d))))
const tensorType = (type: string, dims: readonly Dim[] | null): Uint8Array => field(1, join(number(1, types[type] ?? 0), dims === null ? [] : field(2, shape(dims))))

export interface Value { readonly name: string; readonly type: Uint8Array; readonly sequenceOfTensors?: string }

export const tensorValue = (name: string, type: string, dims: readonly Dim[] | null): Value => ({ name, type: tensorType(type, dims) })
/** sequence(map(key, float32)), the type of a ZipMap output. */
export const sequenceOfMaps = (name: string, key: 'string' | 'int64'): Value => ({ name, type: field(4, field(1, field(5, join(number(1, types[key] ?? 0), field(2, tensorType('float32', [])))))) })
export const optionalTensor = (name: string, type: string, dims: readonly Dim[] | null): Value => ({ name, type: field(9, field(1, tensorType(type, dims))) })
const value = (v: Value): Uint8Array => join(field(1, v.name), field(2, v.sequenceOfTensors === undefined ? v.type : field(4, field(1, tensorType(v.sequenceOfTensors, null)))))

export const attributeInts = (name: string, values: readonly (number | bigint)[], single?: number): Uint8Array => join(field(1, name), ...(single === undefined ? values.map((v) => number(8, v)) : [number(3, single)]), number(20, single === undefined ? 7 : 2))
export const attributeStrings = (name: string, values: readonly string[]): Uint8Array => join(field(1, name), ...values.map((v) => field(9, v)), number(20, 8))
export const attributeFloats = (name: string, values: readonly number[]): Uint8Array => join(field(1, name), ...values.map((v) => join([7 * 8 + 5], new Uint8Array(Float32Array.of(v).buffer))), number(20, 6))
export const attributeGraph = (name: string, graph: Uint8Array): Uint8Array => join(field(1, name), field(6, graph), number(20, 5))
export const attributeTensor = (name: string, tensor: Uint8Array): Uint8Array => join(field(1, name), field(5, tensor), number(20, 4))

export const node = (type: string, inputs: readonly string[], outputs: readonly string[], attributes: readonly Uint8Array[] = [], domain = ''): Uint8Array =>
  join(...inputs.map((i) => field(1, i)), ...outputs.map((o) => field(2, o)), field(4, type), ...attributes.map((a) => field(5, a)), domain === '' ? [] : field(7, domain))

export interface External { readonly location: string; readonly offset?: number | string; readonly length?: number | string }

/** A TensorProto with raw bytes, texts, or its bytes elsewhere. */
export function initializer(name: string, type: string, dims: readonly (number | bigint)[], content: Uint8Array | readonly string[] | External | null): Uint8Array {
  const entry = (key: string, v: string | number | undefined): Uint8Array => (v === undefined ? new Uint8Array(0) : field(13, join(field(1, key), field(2, String(v)))))
  const held = content === null ? new Uint8Array(0)
    : content instanceof Uint8Array ? field(9, content)
      : 'location' in content ? join(entry('location', content.location), entry('offset', content.offset), entry('length', content.length), number(14, 1))
        : join(...(content as readonly string[]).map((s) => field(6, s)))
  return join(...dims.map((d) => number(1, d)), number(2, types[type] ?? 0), field(8, name), held)
}

export interface GraphParts { readonly name?: string; readonly nodes: readonly Uint8Array[]; readonly initializers?: readonly Uint8Array[]; readonly sparse?: readonly Uint8Array[]; readonly inputs: readonly Value[]; readonly outputs: readonly Value[]; readonly valueInfo?: readonly Value[] }

export const graph = (g: GraphParts): Uint8Array => join(
  ...g.nodes.map((n) => field(1, n)), field(2, g.name ?? 'g'), ...(g.initializers ?? []).map((t) => field(5, t)),
  ...g.inputs.map((i) => field(11, value(i))), ...g.outputs.map((o) => field(12, value(o))), ...(g.valueInfo ?? []).map((v) => field(13, value(v))), ...(g.sparse ?? []).map((t) => field(15, t)),
)

export interface ModelParts extends GraphParts {
  readonly ir?: number
  readonly opsets?: readonly (readonly [string, number])[]
  readonly metadata?: Readonly<Record<string, string>>
  readonly functions?: readonly Uint8Array[]
}

/** A FunctionProto. */
export const localFunction = (domain: string, name: string, inputs: readonly string[], outputs: readonly string[], nodes: readonly Uint8Array[], opset = 13): Uint8Array =>
  join(field(1, name), ...inputs.map((i) => field(4, i)), ...outputs.map((o) => field(5, o)), ...nodes.map((n) => field(7, n)), field(9, number(2, opset)), field(10, domain))

/** A whole ModelProto. */
export const model = (m: ModelParts): Uint8Array => join(
  number(1, m.ir ?? 8), field(2, 'onnx-builder'), field(7, graph(m)), ...(m.opsets ?? [['', 13] as const]).map(([domain, version]) => field(8, join(domain === '' ? [] : field(1, domain), number(2, version)))),
  ...Object.entries(m.metadata ?? {}).map(([k, v]) => field(14, join(field(1, k), field(2, v)))), ...(m.functions ?? []).map((f) => field(25, f)),
)

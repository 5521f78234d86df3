// The plain form of tensors: cells as JSON has them, for golden requests and the server's callers, and what the runtime takes, both ways.
// Refuses values that the declared type cannot hold. Knows no runtime, so that a program may use it that never opens a model.
import type { TensorType } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { PlainTensor } from './engine-contract.ts'
import { allocateValues } from './evaluate-feeds.ts'
import type { DenseTensor } from './session.ts'
import { floatToHalf, halfToFloat } from './tensor-values.ts'

/** Names of the Open Inference Protocol and of ONNX, both accepted on the way in. */
export const fromProtocol: Readonly<Record<string, TensorType>> = {
  BOOL: 'bool', INT8: 'int8', INT16: 'int16', INT32: 'int32', INT64: 'int64', UINT8: 'uint8', UINT16: 'uint16', UINT32: 'uint32', UINT64: 'uint64',
  FP16: 'float16', FP32: 'float32', FP64: 'float64', BYTES: 'string',
}
export const toProtocol: ReadonlyMap<string, string> = new Map(Object.entries(fromProtocol).map(([protocol, type]) => [type, protocol]))

const bad = (t: PlainTensor, what: string): SlipwayError => new SlipwayError('run.shapeMismatch', { reason: `the tensor “${t.name}” ${what}` }) as SlipwayError

function integerOf(t: PlainTensor, value: PlainTensor['data'][number]): bigint {
  try {
    if (typeof value === 'string' || typeof value === 'number') return BigInt(value)
  } catch { /* told below */ }
  throw bad(t, `holds ${JSON.stringify(value)} where a whole number belongs`)
}

function plainValue(t: PlainTensor, dtype: TensorType, value: PlainTensor['data'][number]): number | bigint | string {
  if (dtype === 'string') {
    if (typeof value === 'string') return value
    throw bad(t, 'holds something that is no text')
  }
  if (dtype === 'bool') return value === true || value === 1 ? 1 : 0
  if (dtype === 'int64' || dtype === 'uint64') return integerOf(t, value)
  if (/^u?int/.test(dtype)) return Number(integerOf(t, value))
  const number = value === null ? Number.NaN : value === 'Infinity' ? Infinity : value === '-Infinity' ? -Infinity : value
  if (typeof number !== 'number') throw bad(t, `holds ${JSON.stringify(value)} where a number belongs`)
  return dtype === 'float16' ? floatToHalf(number) : number
}

/** A plain tensor as the runtime takes it. Throws `run.shapeMismatch` when values, type and shape do not belong together. */
export function denseOf(t: PlainTensor): DenseTensor {
  const dtype = fromProtocol[t.datatype] ?? (toProtocol.has(t.datatype) ? (t.datatype as TensorType) : null)
  if (dtype === null) throw bad(t, `has the unknown data type ${t.datatype}`)
  const count = t.shape.reduce((product, d) => product * d, 1)
  if (count !== t.data.length || t.shape.some((d) => d < 0)) throw bad(t, `has ${t.data.length} values for the shape [${t.shape.join(', ')}]`)
  const values = allocateValues(dtype, count, t.name)
  const target = values as unknown as { [index: number]: number | bigint | string }
  t.data.forEach((value, i) => { target[i] = plainValue(t, dtype, value) })
  return { dtype, dims: t.shape, values }
}

function plainNumber(value: number): number | string | null {
  if (Number.isNaN(value)) return null
  return Number.isFinite(value) ? value : String(value)
}

/** A tensor of the runtime as plain data: int64 as decimal text, NaN as null, infinities by name, the rest by value. */
export function plainOf(name: string, tensor: DenseTensor, datatype: string): PlainTensor {
  const data: (number | string | boolean | null)[] = new Array<number | string | boolean | null>(tensor.values.length)
  for (let i = 0; i < data.length; i++) {
    const value = tensor.values[i]!
    if (tensor.dtype === 'bool') data[i] = Number(value) !== 0
    else if (typeof value === 'string') data[i] = value
    else if (typeof value === 'bigint') data[i] = value.toString()
    else data[i] = plainNumber(tensor.dtype === 'float16' ? halfToFloat(value) : value)
  }
  return { name, datatype, shape: [...tensor.dims], data }
}

// Answers `model.infer`: plain tensors in, plain tensors out, on the CPU. For golden requests and their check.
// Refuses values that the declared type cannot hold; owns the plain form of tensors.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { TensorType } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract, PlainTensor } from './engine-contract.ts'
import { allocateValues } from './evaluate-feeds.ts'
import { defaultThreads, modelName, openOn } from './evaluate-environment.ts'
import { runError } from './runtime-words.ts'
import type { DenseTensor } from './session.ts'
import { floatToHalf, halfToFloat } from './tensor-values.ts'

type Method = EngineContract['model.infer']

/** Names of the Open Inference Protocol and of ONNX, both accepted on the way in. */
const fromProtocol: Readonly<Record<string, TensorType>> = {
  BOOL: 'bool', INT8: 'int8', INT16: 'int16', INT32: 'int32', INT64: 'int64', UINT8: 'uint8', UINT16: 'uint16', UINT32: 'uint32', UINT64: 'uint64',
  FP16: 'float16', FP32: 'float32', FP64: 'float64', BYTES: 'string',
}
const toProtocol: ReadonlyMap<string, string> = new Map(Object.entries(fromProtocol).map(([protocol, type]) => [type, protocol]))

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

/** Runs each request through the model. Data types answer in the spelling of the request: `FP32` or `float32`. */
export async function inferTensors(input: InputOf<Method>, context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<OutputOf<Method>> {
  const session = await openOn(input.path, 'cpu', defaultThreads(), modelName(input.path))
  try {
    const responses: PlainTensor[][] = []
    for (const request of input.requests) {
      if (context.signal.aborted) throw new SlipwayError('job.cancelled', {})
      const protocol = request.some((t) => t.datatype in fromProtocol)
      const feeds = Object.fromEntries(request.map((t) => [t.name, denseOf(t)]))
      const outputs = await session.run(feeds, input.outputs).catch((thrown: unknown) => { throw runError(thrown, 'answering a request') })
      responses.push(input.outputs.map((name) => {
        const tensor = outputs[name]
        if (tensor === undefined) throw new SlipwayError('run.shapeMismatch', { reason: `the model gave no output “${name}”` })
        return plainOf(name, tensor, protocol ? (toProtocol.get(tensor.dtype) ?? tensor.dtype) : tensor.dtype)
      }))
      context.progress({ step: 'Answering requests', done: responses.length, total: input.requests.length })
    }
    return { responses }
  } finally {
    await session.release()
  }
}

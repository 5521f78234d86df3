// The Open Inference Protocol v2: requests in JSON and with binary tensors, read strictly by the model's signature.
// Refuses anything that the signature does not allow, with a sentence that names the tensor.
import type { BundleManifest, BundleTensor } from '../../../shared/domain/bundle.ts'
import type { PlainTensor } from '../engine/engine-contract.ts'
import { contractOf, type ModelContract, type TensorContract } from './contract.ts'
import { elementsOf, valuesOfBytes } from './datatypes.ts'
import { readInferDocument, type InferDocument, type InferTensor } from './infer-document.ts'
import { readCells } from './request-cells.ts'
import { RequestFault } from './request-fault.ts'
import { ServedTensor } from './served-tensor.ts'

export { RequestFault } from './request-fault.ts'

export interface AskedOutput { readonly index: number; readonly binary: boolean }

export interface ReadRequest {
  readonly id: string | null
  /** In the model's order. */
  readonly inputs: readonly ServedTensor[]
  readonly outputs: readonly AskedOutput[]
  /** Rows where an input has a free first dimension; else 1. */
  readonly rows: number
}

/** The binary tensors behind the JSON of a body, taken in the order of the inputs. */
interface BinaryTail { readonly bytes: Uint8Array; at: number }

/** Every input with a free first dimension must have the same number of rows, and at least one. */
function rowsOf(inputs: readonly ServedTensor[], specs: readonly TensorContract[]): number {
  let first: ServedTensor | null = null
  for (const [i, spec] of specs.entries()) {
    const tensor = inputs[i]
    if (!spec.rows || tensor === undefined) continue
    if (first === null) first = tensor
    else if (tensor.shape[0] !== first.shape[0]) throw new RequestFault(400, `the input “${tensor.name}” has ${tensor.shape[0] ?? 0} rows, but “${first.name}” has ${first.shape[0] ?? 1}`)
  }
  const rows = first === null ? 1 : (first.shape[0] ?? 1)
  if (rows < 1) throw new RequestFault(400, 'a request holds at least one row')
  return rows
}

function shapeFits(shape: readonly number[], wanted: readonly number[]): boolean {
  if (shape.length !== wanted.length) return false
  for (let i = 0; i < wanted.length; i++) if (wanted[i] !== -1 && wanted[i] !== shape[i]) return false
  return true
}

function checkShape(tensor: InferTensor, spec: TensorContract): void {
  if (tensor.datatype !== spec.datatype.name) throw new RequestFault(400, `the input “${spec.name}” has the datatype ${spec.datatype.name}, not ${tensor.datatype}`)
  if (spec.anyRank) return
  if (!shapeFits(tensor.shape, spec.shape)) throw new RequestFault(400, `the input “${spec.name}” has the shape [${spec.shape.join(', ')}], not [${tensor.shape.join(', ')}]`)
}

function binarySize(tensor: InferTensor): number | null {
  const size = tensor.parameters?.['binary_data_size']
  if (size === undefined) return null
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw new RequestFault(400, `“binary_data_size” of the input “${tensor.name}” is ${JSON.stringify(size)}, but must be a number of bytes`)
  return size
}

function fromBytes(spec: TensorContract, shape: readonly number[], count: number, bytes: Uint8Array): ServedTensor {
  const values = valuesOfBytes(spec.datatype, bytes, count)
  if (typeof values === 'string') throw new RequestFault(400, `the input “${spec.name}” ${values}`)
  return new ServedTensor(spec.name, spec.datatype, shape, values)
}

function takeBytes(tensor: InferTensor, size: number, tail: BinaryTail | null): Uint8Array {
  if (tail === null) throw new RequestFault(400, `the input “${tensor.name}” is said to be binary, but the header Inference-Header-Content-Length is missing`)
  const end = tail.at + size
  if (end > tail.bytes.byteLength) throw new RequestFault(400, `the input “${tensor.name}” has ${size} binary bytes, but the body holds ${tail.bytes.byteLength - tail.at} more`)
  const bytes = tail.bytes.subarray(tail.at, end)
  tail.at = end
  return bytes
}

function readTensor(tensor: InferTensor, spec: TensorContract, contract: ModelContract, tail: BinaryTail | null, most: number): ServedTensor {
  checkShape(tensor, spec)
  if ((tensor.shape[0] ?? 1) > contract.maxRows) throw new RequestFault(413, `a request may hold ${contract.maxRows} rows, not ${tensor.shape[0] ?? 1}`, 'too-many-rows')
  const count = elementsOf(tensor.shape)
  const size = binarySize(tensor)
  if (size !== null) {
    if (tensor.data !== undefined) throw new RequestFault(400, `the input “${tensor.name}” has both data and binary_data_size`)
    return fromBytes(spec, tensor.shape, count, takeBytes(tensor, size, tail))
  }
  if (tensor.data === undefined) throw new RequestFault(400, `the input “${tensor.name}” has neither data nor the parameter binary_data_size`)
  const { values, cells } = readCells(tensor.name, spec.datatype, tensor.shape, count, tensor.data, most)
  return new ServedTensor(spec.name, spec.datatype, tensor.shape, values, cells as PlainTensor['data'] | null)
}

function readInputs(document: InferDocument, contract: ModelContract, tail: BinaryTail | null, most: number): ServedTensor[] {
  const found = new Array<ServedTensor | undefined>(contract.inputs.length).fill(undefined)
  for (const tensor of document.inputs) {
    const spec = contract.inputNamed.get(tensor.name)
    if (spec === undefined) throw new RequestFault(400, `the model has no input “${tensor.name}”`)
    if (found[spec.index] !== undefined) throw new RequestFault(400, `the input “${tensor.name}” is there twice`)
    found[spec.index] = readTensor(tensor, spec, contract, tail, most)
  }
  if (tail !== null && tail.at !== tail.bytes.byteLength) throw new RequestFault(400, `the body has ${tail.bytes.byteLength - tail.at} binary bytes that belong to no input`)
  const missing = found.indexOf(undefined)
  if (missing !== -1) throw new RequestFault(400, `the input “${contract.inputs[missing]?.name ?? ''}” is missing`)
  return found as ServedTensor[]
}

const isFlag = (value: unknown, name: string, where: string): boolean => {
  if (value === undefined) return false
  if (typeof value !== 'boolean') throw new RequestFault(400, `“${name}” of ${where} is ${JSON.stringify(value)}, but must be true or false`)
  return value
}

function readOutputs(document: InferDocument, contract: ModelContract): AskedOutput[] {
  const all = isFlag(document.parameters?.['binary_data_output'], 'binary_data_output', 'the request')
  if (document.outputs === undefined || document.outputs.length === 0) return contract.allOutputs.map((index) => ({ index, binary: all }))
  const asked = new Map<number, AskedOutput>()
  for (const { name, parameters } of document.outputs) {
    const spec = contract.outputNamed.get(name)
    if (spec === undefined) throw new RequestFault(400, `the model has no output “${name}”`)
    if (parameters?.['classification'] !== undefined) throw new RequestFault(400, `“classification” of the output “${name}” is not supported: ask for the output itself`)
    const own = parameters?.['binary_data']
    if (!asked.has(spec.index)) asked.set(spec.index, { index: spec.index, binary: own === undefined ? all : isFlag(own, 'binary_data', `the output “${name}”`) })
  }
  return [...asked.values()]
}

/** Reads and checks a request that was parsed from JSON; `binary`: the bytes behind it. Throws RequestFault with 400, or 413 for too many rows. */
export function readRequest(body: unknown, manifest: BundleManifest, binary: Uint8Array | null = null, most = Number.MAX_SAFE_INTEGER): ReadRequest {
  const contract = contractOf(manifest)
  const document = readInferDocument(body)
  const inputs = readInputs(document, contract, binary === null ? null : { bytes: binary, at: 0 }, most)
  return { id: document.id ?? null, inputs, outputs: readOutputs(document, contract), rows: rowsOf(inputs, contract.inputs) }
}

/** A body that is nothing but the bytes of the only input: the length says how large its one free dimension is. */
export function readRawRequest(body: Uint8Array, manifest: BundleManifest): ReadRequest {
  const contract = contractOf(manifest)
  const [spec, second] = contract.inputs
  if (spec === undefined || second !== undefined) throw new RequestFault(400, `a body without JSON is for models with one input; this one has ${contract.inputs.length}`)
  if (spec.datatype.size === 0) throw new RequestFault(400, `a body without JSON is for numbers; the input “${spec.name}” takes texts`)
  const free = spec.shape.filter((d) => d === -1).length
  // The first free dimension counts rows; with another one beside it, one row is meant.
  let shape = free > 1 && spec.rows ? [1, ...spec.shape.slice(1)] : [...spec.shape]
  const at = shape.indexOf(-1)
  const known = elementsOf(shape.filter((d) => d !== -1)) * spec.datatype.size
  if (at !== -1) shape = shape.map((d, i) => (i === at ? Math.floor(body.byteLength / Math.max(1, known)) : d))
  if (shape.includes(-1)) throw new RequestFault(400, `a body without JSON does not say the shape of “${spec.name}”, which has ${free} free dimensions`)
  if ((shape[0] ?? 1) > contract.maxRows) throw new RequestFault(413, `a request may hold ${contract.maxRows} rows, not ${shape[0] ?? 1}`, 'too-many-rows')
  const inputs = [fromBytes(spec, shape, elementsOf(shape), body)]
  return { id: null, inputs, outputs: contract.allOutputs.map((index) => ({ index, binary: true })), rows: rowsOf(inputs, contract.inputs) }
}

export const serverMetadata = (version: string): unknown => ({ name: 'slipway-server', version, extensions: ['binary_tensor_data'] })

/** `versions`: those that can be asked for. */
export function modelMetadata(manifest: BundleManifest, versions: readonly string[]): unknown {
  const tensor = ({ name, datatype, shape }: BundleTensor): unknown => ({ name, datatype, shape })
  return { name: manifest.name, versions, platform: 'onnx_onnxv1', inputs: manifest.model.inputs.map(tensor), outputs: manifest.model.outputs.map(tensor) }
}

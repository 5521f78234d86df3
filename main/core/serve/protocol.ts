// The JSON of the Open Inference Protocol v2: requests read strictly, replies written by its rules.
// Refuses anything that the model's signature does not allow, with a sentence that names the tensor.
import { z } from 'zod'
import type { BundleManifest, BundleTensor } from '../../../shared/domain/bundle.ts'
import { documentFault } from '../../../shared/schema-words.ts'
import { onTheWire } from '../bundle/golden-lines.ts'
import type { PlainTensor } from '../engine/engine-contract.ts'

/** A failure with the HTTP status that says whose it is. */
export class RequestFault extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const Parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const RequestTensor = z.object({ name: z.string(), shape: z.array(z.number().int().nonnegative()).max(32), datatype: z.string(), parameters: Parameters.optional(), data: z.array(z.unknown()) })
const InferRequest = z.object({
  id: z.string().optional(), parameters: Parameters.optional(), inputs: z.array(RequestTensor).min(1),
  outputs: z.array(z.object({ name: z.string(), parameters: Parameters.optional() })).optional(),
})

export interface ReadRequest { readonly id: string | null; readonly inputs: readonly PlainTensor[]; readonly outputs: readonly string[] }

type Cell = number | string | boolean | null

function flatten(data: readonly unknown[], into: Cell[], depth: number, name: string): Cell[] {
  if (depth > 32) throw new RequestFault(400, `the data of “${name}” is nested too deeply`)
  for (const value of data) {
    if (Array.isArray(value)) flatten(value, into, depth + 1, name)
    else if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') into.push(value)
    else throw new RequestFault(400, `the data of “${name}” holds something that is no value`)
  }
  return into
}

const integerLimits: Readonly<Record<string, readonly [bigint, bigint]>> = {
  INT8: [-128n, 127n], INT16: [-32768n, 32767n], INT32: [-(2n ** 31n), 2n ** 31n - 1n], INT64: [-(2n ** 63n), 2n ** 63n - 1n],
  UINT8: [0n, 255n], UINT16: [0n, 65535n], UINT32: [0n, 2n ** 32n - 1n], UINT64: [0n, 2n ** 64n - 1n],
}

/** The largest magnitudes that still round to a finite value. */
const largest: Readonly<Record<string, number>> = { FP16: 65519, FP32: 3.4028235e38 }

/** Why a 64-bit integer cannot be taken from this JSON value, or null. Beyond 2^53 a JSON number has lost digits already. */
function integerFault(value: Cell, limits: readonly [bigint, bigint]): string | null {
  const whole = typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string' && /^-?\d{1,20}$/.test(value)
  if (!whole) return 'where a whole number belongs'
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return 'which JSON numbers cannot carry exactly: write it as text'
  const exact = BigInt(value as number | string)
  return exact < limits[0] || exact > limits[1] ? 'which its datatype cannot hold' : null
}

/** Why a value does not belong into a tensor of this datatype, or null. Nothing is wrapped, cut or guessed. */
function cellFault(value: Cell, datatype: string): string | null {
  if (datatype === 'BYTES') return typeof value === 'string' ? null : 'where a text belongs'
  if (datatype === 'BOOL') return typeof value === 'boolean' || value === 0 || value === 1 ? null : 'where true or false belongs'
  const limits = integerLimits[datatype]
  if (limits !== undefined) return integerFault(value, limits)
  // null is a missing number: NaN, which JSON cannot write.
  if (value === null || value === 'Infinity' || value === '-Infinity') return null
  if (typeof value !== 'number') return 'where a number belongs'
  return Math.abs(value) <= (largest[datatype] ?? Number.MAX_VALUE) ? null : 'which its datatype cannot hold'
}

function checkCells(tensor: string, data: readonly Cell[], datatype: string): void {
  for (const [i, value] of data.entries()) {
    const fault = cellFault(value, datatype)
    if (fault !== null) throw new RequestFault(400, `the input “${tensor}” holds ${JSON.stringify(value).slice(0, 60)} at place ${i}, ${fault}`)
  }
}

/** Every input with a free first dimension must have the same number of rows, and at least one. */
function checkRows(inputs: readonly PlainTensor[], specs: readonly BundleTensor[]): void {
  const batched = inputs.filter((t) => specs.find((s) => s.name === t.name)?.shape[0] === -1)
  const rows = batched[0]?.shape[0] ?? 1
  const other = batched.find((t) => t.shape[0] !== rows)
  if (other !== undefined) throw new RequestFault(400, `the input “${other.name}” has ${other.shape[0] ?? 0} rows, but “${batched[0]?.name ?? ''}” has ${rows}`)
  if (rows < 1) throw new RequestFault(400, 'a request holds at least one row')
}

function checkShape(tensor: z.infer<typeof RequestTensor>, spec: BundleTensor): void {
  if (tensor.datatype !== spec.datatype) throw new RequestFault(400, `the input “${spec.name}” has the datatype ${spec.datatype}, not ${tensor.datatype}`)
  // A declared shape of one free dimension may stand for an undeclared rank: the runtime decides.
  if (spec.shape.length === 1 && spec.shape[0] === -1) return
  const fits = tensor.shape.length === spec.shape.length && spec.shape.every((d, i) => d === -1 || d === tensor.shape[i])
  if (!fits) throw new RequestFault(400, `the input “${spec.name}” has the shape [${spec.shape.join(', ')}], not [${tensor.shape.join(', ')}]`)
}

/** Reads and checks a request. Throws RequestFault with 400, or 413 for too many rows. */
export function readRequest(body: unknown, manifest: BundleManifest): ReadRequest {
  const parsed = InferRequest.safeParse(body)
  if (!parsed.success) {
    throw new RequestFault(400, `the request does not follow the protocol: ${documentFault(InferRequest, body) ?? 'unknown reason'}`)
  }
  const { model, serving } = manifest
  const names = new Set<string>()
  const inputs = parsed.data.inputs.map((tensor): PlainTensor => {
    const spec = model.inputs.find((s) => s.name === tensor.name)
    if (spec === undefined) throw new RequestFault(400, `the model has no input “${tensor.name}”`)
    if (names.has(tensor.name)) throw new RequestFault(400, `the input “${tensor.name}” is there twice`)
    names.add(tensor.name)
    checkShape(tensor, spec)
    if ((tensor.shape[0] ?? 1) > serving.maxRows) throw new RequestFault(413, `a request may hold ${serving.maxRows} rows, not ${tensor.shape[0] ?? 1}`)
    const data = flatten(tensor.data, [], 0, tensor.name)
    const count = tensor.shape.reduce((product, d) => product * d, 1)
    if (data.length !== count) throw new RequestFault(400, `the input “${tensor.name}” has ${data.length} values for the shape [${tensor.shape.join(', ')}]`)
    checkCells(tensor.name, data, tensor.datatype)
    return { name: tensor.name, datatype: tensor.datatype, shape: tensor.shape, data }
  })
  const missing = model.inputs.find((s) => !names.has(s.name))
  if (missing !== undefined) throw new RequestFault(400, `the input “${missing.name}” is missing`)
  checkRows(inputs, model.inputs)
  const asked = parsed.data.outputs?.map((o) => o.name) ?? model.outputs.map((o) => o.name)
  const unknown = asked.find((name) => !model.outputs.some((o) => o.name === name))
  if (unknown !== undefined) throw new RequestFault(400, `the model has no output “${unknown}”`)
  return { id: parsed.data.id ?? null, inputs, outputs: [...new Set(asked)] }
}

/** The reply to an answered request. */
export function inferReply(manifest: BundleManifest, request: ReadRequest, outputs: readonly PlainTensor[]): unknown {
  return { model_name: manifest.name, model_version: String(manifest.serial), ...(request.id === null ? {} : { id: request.id }), outputs: outputs.map(onTheWire) }
}

export const serverMetadata = (manifest: BundleManifest): unknown => ({ name: 'slipway-server', version: manifest.app.version, extensions: [] })

export function modelMetadata(manifest: BundleManifest): unknown {
  const tensor = ({ name, datatype, shape }: BundleTensor): unknown => ({ name, datatype, shape })
  return { name: manifest.name, versions: [String(manifest.serial)], platform: 'onnx_onnxv1', inputs: manifest.model.inputs.map(tensor), outputs: manifest.model.outputs.map(tensor) }
}

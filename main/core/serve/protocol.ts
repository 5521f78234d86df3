// The JSON of the Open Inference Protocol v2: requests read strictly, replies written by its rules.
// Refuses anything that the model's signature does not allow, with a sentence that names the tensor.
import { z } from 'zod'
import type { BundleManifest, BundleTensor } from '../../../shared/domain/bundle.ts'
import { onTheWire } from '../bundle/golden.ts'
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
    const issue = parsed.error.issues[0]
    throw new RequestFault(400, `the request does not follow the protocol: ${issue === undefined ? 'unknown reason' : `${issue.path.map(String).join('.') || 'body'}: ${issue.message}`}`)
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
    return { name: tensor.name, datatype: tensor.datatype, shape: tensor.shape, data }
  })
  const missing = model.inputs.find((s) => !names.has(s.name))
  if (missing !== undefined) throw new RequestFault(400, `the input “${missing.name}” is missing`)
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

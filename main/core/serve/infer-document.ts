// The JSON document of an inference request: whether it has the form of the protocol. Checked by hand, since it is asked for every
// request; the schema beside it says the same, and finds the words when something does not fit. A test holds both to each other.
import { z } from 'zod'
import { documentFault } from '../../../shared/schema-words.ts'
import { RequestFault } from './request-fault.ts'

const Parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const RequestTensor = z.object({ name: z.string(), shape: z.array(z.number().int().nonnegative()).max(32), datatype: z.string(), parameters: Parameters.optional(), data: z.array(z.unknown()).optional() })

/** What the hand-written check says, as a schema. */
export const InferDocumentSchema = z.object({
  id: z.string().optional(), parameters: Parameters.optional(), inputs: z.array(RequestTensor).min(1),
  outputs: z.array(z.object({ name: z.string(), parameters: Parameters.optional() })).optional(),
})
export type InferDocument = z.infer<typeof InferDocumentSchema>
export type InferTensor = InferDocument['inputs'][number]

type Loose = Readonly<Record<string, unknown>>

const isMap = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)

function areParameters(value: unknown): boolean {
  if (value === undefined) return true
  if (!isMap(value)) return false
  for (const key in value) {
    const entry = value[key]
    if (typeof entry !== 'string' && typeof entry !== 'boolean' && !(typeof entry === 'number' && Number.isFinite(entry))) return false
  }
  return true
}

function isShape(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > 32) return false
  for (const d of value) if (typeof d !== 'number' || !Number.isSafeInteger(d) || d < 0) return false
  return true
}

const isTensor = (value: unknown): boolean =>
  isMap(value) && typeof value['name'] === 'string' && typeof value['datatype'] === 'string' && isShape(value['shape']) && (value['data'] === undefined || Array.isArray(value['data'])) && areParameters(value['parameters'])

const isOutput = (value: unknown): boolean => isMap(value) && typeof value['name'] === 'string' && areParameters(value['parameters'])

/** Whether a document has the form of a request. */
export function isInferDocument(value: unknown): value is InferDocument {
  if (!isMap(value)) return false
  const { id, inputs, outputs } = value
  if ((id !== undefined && typeof id !== 'string') || !areParameters(value['parameters'])) return false
  if (!Array.isArray(inputs) || inputs.length === 0 || !inputs.every(isTensor)) return false
  return outputs === undefined || (Array.isArray(outputs) && outputs.every(isOutput))
}

/** The document, or RequestFault with 400 in the words of the schema. */
export function readInferDocument(body: unknown): InferDocument {
  if (isInferDocument(body)) return body
  throw new RequestFault(400, `the request does not follow the protocol: ${documentFault(InferDocumentSchema, body) ?? 'unknown reason'}`)
}

// The Open Inference Protocol's REST answers as JSON schemas: restated from the published document, and that document itself where it lies
// beside the project. Owns the check; our own OpenAPI file is not asked.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Ajv } from 'ajv'
import { parse } from 'yaml'

const text = { type: 'string' }
const shape = { type: 'array', items: { type: 'integer' } }
const tensor = { type: 'object', properties: { name: text, datatype: text, shape }, required: ['name', 'shape', 'datatype'] }
const data = { $id: 'data', type: 'array', items: { anyOf: [{ $ref: 'data' }, { type: 'number' }, text, { type: 'boolean' }] } }

const restated = {
  metadata_server_response: { type: 'object', properties: { name: text, version: text, extensions: { type: 'array', items: text } }, required: ['name', 'version', 'extensions'] },
  metadata_model_response: { type: 'object', properties: { name: text, versions: { type: 'array', items: text }, platform: text, inputs: { type: 'array', items: tensor }, outputs: { type: 'array', items: tensor } }, required: ['name', 'platform'] },
  inference_response: { type: 'object', properties: { model_name: text, model_version: text, id: text, parameters: { type: 'object' }, outputs: { type: 'array', items: { ...tensor, properties: { ...tensor.properties, data: { $ref: 'data' } }, required: ['name', 'shape', 'datatype', 'data'] } } }, required: ['model_name', 'outputs'] },
  inference_error_response: { type: 'object', properties: { error: text }, required: ['error'] },
}
export type ProtocolAnswer = keyof typeof restated

const published = resolve(import.meta.dirname, '../../../shared/schemas/oip/open_inference_rest.yaml')
/** Whether the published document is beside the project. */
export const hasPublished = existsSync(published)

const own = new Ajv({ strict: false })
own.addSchema(data)
const theirs = new Ajv({ strict: false })
if (hasPublished) theirs.addSchema({ $id: 'oip', ...(parse(readFileSync(published, 'utf8')) as object) })

/** What is wrong with an answer, by both readings; empty when nothing is. */
export function protocolFaults(kind: ProtocolAnswer, answer: unknown): string[] {
  const faults: string[] = []
  if (!own.validate(restated[kind], answer)) faults.push(`restated: ${own.errorsText()}`)
  if (hasPublished && !theirs.validate({ $ref: `oip#/components/schemas/${kind}` }, answer)) faults.push(`published: ${theirs.errorsText()}`)
  return faults
}

// The OpenAPI 3 document of exactly one served model: its routes, and requests and answers with its own tensors and columns.
// Made from the manifest and the serving document alone, so that the file in the bundle and the running server say the same.
import { rowLayout } from '../../../shared/binding/shapes.ts'
import type { BundleManifest, BundleTensor } from '../../../shared/domain/bundle.ts'
import type { ServingDocument } from './serving-file.ts'

/** What the document is made from; a manifest has all of it. */
export type ApiFacts = Pick<BundleManifest, 'name' | 'version' | 'serial'> & { readonly model: Pick<BundleManifest['model'], 'inputs' | 'outputs'>; readonly serving: Pick<BundleManifest['serving'], 'maxRows' | 'maxBodyBytes'> }

type Schema = Readonly<Record<string, unknown>>

const text: Schema = { type: 'string' }
const whole = (minimum: number): Schema => ({ type: 'integer', minimum })
const list = (items: Schema): Schema => ({ type: 'array', items })
const map = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = Object.keys(properties)): Schema => ({ type: 'object', properties, ...(required.length === 0 ? {} : { required }) })
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

const parameters: Schema = { type: 'object', additionalProperties: { oneOf: [text, { type: 'number' }, { type: 'boolean' }] } }
const cell: Schema = { nullable: true, anyOf: [{ type: 'number' }, text, { type: 'boolean' }, { type: 'array', items: {} }] }

const shapeWords = (tensor: BundleTensor): string => `${tensor.datatype} [${tensor.shape.map((d) => (d === -1 ? 'any' : d)).join(', ')}]${tensor.meaning === '' ? '' : `: ${tensor.meaning}`}`

const tensorSchema = (tensor: BundleTensor, direction: 'in' | 'out'): Schema => ({
  ...map({
    name: { type: 'string', enum: [tensor.name] }, datatype: { type: 'string', enum: [tensor.datatype] }, shape: { ...list(whole(0)), ...(tensor.shape.length > 1 || tensor.shape[0] !== -1 ? { minItems: tensor.shape.length, maxItems: tensor.shape.length } : {}) },
    parameters, data: list(cell),
  }, direction === 'in' ? ['name', 'shape', 'datatype'] : ['name', 'shape', 'datatype']),
  description: shapeWords(tensor),
})

const oneOf = (schemas: readonly Schema[]): Schema => (schemas.length === 1 ? schemas[0]! : { oneOf: schemas })

const json = (schema: Schema): Schema => ({ 'application/json': { schema } })
const answer = (description: string, schema?: Schema): Schema => ({ description, ...(schema === undefined ? {} : { content: json(schema) }) })

/** On every route: another method than the route's, and whatever else a proxy or the server may say. */
const anywhere: Schema = { '405': { ...answer('Another method; Allow says which.', ref('Error')), headers: { Allow: { schema: text } } }, default: answer('Not answered; the sentence says why.', ref('Error')) }
const failures: Schema = {
  '400': answer('The caller can mend it; the sentence says what.', ref('Error')), '401': answer('A token is needed.', ref('Error')), '404': answer('Another model or version.', ref('Error')), '413': answer('Too large, or too many rows.', ref('Error')), '415': answer('A compressed body.', ref('Error')),
  '429': answer('Too many requests wait; Retry-After says when to ask again.', ref('Error')), '500': answer('The model could not answer.', ref('Error')), '503': answer('Not ready, or ending.', ref('Error')), '504': answer('Not answered in time.', ref('Error')), ...anywhere,
}
const plain: Schema = { '401': failures['401'], ...anywhere }

/** Columns that feed the model, with their type in JSON, in the order of the binding. */
function columnSchemas(serving: ServingDocument): Record<string, Schema> {
  const columns: Record<string, Schema> = {}
  for (const input of serving.binding.inputs) {
    if (input.kind !== 'column' && input.kind !== 'columns') continue
    const vocabulary = serving.vocabularies.find((v) => v.input === input.input)
    const schema: Schema = input.dtype === 'string' ? { type: 'string', nullable: true, ...(vocabulary === undefined || vocabulary.values.length > 50 ? {} : { description: `known to the model: ${vocabulary.values.join(', ')}` }) }
      : input.dtype === 'bool' ? { type: 'boolean', nullable: true } : { type: /^u?int/.test(input.dtype) ? 'integer' : 'number', nullable: true }
    for (const name of input.kind === 'column' ? [input.column] : input.columns) columns[name] = schema
  }
  return columns
}

const takesRecords = (serving: ServingDocument | null): serving is ServingDocument =>
  serving !== null && serving.binding.inputs.every((input) => input.kind !== 'image') && !['object-detection', 'semantic-segmentation'].includes(serving.binding.task)

function predictionSchema(serving: ServingDocument): Schema {
  const labels = serving.binding.classes.map((c) => c.label)
  const label: Schema = labels.length > 0 && labels.length <= 50 ? { type: 'string', enum: labels } : text
  const probabilities: Schema = { type: 'object', additionalProperties: { type: 'number' } }
  const row = serving.binding.task === 'regression' ? map({ value: { type: 'number' } }) : serving.binding.task === 'multilabel-classification' ? map({ labels: list(label), probabilities }) : map({ label, probability: { type: 'number' }, probabilities }, ['label'])
  return { oneOf: [row, map({ error: text })] }
}

function recordSchemas(serving: ServingDocument): Record<string, Schema> {
  return {
    Record: map(columnSchemas(serving)),
    PredictRequest: map({ id: text, records: { ...list(ref('Record')), minItems: 1 } }, ['records']),
    PredictResponse: map({ model_name: text, model_version: text, request_id: text, predictions: list(predictionSchema(serving)), replaced: list(map({ column: text, reason: text, count: whole(1) })) }, ['model_name', 'model_version', 'request_id', 'predictions']),
  }
}

function schemas(manifest: ApiFacts, serving: ServingDocument | null): Record<string, Schema> {
  const { inputs, outputs } = manifest.model
  const tensor = map({ name: text, datatype: text, shape: list({ type: 'integer' }) })
  return {
    Error: map({ error: text }),
    ServerMetadata: map({ name: text, version: text, extensions: list(text) }),
    ModelMetadata: map({ name: text, versions: list(text), platform: text, inputs: list(tensor), outputs: list(tensor) }),
    InferRequest: map({
      id: text, parameters, inputs: { ...list(oneOf(inputs.map((t) => tensorSchema(t, 'in')))), minItems: inputs.length, maxItems: inputs.length },
      outputs: list(map({ name: { type: 'string', enum: outputs.map((o) => o.name) }, parameters }, ['name'])),
    }, ['inputs']),
    InferResponse: map({ model_name: text, model_version: text, id: text, outputs: list(oneOf(outputs.map((t) => tensorSchema(t, 'out')))) }, ['model_name', 'outputs']),
    ...(takesRecords(serving) ? recordSchemas(serving) : {}),
  }
}

const post = (operationId: string, summary: string, content: Schema, responses: Schema): Schema => ({ post: { operationId, summary, requestBody: { required: true, content }, responses: { ...responses, ...failures } } })
const get = (operationId: string, summary: string, responses: Schema): Schema => ({ get: { operationId, summary, responses } })
const probe = (operationId: string, summary: string, properties: Readonly<Record<string, Schema>>): Schema => ({ get: { operationId, summary, security: [], responses: { '200': answer('Yes.', map(properties)), '503': answer('Not now.', map(properties)), ...anywhere } } })

function paths(manifest: ApiFacts, serving: ServingDocument | null): Record<string, Schema> {
  const flag: Schema = { type: 'boolean' }
  const base = `/v2/models/${manifest.name}`
  const binary: Schema = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
  const inferBody: Schema = { ...json(ref('InferRequest')), ...binary }
  const inferAnswer: Schema = { '200': { description: 'The outputs, in JSON or with binary tensors behind it.', content: { ...json(ref('InferResponse')), ...binary } } }
  const records = takesRecords(serving)
  const csv: Schema = records ? { 'text/csv': { schema: text } } : {}
  const predict: Schema = { '200': answer('One prediction a record.', ref('PredictResponse')) }
  const at = (path: string, suffix: string): Record<string, Schema> => ({
    [path]: get(`model${suffix}`, 'Tensors and versions of the model', { '200': answer('The metadata.', ref('ModelMetadata')), ...plain }),
    [`${path}/ready`]: get(`modelReady${suffix}`, 'Whether the model is ready', { '200': answer('Yes.', map({ name: text, ready: flag })), '503': answer('Not now.', map({ name: text, ready: flag })), ...plain }),
    [`${path}/infer`]: post(`infer${suffix}`, 'Tensors in, tensors out', inferBody, inferAnswer),
  })
  return {
    '/v2': get('server', 'The server and its extensions', { '200': answer('The metadata.', ref('ServerMetadata')), ...plain }),
    '/v2/health/live': probe('live', 'Whether the server runs', { live: flag }),
    '/v2/health/ready': probe('ready', 'Whether the model is ready', { ready: flag }),
    ...at(base, ''), ...at(`${base}/versions/${manifest.serial}`, 'Version'),
    ...(records ? { '/v1/predict': post('predict', 'Records with column names in, predictions out', json(ref('PredictRequest')), predict) } : {}),
    '/invocations': post('invocations', 'What SageMaker asks: tensors, records or CSV', { ...json(records ? { oneOf: [ref('InferRequest'), ref('PredictRequest')] } : ref('InferRequest')), ...csv }, { '200': { description: 'As for the route that the body is for.', content: json(records ? { oneOf: [ref('InferResponse'), ref('PredictResponse')] } : ref('InferResponse')) } }),
    '/ping': probe('ping', 'What SageMaker asks: whether the model is ready', {}),
    '/metrics': get('metrics', 'Metrics for Prometheus', { '200': { description: 'The exposition.', content: { 'text/plain': { schema: text } } }, ...plain }),
    '/openapi.json': get('openapi', 'This document', { '200': answer('OpenAPI 3.', { type: 'object' }), ...plain }),
  }
}

/** The document, as plain data. */
export function openApi(manifest: ApiFacts, serving: ServingDocument | null): unknown {
  const rows = serving?.signature.inputs.some((input) => rowLayout(input) !== null) === true
  return {
    openapi: '3.0.3',
    info: { title: `${manifest.name}: served model`, version: manifest.version, description: `Serial ${manifest.serial}. At most ${manifest.serving.maxRows} rows and ${manifest.serving.maxBodyBytes} bytes a request.${rows ? ' The first dimension counts rows.' : ''} X-Request-Id is taken or made, and comes back.` },
    servers: [{ url: '/' }],
    security: [{}, { token: [] }],
    paths: paths(manifest, serving),
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } }, schemas: schemas(manifest, serving) },
  }
}

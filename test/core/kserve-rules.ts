// What KServe's controllers refuse beyond their schemas, by version, and a strict schema of the fields that Slipway writes (facts, not the published file).
// Where the published definitions lie beside the project they are asked too.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { parse } from 'yaml'

interface Model { readonly name?: string; readonly protocolVersion?: string; readonly modelFormat?: { readonly name?: string }; readonly storageUri?: string }
interface Predictor { readonly name?: string; readonly minReplicas?: number; readonly canaryTrafficPercent?: number; readonly scaleMetric?: string; readonly model?: Model; readonly [more: string]: unknown }
export interface InferenceService { readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }; readonly spec: { readonly predictor: Predictor; readonly canary?: readonly { readonly trafficPercent: number; readonly predictor: Predictor }[] } }

export const minor = (version: string): number => Number(version.split('.')[1])
const knative = ['Serverless', 'Knative']
const notInCanary = ['maxReplicas', 'scaleTarget', 'scaleMetric', 'autoScaling', 'workerSpec']

function canaryFaults({ metadata, spec }: InferenceService, version: string): string[] {
  const { canary = [], predictor } = spec
  if (canary.length === 0) return []
  const names = canary.map((c) => c.predictor.name)
  return [
    ...(minor(version) < 20 ? [`KServe ${version} has no spec.canary`] : []),
    ...(metadata.annotations?.['serving.kserve.io/deploymentMode'] === 'Standard' ? [] : ['spec.canary needs the mode to be literally Standard']),
    ...(names.every((name) => name !== undefined && name !== '') ? [] : ['a canary predictor has no name']),
    ...(new Set([...names, predictor.name]).size === names.length + 1 ? [] : ['two predictors have one name']),
    ...(canary.every((c) => c.trafficPercent >= 0 && c.trafficPercent <= 100) && canary.reduce((sum, c) => sum + c.trafficPercent, 0) <= 100 ? [] : ['the shares exceed 100']),
    ...canary.flatMap((c) => notInCanary.filter((key) => key in c.predictor).map((key) => `a canary may not have ${key}`)),
    ...(canary.every((c) => (c.predictor.minReplicas ?? 0) <= (predictor.minReplicas ?? 1)) ? [] : ['a canary has more replicas than the stable predictor']),
  ]
}

/** What this version of KServe would refuse or ignore. */
export function kserveFaults(service: InferenceService, version: string): readonly string[] {
  const { metadata, spec: { predictor } } = service
  const mode = metadata.annotations?.['serving.kserve.io/deploymentMode'] ?? ''
  const words = minor(version) < 16 ? ['Serverless', 'RawDeployment'] : ['Serverless', 'RawDeployment', 'Knative', 'Standard']
  const only = (keys: readonly string[], where: string): string[] => keys.filter((key) => key in predictor).map((key) => `${key} is ignored outside ${where}`)
  return [
    ...(/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(metadata.name) ? [] : ['the name is not one of a service']),
    ...(words.includes(mode) ? [] : [`KServe ${version} does not know the mode ${mode}`]),
    ...(predictor.model?.modelFormat?.name === 'onnx' && predictor.model.protocolVersion !== 'v2' ? ['no runtime serves onnx without protocolVersion v2'] : []),
    ...(minor(version) < 20 && predictor.name !== undefined ? [`KServe ${version} has no predictor.name`] : []),
    ...(knative.includes(mode) ? [...only(['deploymentStrategy'], 'Standard'), ...(['cpu', 'memory'].includes(predictor.scaleMetric ?? '') ? ['this metric is of Standard'] : [])] : [...only(['canaryTrafficPercent', 'timeout', 'containerConcurrency'], 'Knative'), ...(['concurrency', 'rps'].includes(predictor.scaleMetric ?? '') ? ['this metric is of Knative'] : [])]),
    ...canaryFaults(service, version),
  ]
}

const text = { type: 'string' }
const whole = { type: 'integer' }
const closed = (properties: object, required: readonly string[] = []): object => ({ type: 'object', additionalProperties: false, properties, required })
const texts = { type: 'object', additionalProperties: text }
const either = { type: ['integer', 'string'] }

/** The fields that Slipway writes, by version; anything else is refused. */
function ownSchema(version: string): object {
  const named = minor(version) >= 20
  const model = closed({ modelFormat: closed({ name: text, version: text }, ['name']), protocolVersion: text, runtime: text, storageUri: text, args: { type: 'array', items: text }, name: text, resources: closed({ requests: texts, limits: texts }) }, ['modelFormat'])
  const predictor = { minReplicas: whole, maxReplicas: whole, scaleTarget: whole, scaleMetric: { enum: ['cpu', 'memory', 'concurrency', 'rps'] }, timeout: whole, canaryTrafficPercent: { ...whole, minimum: 0, maximum: 100 }, deploymentStrategy: closed({ type: text, rollingUpdate: closed({ maxSurge: either, maxUnavailable: either }) }), model, ...(named ? { name: text } : {}) }
  const canary = { type: 'array', items: closed({ trafficPercent: whole, predictor: closed({ ...predictor, model: { ...model, required: ['modelFormat', 'name'] } }) }, ['trafficPercent', 'predictor']) }
  return closed({ apiVersion: { const: 'serving.kserve.io/v1beta1' }, kind: { const: 'InferenceService' }, metadata: closed({ name: text, labels: texts, annotations: texts }, ['name']), spec: closed({ predictor: closed(predictor), ...(named ? { canary } : {}) }, ['predictor']) }, ['apiVersion', 'kind', 'metadata', 'spec'])
}

/** The Kubernetes dialect as plain JSON schema, where nothing may be there that is not named. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict)
  if (schema === null || typeof schema !== 'object') return schema
  const { 'x-kubernetes-int-or-string': either_, 'x-kubernetes-preserve-unknown-fields': open, format: _format, default: _default, description: _description, ...rest } = schema as Record<string, unknown>
  const inner = Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith('x-kubernetes-')).map(([key, value]) => [key, key === 'properties' ? Object.fromEntries(Object.entries(value as object).map(([name, s]) => [name, strict(s)])) : strict(value)]))
  if (either_ === true) delete inner['type']
  if ('properties' in inner && open !== true && !('additionalProperties' in inner)) inner['additionalProperties'] = false
  return inner
}

const published = resolve(import.meta.dirname, '../../../shared/schemas')
const parsed = new Map<string, Record<string, unknown>>()
const compiled = new Map<string, ValidateFunction>()

function keysOf(value: unknown, into = new Set<string>()): ReadonlySet<string> {
  if (value === null || typeof value !== 'object') return into
  if (!Array.isArray(value)) for (const key of Object.keys(value)) into.add(key)
  for (const inner of Object.values(value)) keysOf(inner, into)
  return into
}

/** Only what the object has keys for: the whole definition takes ten seconds to compile, and what is left out could only have accepted a key that the object lacks. */
function pruned(schema: unknown, keys: ReadonlySet<string>): unknown {
  if (Array.isArray(schema)) return schema.map((inner) => pruned(inner, keys))
  if (schema === null || typeof schema !== 'object') return schema
  return Object.fromEntries(Object.entries(schema).map(([key, inner]) => [key, key === 'properties' ? Object.fromEntries(Object.entries(inner as object).filter(([name]) => keys.has(name)).map(([name, s]) => [name, pruned(s, keys)])) : pruned(inner, keys)]))
}

const missed = new Set<string>()

/** The published definition `file` as a strict check of one object, or null where it does not lie beside the project. Its text is no part of the project. */
export function publishedCheck(file: string): ((object: unknown) => readonly string[]) | null {
  const path = join(published, file)
  if (!existsSync(path)) {
    // Said once for each, so that a run without it does not look like one with it.
    if (!missed.has(file)) console.log(`not run: the published definition ${file} is not beside the project (../shared/schemas)`)
    missed.add(file)
    return null
  }
  let schema = parsed.get(path)
  if (schema === undefined) {
    const { spec } = parse(readFileSync(path, 'utf8'), { uniqueKeys: false }) as { spec: { versions: readonly { schema: { openAPIV3Schema: { properties: Record<string, unknown> } } }[] } }
    const { openAPIV3Schema } = spec.versions[0]!.schema
    // Kubernetes checks metadata by itself: the definition says no more than that it is an object.
    schema = { ...openAPIV3Schema, properties: { ...openAPIV3Schema.properties, metadata: { type: 'object' } } }
    parsed.set(path, schema)
  }
  const whole_ = schema
  return (object) => words(new Ajv({ strict: false, allErrors: true, unicodeRegExp: false }).compile(strict(pruned(whole_, keysOf(object))) as object), object)
}

const own = (version: string): ValidateFunction => {
  const key = `own ${version}`
  const check = compiled.get(key) ?? new Ajv({ strict: false, allErrors: true }).compile(ownSchema(version))
  compiled.set(key, check)
  return check
}

const words = (check: ValidateFunction, object: unknown): string[] => (check(object) ? [] : (check.errors ?? []).map((e) => `${e.instancePath} ${e.message ?? ''} ${JSON.stringify(e.params)}`))

/** What the own schema says of this version; and the published one of 0.15 (for 0.15 to 0.19) or 0.20, where it is at hand. */
export function serviceSchemaFaults(service: unknown, version: string): readonly string[] {
  const crd = publishedCheck(`kserve/v${minor(version) < 20 ? '0.15' : '0.20'}-serving.kserve.io_inferenceservices.yaml`)
  return [...words(own(version), service), ...(crd === null ? [] : crd(service))]
}

// deployment.ask: what an endpoint says of itself, over the Open Inference Protocol and Prometheus text. Only hosts that somebody confirmed are asked.
// Stores nothing: what was seen becomes a deployment only where the user says so.
import { z } from 'zod'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import { type EndpointAnswer, type EndpointMetric, EndpointTensor, type HostConsent } from '../../../shared/domain/deployment.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { readPrometheusText } from '../../../shared/monitor/prometheus-text.ts'
import { slugOf } from '../../../shared/slug.ts'
import { datatypeOf, servedSignature } from '../bundle/facts.ts'
import type { JobContext } from '../jobs.ts'
import { askUrl, endpointUrl, hostOf, type Answered } from '../monitor/endpoint/ask-url.ts'
import { bundleOf } from '../monitor/home/read-as.ts'
import type { Parts } from '../parts.ts'
import { hostConsents, insertConsent } from '../store/deployments.ts'
import { getVersion } from '../store/versions.ts'

type Request = InputOf<SlipwayContract['deployment.ask']>
type Question = EndpointAnswer['questions'][number]

const Server = z.object({ name: z.string(), version: z.string().default(''), extensions: z.array(z.string()).default([]) })
const Model = z.object({ name: z.string(), versions: z.array(z.string()).default([]), platform: z.string().default(''), inputs: z.array(EndpointTensor).default([]), outputs: z.array(EndpointTensor).default([]) })

/** A word on a host, as it is asked about: host, or host and port. Errors: `endpoint.url`. */
export function consentToHost(parts: Parts, host: string, allowed: boolean): HostConsent {
  const name = hostOf(endpointUrl(host))
  return parts.store.write((db) => insertConsent(db, name, allowed, parts.clock()))
}

function demandConsent(parts: Parts, url: URL): void {
  const host = hostOf(url)
  if (!parts.store.read(hostConsents).some((h) => h.host === host && h.allowed)) throw new SlipwayError('endpoint.notConfirmed', { host })
}

const at = (base: URL, path: string): URL => { const url = new URL(base); url.pathname = `${base.pathname.replace(/\/+$/, '')}${path}`; url.search = ''; url.hash = ''; return url }

function parsed<T>(answer: Answered, schema: z.ZodType<T>): T | null {
  if (answer.text === '') return null
  try { const read = schema.safeParse(JSON.parse(answer.text)); return read.success ? read.data : null } catch { return null }
}

/** How the tensors of an endpoint differ from a version's. A dimension that the model leaves open fits every size. */
function differencesOf(model: EndpointAnswer['model'], version: Version): string[] {
  if (model === null) return ['It did not say which tensors it takes.']
  const compare = (what: string, mine: readonly { readonly name: string; readonly dtype: Parameters<typeof datatypeOf>[0]; readonly shape: readonly unknown[] | null }[], theirs: readonly EndpointTensor[]): string[] => [
    ...mine.flatMap((m) => {
      const found = theirs.find((t) => t.name === m.name)
      if (found === undefined) return [`It has no ${what} “${m.name}”.`]
      const rank = m.shape === null || m.shape.length === found.shape.length
      const sizes = m.shape === null || m.shape.every((d, i) => typeof d !== 'number' || found.shape[i] === -1 || found.shape[i] === d)
      return [...(found.datatype === datatypeOf(m.dtype) ? [] : [`Its ${what} “${m.name}” is ${found.datatype}, not ${datatypeOf(m.dtype)}.`]), ...(rank && sizes ? [] : [`Its ${what} “${m.name}” has the shape [${found.shape.join(', ')}], not [${(m.shape ?? []).map((d) => (typeof d === 'number' ? d : -1)).join(', ')}].`])]
    }),
    ...theirs.filter((t) => !mine.some((m) => m.name === t.name)).map((t) => `It has the ${what} “${t.name}”, which this version does not have.`),
  ]
  const { inputs, outputs } = servedSignature(version)
  return [...compare('input', inputs, model.inputs), ...compare('output', outputs.filter((o) => o.kind === 'tensor'), model.outputs)]
}

interface Asking { readonly base: URL; readonly name: string | null; readonly timeoutMs: number; readonly signal: AbortSignal; readonly questions: Question[] }

async function question(asking: Asking, what: Question['what'], url: URL): Promise<Answered> {
  const answer = await askUrl(url, asking.timeoutMs, asking.signal)
  asking.questions.push({ what, path: url.pathname, status: answer.status, ms: answer.ms, fault: answer.fault })
  return answer
}

/** Judged by the status alone: what stands in the body differs from server to server. */
const good = (answer: Answered): boolean | null => (answer.status === null ? null : answer.status >= 200 && answer.status < 300)

function versionOf(parts: Parts, asked: Version | null, metrics: readonly EndpointMetric[], differences: readonly string[], model: EndpointAnswer['model']): EndpointAnswer['version'] {
  for (const { name, labels } of metrics) {
    const digest = labels['root_digest']
    const found = name === 'model_info' && digest !== undefined ? parts.store.read((db) => bundleOf(db, digest)) : null
    if (found !== null) { const v = parts.store.read((db) => getVersion(db, found.versionId)); return { versionId: v.id, modelName: v.modelName, number: v.number, by: 'digest', bundleId: found.bundleId } }
  }
  return asked === null || model === null || differences.length > 0 ? null : { versionId: asked.id, modelName: asked.modelName, number: asked.number, by: 'tensors', bundleId: null }
}

/** Errors: `endpoint.url`, `endpoint.notConfirmed`, `endpoint.silent`, `input.unknownId`, `job.cancelled`. */
export async function askEndpoint(parts: Parts, request: Request, context: JobContext): Promise<EndpointAnswer> {
  const base = endpointUrl(request.url)
  const metricsUrl = request.metrics === null ? null : request.metrics === undefined ? at(base, '/metrics') : endpointUrl(request.metrics)
  demandConsent(parts, base)
  if (metricsUrl !== null) demandConsent(parts, metricsUrl)
  const { versionId } = request
  const asked = versionId === undefined ? null : parts.store.read((db) => getVersion(db, versionId))
  const asking: Asking = { base, name: request.model ?? (asked === null ? null : slugOf(asked.modelName)), timeoutMs: request.timeoutMs, signal: context.signal, questions: [] }
  context.progress({ step: `Asking ${hostOf(base)}`, done: null, total: null }, null)
  const live = await question(asking, 'live', at(base, '/v2/health/live'))
  if (live.status === null) throw new SlipwayError('endpoint.silent', { host: hostOf(base), reason: live.fault ?? 'it says nothing' })
  const ready = await question(asking, 'ready', at(base, '/v2/health/ready'))
  const server = parsed(await question(asking, 'server', at(base, '/v2')), Server)
  const path = asking.name === null ? null : `/v2/models/${encodeURIComponent(asking.name)}`
  const modelReady = path === null ? null : good(await question(asking, 'model-ready', at(base, `${path}/ready`)))
  const found = path === null ? null : parsed(await question(asking, 'model', at(base, path)), Model)
  const model = found === null ? null : { ...found, ready: modelReady }
  const { metrics, others } = metricsUrl === null ? { metrics: [], others: 0 } : readPrometheusText((await question(asking, 'metrics', metricsUrl)).text)
  const differences = asked === null ? [] : differencesOf(model, asked)
  return { host: hostOf(base), at: parts.clock(), questions: asking.questions, live: good(live), ready: good(ready), server, model, version: versionOf(parts, asked, metrics, differences, model), differences, metrics: [...metrics], otherSeries: others }
}

// The routes that run the model, on Node's own HTTP objects: everything that is asked thousands of times a second takes this short way,
// past the framework that serves the rest. Owns the course of one request from its head to its answer and what is told of it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DenseTensor } from '../engine/session.ts'
import type { Access } from './access.ts'
import { jobOf, type ServedArm } from './arm.ts'
import { allArms, armOfVersion, chooseArm, hasSeveral, unitHeader, type ArmSet } from './arms.ts'
import { asRequestId, faultOf, newRequestId, readBody, sendAnswer, type BodyBudget } from './exchange.ts'
import type { JobTiming } from './job.ts'
import type { Observer } from './observer.ts'
import { PredictionRecord } from './prediction-record.ts'
import type { Predictor } from './predictor.ts'
import { RequestFault } from './request-fault.ts'
import { readInferBody } from './read-body.ts'
import { answerInvocation, answerPredict, type Asked } from './record-routes.ts'
import type { ServedTensor } from './served-tensor.ts'
import type { Shadow } from './shadow.ts'

/** Work that may wait until every answer of this turn was sent: nobody waits for it. In the order of its coming. */
function createAfterwards(): (work: () => void) => void {
  let waiting: (() => void)[] = []
  const run = (): void => {
    const now = waiting
    waiting = []
    for (const work of now) work()
  }
  return (work) => { if (waiting.push(work) === 1) setImmediate(run) }
}

export interface PostOptions {
  readonly arms: ArmSet
  readonly access: Access
  /** By arm name. */
  readonly observers: ReadonlyMap<string, Observer>
  readonly predictors: ReadonlyMap<ServedArm, Predictor | string>
  readonly shadow: Shadow | null
  readonly log: (message: string, facts?: Record<string, unknown>) => void
  readonly accessLog: boolean
  readonly draining: () => boolean
}

type Kind = 'infer' | 'predict' | 'invocations'
interface PostRoute { readonly kind: Kind; /** from the address */ readonly version: string | null }

/** Bodies on their way in may take this many times the largest one together. */
const budgetBodies = 16

/** One request under way. */
export class Exchange {
  readonly began = performance.now()
  readonly at = Date.now()
  requestId: string
  arm: ServedArm
  rows = 0
  inputs: readonly ServedTensor[] = []
  places: readonly number[] = []
  private readonly ownId: boolean

  constructor(readonly request: IncomingMessage, private readonly response: ServerResponse, private readonly options: PostOptions, private readonly afterwards: (work: () => void) => void) {
    const given = asRequestId(request.headers['x-request-id'])
    this.ownId = given === null
    this.requestId = given ?? newRequestId()
    this.arm = options.arms.stable
  }

  get unit(): string | null {
    const unit = this.request.headers[unitHeader]
    return typeof unit === 'string' && unit !== '' ? unit : null
  }

  /** Platforms that strip headers leave the id to the body. */
  takeId(id: string | null): void {
    if (this.ownId && asRequestId(id) !== null) this.requestId = id!
  }

  get gone(): boolean { return this.response.destroyed }

  answer(body: string | Buffer, jsonBytes: number | null, timing: JobTiming | null, outputs: readonly DenseTensor[], type?: string): void {
    this.send(200, body, jsonBytes, null, type)
    this.tell(null, timing, outputs)
  }

  fail(thrown: unknown): void {
    const fault = faultOf(thrown, this.options.log, this.requestId)
    this.send(fault.status, JSON.stringify({ error: fault.message }), null, fault.retryAfter)
    this.tell(fault, null, [])
  }

  private send(status: number, body: string | Buffer, jsonBytes: number | null, retryAfter: number | null, type?: string): void {
    const { arms, draining } = this.options
    sendAnswer(this.response, status, body, { requestId: this.requestId, arm: hasSeveral(arms) ? this.arm.name : null, jsonBytes, closing: draining(), ...(type === undefined ? {} : { type }) }, retryAfter)
  }

  private tell(fault: RequestFault | null, timing: JobTiming | null, outputs: readonly DenseTensor[]): void {
    const { options } = this
    const record = new PredictionRecord({ requestId: this.requestId, at: this.at, began: this.began, unit: this.unit }, this.arm, fault, timing, this.rows, this.inputs, this.places, outputs)
    const observer = options.observers.get(this.arm.name)
    if (observer !== undefined) this.afterwards(() => { observer.observe(record) })
    if (fault !== null || options.accessLog) {
      options.log(fault === null ? 'answered' : 'not answered', {
        requestId: this.requestId, path: this.request.url?.slice(0, 200), status: record.status, ...(fault === null ? {} : { reason: fault.reason, error: fault.message.slice(0, 300) }), rows: this.rows, ms: Math.round(record.totalMs * 1000) / 1000, ...(hasSeveral(options.arms) ? { arm: this.arm.name } : {}),
      })
    }
  }
}

function routesOf({ stable, canary }: ArmSet): Map<string, PostRoute> {
  const routes = new Map<string, PostRoute>([['/invocations', { kind: 'invocations', version: null }], ['/v1/predict', { kind: 'predict', version: null }]])
  const base = `/v2/models/${stable.contract.name}`
  routes.set(`${base}/infer`, { kind: 'infer', version: null })
  for (const arm of canary === null ? [stable] : [stable, canary.arm]) routes.set(`${base}/versions/${arm.contract.version}/infer`, { kind: 'infer', version: arm.contract.version })
  return routes
}

function inferCall(exchange: Exchange, body: Buffer, shadow: Shadow | null): void {
  const { arm } = exchange
  const asked = readInferBody(body, exchange.request.headers['inference-header-content-length'] as string | undefined, arm.bundle.manifest)
  exchange.takeId(asked.id)
  exchange.rows = asked.rows
  exchange.inputs = asked.inputs
  exchange.places = asked.outputs.map((o) => o.index)
  const job = jobOf(asked.inputs, exchange.places, asked.rows, {
    answered({ outputs, timing }) {
      const reply = arm.writer.write(asked, outputs)
      exchange.answer(reply.body, reply.jsonBytes, timing, outputs)
      shadow?.mirror(exchange, outputs)
    },
    refused: (fault) => { exchange.fail(fault) },
  }, () => exchange.gone)
  arm.dispatcher.submit(job)
}

function askedOf(exchange: Exchange, options: PostOptions): Asked {
  return {
    arm: exchange.arm, predictor: options.predictors.get(exchange.arm) ?? 'records are not served here', headers: exchange.request.headers,
    named: (id) => { exchange.takeId(id); return exchange.requestId },
    taken: (rows, inputs, places) => { exchange.rows = rows; exchange.inputs = inputs; exchange.places = places },
    gone: () => exchange.gone,
    reply: (body, type, jsonBytes, timing, outputs) => {
      exchange.answer(body, jsonBytes, timing, outputs, type)
      options.shadow?.mirror(exchange, outputs)
    },
  }
}

/** Handles a request if it asks for the model; false: it is somebody else's. */
export function createPostHandler(options: PostOptions): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { arms, access } = options
  const routes = routesOf(arms)
  const limit = Math.max(...allArms(arms).map((arm) => arm.contract.maxBodyBytes))
  const afterwards = createAfterwards()
  const budget: BodyBudget = { taken: 0, most: limit * budgetBodies }

  const run = async (exchange: Exchange, route: PostRoute, body: Buffer): Promise<void> => {
    const { headers } = exchange.request
    exchange.arm = route.version === null ? chooseArm(arms, headers, exchange.unit ?? exchange.requestId) : armOfVersion(arms, route.version) ?? arms.stable
    if (route.kind === 'infer') inferCall(exchange, body, options.shadow)
    else await (route.kind === 'predict' ? answerPredict : answerInvocation)(askedOf(exchange, options), body)
  }
  return (request, response) => {
    if (request.method !== 'POST') return false
    const url = request.url ?? ''
    const mark = url.indexOf('?')
    const route = routes.get(mark === -1 ? url : url.slice(0, mark))
    if (route === undefined) return false
    const exchange = new Exchange(request, response, options, afterwards)
    if (!access.allows(request.headers.authorization)) { request.resume(); exchange.fail(new RequestFault(401, 'this needs a known token: Authorization: Bearer …')); return true }
    if (options.draining()) { request.resume(); exchange.fail(new RequestFault(503, 'the server is ending', 'draining', 1)); return true }
    readBody(request, limit, budget, (body) => {
      if (body === null) return
      if (body instanceof RequestFault) { exchange.fail(body); return }
      // A route that fails at once or later ends here; the short way never waits for a promise.
      run(exchange, route, body).catch((thrown: unknown) => { exchange.fail(thrown) })
    })
    return true
  }
}

// What is asked seldom: metadata, documents and metrics, served by Fastify, which is loaded when somebody asks or nothing else is to be done.
// Every failure is {"error"}. Owns these routes and that they need a token; health and the model are in http-server.ts.
import type { RequestListener, Server } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { openApi } from '../bundle/openapi.ts'
import type { Access } from './access.ts'
import type { ServedArm } from './arm.ts'
import { armOfVersion, type ArmSet } from './arms.ts'
import { asRequestId, newRequestId } from './exchange.ts'
import { shadowExposition } from './exposition.ts'
import type { Observer } from './observer.ts'
import type { Predictor } from './predictor.ts'
import { modelMetadata, RequestFault, serverMetadata } from './protocol.ts'
import type { Shadow } from './shadow.ts'

export interface ServerParts {
  /** null until the model is loaded: the server listens before that, so that probes see “not ready” rather than nothing. */
  readonly arms: () => ArmSet | null
  readonly name: string
  readonly maxBodyBytes: number
  readonly appVersion: string
  readonly access: Access
  readonly openMetrics: boolean
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly observers: ReadonlyMap<string, Observer>
  readonly predictors: () => ReadonlyMap<ServedArm, Predictor | string>
  readonly shadow: () => Shadow | null
  readonly log: (message: string, facts?: Record<string, unknown>) => void
  readonly accessLog: boolean
  readonly draining: () => boolean
}

interface ModelPath { readonly model: string; readonly version?: string }

function armAt(parts: ServerParts, path: ModelPath): ServedArm | null {
  const arms = parts.arms()
  if (path.model !== parts.name) throw new RequestFault(404, `there is no model “${path.model.slice(0, 200)}” here; there is “${parts.name}”`)
  if (arms === null || path.version === undefined) return arms?.stable ?? null
  const arm = armOfVersion(arms, path.version)
  if (arm === null) throw new RequestFault(404, `there is no version “${path.version.slice(0, 200)}” here; there is “${arms.stable.contract.version}”`)
  return arm
}

const loaded = (parts: ServerParts): ArmSet => {
  const arms = parts.arms()
  if (arms === null) throw new RequestFault(503, 'the model is not ready', 'not-ready', 5)
  return arms
}

/** Failures of the protocol keep their words; anything else is ours, and its details stay in the log. */
function answerFailure(thrown: unknown, reply: FastifyReply, log: ServerParts['log']): unknown {
  const status = thrown instanceof RequestFault ? thrown.status : (thrown as { statusCode?: number } | null)?.statusCode ?? 500
  const known = thrown instanceof RequestFault || status < 500
  if (!known) log('request failed', { reason: thrown instanceof Error ? thrown.message : String(thrown) })
  if (thrown instanceof RequestFault && thrown.retryAfter !== null) void reply.header('retry-after', String(thrown.retryAfter))
  if (status === 401) void reply.header('www-authenticate', 'Bearer')
  return reply.status(status).send({ error: known ? (thrown as Error).message : 'this could not be answered' })
}

function guard(parts: ServerParts) {
  return (request: FastifyRequest, reply: FastifyReply, done: (fault?: Error) => void): void => {
    void reply.header('x-request-id', asRequestId(request.headers['x-request-id']) ?? newRequestId())
    if (parts.draining()) void reply.header('connection', 'close')
    const path = request.url.split('?')[0] ?? ''
    const free = path === '/metrics' && parts.openMetrics
    if (free || parts.access.allows(request.headers.authorization)) done()
    else done(new RequestFault(401, 'this needs a known token: Authorization: Bearer …'))
  }
}

function documentRoutes(app: FastifyInstance, parts: ServerParts): void {
  app.get('/v2', () => serverMetadata(parts.appVersion))
  app.get('/v2/', () => serverMetadata(parts.appVersion))
  app.get('/openapi.json', () => {
    const { bundle } = loaded(parts).stable
    return openApi(bundle.manifest, bundle.serving)
  })
  app.get('/metrics', async (_request, reply) => {
    // The observers share their tables, so that any of them tells the numbers of all.
    const observer = parts.observers.get('stable')
    const counts = parts.shadow()?.counts ?? null
    return reply.type(observer?.metricsType ?? 'text/plain; version=0.0.4; charset=utf-8').send(`${await observer?.metrics() ?? ''}${counts === null ? '' : shadowExposition(counts)}`)
  })
}

function modelRoutes(app: FastifyInstance, parts: ServerParts): void {
  for (const base of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    app.get<{ Params: ModelPath }>(base, (request) => {
      const arm = armAt(parts, request.params) ?? loaded(parts).stable
      const arms = loaded(parts)
      return modelMetadata(arm.bundle.manifest, request.params.version === undefined ? [arms.stable, ...(arms.canary === null ? [] : [arms.canary.arm])].map((a) => a.contract.version) : [arm.contract.version])
    })
    app.get<{ Params: ModelPath }>(`${base}/ready`, (request, reply) => {
      const ready = armAt(parts, request.params)?.ready() === true
      return reply.status(ready ? 200 : 503).send({ name: parts.name, ready })
    })
    // Only what the short way did not take: another model or version, or a server that is not ready.
    app.post<{ Params: ModelPath }>(`${base}/infer`, (request) => {
      armAt(parts, request.params)
      loaded(parts)
      throw new RequestFault(404, 'there is nothing at this address')
    })
  }
  for (const path of ['/invocations', '/v1/predict']) app.post(path, () => { loaded(parts); throw new RequestFault(404, 'there is nothing at this address') })
}

/** What the routes of this server can be asked with, or null where there is none. */
function allowedAt(name: string, path: string): string | null {
  const base = `/v2/models/${name}`
  const ofModel = path.startsWith(`${base}/`) || path === base ? path.slice(base.length).replace(/^\/versions\/[^/]+/, '') : null
  if (ofModel === '/infer' || path === '/invocations' || path === '/v1/predict') return 'POST'
  return ofModel === '' || ofModel === '/ready' || ['/v2', '/v2/', '/v2/health/live', '/v2/health/ready', '/ping', '/metrics', '/openapi.json'].includes(path) ? 'GET, HEAD' : null
}

/** What answers everything beside health and the model, on a server that listens already. Loads the framework. */
export async function frameworkOf(server: Server, parts: ServerParts): Promise<RequestListener> {
  const { fastify } = await import('fastify')
  let handle: RequestListener | null = null
  const app = fastify({
    bodyLimit: parts.maxBodyBytes, logger: false,
    serverFactory: (handler) => {
      handle = handler as RequestListener
      return server
    },
  })
  // Clients send JSON with all kinds of content types, or with none at all.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => { done(null, body) })
  app.addHook('onRequest', guard(parts))
  app.setErrorHandler((thrown, _request, reply) => answerFailure(thrown, reply, parts.log))
  app.setNotFoundHandler((request, reply) => {
    const allowed = allowedAt(parts.name, request.url.split('?', 1)[0] ?? '')
    if (allowed === null) return reply.status(404).send({ error: 'there is nothing at this address' })
    return reply.status(405).header('allow', allowed).send({ error: `this address takes ${allowed.replace(', ', ' and ')}, not ${request.method}` })
  })
  documentRoutes(app, parts)
  modelRoutes(app, parts)
  await app.ready()
  return handle!
}

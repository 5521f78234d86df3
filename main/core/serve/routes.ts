// The server: what runs the model goes the short way of post-handler.ts; health, metadata, documents and metrics are served by Fastify.
// Every failure is {"error"}. Owns which routes need a token; refuses to listen by itself.
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { openApi } from '../bundle/openapi.ts'
import type { Access } from './access.ts'
import type { ServedArm } from './arm.ts'
import { armOfVersion, type ArmSet } from './arms.ts'
import { asRequestId, newRequestId } from './exchange.ts'
import { shadowExposition } from './exposition.ts'
import type { Observer } from './observer.ts'
import { createPostHandler } from './post-handler.ts'
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

/** Health is for probes, which have no token. */
const open = new Set(['/v2/health/live', '/v2/health/ready', '/ping'])

function guard(parts: ServerParts) {
  return (request: FastifyRequest, reply: FastifyReply, done: (fault?: Error) => void): void => {
    void reply.header('x-request-id', asRequestId(request.headers['x-request-id']) ?? newRequestId())
    if (parts.draining()) void reply.header('connection', 'close')
    const path = request.url.split('?')[0] ?? ''
    const free = open.has(path) || (path === '/metrics' && parts.openMetrics)
    if (free || parts.access.allows(request.headers.authorization)) done()
    else done(new RequestFault(401, 'this needs a known token: Authorization: Bearer …'))
  }
}

const isReady = (parts: ServerParts): boolean => parts.arms()?.stable.ready() === true && !parts.draining()

function healthRoutes(app: FastifyInstance, parts: ServerParts): void {
  app.get('/v2/health/live', () => ({ live: true }))
  app.get('/v2/health/ready', (_request, reply) => reply.status(isReady(parts) ? 200 : 503).send({ ready: isReady(parts) }))
  app.get('/ping', (_request, reply) => reply.status(isReady(parts) ? 200 : 503).send({}))
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

/** Proxies keep connections open for a minute; ours must not be the first to close. */
const keepAliveMs = 75_000

function listener(parts: ServerParts, rest: RequestListener): RequestListener {
  let short: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null
  return (request, response) => {
    const arms = parts.arms()
    if (short === null && arms !== null) short = createPostHandler({ ...parts, arms, predictors: parts.predictors(), shadow: parts.shadow() })
    if (short === null || !short(request, response)) rest(request, response)
  }
}

/** Builds the server; nothing listens yet. */
export function buildServer(parts: ServerParts): FastifyInstance {
  const app = fastify({
    bodyLimit: parts.maxBodyBytes, logger: false, forceCloseConnections: 'idle',
    serverFactory: (handler) => {
      const settings = { requestTimeout: 60_000, headersTimeout: 20_000, keepAliveTimeout: keepAliveMs, noDelay: true }
      const handle = listener(parts, handler as RequestListener)
      return parts.tls === null ? createServer(settings, handle) : createTlsServer({ ...settings, cert: readFileSync(parts.tls.cert), key: readFileSync(parts.tls.key), minVersion: 'TLSv1.2' }, handle)
    },
  })
  // Clients send JSON with all kinds of content types, or with none at all.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => { done(null, body) })
  app.addHook('onRequest', guard(parts))
  app.setErrorHandler((thrown, _request, reply) => answerFailure(thrown, reply, parts.log))
  app.setNotFoundHandler((_request, reply) => reply.status(404).send({ error: 'there is nothing at this address' }))
  healthRoutes(app, parts)
  documentRoutes(app, parts)
  modelRoutes(app, parts)
  return app
}

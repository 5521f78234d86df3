// The HTTP routes of the Open Inference Protocol v2 over Fastify. JSON in and out; limits on body and rows; every failure is {"error"}.
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import type { BundleManifest } from '../../../shared/domain/bundle.ts'
import type { PlainTensor } from '../engine/engine-contract.ts'
import { inferReply, modelMetadata, readRequest, RequestFault, serverMetadata } from './protocol.ts'

export interface Runner {
  readonly ready: () => boolean
  readonly infer: (inputs: readonly PlainTensor[], outputs: readonly string[]) => Promise<readonly PlainTensor[]>
}

interface ModelPath { readonly model: string; readonly version?: string }

const utf8 = new TextDecoder('utf-8', { fatal: true })

function readJson(body: unknown): unknown {
  try {
    return JSON.parse(utf8.decode(body as Buffer))
  } catch {
    throw new RequestFault(400, 'the body is not JSON in UTF-8')
  }
}

function checkModel(manifest: BundleManifest, path: ModelPath): void {
  if (path.model !== manifest.name) throw new RequestFault(404, `there is no model “${path.model}” here; there is “${manifest.name}”`)
  if (path.version !== undefined && path.version !== String(manifest.serial)) throw new RequestFault(404, `there is no version “${path.version}” here; there is “${manifest.serial}”`)
}

/** Failures of the protocol keep their words; anything else is ours, and its details stay in the log. */
function answerFailure(thrown: unknown, reply: FastifyReply, log: (line: string) => void): unknown {
  const status = thrown instanceof RequestFault ? thrown.status : (thrown as { statusCode?: number } | null)?.statusCode ?? 500
  const known = thrown instanceof RequestFault || status < 500
  if (!known) log(`request failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  return reply.status(status).send({ error: known ? (thrown as Error).message : 'the model could not answer this request' })
}

/** Builds the server; nothing listens yet. */
export function buildServer(manifest: BundleManifest, runner: Runner, log: (line: string) => void): FastifyInstance {
  const app = fastify({ bodyLimit: manifest.serving.maxBodyBytes, logger: false, requestTimeout: 60_000, forceCloseConnections: 'idle' })
  // Clients send JSON with all kinds of content types, or with none at all.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => { done(null, body) })
  app.setErrorHandler((thrown, _request, reply) => answerFailure(thrown, reply, log))
  app.setNotFoundHandler((_request, reply) => reply.status(404).send({ error: 'there is nothing at this address' }))

  app.get('/v2', () => serverMetadata(manifest))
  app.get('/v2/health/live', () => ({ live: true }))
  app.get('/v2/health/ready', (_request, reply) => reply.status(runner.ready() ? 200 : 503).send({ ready: runner.ready() }))
  for (const base of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    app.get<{ Params: ModelPath }>(base, (request) => {
      checkModel(manifest, request.params)
      return modelMetadata(manifest)
    })
    app.get<{ Params: ModelPath }>(`${base}/ready`, (request, reply) => {
      checkModel(manifest, request.params)
      return reply.status(runner.ready() ? 200 : 503).send({ name: manifest.name, ready: runner.ready() })
    })
    app.post<{ Params: ModelPath; Body: unknown }>(`${base}/infer`, async (request) => {
      checkModel(manifest, request.params)
      if (!runner.ready()) throw new RequestFault(503, 'the model is not ready')
      const asked = readRequest(readJson(request.body), manifest)
      return inferReply(manifest, asked, await runner.infer(asked.inputs, asked.outputs))
    })
  }
  return app
}

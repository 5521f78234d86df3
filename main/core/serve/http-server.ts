// The server that listens: health for probes and what runs the model are answered here at once, everything else by the routes of Fastify.
// Owns listening and closing; refuses to know what the other routes are.
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { asRequestId, newRequestId, sendAnswer } from './exchange.ts'
import { createPostHandler } from './post-handler.ts'
import { frameworkOf, type ServerParts } from './routes.ts'

export interface HttpServer {
  readonly server: Server
  /** Answers the address. */
  listen(host: string, port: number): Promise<string>
  /** Loads what is asked seldom, so that nobody has to wait for it. */
  warm(): Promise<void>
  /** No new connections; resolves when the requests under way were answered. */
  close(): Promise<void>
}

/** Proxies keep connections open for a minute; ours must not be the first to close. */
const keepAliveMs = 75_000
const settings = { requestTimeout: 60_000, headersTimeout: 20_000, keepAliveTimeout: keepAliveMs, noDelay: true }

/** Health is for probes, which have no token. */
function answerHealth(parts: ServerParts, request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const path = request.url?.split('?', 1)[0]
  const ready = (): boolean => parts.arms()?.stable.ready() === true && !parts.draining()
  const send = (status: number, body: unknown): true => {
    request.resume()
    sendAnswer(response, status, JSON.stringify(body), { requestId: asRequestId(request.headers['x-request-id']) ?? newRequestId(), arm: null, jsonBytes: null, closing: parts.draining() })
    return true
  }
  if (path === '/v2/health/live') return send(200, { live: true })
  if (path === '/v2/health/ready') return send(ready() ? 200 : 503, { ready: ready() })
  return path === '/ping' && send(ready() ? 200 : 503, {})
}

function listener(parts: ServerParts, rest: () => Promise<RequestListener>): RequestListener {
  let short: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null
  return (request, response) => {
    const arms = parts.arms()
    if (short === null && arms !== null) short = createPostHandler({ ...parts, arms, predictors: parts.predictors(), shadow: parts.shadow() })
    if (short?.(request, response) === true || answerHealth(parts, request, response)) return
    rest().then((handle) => { handle(request, response) }, (thrown: unknown) => {
      parts.log('request failed', { reason: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) })
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"this could not be answered"}')
    })
  }
}

const listening = (server: Server, host: string, port: number): Promise<void> => new Promise((resolve, reject) => {
  server.once('error', reject)
  server.listen({ host, port }, () => { server.off('error', reject); resolve() })
})

const closing = (server: Server): Promise<void> => new Promise((resolve) => {
  server.close(() => { resolve() })
  server.closeIdleConnections()
})

/** What the server listens on: all addresses are said to be all, not this machine alone. */
function addressOf(server: Server, scheme: string): string {
  const { address, family, port } = server.address() as AddressInfo
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** Builds the server; nothing listens yet. */
export async function buildServer(parts: ServerParts): Promise<HttpServer> {
  const { tls } = parts
  let framework: Promise<RequestListener> | null = null
  const rest = (): Promise<RequestListener> => framework ??= frameworkOf(server, parts)
  const handle = listener(parts, rest)
  // What is not needed is not loaded: a server has to be ready soon.
  const https = tls === null ? null : await import('node:https')
  const make = (): Server => (tls === null || https === null ? createServer(settings, handle) : https.createServer({ ...settings, cert: readFileSync(tls.cert), key: readFileSync(tls.key), minVersion: 'TLSv1.2' }, handle))
  const server = make()
  const others: Server[] = []
  return {
    server,
    async listen(host, port) {
      await listening(server, host, port)
      // “localhost” is two addresses on most machines; callers try either.
      if (host === 'localhost') {
        const own = server.address() as AddressInfo
        const { lookup } = await import('node:dns/promises')
        for (const { address } of await lookup(host, { all: true })) {
          if (address === own.address) continue
          const other = make()
          await listening(other, address, own.port).then(() => { others.push(other) }, () => undefined)
        }
      }
      return addressOf(server, tls === null ? 'http' : 'https')
    },
    async warm() { await rest() },
    async close() { await Promise.all([server, ...others].map(closing)) },
  }
}

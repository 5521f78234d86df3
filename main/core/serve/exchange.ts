// One POST and its answer on Node's own HTTP objects: the body within its bounds, the answer with the request's id, and what is told of it.
// Owns reading, writing and the account of one request; knows no tensor.
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { RequestFault } from './request-fault.ts'

const processPrefix = randomBytes(6).toString('hex')
let made = 0

/** An id for a request that came without one; unlike those of any other process. */
export const newRequestId = (): string => `${processPrefix}-${(++made).toString(36)}`

const idForm = /^[\x21-\x7e]{1,128}$/

/** The caller's id where it is fit for headers and logs, else null. */
export const asRequestId = (value: unknown): string | null => (typeof value === 'string' && idForm.test(value) ? value : null)

/** Memory that bodies on their way in may take together. */
export interface BodyBudget { taken: number; readonly most: number }

/** A refused body is read on for a while, so that its sender comes to read the answer. */
function discard(request: IncomingMessage, most: number): void {
  let seen = 0
  request.on('data', (chunk: Buffer) => {
    seen += chunk.length
    if (seen > most) request.destroy()
  })
  request.resume()
}

/** Reads a body of at most `limit` bytes; calls back once, with null where the caller went away. */
export function readBody(request: IncomingMessage, limit: number, budget: BodyBudget, done: (body: Buffer | RequestFault | null) => void): void {
  const declared = Number(request.headers['content-length'] ?? 0)
  const refuse = (fault: RequestFault): void => { discard(request, 4 * limit); done(fault) }
  if (declared > limit) { refuse(new RequestFault(413, `a body may have ${limit} bytes, not ${declared}`)); return }
  if (budget.taken + declared > budget.most) { refuse(new RequestFault(429, 'too many requests are being read; ask again in a moment', 'queue-full', 1)); return }
  const coding = request.headers['content-encoding']
  if (coding !== undefined && coding !== 'identity') { refuse(new RequestFault(415, `the body comes in the encoding ${coding}, but only plain bodies are read`)); return }
  budget.taken += declared
  const chunks: Buffer[] = []
  let bytes = 0
  let over = false
  const finish = (result: Buffer | RequestFault | null): void => {
    if (over) return
    over = true
    budget.taken -= declared
    done(result)
  }
  request.on('data', (chunk: Buffer) => {
    if (over) return
    bytes += chunk.length
    if (bytes <= limit) { chunks.push(chunk); return }
    finish(new RequestFault(413, `a body may have ${limit} bytes, not more`))
    chunks.length = 0
    discard(request, 4 * limit)
  })
  request.on('end', () => { finish(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)) })
  request.on('close', () => { finish(null) })
}

export interface AnswerHeaders { readonly requestId: string; readonly arm: string | null; readonly jsonBytes: number | null; readonly closing: boolean; readonly type?: string }

/** Sends an answer whole. */
export function sendAnswer(response: ServerResponse, status: number, body: string | Buffer, { requestId, arm, jsonBytes, closing, type }: AnswerHeaders, retryAfter: number | null = null): void {
  if (response.destroyed || response.headersSent) return
  const bytes = Buffer.byteLength(body)
  const headers = ['content-type', type ?? (jsonBytes === null ? 'application/json' : 'application/octet-stream'), 'content-length', String(bytes), 'x-request-id', requestId]
  if (jsonBytes !== null) headers.push('inference-header-content-length', String(jsonBytes))
  if (arm !== null) headers.push('x-slipway-arm', arm)
  if (retryAfter !== null) headers.push('retry-after', String(retryAfter))
  if (closing) headers.push('connection', 'close')
  if (status === 401) headers.push('www-authenticate', 'Bearer')
  response.writeHead(status, headers)
  // A text of as many bytes as letters is ASCII, which is written without being encoded.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8')
}

/** What a failure is to the caller; what is ours keeps its details to the log. */
export function faultOf(thrown: unknown, log: (message: string, facts: Record<string, unknown>) => void, requestId: string): RequestFault {
  if (thrown instanceof RequestFault) return thrown
  log('request failed', { requestId, reason: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) })
  return new RequestFault(500, 'the model could not answer this request')
}

// Asks one address one question over HTTP: bounded in time and size, no redirect followed, nothing sent but the question.
// Refuses addresses that are not plain http or https, and such with a password in them.
import { SlipwayError } from '../../../../shared/errors.ts'

const mostBytes = 4 * 1024 * 1024

/** An address that may be asked, once its host is confirmed. Errors: `endpoint.url`. */
export function endpointUrl(text: string): URL {
  let url: URL
  try { url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`) } catch { throw new SlipwayError('endpoint.url', { reason: `“${text}” is not a URL` }) }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new SlipwayError('endpoint.url', { reason: `${url.protocol.slice(0, -1)} is not asked, only http and https` })
  if (url.username !== '' || url.password !== '') throw new SlipwayError('endpoint.url', { reason: 'it holds a name or a password' })
  if (url.hostname === '') throw new SlipwayError('endpoint.url', { reason: 'it names no host' })
  return url
}

/** Host and port as they are confirmed: a port of the scheme is not written. */
export const hostOf = (url: URL): string => url.host.toLowerCase()

export interface Answered { readonly status: number | null; readonly ms: number; readonly fault: string | null; readonly text: string }

const words: Readonly<Record<string, string>> = { ECONNREFUSED: 'the connection was refused', ENOTFOUND: 'the host is not known', EAI_AGAIN: 'the host is not known', ECONNRESET: 'the connection was closed', EHOSTUNREACH: 'the host cannot be reached', ENETUNREACH: 'the network cannot be reached', ETIMEDOUT: 'there was no answer in time', UND_ERR_SOCKET: 'the connection was closed' }

function faultOf(thrown: unknown): string {
  const cause = (thrown as { cause?: { code?: unknown; message?: unknown } }).cause
  if (thrown instanceof Error && (thrown.name === 'TimeoutError' || thrown.name === 'AbortError')) return 'there was no answer in time'
  const code = typeof cause?.code === 'string' ? cause.code : ''
  return words[code] ?? (/CERT|SSL|TLS/.test(code) ? `its certificate is not accepted (${code})` : code === '' ? 'it is no HTTP' : `the connection failed (${code})`)
}

async function readBody(response: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  if (response.body === null) return ''
  const reader = response.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.byteLength
    if (bytes > mostBytes) { await reader.cancel(); throw new RangeError('too large') }
    pieces.push(value)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** A failure is an answer too: `status` null and a fault in words. */
export async function askUrl(url: URL, timeoutMs: number, signal: AbortSignal): Promise<Answered> {
  const began = performance.now()
  const over = (): number => Math.round((performance.now() - began) * 10) / 10
  try {
    const response = await fetch(url, { redirect: 'manual', headers: { accept: 'application/json, text/plain' }, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) })
    const text = await readBody(response)
    const moved = response.status >= 300 && response.status < 400
    return { status: response.status, ms: over(), fault: moved ? `it leads elsewhere (${response.headers.get('location') ?? 'nowhere'}), which is not followed` : response.ok ? null : `status ${response.status}`, text: response.ok ? text : '' }
  } catch (thrown) {
    if (signal.aborted) throw new SlipwayError('job.cancelled', {})
    return { status: null, ms: over(), fault: thrown instanceof RangeError ? 'its answer is larger than 4 MB' : faultOf(thrown), text: '' }
  }
}

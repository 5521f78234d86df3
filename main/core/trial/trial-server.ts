// The server of a bundle as a process on this machine: started on a free loopback port, asked over HTTP, and ended.
// Owns the process and its requests; refuses to know what they mean.
import { spawn } from 'node:child_process'
import { request } from 'node:http'
import { SlipwayError } from '../../../shared/errors.ts'

/** How programs of a bundle are run: a Node, and what its environment must say. */
export interface NodeCommand { readonly command: string; readonly env: Readonly<Record<string, string>> }

export interface HttpAnswer { readonly status: number; readonly text: string; readonly milliseconds: number }

export interface TrialServer {
  /** Whether the server said that a trusted publisher signed what it serves. */
  readonly verified: boolean
  /** Why it is over; null while it runs. */
  over(): string | null
  ask(method: 'GET' | 'POST', path: string, body?: string): Promise<HttpAnswer>
  close(): Promise<void>
}

const startLimitMs = 120_000
const answerLimitMs = 60_000
const longestAnswer = 32 * 1024 * 1024
const closeLimitMs = 3_000

function asked(address: URL, method: string, path: string, body: string | undefined): Promise<HttpAnswer> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const call = request({ host: address.hostname, port: address.port, method, path, timeout: answerLimitMs, headers: body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) } }, (answer) => {
      const chunks: Buffer[] = []
      let bytes = 0
      answer.on('data', (chunk: Buffer) => { bytes += chunk.length; if (bytes <= longestAnswer) chunks.push(chunk) })
      answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8'), milliseconds: performance.now() - started }) })
      answer.on('error', reject)
    })
    call.on('timeout', () => { call.destroy(new Error(`no answer within ${answerLimitMs / 1000} seconds`)) })
    call.on('error', (thrown) => { reject(new SlipwayError('trial.failed', { reason: `the server did not answer (${thrown.message})` })) })
    call.end(body)
  })
}

/** Errors: `trial.noNode`, `trial.failed`; rejects with the signal's reason when it is aborted. */
export async function startTrialServer(node: NodeCommand, program: string, args: readonly string[], signal: AbortSignal): Promise<TrialServer> {
  const child = spawn(node.command, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...node.env }, windowsHide: true })
  let over: string | null = null
  let errors = ''
  let verified = false
  const ended = new Promise<void>((resolve) => { child.once('close', () => { resolve() }); child.once('error', () => { resolve() }) })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors = (errors + text).slice(-4000) })
  const address = await new Promise<URL>((resolve, reject) => {
    const fail = (thrown: unknown): void => { child.kill('SIGKILL'); reject(thrown as Error) }
    const late = setTimeout(() => { fail(new SlipwayError('trial.failed', { reason: `it was not ready within ${startLimitMs / 1000} seconds` })) }, startLimitMs)
    const onAbort = (): void => { fail(signal.reason) }
    signal.addEventListener('abort', onAbort, { once: true })
    child.once('error', (thrown: NodeJS.ErrnoException) => { over = thrown.message; fail(thrown.code === 'ENOENT' ? new SlipwayError('trial.noNode', {}) : new SlipwayError('trial.failed', { reason: thrown.message })) })
    child.once('close', (code, how) => {
      over = errors.trim().split('\n').at(-1)?.replace(/^not served: /, '') || `it ended with ${how ?? `code ${code ?? 0}`}`
      clearTimeout(late)
      reject(new SlipwayError('trial.failed', { reason: over }))
    })
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        let said: { message?: unknown; address?: unknown } = {}
        try { said = JSON.parse(line) as typeof said } catch { continue }
        if (typeof said.message === 'string' && said.message.startsWith('verified')) verified = true
        if (said.message !== 'ready' || typeof said.address !== 'string') continue
        clearTimeout(late)
        signal.removeEventListener('abort', onAbort)
        resolve(new URL(said.address))
      }
    })
  })
  return {
    verified, over: () => over, ask: (method, path, body) => asked(address, method, path, body),
    async close() {
      if (over !== null) return
      child.kill('SIGTERM')
      const strongest = setTimeout(() => { child.kill('SIGKILL') }, closeLimitMs)
      await ended
      clearTimeout(strongest)
    },
  }
}

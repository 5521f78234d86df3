// A running server of an unpacked bundle: the real one, with the model in a process of its own, on a free port of this machine.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { resolve } from 'node:path'
import { readArguments } from '../../main/core/serve/arguments.ts'
import { startServer, type MakeObservers, type RunningServer } from '../../main/core/serve/running-server.ts'

/** The built server, which the model's process is started from. */
export const serverProgram = resolve(import.meta.dirname, '../../out/parts/server.cjs')

export interface Answer { readonly status: number; readonly headers: IncomingHttpHeaders; readonly bytes: Buffer; readonly body: { readonly error?: string; readonly id?: string; readonly outputs?: readonly { readonly name: string; readonly datatype: string; readonly shape: number[]; readonly data: unknown[]; readonly parameters?: Record<string, unknown> }[] } & Record<string, unknown> }

export interface Served {
  readonly server: RunningServer
  readonly port: number
  readonly log: { readonly message: string; readonly facts: Record<string, unknown> }[]
  /** Plain HTTP without the headers that other clients add by themselves. */
  ask(method: string, path: string, body?: string | Buffer, headers?: Record<string, string>): Promise<Answer>
}

/** Starts a server with these options beside a free port. `program`: what the model’s process is started from. */
export async function serveBundle(root: string, options: readonly string[] = [], makeObservers?: MakeObservers, program: string = serverProgram): Promise<Served> {
  const log: Served['log'] = []
  const server = await startServer(root, readArguments(['--port', '0', ...options])!, program, (message, facts = {}) => { log.push({ message, facts }) }, makeObservers)
  const { port } = server.app.server.address() as { port: number }
  return {
    server, port, log,
    ask: (method, path, body, headers = {}) => new Promise((done, reject) => {
      const call = httpRequest({ host: '127.0.0.1', port, method, path, headers: body === undefined ? headers : { 'content-length': String(Buffer.byteLength(body)), ...headers } }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
          const bytes = Buffer.concat(chunks)
          const header = answer.headers['inference-header-content-length']
          const isJson = header !== undefined || (answer.headers['content-type'] ?? '').startsWith('application/json')
          done({ status: answer.statusCode ?? 0, headers: answer.headers, bytes, body: (isJson ? JSON.parse(bytes.subarray(0, header === undefined ? undefined : Number(header)).toString('utf8')) : {}) as Answer['body'] })
        })
      })
      call.on('error', reject)
      call.end(body)
    }),
  }
}

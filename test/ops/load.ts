// Callers of a server: as many at once as are asked for, each on connections that stay open, until they are stopped.
// Every request is counted, and so is every one that did not end with 200 and the right kind of answer.
import { Agent, request } from 'node:http'

export interface Load {
  readonly answered: () => number
  readonly failures: readonly string[]
  /** Answers by the version of the model that gave them. */
  readonly byVersion: Readonly<Record<string, number>>
  /** Ends after the requests under way. */
  stop(): Promise<void>
}

interface Reply { readonly status: number; readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly body: { readonly model_version?: string; readonly error?: string } }

/** One inference over HTTP. Rejects when the connection breaks. */
export function infer(address: string, agent: Agent, body: string, headers: Record<string, string> = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request(`${address}/v2/models/iris/infer`, { agent, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('error', reject).on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        try { resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Reply['body'] }) } catch (thrown) { reject(thrown as Error) }
      })
    })
    call.on('error', reject)
    call.end(body)
  })
}

export const oneRow = JSON.stringify({ inputs: [{ name: 'float_input', shape: [1, 4], datatype: 'FP32', data: [5.1, 3.5, 1.4, 0.2] }] })

export function startLoad(address: string, callers: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: callers })
  const failures: string[] = []
  const byVersion: Record<string, number> = {}
  let [answered, going] = [0, true]
  const call = async (caller: number): Promise<void> => {
    for (let n = 0; going; n++) {
      try {
        const { status, body } = await infer(address, agent, oneRow, { 'x-unit-id': `${caller}-${n}` })
        if (status !== 200 || body.model_version === undefined) failures.push(`${status} ${JSON.stringify(body)}`)
        else byVersion[body.model_version] = (byVersion[body.model_version] ?? 0) + 1
      } catch (thrown) { failures.push(String(thrown)) }
      answered++
    }
  }
  const all = Array.from({ length: callers }, (_, i) => call(i))
  return { answered: () => answered, failures, byVersion, stop: async () => { going = false; await Promise.all(all); agent.destroy() } }
}

// The asking side of the protocol of rpc.ts: pending calls, cancel, progress, events and close.
// Refuses to trust its peer: answers and events are parsed on arrival.
import { answerSchema, type AnswerOf, type Contract, type ProgressOf, type RequestOf } from './contract-kit.ts'
import { fromPlain, SlipwayError } from './errors.ts'
import { readToClient, type EventSchemas, type Port, type ToServer } from './rpc.ts'

export interface CallOptions<P = unknown> {
  readonly signal?: AbortSignal
  readonly onProgress?: (value: P) => void
  /** On abort: `reject` at once (default), or only ask the peer and `wait` until it has really stopped. */
  readonly onAbort?: 'reject' | 'wait'
}

export interface Client<C extends Contract> {
  /** Asks; rejects with a SlipwayError, also when the port closes. An aborted call rejects with `job.cancelled` at once. */
  call<K extends keyof C & string>(method: K, input: RequestOf<C[K]>, options?: CallOptions<ProgressOf<C[K]>>): Promise<AnswerOf<C[K]>>
  /** Listens to an event; the returned function stops. */
  on(name: string, listener: (value: unknown) => void): () => void
  readonly closed: Promise<string>
}

interface Pending { readonly method: string; readonly resolve: (v: unknown) => void; readonly reject: (e: SlipwayError) => void; readonly onProgress?: (v: never) => void; readonly release: () => void }

function parseProgress(contract: Contract, p: Pending | undefined, raw: unknown): void {
  const entry = p === undefined ? undefined : contract[p.method]
  if (p?.onProgress === undefined || entry === undefined || !('progress' in entry)) return
  const parsed = entry.progress.safeParse(raw)
  if (parsed.success) p.onProgress(parsed.data as never)
}

function parseDone(contract: Contract, p: Pending, raw: unknown): void {
  const entry = contract[p.method]
  const parsed = entry === undefined ? undefined : answerSchema(entry).safeParse(raw)
  if (parsed?.success === true) p.resolve(parsed.data)
  else p.reject(new SlipwayError('transport.badMessage', { reason: `the answer to ${p.method} does not follow the contract` }) as SlipwayError)
}

/** Listeners of events by name; every listener gets a parsed value. */
function eventHub(schemas: EventSchemas): { tell(name: string, raw: unknown): void; on: Client<Contract>['on'] } {
  const listeners = new Map<string, Set<(value: unknown) => void>>()
  return {
    tell(name, raw) {
      const parsed = schemas[name]?.safeParse(raw)
      if (parsed?.success === true) for (const listener of listeners.get(name) ?? []) listener(parsed.data)
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => { set.delete(listener) }
    },
  }
}

/** Asks over a port. Answers and events are parsed on arrival; a late answer to a cancelled call is dropped. */
export function connect<C extends Contract>(port: Port, contract: C, eventSchemas: EventSchemas = {}): Client<C> {
  const pending = new Map<number, Pending>()
  const hub = eventHub(eventSchemas)
  let nextId = 1
  let closedBecause: string | null = null
  let tellClosed: (why: string) => void = () => undefined
  const closed = new Promise<string>((resolve) => { tellClosed = resolve })

  const settle = (id: number, how: (p: Pending) => void): void => {
    const p = pending.get(id)
    if (p === undefined) return
    pending.delete(id)
    p.release()
    how(p)
  }
  port.onMessage((raw) => {
    const m = readToClient(raw)
    if (m === null) return
    switch (m.kind) {
      case 'event': return hub.tell(m.name, m.value)
      case 'progress': return parseProgress(contract, pending.get(m.id), m.value)
      case 'done': return settle(m.id, (p) => parseDone(contract, p, m.value))
      case 'fail': return settle(m.id, (p) => p.reject(fromPlain(m.error)))
    }
  })
  port.onClose((why) => {
    closedBecause = why
    for (const id of [...pending.keys()]) settle(id, (p) => p.reject(new SlipwayError('transport.closed', { reason: why }) as SlipwayError))
    tellClosed(why)
  })

  const call = (method: string, input: unknown, options: CallOptions<never> = {}): Promise<unknown> => new Promise((resolve, reject) => {
    if (closedBecause !== null) return reject(new SlipwayError('transport.closed', { reason: closedBecause }))
    if (options.signal?.aborted === true) return reject(new SlipwayError('job.cancelled', {}))
    const id = nextId++
    const onAbort = (): void => {
      port.post({ kind: 'cancel', id } satisfies ToServer)
      if (options.onAbort !== 'wait') settle(id, (p) => p.reject(new SlipwayError('job.cancelled', {}) as SlipwayError))
    }
    options.signal?.addEventListener('abort', onAbort, { once: true })
    const release = (): void => options.signal?.removeEventListener('abort', onAbort)
    pending.set(id, { method, resolve, reject, release, ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }) })
    port.post({ kind: 'call', id, method, input } satisfies ToServer)
  })
  return { call: call as Client<C>['call'], on: hub.on, closed }
}

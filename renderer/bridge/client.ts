// One connection for the whole window: opens a port, asks over it, tells when it closes and opens it again.
// Calls made while the port is still opening wait for it. Owns no cache.
import { contract, events, type SlipwayContract, type SlipwayEvents } from '../../shared/contract.ts'
import type { AnswerOf, RequestOf } from '../../shared/contract-kit.ts'
import { asSlipwayError } from '../../shared/errors.ts'
import type { Port } from '../../shared/rpc.ts'
import { connect, type Client } from '../../shared/rpc-client.ts'
import type { z } from 'zod'

export type Method = keyof SlipwayContract & string
export type EventName = keyof SlipwayEvents
export type EventOf<E extends EventName> = z.infer<SlipwayEvents[E]>

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'closed'; readonly why: string }

export interface Connection {
  state(): ConnectionState
  subscribe(listener: () => void): () => void
  reconnect(): void
  /** Asks; waits while the connection is opening; rejects with a SlipwayError. */
  call<K extends Method>(method: K, input: RequestOf<SlipwayContract[K]>, options?: { readonly signal?: AbortSignal }): Promise<AnswerOf<SlipwayContract[K]>>
  /** Listens across reconnects. */
  on<E extends EventName>(name: E, listener: (value: EventOf<E>) => void): () => void
}

interface Inner {
  state: ConnectionState
  opening: Promise<Client<SlipwayContract>>
  readonly listeners: Set<() => void>
  readonly handlers: Map<EventName, Set<(value: never) => void>>
}

function setState(inner: Inner, state: ConnectionState): void {
  inner.state = state
  for (const listener of inner.listeners) listener()
}

async function begin(inner: Inner, open: () => Promise<Port>): Promise<Client<SlipwayContract>> {
  setState(inner, { kind: 'connecting' })
  try {
    const client = connect(await open(), contract, events)
    for (const name of Object.keys(events) as EventName[]) {
      client.on(name, (value) => { for (const handler of inner.handlers.get(name) ?? []) handler(value as never) })
    }
    void client.closed.then((why) => setState(inner, { kind: 'closed', why }))
    setState(inner, { kind: 'open' })
    return client
  } catch (thrown) {
    const error = asSlipwayError(thrown)
    setState(inner, { kind: 'closed', why: error.message })
    throw error
  }
}

/** Opens a connection over the port that `open` gives, now and again on every `reconnect`. */
export function openConnection(open: () => Promise<Port>): Connection {
  const inner: Inner = { state: { kind: 'connecting' }, opening: new Promise(() => undefined), listeners: new Set(), handlers: new Map() }
  const start = (): void => {
    inner.opening = begin(inner, open)
    inner.opening.catch(() => undefined)
  }
  start()
  return {
    state: () => inner.state,
    subscribe: (listener) => { inner.listeners.add(listener); return () => { inner.listeners.delete(listener) } },
    reconnect: start,
    call: async (method, input, options) => (await inner.opening).call(method, input, options?.signal === undefined ? {} : { signal: options.signal }),
    on: (name, listener) => {
      const set = inner.handlers.get(name) ?? new Set()
      inner.handlers.set(name, set.add(listener as (value: never) => void))
      return () => { set.delete(listener as (value: never) => void) }
    },
  }
}

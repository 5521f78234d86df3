// A core in memory, for tests and for looking at screens: fake answers behind the real protocol. Typed by the contract, so a
// fake cannot drift from it. Never part of the shipped window.
import { contract, events, type SlipwayContract } from '../../shared/contract.ts'
import type { Handlers } from '../../shared/contract-kit.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { portPair } from '../../shared/port-pair.ts'
import { serve, type Port, type Server } from '../../shared/rpc.ts'
import type { EventName, EventOf } from './client.ts'

export type FakeHandlers = Partial<Handlers<SlipwayContract>>

export interface InMemoryCore {
  /** Opens a fresh port to this core, as the window would. */
  open(): Promise<Port>
  tell<E extends EventName>(name: E, value: EventOf<E>): void
  /** Closes every port, as if main were gone. */
  hangUp(why: string): void
}

/** A core that answers from `handlers`; what has none fails with `transport.badMessage`. */
export function inMemoryCore(handlers: FakeHandlers): InMemoryCore {
  const all: Record<string, unknown> = {}
  for (const key of Object.keys(contract)) {
    all[key] = handlers[key as keyof SlipwayContract] ?? (() => { throw new SlipwayError('transport.badMessage', { reason: `nothing answers ${key}` }) })
  }
  const servers = new Set<Server>()
  const closers = new Set<(why: string) => void>()
  return {
    open: async () => {
      const [mine, theirs] = portPair()
      servers.add(serve(theirs, contract, all as Handlers<SlipwayContract>, { events, progressEveryMs: 0, onBug: (thrown, method) => console.error(method, thrown) }))
      closers.add((why) => mine.close(why))
      return mine
    },
    tell: (name, value) => { for (const server of servers) server.event(name, value) },
    hangUp: (why) => {
      for (const close of closers) close(why)
      closers.clear()
      servers.clear()
    },
  }
}

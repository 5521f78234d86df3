// Hands the connection, the job store and the query cache to every screen. Invalidation happens here and nowhere else:
// a `changed` event drops every answer whose method reads one of the changed tags.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useSyncExternalStore, type ReactNode } from 'react'
import type { AdmittedFile } from '../../shared/contract.ts'
import { contract } from '../../shared/contract.ts'
import type { Tag } from '../../shared/contract-kit.ts'
import type { Connection, ConnectionState, EventName, EventOf } from './client.ts'
import { followJobs, type JobStore } from './job-store.ts'

export interface Bridge {
  readonly connection: Connection
  readonly jobs: JobStore
  readonly queries: QueryClient
  /** Gives the token for a dropped file; null when it cannot be admitted. */
  readonly admit: (file: File) => Promise<AdmittedFile | null>
  /** The file behind each `dataset.add` of this window, so that a refused one can be read with other settings. */
  readonly handed: Map<string, HandedFile>
}

/** `quiet`: whoever asked shows the failure, so the report of what came in need not. */
export interface HandedFile { readonly file: AdmittedFile; readonly quiet: boolean }

/** Builds what BridgeProvider hands out; one per window. */
export function createBridge(connection: Connection, admit: Bridge['admit']): Bridge {
  const queries = new QueryClient({
    defaultOptions: { queries: { staleTime: Infinity, retry: false, refetchOnWindowFocus: false, refetchOnReconnect: false, networkMode: 'always' }, mutations: { retry: false, networkMode: 'always' } },
  })
  return { connection, jobs: followJobs(connection), queries, admit, handed: new Map() }
}

/** Whether an answer of `method` is stale once `tags` have changed. */
export function readsAny(method: unknown, tags: readonly Tag[]): boolean {
  if (typeof method !== 'string' || !Object.hasOwn(contract, method)) return false
  const entry = contract[method as keyof typeof contract]
  return entry.kind === 'query' && (entry.reads as readonly Tag[]).some((tag) => tags.includes(tag))
}

const BridgeContext = createContext<Bridge | null>(null)

/** The bridge of this window; a screen outside BridgeProvider is a mistake. */
export function useBridge(): Bridge {
  const bridge = useContext(BridgeContext)
  if (bridge === null) throw new Error('the screen is not inside BridgeProvider')
  return bridge
}

export function BridgeProvider({ bridge, children }: { readonly bridge: Bridge; readonly children: ReactNode }): ReactNode {
  useEffect(() => {
    const stopChanged = bridge.connection.on('changed', (tags) => {
      void bridge.queries.invalidateQueries({ predicate: (query) => readsAny(query.queryKey[0], tags) })
    })
    let lost = false
    const stopState = bridge.connection.subscribe(() => {
      const { kind } = bridge.connection.state()
      // What changed while the connection was away is unknown, so everything is asked again.
      if (kind === 'open' && lost) void bridge.queries.invalidateQueries()
      lost = kind === 'open' ? false : lost || kind === 'closed'
    })
    return () => { stopChanged(); stopState() }
  }, [bridge])
  return (
    <BridgeContext.Provider value={bridge}>
      <QueryClientProvider client={bridge.queries}>{children}</QueryClientProvider>
    </BridgeContext.Provider>
  )
}

/** Open, connecting or closed; renders again when it changes. */
export function useConnectionState(): ConnectionState {
  const { connection } = useBridge()
  return useSyncExternalStore(connection.subscribe, connection.state)
}

/** Listens to an event of the core while the component lives. */
export function useCoreEvent<E extends EventName>(name: E, listener: (value: EventOf<E>) => void): void {
  const { connection } = useBridge()
  useEffect(() => connection.on(name, listener), [connection, name, listener])
}

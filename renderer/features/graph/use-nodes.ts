// All nodes of a version’s graphs, page by page, up to as many as are drawn.
import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { GraphNode, GraphSizes, GraphSource } from '../../../shared/domain/graph.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { useBridge } from '../../bridge/bridge.tsx'

const pageSize = 2500
export const mostNodes = 50_000

export interface LoadedNodes { readonly nodes: readonly GraphNode[] | null; readonly error: unknown; readonly retry: () => void }

export function useNodes(versionId: VersionId, which: GraphSource, sizes: GraphSizes, total: number | null): LoadedNodes {
  const { connection } = useBridge()
  const pages = total === null ? [] : Array.from({ length: Math.ceil(Math.min(total, mostNodes) / pageSize) }, (_, i) => ({ versionId, which, sizes, offset: i * pageSize, limit: pageSize }))
  const answers = useQueries({ queries: pages.map((input) => ({ queryKey: ['version.graphNodes', input], queryFn: ({ signal }: { readonly signal: AbortSignal }) => connection.call('version.graphNodes', input, { signal }) })) })
  const whole = total !== null && answers.every((a) => a.data !== undefined)
  const stamp = whole ? answers.map((a) => a.dataUpdatedAt).join(' ') : ''
  const nodes = useMemo(() => (whole ? answers.flatMap((a) => a.data?.nodes ?? []) : null), [whole, stamp, versionId, which])
  return { nodes, error: answers.find((a) => a.error !== null)?.error ?? null, retry: () => { for (const a of answers) if (a.error !== null) void a.refetch() } }
}

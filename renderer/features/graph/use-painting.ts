// What the drawing is painted with: times of the newest device report that has a profile, and the difference to another version.
import { useEffect, useMemo } from 'react'
import type { SpeedReport } from '../../../shared/domain/device-report.ts'
import type { GraphNode } from '../../../shared/domain/graph.ts'
import type { LayerDiff, ModelDiff } from '../../../shared/domain/model-diff.ts'
import { nodeLabel } from '../../../shared/graph/graph-words.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import type { DiffMark, Painting, Paint } from './look.ts'

export interface Times { readonly report: SpeedReport | null; readonly matched: ReadonlyMap<number, { readonly ms: number; readonly provider: string }> }

/** The newest profile. Its nodes are found by name; those that the runtime joined to others are not. */
export function useTimes(versionId: VersionId, nodes: readonly GraphNode[] | null): Times {
  const asked = useCall('version.devices', { versionId })
  const report = asked.data?.speed.find((s) => s.profile !== null) ?? null
  const matched = useMemo(() => {
    const byName = new Map((nodes ?? []).flatMap((n) => (n.name === '' ? [] : [[n.name, n.id] as const])))
    const out = new Map<number, { ms: number; provider: string }>()
    for (const timed of report?.profile?.nodes ?? []) {
      const id = byName.get(timed.name)
      if (id !== undefined) out.set(id, { ms: (out.get(id)?.ms ?? 0) + timed.ms, provider: timed.provider })
    }
    return out
  }, [report, nodes])
  return { report, matched }
}

const changed: ReadonlySet<string> = new Set(['quantised', 'dequantised', 'resized', 'settings', 'rewired', 'converted', 'retrained'])

function markOf(layer: LayerDiff): DiffMark {
  if (layer.before === null) return 'added'
  if (layer.statuses.some((s) => changed.has(s))) return 'changed'
  return layer.statuses.some((s) => s === 'moved' || s === 'renamed') ? 'moved' : 'same'
}

export interface Differences { readonly diff: ModelDiff | null; readonly busy: boolean; readonly error: unknown; readonly marks: ReadonlyMap<number, DiffMark>; readonly removed: readonly LayerDiff[]; /** by node of this graph */ readonly layers: ReadonlyMap<number, LayerDiff>; readonly retry: () => void }

/** The difference from another version to this one, laid on the nodes of this one’s own graph. */
export function useDifferences(other: VersionId | null, versionId: VersionId, nodes: readonly GraphNode[] | null): Differences {
  const job = useJobHandle('version.diff')
  const { start } = job
  const retry = (): void => { if (other !== null) void start({ left: other, right: versionId }) }
  useEffect(() => { if (other !== null) void start({ left: other, right: versionId }) }, [start, other, versionId])
  const diff = other !== null && job.result?.left.versionId === other && job.result.right.versionId === versionId ? job.result : null
  const found = useMemo(() => {
    const byLabel = new Map((nodes ?? []).flatMap((n) => (n.scope === 0 ? [[nodeLabel(n), n.id] as const] : [])))
    const layers = new Map<number, LayerDiff>()
    for (const layer of diff?.graph.layers ?? []) {
      const id = layer.scope === '' && layer.after !== null ? byLabel.get(layer.after.name) : undefined
      if (id !== undefined) layers.set(id, layer)
    }
    return { layers, marks: new Map([...layers].map(([id, l]) => [id, markOf(l)])), removed: (diff?.graph.layers ?? []).filter((l) => l.after === null) }
  }, [diff, nodes])
  return { diff, busy: other !== null && diff === null && job.error === null, error: job.error, ...found, retry }
}

export function usePainting(paint: Paint, times: Times, differences: Differences): Painting {
  return useMemo(() => ({ paint, times: times.matched, marks: differences.marks }), [paint, times.matched, differences.marks])
}

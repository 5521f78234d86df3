// Reads what ONNX Runtime's own profiler wrote: which provider ran each node, and for how long. Owns that format and nothing else.
// Refuses to guess: a node that the profile does not name is not counted.

/** One node as the runtime ran it, after it has joined, split and added nodes. */
export interface ProfiledNode {
  readonly name: string
  readonly operator: string
  /** The runtime's own name of the provider, such as `WebGpuExecutionProvider`. */
  readonly provider: string
  /** True for a node that the runtime added to move a tensor between two devices; the model's file does not hold it. */
  readonly copy: boolean
  /** Milliseconds of each counted call, as the processor saw them: for a device that works on its own, the time to hand the work over. */
  readonly hostMs: readonly number[]
  /** Milliseconds that the device itself reported, over the counted calls; null when it reported none. */
  readonly deviceMs: number | null
}

interface ProfileEvent { readonly cat?: string; readonly name?: string; readonly ts?: number; readonly dur?: number; readonly args?: { readonly provider?: string; readonly op_name?: string; readonly node_index?: string } }

const suffix = '_kernel_time'
const copies: ReadonlySet<string> = new Set(['MemcpyToHost', 'MemcpyFromHost'])

/** Device times by `node name` and operator: the device's events are named `node&operator&program`. The first `warm` of `calls` equal parts are left out. */
function deviceTimes(events: readonly ProfileEvent[], warm: number, calls: number): ReadonlyMap<string, number> {
  const seen = new Map<string, number[]>()
  for (const { cat, name, dur } of events) {
    if (cat !== 'Api' || name === undefined || dur === undefined) continue
    const parts = name.split('&')
    if (parts.length < 3) continue
    const key = `${parts.slice(0, -2).join('&')}\0${parts.at(-2)!}`
    seen.set(key, [...(seen.get(key) ?? []), dur])
  }
  return new Map([...seen].map(([key, times]) => {
    const perCall = times.length % calls === 0 ? times.length / calls : 0
    return [key, times.slice(warm * perCall).reduce((sum, t) => sum + t / 1000, 0)]
  }))
}

/**
 * The nodes of a profiled session in the order of their first run. `calls`: how often the session ran; the first `warm` calls do not count
 * for the times, since they compile what a device needs.
 */
export function readProfile(text: string, calls: number, warm: number): ProfiledNode[] {
  const events = JSON.parse(text) as readonly ProfileEvent[]
  const runs = events.filter((e) => e.cat === 'Session' && e.name === 'model_run')
  const lastWarm = warm === 0 ? undefined : runs[warm - 1]
  const from = lastWarm === undefined ? -Infinity : (lastWarm.ts ?? 0) + (lastWarm.dur ?? 0)
  const device = deviceTimes(events, warm, calls)
  const nodes = new Map<string, Omit<ProfiledNode, 'hostMs'> & { hostMs: number[] }>()
  for (const { cat, name, ts, dur, args } of events) {
    if (cat !== 'Node' || name?.endsWith(suffix) !== true || args?.provider === undefined || args.provider === '') continue
    const own = name.slice(0, -suffix.length)
    const operator = args.op_name ?? 'unknown'
    const key = `${own}\0${args.node_index ?? ''}`
    const node = nodes.get(key) ?? { name: own, operator, provider: args.provider, copy: copies.has(operator), hostMs: [], deviceMs: device.get(`${own}\0${operator}`) ?? null }
    nodes.set(key, node)
    if ((ts ?? 0) >= from && dur !== undefined) node.hostMs.push(dur / 1000)
  }
  return [...nodes.values()]
}

/** The model's nodes by provider, most first; what the runtime added to copy tensors is no node of the model. */
export function countNodes(profile: readonly ProfiledNode[]): { provider: string; nodes: number }[] {
  const counts = new Map<string, number>()
  for (const node of profile) if (!node.copy) counts.set(node.provider, (counts.get(node.provider) ?? 0) + 1)
  return [...counts].map(([provider, nodes]) => ({ provider, nodes })).sort((a, b) => b.nodes - a.nodes)
}

/** The operators of the nodes that did not run on `provider`, most first. */
export function operatorsElsewhere(profile: readonly ProfiledNode[], provider: string): { operator: string; provider: string; nodes: number }[] {
  const counts = new Map<string, { operator: string; provider: string; nodes: number }>()
  for (const node of profile) {
    if (node.copy || node.provider === provider) continue
    const key = `${node.operator}\0${node.provider}`
    const entry = counts.get(key) ?? { operator: node.operator, provider: node.provider, nodes: 0 }
    entry.nodes++
    counts.set(key, entry)
  }
  return [...counts.values()].sort((a, b) => b.nodes - a.nodes || (a.operator < b.operator ? -1 : 1))
}

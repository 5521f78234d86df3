// What the execution providers are called wherever a person reads of them, and where a run really ran, in one sentence.
// Owns the words; refuses to call a run one of a device that ran none of it.
import type { ExecutionProvider, RunEnvironment } from './domain/run.ts'

export const deviceNames: Readonly<Record<ExecutionProvider, string>> = { cpu: 'CPU', webgpu: 'WebGPU', cuda: 'CUDA', tensorrt: 'TensorRT', dml: 'DirectML', coreml: 'Core ML' }

/** The runtime's own names, as they stand in profiles and in `nodesByProvider`. */
export const runtimeNames: Readonly<Record<ExecutionProvider, string>> = {
  cpu: 'CPUExecutionProvider', webgpu: 'WebGpuExecutionProvider', cuda: 'CUDAExecutionProvider', tensorrt: 'TensorrtExecutionProvider', dml: 'DmlExecutionProvider', coreml: 'CoreMLExecutionProvider',
}

/** `the CPU`, but `CUDA`. */
export const deviceWord = (provider: ExecutionProvider): string => (provider === 'cpu' ? 'the CPU' : deviceNames[provider])

type Placed = Pick<RunEnvironment, 'providerAsked' | 'providerUsed' | 'nodesByProvider' | 'fellBack'>

const operatorsNamed = 4

/** ` (2 MatMulInteger, Cast)`: the operators that fell back, most first; empty where they were not recorded. */
export function fallbackOperators(e: Pick<Placed, 'fellBack'>): string {
  const counts = new Map<string, number>()
  for (const { operator, nodes } of e.fellBack ?? []) counts.set(operator, (counts.get(operator) ?? 0) + nodes)
  const words = [...counts].map(([operator, nodes]) => (nodes === 1 ? operator : `${nodes} ${operator}`))
  const rest = words.length - operatorsNamed
  return words.length === 0 ? '' : ` (${words.slice(0, operatorsNamed).join(', ')}${rest > 0 ? ` and ${rest} more kind${rest === 1 ? '' : 's'}` : ''})`
}

/** How many nodes did not run where they were asked to; null when the runtime gave no profile. */
export function fallenBack(e: Placed): number | null {
  if (e.nodesByProvider.length === 0) return e.providerAsked === 'cpu' ? 0 : null
  return e.nodesByProvider.reduce((sum, n) => sum + (n.provider === runtimeNames[e.providerAsked] ? 0 : n.nodes), 0)
}

/** The first line of a result: the device asked for, the device that ran, the nodes that fell back. */
export function deviceLine(e: Placed): string {
  const asked = deviceWord(e.providerAsked)
  const total = e.nodesByProvider.reduce((sum, n) => sum + n.nodes, 0)
  const all = total === 1 ? 'its one node' : `all ${total} nodes`
  const away = fallenBack(e)
  if (e.providerAsked !== e.providerUsed) return `Asked for ${asked}, but ran on ${deviceWord(e.providerUsed)}${total === 0 ? '' : `: ${all} fell back${fallbackOperators(e)}`}.`
  if (away === null) return `Asked for ${asked}; the runtime gave no profile, so it is not known which nodes ran there.`
  if (away > 0) return `Asked for ${asked}: ${total - away} of ${total} nodes ran there, ${away} fell back to ${e.nodesByProvider.filter((n) => n.provider !== runtimeNames[e.providerAsked]).map((n) => (n.provider === runtimeNames.cpu ? 'the CPU' : n.provider)).join(' and ')}${fallbackOperators(e)}.`
  return total === 0 ? `Ran on ${asked}, as asked.` : `Ran on ${asked}, as asked: ${all}.`
}

// How the numbers and names of a graph are written, on screen and on the command line alike.
import type { GraphNode } from '../domain/graph.ts'

const steps = ['', 'K', 'M', 'G', 'T', 'P'] as const

/** A count of operations with three significant digits: `842 FLOPs`, `1.82 GFLOPs`. */
export function formatFlops(flops: number): string {
  let value = flops
  let step = 0
  while (value >= 999.5 && step < steps.length - 1) { value /= 1000; step++ }
  return `${step === 0 ? String(Math.round(value)) : value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${steps[step] ?? ''}FLOPs`
}

/** What a node is called: its name, else in brackets the value that it makes. */
export const nodeLabel = (node: Pick<GraphNode, 'name' | 'outputs' | 'id'>): string => (node.name === '' ? `(${node.outputs.find((o) => o !== '') ?? node.id})` : node.name)

// The graph of a model as it is shown: nodes, the graphs that hold them, values with shapes, costs, and the numbers of one tensor.
// Shapes only. How they are found is told in docs/model-graph.md.
import { z } from 'zod'
import { Dimension, OperatorCount, TensorType } from './model.ts'

/** Sizes that stand for named or open ones where costs are counted; every other one is taken as 1. */
export const GraphSizes = z.record(z.string().min(1).max(200), z.number().int().positive().max(1e12))
export type GraphSizes = z.infer<typeof GraphSizes>

/** As the file came, or as it runs after its sequence and map outputs were rewritten. */
export const GraphSource = z.enum(['original', 'running'])
export type GraphSource = z.infer<typeof GraphSource>

export const GraphValue = z.object({
  name: z.string(), text: z.string(), dtype: TensorType.nullable(), shape: z.array(Dimension).nullable(),
  /** Who says so: the file, our own inference, a constant of the file, or nobody. */
  known: z.enum(['declared', 'inferred', 'constant', 'unknown']),
})
export type GraphValue = z.infer<typeof GraphValue>

/** One graph: the model's own (always the first), the body of an If, Loop or Scan, or a function of the model. */
export const GraphScope = z.object({
  id: z.number().int().nonnegative(), kind: z.enum(['graph', 'body', 'function']), name: z.string(),
  /** The node that holds a body; null for the model's graph and for functions. */
  node: z.number().int().nullable(),
  /** Ids of its nodes are `first` to `first + nodes − 1`. */
  first: z.number().int(), nodes: z.number().int(),
  inputs: z.array(GraphValue), outputs: z.array(GraphValue),
})
export type GraphScope = z.infer<typeof GraphScope>

export const GraphNode = z.object({
  id: z.number().int().nonnegative(), scope: z.number().int().nonnegative(), name: z.string(), op: z.string(), domain: z.string(),
  /** Names of values; empty where an optional one is left out. */
  inputs: z.array(z.string()), outputs: z.array(z.string()),
  /** Values of the graphs around, taken by the bodies inside it. */
  captures: z.array(z.string()),
  /** Scopes that it opens: its bodies, or its function. */
  opens: z.array(z.number().int()),
  /** Numbers in the constants that it alone or with others takes, and their largest shape, such as `64×3×7×7`. */
  parameters: z.number(), weights: z.string(),
  /** The first output’s type. */
  output: z.string(),
  /** Of one call at the assumed sizes; null: not known. */
  flops: z.number().nullable(), outputBytes: z.number().nullable(),
})
export type GraphNode = z.infer<typeof GraphNode>

export const GraphCost = z.object({
  /** Null: no node has a known number. `unknown`: nodes without one. */
  flops: z.number().nullable(), unknown: z.number().int(),
  parameterBytes: z.number(),
  /** All values that nodes make, and the most that live at once in the order of the file; null where no size is known. */
  activationBytes: z.number().nullable(), peakBytes: z.number().nullable(), bytesUnknown: z.number().int(),
})
export type GraphCost = z.infer<typeof GraphCost>

export const GraphOverview = z.object({
  which: GraphSource, nodes: z.number().int(), scopes: z.array(GraphScope), scopesLeftOut: z.number().int(),
  operators: z.array(OperatorCount),
  initializers: z.object({ tensors: z.number().int(), elements: z.number(), bytes: z.number() }),
  /** As everywhere in Slipway: see docs/model-graph.md. */
  parameters: z.number(), parameterBytes: z.number(),
  cost: GraphCost,
  /** Named or open sizes of the inputs with the number that costs are counted with. */
  sizes: z.array(z.object({ name: z.string(), size: z.number() })),
  /** Values that nodes of all graphs make, by how their shape is known. */
  shapes: z.object({ values: z.number().int(), declared: z.number().int(), inferred: z.number().int(), unknown: z.number().int() }),
  notes: z.array(z.string()),
})
export type GraphOverview = z.infer<typeof GraphOverview>

export const GraphPage = z.object({ total: z.number().int(), nodes: z.array(GraphNode) })
export type GraphPage = z.infer<typeof GraphPage>

/** A tensor of the file behind an input or a setting. `slot`: what to ask its numbers by. */
export const GraphTensor = z.object({ slot: z.string(), name: z.string(), dtype: TensorType, dims: z.array(z.number()), elements: z.number(), bytes: z.number(), external: z.string().nullable() })
export type GraphTensor = z.infer<typeof GraphTensor>

export const GraphNodeDetail = z.object({
  node: GraphNode,
  attributes: z.array(z.object({ name: z.string(), type: z.string(), text: z.string(), tensor: GraphTensor.nullable() })),
  inputs: z.array(z.object({ value: GraphValue, /** the constant behind it */ tensor: GraphTensor.nullable() })),
  outputs: z.array(GraphValue),
  documentation: z.string(),
})
export type GraphNodeDetail = z.infer<typeof GraphNodeDetail>

/** The numbers of one tensor, read whole. Everything but the counts is over its finite values. */
export const TensorStatistics = z.object({
  tensor: GraphTensor,
  /** null: it holds texts, or numbers of a kind that is not read. */
  numbers: z.object({
    minimum: z.number().nullable(), maximum: z.number().nullable(), mean: z.number().nullable(), deviation: z.number().nullable(), norm: z.number(),
    zeros: z.number(), negative: z.number(), notANumber: z.number(), infinite: z.number(),
    /** Equal bins from the smallest to the largest value. */
    histogram: z.object({ edges: z.array(z.number()), counts: z.array(z.number()) }).nullable(),
  }).nullable(),
  /** The first values, in order. */
  first: z.array(z.string()), why: z.string().nullable(),
})
export type TensorStatistics = z.infer<typeof TensorStatistics>


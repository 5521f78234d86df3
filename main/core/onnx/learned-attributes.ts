// Which attributes of the classical operators (domain ai.onnx.ml) hold what training found, by the specification of that domain.
// Refuses to count settings, class labels and vocabularies among them.
import type { NodeRecord } from './records.ts'

/** Float lists that are weights. */
const lists: ReadonlySet<string> = new Set([
  'coefficients', 'intercepts', 'support_vectors', 'rho', 'prob_a', 'prob_b', 'nodes_values', 'class_weights', 'target_weights', 'base_values', 'offset', 'scale', 'imputed_value_floats',
  'leaf_weights', 'nodes_splits',
])

/** Whether an attribute lists learned floats. */
export const isLearnedList = (node: Pick<NodeRecord, 'domain'>, name: string): boolean => node.domain === 'ai.onnx.ml' && lists.has(name)

/** Whether an attribute is the shape of what was learned: the nodes of trees, the number of support vectors. */
export function isLearnedShape(node: Pick<NodeRecord, 'domain' | 'opType'>, name: string): boolean {
  if (node.domain !== 'ai.onnx.ml') return false
  if (lists.has(name) || name === 'vectors_per_class') return true
  return node.opType.startsWith('TreeEnsemble') && /^(nodes|class|target|leaf|tree|membership)_/.test(name)
}

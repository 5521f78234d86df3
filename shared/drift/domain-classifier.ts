// Joint drift: whether boosted trees can tell live rows from reference rows by all columns together, on rows that they were not made from.
// What no column shows alone (two inputs that used to move together) shows here. Owns the method; refuses to call chance drift.
import type { JointDrift } from '../domain/monitor.ts'
import { growTree, leafOf, type TreeFeature, type TreeNode } from '../baselines/tree.ts'
import { areaInterval } from '../statistics/area-interval.ts'
import { pairedAreas } from '../statistics/delong.ts'
import { randomStream } from '../statistics/random.ts'

/** One column of both samples, rows of the reference first. */
export type JointColumn = TreeFeature

const rounds = 15
const rate = 0.35
const options = { depth: 4, leafRows: 20 } as const
/** Fewer rows on a side say nothing. */
export const fewestJoint = 200
/** More rows on a side are not looked at: they cost time and show nothing that matters. */
export const mostJoint = 3000
/** An area nearer to one half is no drift, however sure. */
const leastArea = 0.55

const pick = (feature: TreeFeature, rows: readonly number[]): TreeFeature => (feature.kind === 'number' ? { ...feature, values: Float64Array.from(rows, (r) => feature.values[r]!) } : { ...feature, places: Int32Array.from(rows, (r) => feature.places[r]!) })

/** Sums how much each column's splits explain. */
function addGains(node: TreeNode, gains: Float64Array): void {
  if (node.split === null || node.left === null || node.right === null) return
  gains[node.split.feature]! += Math.max(0, node.rows * node.impurity - node.left.rows * node.left.impurity - node.right.rows * node.right.impurity)
  addGains(node.left, gains)
  addGains(node.right, gains)
}

/** Scores of `asked` rows by trees that were fitted to the residuals of `known` rows: J. H. Friedman, Annals of Statistics 29, 2001, with the logistic loss. */
function boost(features: readonly TreeFeature[], isLive: Uint8Array, known: readonly number[], asked: readonly number[], gains: Float64Array): Float64Array {
  const [own, other] = [features.map((f) => pick(f, known)), features.map((f) => pick(f, asked))]
  const [fitted, scores] = [new Float64Array(known.length), new Float64Array(asked.length)]
  for (let round = 0; round < rounds; round++) {
    const residuals = Float64Array.from(known, (row, i) => isLive[row]! - 1 / (1 + Math.exp(-fitted[i]!)))
    const tree = growTree(own, { kind: 'values', values: residuals }, options)
    addGains(tree, gains)
    // A mean residual of 1/4 of a share moves the logit by about one.
    for (let i = 0; i < fitted.length; i++) fitted[i]! += rate * 4 * leafOf(tree, own, i).answer[0]!
    for (let i = 0; i < scores.length; i++) scores[i]! += rate * 4 * leafOf(tree, other, i).answer[0]!
  }
  return scores
}

/** Splits the rows into two halves by chance, answers each half by the trees of the other, and measures one area over all. `reference`: so many rows come first. */
export function jointDrift(features: readonly JointColumn[], reference: number, live: number, compared: string, seed = 1): JointDrift {
  const rows = { reference, live }
  const none = (reason: string, verdict: JointDrift['verdict'] = null): JointDrift => ({ state: 'not-measured', reason, auc: null, verdict, rows, columns: [] })
  if (features.length === 0) return none('No column is known on both sides.')
  if (Math.min(reference, live) < fewestJoint) return none(`Not enough data: ${fewestJoint} rows are needed on each side.`, 'not-enough')
  const isLive = Uint8Array.from({ length: reference + live }, (_, i) => (i < reference ? 0 : 1))
  const random = randomStream(seed)
  const half = Uint8Array.from(isLive, () => random.below(2))
  const of = (h: number): number[] => Array.from(half.keys()).filter((i) => half[i] === h)
  const gains = new Float64Array(features.length)
  const [first, second] = [of(0), of(1)]
  const parts = [[first, boost(features, isLive, second, first, gains)], [second, boost(features, isLive, first, second, gains)]] as const
  // Each half has its own trees, so areas are measured within halves and their mean is told; scores of two halves are not comparable.
  const areas = parts.map(([asked, scores]) => {
    const truth = Uint8Array.from(asked, (r) => isLive[r]!)
    const one = pairedAreas(truth, new Float64Array(asked.length), scores)
    return one === null ? null : { area: one.second, error: one.standardError }
  })
  if (areas.some((a) => a === null)) return none('Not enough data on one side.', 'not-enough')
  const area = (areas[0]!.area + areas[1]!.area) / 2
  const error = Math.sqrt(areas[0]!.error ** 2 + areas[1]!.error ** 2) / 2
  const interval = areaInterval(area, error, { positives: live, negatives: reference })
  const all = gains.reduce((sum, g) => sum + g, 0)
  return {
    state: 'measured', reason: compared, auc: { value: area, low: interval?.low ?? null, high: interval?.high ?? null }, rows,
    verdict: area >= leastArea && interval !== null && interval.low > 0.5 ? 'drift' : 'none',
    columns: features.map((f, i) => ({ column: f.name, share: all === 0 ? 0 : gains[i]! / all })).filter((c) => c.share > 0).sort((a, b) => b.share - a.share).slice(0, 20),
  }
}

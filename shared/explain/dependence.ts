// Partial dependence: the mean answer when one column is set to a value in every row. Owns the choice of values.
// J. H. Friedman, "Greedy function approximation: a gradient boosting machine", Ann. Stat. 29, 2001, section 8.2.
import type { Dependence, DependencePoint } from '../domain/explanation.ts'
import { influenceError } from '../statistics/scaled-interval.ts'
import { normalQuantile975 } from '../statistics/wilson.ts'
import type { Explainable, Feature } from './explainable.ts'

/** A sampled row whose cell stands for the value, and how many sampled rows the value speaks for. */
interface Anchor { readonly row: number, readonly value: number | string, readonly rows: number }

/** The most common texts, most common first; equally common ones by the alphabet. */
function commonTexts(feature: Feature, rows: number, most: number): Anchor[] {
  const first = new Map<string, { row: number, rows: number }>()
  for (let row = 0; row < rows; row++) {
    const value = String(feature.values[row])
    const seen = first.get(value)
    if (seen === undefined) first.set(value, { row, rows: 1 })
    else seen.rows++
  }
  return [...first].sort((a, b) => b[1].rows - a[1].rows || (a[0] < b[0] ? -1 : 1)).slice(0, most).map(([value, found]) => ({ value, ...found }))
}

const spreadOver = (order: readonly number[], steps: number): number[] =>
  Array.from({ length: Math.min(steps, order.length) }, (_, i) => order[order.length === 1 || steps === 1 ? 0 : Math.round(i * (order.length - 1) / (Math.min(steps, order.length) - 1))]!)

/** Numbers at evenly spread ranks, each once, ascending; where most rows share a few values, half of them spread over the different values. */
function spreadNumbers(feature: Feature, rows: number, most: number): Anchor[] {
  const order = Array.from({ length: rows }, (_, row) => row).filter((row) => !Number.isNaN(Number(feature.values[row]))).sort((a, b) => Number(feature.values[a]) - Number(feature.values[b]) || a - b)
  if (order.length === 0) return []
  const valueOf = (row: number): number => Number(feature.values[row])
  const distinct = order.filter((row, i) => i === 0 || valueOf(row) !== valueOf(order[i - 1]!))
  const byRank = new Map(spreadOver(order, most).map((row) => [valueOf(row), row]))
  const chosen = byRank.size >= Math.min(most, distinct.length) / 2 ? byRank
    : new Map([...spreadOver(order, Math.ceil(most / 2)), ...spreadOver(distinct, Math.floor(most / 2))].map((row) => [valueOf(row), row]))
  const anchors = [...chosen].sort((a, b) => a[0] - b[0]).map(([value, row]) => ({ row, value, rows: 0 }))
  let at = 0
  for (const row of order) {
    const value = Number(feature.values[row])
    while (at + 1 < anchors.length && Math.abs(anchors[at + 1]!.value - value) <= Math.abs(anchors[at]!.value - value)) at++
    anchors[at]!.rows++
  }
  return anchors
}

/** The curves of all features, the widest first. `output` picks the number that is averaged. Features with one value have no curve. */
export async function partialDependence(model: Explainable, output: number, values: number): Promise<Dependence[]> {
  const curves: Dependence[] = []
  for (let f = 0; f < model.features.length; f++) {
    const feature = model.features[f]!
    const anchors = feature.kind === 'text' ? commonTexts(feature, model.rows, values) : spreadNumbers(feature, model.rows, values)
    if (anchors.length < 2) continue
    const points: DependencePoint[] = []
    for (const anchor of anchors) {
      const answers = await model.predict(model.rows, (row, g) => (g === f ? anchor.row : row))
      const own = Float64Array.from({ length: model.rows }, (_, row) => answers[row * model.width + output]!)
      const mean = own.reduce((sum, v) => sum + v, 0) / model.rows
      const half = normalQuantile975 * influenceError(own, model.rows)
      points.push({ value: anchor.value, mean, low: mean - half, high: mean + half, rows: anchor.rows })
    }
    const means = points.map((p) => p.mean)
    curves.push({ feature: feature.name, kind: feature.kind, points, range: Math.max(...means) - Math.min(...means) })
  }
  return curves.sort((a, b) => b.range - a.range)
}

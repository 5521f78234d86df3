// Curves of the fixtures and the metrics of labels by argmax, from the engine's own scores.
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import type { Curve } from '../../shared/domain/run.ts'
import { json, type Conformance } from './conformance-cases.ts'
import { answersOf, evaluated, keptFolder } from './conformance-evaluations.ts'
import { openTally, type Tally } from './conformance-tally.ts'
import { evaluateOn, quiet } from './evaluate-case.ts'
import { isExactPath, leaves, producedLeaf } from './reference-walker.ts'

interface Curves { readonly roc: { readonly fpr: readonly number[]; readonly tpr: readonly number[]; readonly thresholds: readonly (number | null)[] }; readonly precision_recall: { readonly precision: readonly number[]; readonly recall: readonly number[]; readonly thresholds: readonly number[] } }
interface Point { readonly fpr: number; readonly recall: number; readonly precision: number }

/** By how much a score may be off on another processor; a point may be off by what the curve moves within that. */
const scoreTolerance = 1e-5

/** Counts of the engine at thresholds, as points of both curves. */
async function pointsAt(one: Conformance, thresholds: readonly number[]): Promise<readonly Point[]> {
  const { predictions, proposal } = await evaluated(one)
  const at = thresholds.map((t) => Math.min(1, Math.max(0, t)))
  const { asked } = await engineHandlers.thresholds({ predictions, class: proposal.binding.positiveClass!, separator: '|', goal: { kind: 'f1' }, at, seed: 1 }, quiet)
  return asked.map(({ counts: { tp, fp, fn, tn } }) => ({ fpr: fp / (fp + tn), recall: tp / (tp + fn), precision: tp + fp === 0 ? 1 : tp / (tp + fp) }))
}

/** Every corner of the ROC curve as it is drawn, and every point of precision and recall from the counts at its threshold. */
export async function checkCurves(one: Conformance, reference: string): Promise<Tally> {
  const { roc, precision_recall: pr } = json<{ curves: Curves }>(reference).curves
  const { result } = await evaluated(one)
  const drawn = result.curves.find((c): c is Extract<Curve, { kind: 'roc' }> => c.kind === 'roc')!
  const all = [...roc.thresholds.map((t) => t ?? 1), ...pr.thresholds]
  const [here, above, below] = [await pointsAt(one, all), await pointsAt(one, all.map((t) => t + scoreTolerance)), await pointsAt(one, all.map((t) => t - scoreTolerance))]
  const room = (i: number, of: keyof Point): { within: number } => ({ within: Math.max(one.tolerance, Math.abs(above[i]![of] - below[i]![of])) })
  const corner = new Map(drawn.threshold.map((t, i) => [t, i]))
  const tally = openTally()
  roc.thresholds.forEach((t, i) => {
    const j = corner.get(t)
    tally.add(`roc.${i}.fpr`, roc.fpr[i]!, j === undefined ? here[i]!.fpr : drawn.falsePositiveRate[j], room(i, 'fpr'))
    tally.add(`roc.${i}.tpr`, roc.tpr[i]!, j === undefined ? here[i]!.recall : drawn.truePositiveRate[j], room(i, 'recall'))
    tally.add(`roc.${i}.threshold`, t, j === undefined ? nearest(drawn.threshold, t) : drawn.threshold[j], { within: scoreTolerance })
  })
  pr.thresholds.forEach((_, k) => {
    const i = roc.thresholds.length + k
    tally.add(`precision_recall.${k}.precision`, pr.precision[k]!, here[i]!.precision, room(i, 'precision'))
    tally.add(`precision_recall.${k}.recall`, pr.recall[k]!, here[i]!.recall, room(i, 'recall'))
  })
  return tally.found
}

function nearest(thresholds: readonly (number | null)[], t: number | null): number | null | undefined {
  return t === null ? thresholds.find((x) => x === null) : thresholds.reduce((best, x) => (x !== null && (best === null || Math.abs(x - t) < Math.abs(best - t)) ? x : best), null)
}

/** The same model once more, its label output unbound, so that the largest probability decides. */
export async function checkArgmax(one: Conformance): Promise<Tally> {
  const reference = json<{ metrics_with_argmax_labels: unknown; labels_differing_from_argmax: number }>(one.reference)
  const { model, data, proposal } = await evaluated(one)
  const binding = { ...proposal.binding, outputs: proposal.binding.outputs.filter((o) => o.role !== 'label'), decision: { kind: 'argmax' as const } }
  const result = await evaluateOn(model, data, binding, keptFolder())
  const tally = openTally()
  for (const { path, expected } of leaves(reference.metrics_with_argmax_labels)) tally.add(path.join('.'), expected, producedLeaf(result, binding, path), isExactPath(path) ? 'exact' : { within: one.tolerance })
  const { rows, scoreNames } = await answersOf(one)
  tally.add('labels_differing_from_argmax', reference.labels_differing_from_argmax, rows.filter((r) => r.predicted !== scoreNames[r.scores.indexOf(Math.max(...r.scores.map((s) => s ?? -1)))]).length, 'exact')
  return tally.found
}

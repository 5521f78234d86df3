// Ranking metrics of stored label scores: per label, averaged over labels and pooled, with curves. Owns the grouping; ties are one step.
import type { Curve, MetricValue } from '../domain/run.ts'
import { areaInterval, precisionInterval, sidedError } from '../statistics/area-interval.ts'
import { precisionInfluence, rocInfluence, type RankedRows } from '../statistics/ranking-influence.ts'
import { influenceError, shareInterval } from '../statistics/scaled-interval.ts'
import type { Interval } from '../statistics/wilson.ts'
import { averageInterval, type RankedClass } from './average-ranking.ts'
import type { FloatArray } from './growing-arrays.ts'
import { classSlice, known, unknown } from './metric-values.ts'
import { areaUnderRoc, averagePrecision, precisionRecallPoints, rocPoints, type ScoreGroups } from './ranking.ts'
import { sortFloats } from './sort-floats.ts'

/** Every score and truth, row-major [rows, labels]. */
export interface StoredLabels { readonly scores: FloatArray; readonly truth: ArrayLike<number>; readonly labels: readonly string[] }

const averagedIds = ['roc_auc.macro', 'roc_auc.weighted', 'roc_auc.micro', 'average_precision.macro', 'average_precision.weighted', 'average_precision.micro'] as const

/** Intervals look at rows one by one, up to this many scores. */
const mostJudged = 2_000_000
const mostCurves = 50

const sorted = (values: FloatArray): FloatArray => (values instanceof Float32Array ? sortFloats([values]) : values.sort())

function groupsOf(stored: StoredLabels, start: number, stride: number): ScoreGroups {
  const { scores, truth } = stored
  const make = (length: number): FloatArray => (scores instanceof Float32Array ? new Float32Array(length) : new Float64Array(length))
  let positives = 0
  for (let i = start; i < scores.length; i += stride) positives += truth[i]!
  const positive = make(positives)
  const negative = make(Math.ceil((scores.length - start) / stride) - positives)
  let p = 0
  let q = 0
  for (let i = start; i < scores.length; i += stride) {
    if (truth[i] === 1) positive[p++] = scores[i]!
    else negative[q++] = scores[i]!
  }
  return { positive: sorted(positive), negative: sorted(negative) }
}

interface LabelRanking { readonly support: number; readonly auc: number | null; readonly precision: number | null; readonly aucWhy: string; readonly roc: RankedClass | null; readonly pr: RankedClass | null }

function curvesOf(groups: ScoreGroups, label: string, auc: number | null, precision: number | null, most: number): Curve[] {
  const curves: Curve[] = []
  if (auc !== null) {
    const roc = rocPoints(groups, most)
    curves.push({ kind: 'roc', class: label, auc, falsePositiveRate: roc.x, truePositiveRate: roc.y, threshold: roc.threshold })
  }
  if (precision !== null) {
    const pr = precisionRecallPoints(groups, most)
    curves.push({ kind: 'precision-recall', class: label, averagePrecision: precision, recall: pr.x, precision: pr.y, threshold: pr.threshold })
  }
  return curves
}

function rankLabel(stored: StoredLabels, l: number, groups: ScoreGroups): LabelRanking {
  const k = stored.labels.length
  const support = groups.positive.length
  const label = stored.labels[l]!
  const aucWhy = support === 0 ? `No row has the label ${label}.` : groups.negative.length === 0 ? `Every row has the label ${label}, so there is nothing to rank it against.` : ''
  const n = stored.scores.length / k
  const judged = stored.scores.length <= mostJudged
  const rows = judged ? { scores: Float64Array.from({ length: n }, (_, r) => stored.scores[r * k + l]!), positive: Uint8Array.from({ length: n }, (_, r) => stored.truth[r * k + l]!) } : null
  const ranked = (of: typeof rocInfluence, from: RankedRows | null): RankedClass | null => {
    const found = from === null ? null : of(from)
    return found === null || from === null ? null : { ...found, error: sidedError(found.perRow, from.positive, n), sides: { positives: support, negatives: n - support } }
  }
  return {
    support, aucWhy, auc: aucWhy === '' ? areaUnderRoc(groups) : null, precision: support === 0 ? null : averagePrecision(groups),
    roc: ranked(rocInfluence, rows), pr: ranked(precisionInfluence, rows),
  }
}

function pooledInfluence(stored: StoredLabels, of: typeof rocInfluence, n: number): Float64Array | null {
  if (stored.scores.length > mostJudged) return null
  const k = stored.labels.length
  const found = of({ scores: stored.scores, positive: Uint8Array.from(stored.truth) })
  if (found === null) return null
  return Float64Array.from({ length: n }, (_, r) => found.perRow.subarray(r * k, (r + 1) * k).reduce((s, v) => s + v, 0) / k)
}

function interval(value: number, influence: Float64Array | null | undefined, n: number, smaller: number): { low?: number; high?: number } {
  return influence === null || influence === undefined ? {} : shareInterval(value, influenceError(influence, n), smaller) ?? {}
}

function averaged(stored: StoredLabels, ranked: readonly LabelRanking[], n: number): MetricValue[] {
  const even = ranked.map(() => 1)
  const support = ranked.map((r) => r.support)
  const why = ranked.find((r) => r.aucWhy !== '')?.aucWhy ?? null
  const bare = ranked.findIndex((r) => r.support === 0)
  const mean = (values: readonly (number | null)[], weights: readonly number[]): number => values.reduce<number>((s, v, l) => s + (v ?? NaN) * weights[l]!, 0) / weights.reduce((s, w) => s + w, 0)
  const over = (metric: string, values: readonly (number | null)[], weights: readonly number[], parts: readonly (RankedClass | null)[], reason: string | null): MetricValue => {
    if (reason !== null) return unknown(metric, n, reason)
    const value = mean(values, weights)
    const judged = parts.flatMap((part) => (part === null ? [] : [part]))
    const total = weights.reduce((sum, w) => sum + w, 0)
    // The weights count as fixed.
    const found = judged.length < parts.length ? null : averageInterval(metric.startsWith('roc') ? 'area' : 'precision', value, judged, weights.map((w) => w / total), null, n)
    return known(metric, value, n, found ?? {})
  }
  const aucs = ranked.map((r) => r.auc)
  const precisions = ranked.map((r) => r.precision)
  const noPrecision = bare < 0 ? null : `No row has the label ${stored.labels[bare]!}.`
  const pooled = groupsOf(stored, 0, 1)
  const pooledWhy = pooled.positive.length === 0 ? 'No row has any label.' : pooled.negative.length === 0 ? 'Every row has every label.' : null
  const micro = (metric: string, value: () => number, of: typeof rocInfluence, reason: string | null): MetricValue => {
    if (reason !== null) return unknown(metric, n, reason)
    const v = value()
    return known(metric, v, n, interval(v, pooledInfluence(stored, of, n), n, n))
  }
  return [
    over('roc_auc.macro', aucs, even, ranked.map((r) => r.roc), why), over('roc_auc.weighted', aucs, support, ranked.map((r) => r.roc), why),
    micro('roc_auc.micro', () => areaUnderRoc(pooled), rocInfluence, pooledWhy),
    over('average_precision.macro', precisions, even, ranked.map((r) => r.pr), noPrecision), over('average_precision.weighted', precisions, support, ranked.map((r) => r.pr), noPrecision),
    micro('average_precision.micro', () => averagePrecision(pooled), precisionInfluence, pooled.positive.length === 0 ? pooledWhy : null),
  ]
}

/** Areas under ROC and precision-recall steps of every label, their averages, and curves for up to 50 labels. */
export function labelRanking(stored: StoredLabels): { metrics: MetricValue[]; curves: Curve[] } {
  const k = stored.labels.length
  const n = stored.scores.length / k
  const curves: Curve[] = []
  const points = Math.min(500, Math.max(60, Math.floor(4000 / k)))
  const ranked = stored.labels.map((label, l) => {
    const groups = groupsOf(stored, l, k)
    const one = rankLabel(stored, l, groups)
    if (k <= mostCurves) curves.push(...curvesOf(groups, label, one.auc, one.precision, points))
    return one
  })
  const single = ranked.flatMap((r, l) => {
    const slice = classSlice(stored.labels[l]!)
    const own = (ranked: RankedClass | null, of: typeof areaInterval): Partial<Interval> => (ranked === null ? {} : of(ranked.value, ranked.error, ranked.sides) ?? {})
    return [
      r.auc === null ? unknown('roc_auc', r.support, r.aucWhy, slice) : known('roc_auc', r.auc, r.support, { slice, ...own(r.roc, areaInterval) }),
      r.precision === null ? unknown('average_precision', 0, r.aucWhy, slice) : known('average_precision', r.precision, r.support, { slice, ...own(r.pr, precisionInterval) }),
    ]
  })
  return { metrics: [...averaged(stored, ranked, n), ...single], curves }
}

/** The same ids, not available. */
export const noLabelRanking = (labels: readonly string[], n: number, reason: string): MetricValue[] => [
  ...averagedIds.map((id) => unknown(id, n, reason)), ...labels.flatMap((l) => ['roc_auc', 'average_precision'].map((id) => unknown(id, n, reason, classSlice(l)))),
]

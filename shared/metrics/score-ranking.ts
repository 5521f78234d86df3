// Ranking metrics of stored scores: binary, and one-vs-rest, one-vs-one and pooled for more classes. Owns the grouping of rows by class.
import type { Curve, MetricValue } from '../domain/run.ts'
import type { ClassificationSetup } from './accumulator.ts'
import type { FloatArray } from './growing-arrays.ts'
import { gainCurve } from './gain.ts'
import { sortFloats } from './sort-floats.ts'
import { classSlice, known, unknown, valueUnless } from './metric-values.ts'
import { binaryRankingIntervals, multiclassRankingIntervals } from './ranking-intervals.ts'
import { areaUnderRoc, averagePrecision, precisionRecallPoints, rankedPairs, rocPoints, sweep, type ScoreGroups, type Sweep } from './ranking.ts'

/** Scores of more than two classes, or of two without a positive one. */
export interface StoredScores {
  /** Row-major [rows, classes]. */
  readonly scores: FloatArray
  readonly truth: ArrayLike<number>
  /** False: rows are divided by their sums for the averaged AUCs, as those need probabilities. */
  readonly rowsSumToOne: boolean
}

const binaryPoints = 2000
/** Curves of single classes are kept for at most this many classes. */
const mostCurves = 50

const like = (array: FloatArray, length: number): FloatArray => array instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)
/** Ascending; the array given may be the one that comes back. */
const sorted = (values: FloatArray): FloatArray => values instanceof Float32Array ? sortFloats([values]) : values.sort()
const noRowOf = (label: string): string => `No row has the true class ${label}.`
const onlyRowsOf = (label: string): string => `Every row has the true class ${label}, so there is nothing to rank it against.`

/** The metric ids of this file, for the case where none of them can be known. */
export function rankingMetricIds(setup: ClassificationSetup): readonly string[] {
  return setup.classes.length === 2 && setup.positiveClass !== null
    ? ['roc_auc', 'average_precision', 'ks_statistic', 'gini']
    : ['roc_auc.ovr_macro', 'roc_auc.ovr_weighted', 'roc_auc.ovo_macro', 'roc_auc.micro', 'average_precision.macro', 'average_precision.weighted', 'average_precision.micro']
}

export const noRanking = (setup: ClassificationSetup, n: number, reason: string): MetricValue[] => rankingMetricIds(setup).map((id) => unknown(id, n, reason))

/** Binary: AUC, average precision, KS and Gini of the positive class, with both curves. */
export function binaryRanking(setup: ClassificationSetup, groups: ScoreGroups): { metrics: MetricValue[], curves: Curve[] } {
  const label = setup.positiveClass!
  const n = groups.positive.length + groups.negative.length
  const reason = missingSide(groups, label)
  const auc = reason === null ? areaUnderRoc(groups) : null
  const swept = sweep(groups)
  const ap = groups.positive.length > 0 ? swept.averagePrecision : null
  const metrics = [
    valueUnless(reason, 'roc_auc', n, () => auc!),
    ap === null ? unknown('average_precision', n, noRowOf(label)) : known('average_precision', ap, n),
    valueUnless(reason, 'ks_statistic', n, () => swept.kolmogorovSmirnov),
    valueUnless(reason, 'gini', n, () => 2 * auc! - 1),
  ]
  const curves = rankingCurves(groups, swept, label, auc, ap, binaryPoints)
  const roc = curves.find((c) => c.kind === 'roc')
  return {
    metrics: binaryRankingIntervals(metrics, groups, roc ?? null),
    curves: roc === undefined ? curves : [...curves, gainCurve(roc, groups.positive.length, groups.negative.length)],
  }
}

/** More classes: per class one-vs-rest (slices `class:NAME`), the averages over classes, one-vs-one, and all cells pooled. */
export function multiclassRanking(setup: ClassificationSetup, stored: StoredScores): { metrics: MetricValue[], curves: Curve[] } {
  const k = setup.classes.length
  const n = stored.truth.length
  const support = new Float64Array(k)
  for (let row = 0; row < n; row++) support[stored.truth[row]!] = support[stored.truth[row]!]! + 1
  const metrics: MetricValue[] = []
  const curves: Curve[] = []
  const aucs: number[] = []
  const precisions: number[] = []
  const points = Math.min(500, Math.max(60, Math.floor(4000 / k)))
  setup.classes.forEach((label, c) => {
    const groups = splitGroups(stored.scores, stored.truth, c, k, c)
    const reason = missingSide(groups, label)
    const auc = reason === null ? areaUnderRoc(groups) : null
    const swept = sweep(groups)
    const ap = groups.positive.length > 0 ? swept.averagePrecision : null
    aucs.push(auc ?? NaN)
    precisions.push(ap ?? NaN)
    metrics.push(valueUnless(reason, 'roc_auc', support[c]!, () => auc!, classSlice(label)))
    metrics.push(ap === null ? unknown('average_precision', 0, noRowOf(label), classSlice(label)) : known('average_precision', ap, support[c]!, { slice: classSlice(label) }))
    if (k <= mostCurves) curves.push(...rankingCurves(groups, swept, label, auc, ap, points))
  })
  return { metrics: multiclassRankingIntervals([...averagedRanking(setup, stored, support, aucs, precisions), ...metrics], setup, stored, setup.seed), curves }
}

function averagedRanking(setup: ClassificationSetup, stored: StoredScores, support: Float64Array, aucs: readonly number[], precisions: readonly number[]): MetricValue[] {
  const k = setup.classes.length
  const n = stored.truth.length
  const absent = setup.classes.filter((_, c) => support[c] === 0)
  const reason = absent.length > 0 ? noRowOf(absent.length === 1 ? absent[0]! : `${absent[0]!} (and ${absent.length - 1} more)`) : k < 2 ? onlyRowsOf(setup.classes[0]!) : null
  const scaled = stored.rowsSumToOne ? stored.scores : divideRows(stored.scores, k)
  const ovr = stored.rowsSumToOne || reason !== null ? aucs : setup.classes.map((_, c) => areaUnderRoc(splitGroups(scaled, stored.truth, c, k, c)))
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / k
  const weighted = (values: readonly number[]) => values.reduce((sum, v, c) => sum + v * support[c]!, 0) / n
  const pooled = n > 0 && k > 1 ? pooledGroups(stored, k) : null
  const noPool = pooled === null ? 'There are fewer than two classes.' : null
  return [
    valueUnless(reason, 'roc_auc.ovr_macro', n, () => mean(ovr)),
    valueUnless(reason, 'roc_auc.ovr_weighted', n, () => weighted(ovr)),
    valueUnless(reason, 'roc_auc.ovo_macro', n, () => oneVersusOne(scaled, stored.truth, support)),
    valueUnless(noPool, 'roc_auc.micro', n, () => areaUnderRoc(pooled!)),
    valueUnless(reason, 'average_precision.macro', n, () => mean(precisions)),
    valueUnless(reason, 'average_precision.weighted', n, () => weighted(precisions)),
    valueUnless(noPool, 'average_precision.micro', n, () => averagePrecision(pooled!)),
  ]
}

function missingSide(groups: ScoreGroups, label: string): string | null {
  return groups.positive.length === 0 ? noRowOf(label) : groups.negative.length === 0 ? onlyRowsOf(label) : null
}

function rankingCurves(groups: ScoreGroups, swept: Sweep, label: string, auc: number | null, ap: number | null, most: number): Curve[] {
  const curves: Curve[] = []
  if (auc !== null) {
    const roc = rocPoints(groups, most, swept.roc)
    curves.push({ kind: 'roc', class: label, auc, falsePositiveRate: roc.x, truePositiveRate: roc.y, threshold: roc.threshold })
  }
  if (ap !== null) {
    const pr = precisionRecallPoints(groups, most, swept.precisionRecall)
    curves.push({ kind: 'precision-recall', class: label, averagePrecision: ap, recall: pr.x, precision: pr.y, threshold: pr.threshold })
  }
  return curves
}

/** Sorted scores of column `column` (stride `width`), split into rows of class `own` and all others. */
function splitGroups(scores: FloatArray, truth: ArrayLike<number>, own: number, width: number, column: number): ScoreGroups {
  let count = 0
  for (let row = 0; row < truth.length; row++) if (truth[row] === own) count++
  const positive = like(scores, count)
  const negative = like(scores, truth.length - count)
  let p = 0
  let q = 0
  for (let row = 0; row < truth.length; row++) {
    const score = scores[row * width + column]!
    if (truth[row] === own) positive[p++] = score
    else negative[q++] = score
  }
  return { positive: sorted(positive), negative: sorted(negative) }
}

/** Every cell of the table as one binary problem: is this the row's true class? */
function pooledGroups(stored: StoredScores, k: number): ScoreGroups {
  const n = stored.truth.length
  const positive = like(stored.scores, n)
  const negative = like(stored.scores, n * (k - 1))
  let q = 0
  for (let row = 0; row < n; row++) {
    const own = stored.truth[row]!
    for (let c = 0; c < k; c++) {
      const score = stored.scores[row * k + c]!
      if (c === own) positive[row] = score
      else negative[q++] = score
    }
  }
  return { positive: sorted(positive), negative: sorted(negative) }
}

function divideRows(scores: FloatArray, k: number): FloatArray {
  const out = new Float64Array(scores.length)
  for (let start = 0; start < scores.length; start += k) {
    let sum = 0
    for (let c = 0; c < k; c++) sum += scores[start + c]!
    for (let c = 0; c < k; c++) out[start + c] = scores[start + c]! / sum
  }
  return out
}

/**
 * The mean over ordered pairs (a, b) of the AUC of column a between rows of class a and rows of class b.
 * D. J. Hand, R. J. Till, Machine Learning 45, 2001. Every class must have a row.
 */
function oneVersusOne(scores: FloatArray, truth: ArrayLike<number>, support: Float64Array): number {
  const k = support.length
  const starts = new Float64Array(k + 1)
  for (let c = 0; c < k; c++) starts[c + 1] = starts[c]! + support[c]!
  let sum = 0
  const column = like(scores, truth.length)
  for (let a = 0; a < k; a++) {
    const next = starts.slice()
    for (let row = 0; row < truth.length; row++) {
      const own = truth[row]!
      column[next[own]!] = scores[row * k + a]!
      next[own] = next[own]! + 1
    }
    const part = (c: number) => column.subarray(starts[c], starts[c + 1]) as FloatArray
    for (let c = 0; c < k; c++) part(c).set(sorted(part(c)))
    for (let b = 0; b < k; b++) if (b !== a) sum += rankedPairs({ positive: part(a), negative: part(b) }) / (support[a]! * support[b]!)
  }
  return sum / (k * (k - 1))
}

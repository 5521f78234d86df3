// Intervals of the ranking metrics from how much each row moves them, widened where one side has few rows. Owns the sample that large results are judged by.
import type { MetricValue } from '../domain/run.ts'
import { randomStream } from '../statistics/random.ts'
import { areaInterval, precisionInterval, sidedError } from '../statistics/area-interval.ts'
import { precisionInfluence, rocInfluence } from '../statistics/ranking-influence.ts'
import { rankingSpread, type SortedSides } from '../statistics/ranking-spread.ts'
import { influenceError, scaledInterval, shareInterval } from '../statistics/scaled-interval.ts'
import type { Interval } from '../statistics/wilson.ts'
import type { ClassificationSetup } from './accumulator.ts'
import { averageInterval, type RankedClass } from './average-ranking.ts'
import type { StoredScores } from './score-ranking.ts'

/** The spread of the influence is judged by at most this many scores; the interval still counts every row. */
const mostScores = 400_000
/** One-versus-one looks at every pair of classes. */
const mostPairs = 400

interface Sample { readonly rows: Uint32Array, readonly width: number, readonly stored: StoredScores, readonly k: number }

function takeSample(stored: StoredScores, width: number, k: number, seed: number): Sample {
  const n = stored.truth.length
  const most = Math.max(1000, Math.floor(mostScores / width))
  if (n <= most) return { rows: Uint32Array.from({ length: n }, (_, i) => i), width, stored, k }
  const random = randomStream(seed)
  const rows = Uint32Array.from({ length: most }, (_, i) => i)
  for (let i = most; i < n; i++) {
    const place = random.below(i + 1)
    if (place < most) rows[place] = i
  }
  return { rows, width, stored, k }
}

const columnOf = (sample: Sample, column: number): Float64Array => Float64Array.from(sample.rows, (row) => sample.stored.scores[row * sample.width + column]!)
const truthIs = (sample: Sample, own: number): Uint8Array => Uint8Array.from(sample.rows, (row) => (sample.stored.truth[row] === own ? 1 : 0))

/** The pooled problem of every cell: a row's influence is the mean over its cells. */
function pooledInfluence(sample: Sample, of: typeof rocInfluence): Float64Array | null {
  const { rows, k, stored } = sample
  const cells = rows.length * k
  const scores = new Float64Array(cells)
  const positive = new Uint8Array(cells)
  rows.forEach((row, i) => {
    for (let c = 0; c < k; c++) {
      scores[i * k + c] = stored.scores[row * k + c]!
      positive[i * k + c] = stored.truth[row] === c ? 1 : 0
    }
  })
  const found = of({ scores, positive })
  if (found === null) return null
  return Float64Array.from(rows, (_, i) => {
    let sum = 0
    for (let c = 0; c < k; c++) sum += found.perRow[i * k + c]!
    return sum / k
  })
}

/** Hand and Till's mean over ordered pairs of classes, every pair a ranking of its own rows. */
function pairsInterval(value: number, sample: Sample): Interval | null {
  const { k, rows } = sample
  if (k * (k - 1) > mostPairs) return null
  const members: number[][] = Array.from({ length: k }, () => [])
  rows.forEach((row, i) => members[sample.stored.truth[row]!]!.push(i))
  const pairs: RankedClass[] = []
  for (let a = 0; a < k; a++) {
    const column = columnOf(sample, a)
    for (let b = 0; b < k; b++) {
      if (a === b) continue
      const own = [...members[a]!, ...members[b]!]
      const positive = Uint8Array.from(own, (_, i) => (i < members[a]!.length ? 1 : 0))
      const found = rocInfluence({ scores: own.map((i) => column[i]!), positive })
      if (found === null) return null
      const grown = sample.stored.truth.length / rows.length
      const sides = { positives: members[a]!.length * grown, negatives: members[b]!.length * grown }
      const error = sidedError(found.perRow, positive, own.length * grown)
      // The pair's rows are a part of all rows: their influence grows by the inverse of that part.
      const perRow = new Float64Array(rows.length)
      own.forEach((i, j) => { perRow[i] = found.perRow[j]! * rows.length / own.length })
      pairs.push({ value: found.value, perRow, error, sides })
    }
  }
  return averageInterval('area', value, pairs, pairs.map(() => 1 / pairs.length), null, sample.stored.truth.length)
}

/** The interval that a list of influences gives to a value between 0 and 1; `rows` is the smaller side, for values at the ends. */
const intervalOf = (value: number, influence: Float64Array | null | undefined, n: number, rows: number): Interval | null =>
  influence === null || influence === undefined ? null : shareInterval(value, influenceError(influence, n), rows)

/** Youden's form: the two rates at the best threshold, taken as fixed there. W. J. Youden, Cancer 3, 1950. */
function separationInterval(ks: number, roc: { readonly falsePositiveRate: readonly number[], readonly truePositiveRate: readonly number[] }, positives: number, negatives: number): Interval | null {
  let best = 0
  for (let i = 0; i < roc.falsePositiveRate.length; i++) if (roc.truePositiveRate[i]! - roc.falsePositiveRate[i]! > roc.truePositiveRate[best]! - roc.falsePositiveRate[best]!) best = i
  const tpr = roc.truePositiveRate[best] ?? 0
  const fpr = roc.falsePositiveRate[best] ?? 0
  const found = scaledInterval(ks, Math.sqrt(tpr * (1 - tpr) / positives + fpr * (1 - fpr) / negatives), 'identity')
  return found === null ? null : { low: Math.max(0, found.low), high: Math.min(1, found.high) }
}

const withInterval = (metric: MetricValue, interval: Interval | null): MetricValue => interval === null || metric.value === null ? metric : { ...metric, low: interval.low, high: interval.high }

/** Gives the binary ranking metrics their intervals, from every row. */
export function binaryRankingIntervals(metrics: readonly MetricValue[], groups: SortedSides, roc: { readonly falsePositiveRate: readonly number[], readonly truePositiveRate: readonly number[] } | null): MetricValue[] {
  const positives = groups.positive.length
  const n = positives + groups.negative.length
  const sides = { positives, negatives: n - positives }
  const valueOf = (id: string): number => metrics.find((m) => m.metric === id)?.value ?? NaN
  const spread = rankingSpread(groups, valueOf('roc_auc'), valueOf('average_precision'))
  return metrics.map((metric) => {
    if (metric.value === null) return metric
    switch (metric.metric) {
      case 'roc_auc': return withInterval(metric, areaInterval(metric.value, spread.roc, sides))
      case 'gini': {
        const auc = areaInterval((metric.value + 1) / 2, spread.roc, sides)
        return withInterval(metric, auc === null ? null : { low: 2 * auc.low - 1, high: 2 * auc.high - 1 })
      }
      case 'average_precision': return withInterval(metric, precisionInterval(metric.value, spread.precision, sides))
      case 'ks_statistic': return withInterval(metric, roc === null ? null : separationInterval(metric.value, roc, positives, n - positives))
      default: return metric
    }
  })
}

/** Gives the multiclass ranking metrics their intervals: per class, averaged and pooled. */
export function multiclassRankingIntervals(metrics: readonly MetricValue[], setup: ClassificationSetup, stored: StoredScores, seed: number): MetricValue[] {
  const n = stored.truth.length
  const k = setup.classes.length
  const sample = takeSample(stored, k, k, seed)
  const support = new Float64Array(k)
  for (let row = 0; row < n; row++) support[stored.truth[row]!] = support[stored.truth[row]!]! + 1
  const ranked = (of: typeof rocInfluence): (RankedClass | null)[] => setup.classes.map((_, c) => {
    const positive = truthIs(sample, c)
    const found = of({ scores: columnOf(sample, c), positive })
    return found === null ? null : { ...found, error: sidedError(found.perRow, positive, n), sides: { positives: support[c]!, negatives: n - support[c]! } }
  })
  const [areas, precisions] = [ranked(rocInfluence), ranked(precisionInfluence)]
  const classes = Uint32Array.from(sample.rows, (row) => stored.truth[row]!)
  const average = (kind: 'area' | 'precision', value: number, weighted: boolean): Interval | null => {
    const parts = (kind === 'area' ? areas : precisions).flatMap((part) => (part === null ? [] : [part]))
    return parts.length < k ? null : averageInterval(kind, value, parts, weighted ? Array.from(support, (rows) => rows / n) : parts.map(() => 1 / k), weighted ? classes : null, n)
  }
  const averaged = (id: string, value: number): Interval | null => {
    switch (id) {
      case 'roc_auc.ovr_macro': case 'roc_auc.ovr_weighted': return average('area', value, id.endsWith('weighted'))
      case 'average_precision.macro': case 'average_precision.weighted': return average('precision', value, id.endsWith('weighted'))
      case 'roc_auc.ovo_macro': return pairsInterval(value, sample)
      case 'roc_auc.micro': return intervalOf(value, pooledInfluence(sample, rocInfluence), n, n)
      case 'average_precision.micro': return intervalOf(value, pooledInfluence(sample, precisionInfluence), n, n)
      default: return null
    }
  }
  return metrics.map((metric) => {
    if (metric.value === null) return metric
    if (!metric.slice.startsWith('class:')) return withInterval(metric, averaged(metric.metric, metric.value))
    const c = setup.classes.indexOf(metric.slice.slice('class:'.length))
    const area = metric.metric === 'roc_auc'
    const own = (area ? areas : precisions)[c]
    return own === null || own === undefined ? metric : withInterval(metric, (area ? areaInterval : precisionInterval)(metric.value, own.error, own.sides))
  })
}

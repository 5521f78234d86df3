// Intervals of the ranking metrics from how much each row moves them, on the logit scale. Owns the sample that large results are judged by.
import type { MetricValue } from '../domain/run.ts'
import { randomStream } from '../statistics/random.ts'
import { type Influence, precisionInfluence, rocInfluence } from '../statistics/ranking-influence.ts'
import { rankingSpread, type SortedSides } from '../statistics/ranking-spread.ts'
import { influenceError, scaledInterval, shareInterval } from '../statistics/scaled-interval.ts'
import type { Interval } from '../statistics/wilson.ts'
import type { ClassificationSetup } from './accumulator.ts'
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

interface PerClass { readonly support: number, readonly roc: Influence | null, readonly precision: Influence | null }

/** Mean over classes, or weighted by the classes' shares, whose own chance is counted too. */
function averageInfluence(parts: readonly (Influence | null)[], sample: Sample, weighted: boolean): Float64Array | null {
  const known = parts.filter((p) => p !== null)
  if (known.length < parts.length) return null
  const n = sample.rows.length
  const out = new Float64Array(n)
  const weights = new Float64Array(parts.length)
  if (weighted) for (const row of sample.rows) weights[sample.stored.truth[row]!] = weights[sample.stored.truth[row]!]! + 1 / n
  else weights.fill(1 / parts.length)
  known.forEach((part, c) => { for (let i = 0; i < n; i++) out[i] = out[i]! + weights[c]! * part.perRow[i]! })
  if (weighted) {
    const mean = known.reduce((sum, part, c) => sum + weights[c]! * part.value, 0)
    for (let i = 0; i < n; i++) out[i] = out[i]! + known[sample.stored.truth[sample.rows[i]!]!]!.value - mean
  }
  return out
}

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

/** Hand and Till's mean over ordered pairs of classes. */
function pairsInfluence(sample: Sample): Float64Array | null {
  const { k, rows } = sample
  if (k * (k - 1) > mostPairs) return null
  const out = new Float64Array(rows.length)
  const members: number[][] = Array.from({ length: k }, () => [])
  rows.forEach((row, i) => members[sample.stored.truth[row]!]!.push(i))
  for (let a = 0; a < k; a++) {
    const column = columnOf(sample, a)
    for (let b = 0; b < k; b++) {
      if (a === b) continue
      const own = [...members[a]!, ...members[b]!]
      const found = rocInfluence({ scores: own.map((i) => column[i]!), positive: Uint8Array.from(own, (_, i) => (i < members[a]!.length ? 1 : 0)) })
      if (found === null) return null
      // The pair's rows are a part of all rows: their influence grows by the inverse of that part.
      own.forEach((i, j) => { out[i] = out[i]! + found.perRow[j]! * rows.length / own.length / (k * (k - 1)) })
    }
  }
  return out
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
  const smaller = Math.min(positives, n - positives)
  const valueOf = (id: string): number => metrics.find((m) => m.metric === id)?.value ?? NaN
  const spread = rankingSpread(groups, valueOf('roc_auc'), valueOf('average_precision'))
  return metrics.map((metric) => {
    if (metric.value === null) return metric
    switch (metric.metric) {
      case 'roc_auc': return withInterval(metric, shareInterval(metric.value, spread.roc, smaller))
      case 'gini': {
        const auc = shareInterval((metric.value + 1) / 2, spread.roc, smaller)
        return withInterval(metric, auc === null ? null : { low: 2 * auc.low - 1, high: 2 * auc.high - 1 })
      }
      case 'average_precision': return withInterval(metric, shareInterval(metric.value, spread.precision, positives))
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
  const classes: PerClass[] = setup.classes.map((_, c) => {
    const ranked = { scores: columnOf(sample, c), positive: truthIs(sample, c) }
    return { support: metrics.find((m) => m.metric === 'roc_auc' && m.slice === `class:${setup.classes[c]!}`)?.n ?? 0, roc: rocInfluence(ranked), precision: precisionInfluence(ranked) }
  })
  const rocs = classes.map((c) => c.roc)
  const precisions = classes.map((c) => c.precision)
  const averaged: Readonly<Record<string, Float64Array | null>> = {
    'roc_auc.ovr_macro': averageInfluence(rocs, sample, false), 'roc_auc.ovr_weighted': averageInfluence(rocs, sample, true),
    'roc_auc.ovo_macro': pairsInfluence(sample), 'roc_auc.micro': pooledInfluence(sample, rocInfluence),
    'average_precision.macro': averageInfluence(precisions, sample, false), 'average_precision.weighted': averageInfluence(precisions, sample, true),
    'average_precision.micro': pooledInfluence(sample, precisionInfluence),
  }
  return metrics.map((metric) => {
    if (metric.value === null) return metric
    const own = metric.slice.startsWith('class:') ? classes[setup.classes.indexOf(metric.slice.slice('class:'.length))] : undefined
    if (own === undefined) return withInterval(metric, intervalOf(metric.value, averaged[metric.metric], n, n))
    return withInterval(metric, intervalOf(metric.value, (metric.metric === 'roc_auc' ? own.roc : own.precision)?.perRow, n, Math.min(own.support, n - own.support)))
  })
}

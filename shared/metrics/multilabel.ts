// The streaming accumulator for several labels a row. Owns the order of the parts; each part owns its formulas.
// Memory: counts per label, and for exact ranking every score (4 bytes where float32 holds it) and truth (1 byte) up to `mostScores`.
import type { Curve, MetricValue } from '../domain/run.ts'
import { influenceError, shareInterval } from '../statistics/scaled-interval.ts'
import { RunningSum } from '../statistics/running-sum.ts'
import type { Accumulator, MetricResult } from './accumulator.ts'
import { FloatColumn, IndexColumn } from './growing-arrays.ts'
import { classSlice, known, valueUnless } from './metric-values.ts'
import { LabelCounts } from './multilabel-counts.ts'
import { multilabelInfluence } from './multilabel-influence.ts'
import { labelRanking, noLabelRanking, type StoredLabels } from './multilabel-ranking.ts'
import { binaryLogLoss, rankMeasures, RowMeans, setMeasures } from './multilabel-rows.ts'
import { ThresholdTable } from './threshold-table.ts'

/** One batch. `truth` is 1 where a label holds, `probabilities` are finite; both row-major [rows, labels]. */
export interface MultilabelBatch { readonly rows: number; readonly truth: Uint8Array; readonly probabilities: Float64Array }

export interface MultilabelSetup {
  /** In the order of the columns; at least one, all different. */
  readonly labels: readonly string[]
  /** A label holds when its probability is at or above it. */
  readonly threshold: number
}

/** Scores kept for the ranking metrics: 64 million, 320 to 576 MB. */
const mostScores = 64_000_000
/** Thresholds beside the decision's own at which the averages are told. */
export const toldThresholds = [0.3, 0.7] as const
const mostTables = 50

class Multilabel implements Accumulator<MultilabelBatch> {
  readonly #setup: MultilabelSetup
  readonly #counts: LabelCounts
  readonly #told: readonly LabelCounts[]
  readonly #means = new RowMeans()
  readonly #brier: readonly RunningSum[]
  readonly #tables: readonly ThresholdTable[]
  readonly #scores = new FloatColumn()
  readonly #truth = new IndexColumn(2)
  readonly #order: Uint32Array
  #kept = true

  constructor(setup: MultilabelSetup) {
    const k = setup.labels.length
    this.#setup = setup
    this.#counts = new LabelCounts(k, setup.threshold)
    this.#told = toldThresholds.map((t) => new LabelCounts(k, t))
    this.#brier = setup.labels.map(() => new RunningSum())
    this.#tables = k > mostTables ? [] : setup.labels.map(() => new ThresholdTable())
    this.#order = new Uint32Array(k)
  }

  add(batch: MultilabelBatch): void {
    const k = this.#setup.labels.length
    const { rows, truth, probabilities } = batch
    if (truth.length < rows * k || probabilities.length < rows * k) throw new RangeError(`expected ${rows * k} truths and probabilities`)
    for (let row = 0, from = 0; row < rows; row++, from += k) {
      const [hits, predicted, support] = this.#counts.add(probabilities, truth, from)
      for (const told of this.#told) told.add(probabilities, truth, from)
      this.#means.add([...setMeasures(hits, predicted, support, k), ...rankMeasures(probabilities, truth, from, k, this.#order), binaryLogLoss(probabilities, truth, from, k), support, predicted])
      for (let l = 0; l < k; l++) this.#brier[l]!.add((probabilities[from + l]! - truth[from + l]!) ** 2)
    }
    this.#addTables(batch)
    this.#store(batch, k)
  }

  #addTables({ rows, truth, probabilities }: MultilabelBatch): void {
    const k = this.#setup.labels.length
    if (this.#tables.length === 0) return
    const scores = new Float64Array(rows)
    const positive = new Uint8Array(rows)
    this.#tables.forEach((table, l) => {
      for (let r = 0; r < rows; r++) { scores[r] = probabilities[r * k + l]!; positive[r] = truth[r * k + l]! }
      table.addMany(scores, positive, rows)
    })
  }

  #store({ rows, truth, probabilities }: MultilabelBatch, k: number): void {
    if (!this.#kept) return
    if (this.#scores.length + rows * k > mostScores) {
      this.#kept = false
      this.#scores.clear()
      this.#truth.clear()
      return
    }
    this.#scores.pushMany(probabilities, rows * k, 0, 1)
    for (let i = 0; i < rows * k; i++) this.#truth.push(truth[i]!)
  }

  headline(): { metric: string; value: number } | null {
    const { hits, predicted, support } = this.#counts.total
    return this.#counts.rows === 0 ? null : { metric: 'micro.f1', value: predicted + support === 0 ? 0 : 2 * hits / (predicted + support) }
  }

  finish(): MetricResult {
    const { labels, threshold } = this.#setup
    const n = this.#counts.rows
    const stored: StoredLabels | null = this.#kept && n > 0 ? { scores: this.#scores.toArray(), truth: this.#truth.toArray(), labels } : null
    const ranking: { metrics: MetricValue[]; curves: Curve[] } = stored !== null ? labelRanking(stored)
      : { metrics: noLabelRanking(labels, n, n === 0 ? 'No rows were scored.' : `More than ${mostScores / 1e6} million scores: exact ranking needs them all in memory, so it is not computed.`), curves: [] }
    const averages = this.#counts.averages('', ['macro', 'micro', 'weighted'])
    return {
      metrics: [
        known('n', n, n), known('n_labels', labels.length, n), known('threshold', threshold, n), ...this.#means.metrics(),
        ...(stored === null ? averages : this.#withIntervals(averages, stored)), ...ranking.metrics.filter((m) => m.slice === ''), ...this.#told.flatMap((t) => t.atThreshold()),
        ...this.#counts.perLabel(labels), ...this.#brier.map((sum, l) => valueUnless(n === 0 ? 'No rows were scored.' : null, 'brier', n, () => sum.total / n, classSlice(labels[l]!))),
        ...ranking.metrics.filter((m) => m.slice !== ''),
      ],
      curves: [...ranking.curves, ...(n === 0 ? [] : this.#tables.map((table, l) => table.finish(labels[l]!)))],
    }
  }

  #withIntervals(averages: readonly MetricValue[], stored: StoredLabels): MetricValue[] {
    return averages.map((metric) => {
      const influence = metric.value === null ? null : multilabelInfluence(metric.metric, stored, this.#counts, this.#setup.threshold)
      const found = influence === null || metric.value === null ? null : shareInterval(metric.value, influenceError(influence, metric.n), metric.n)
      return found === null ? metric : { ...metric, low: found.low, high: found.high }
    })
  }
}

export type MultilabelAccumulator = Accumulator<MultilabelBatch>

/** Starts a result over `labels`. Throws RangeError for an empty or repeated list or a threshold outside 0 to 1. */
export function createMultilabelAccumulator(setup: MultilabelSetup): MultilabelAccumulator {
  if (setup.labels.length === 0 || new Set(setup.labels).size !== setup.labels.length) throw new RangeError('labels must be at least one and all different')
  if (!(setup.threshold >= 0 && setup.threshold <= 1)) throw new RangeError('threshold must be between 0 and 1')
  return new Multilabel(setup)
}

// Metrics of probabilities that need one pass and no storage: log loss, Brier, confidence, calibration, top-k, thresholds.
// Refuses to average over scores that are not finite: one such row makes all of these "not available", with the count.
import type { Curve, MetricValue } from '../domain/run.ts'
import type { ClassificationSetup } from './accumulator.ts'
import { CalibrationTable } from './calibration.ts'
import { known, unknown, valueUnless } from './metric-values.ts'
import { RunningSum, SquareSum } from '../statistics/running-sum.ts'
import { scaledInterval } from '../statistics/scaled-interval.ts'
import { wilsonInterval } from '../statistics/wilson.ts'
import { ThresholdTable } from './threshold-table.ts'
import { TopKCounts } from './top-k.ts'

/** Spacing of float64 at 1: probabilities are kept inside [epsilon, 1 − epsilon] before a logarithm. */
const epsilon = 2 ** -52
const clip = (p: number): number => p < epsilon ? epsilon : p > 1 - epsilon ? 1 - epsilon : p

/** Histogram bins of scores on [0, 1]. */
const scoreBins = 20
/** Score histograms are drawn for at most this many classes. */
const mostHistograms = 50

/** What each row adds to each sum, for one batch at a time. `score`: of the positive class, or of the row's own. */
interface Terms {
  readonly logLoss: Float64Array, readonly plainLogLoss: Float64Array, readonly brier: Float64Array, readonly confidence: Float64Array, readonly score: Float64Array
  readonly hit: Uint8Array, readonly positive: Uint8Array
}

const newTerms = (rows: number): Terms => ({
  logLoss: new Float64Array(rows), plainLogLoss: new Float64Array(rows), brier: new Float64Array(rows), confidence: new Float64Array(rows), score: new Float64Array(rows),
  hit: new Uint8Array(rows), positive: new Uint8Array(rows),
})

type MeanName = 'logLoss' | 'plainLogLoss' | 'brier' | 'confidence'

export class ProbabilitySums {
  readonly #setup: ClassificationSetup
  readonly #positive: number
  readonly #logLoss = new RunningSum()
  readonly #plainLogLoss = new RunningSum()
  readonly #brier = new RunningSum()
  readonly #confidence = new RunningSum()
  readonly #squares = { logLoss: new SquareSum(), plainLogLoss: new SquareSum(), brier: new SquareSum(), confidence: new SquareSum() }
  readonly #top10 = new CalibrationTable('top_label_10', 10)
  readonly #top15 = new CalibrationTable('top_label_15', 15)
  readonly #positive10 = new CalibrationTable('positive_10', 10)
  readonly #topK: TopKCounts
  readonly #thresholds = new ThresholdTable()
  readonly #histograms: Float64Array
  #terms = newTerms(0)
  #rows = 0
  #disagreements = 0
  #largestRowGap = 0

  constructor(setup: ClassificationSetup) {
    this.#setup = setup
    this.#positive = setup.classes.length === 2 && setup.positiveClass !== null ? setup.classes.indexOf(setup.positiveClass) : -1
    this.#topK = new TopKCounts(setup.classes.length)
    this.#histograms = new Float64Array(setup.classes.length <= mostHistograms ? setup.classes.length * scoreBins : 0)
  }

  /** Whether every row so far sums to 1 within 1e-5, as rounded float32 probabilities do. */
  get rowsSumToOne(): boolean { return this.#largestRowGap <= 0 }

  /** The first `rows` rows of row-major `values`, all finite. */
  addRows(values: Float64Array, rows: number, truth: Int32Array, predicted: Int32Array): void {
    const t = this.#termsFor(rows)
    this.#measure(values, rows, truth, predicted, t)
    this.#rows += rows
    this.#logLoss.addMany(t.logLoss, rows)
    this.#plainLogLoss.addMany(t.plainLogLoss, rows)
    this.#brier.addMany(t.brier, rows)
    this.#confidence.addMany(t.confidence, rows)
    for (const name of ['logLoss', 'plainLogLoss', 'brier', 'confidence'] as const) this.#squares[name].addMany(t[name], rows)
    this.#top10.addMany(t.confidence, t.hit, rows)
    this.#top15.addMany(t.confidence, t.hit, rows)
    this.#topK.addRows(values, rows, truth)
    if (this.#positive >= 0) {
      this.#positive10.addMany(t.score, t.positive, rows)
      this.#thresholds.addMany(t.score, t.positive, rows)
    }
    if (this.#histograms.length === 0) return
    for (let row = 0; row < rows; row++) {
      this.#histograms[truth[row]! * scoreBins + Math.min(scoreBins - 1, Math.max(0, Math.floor(t.score[row]! * scoreBins)))]!++
    }
  }

  /** The terms of every sum, row by row. */
  #measure(values: Float64Array, rows: number, truth: Int32Array, predicted: Int32Array, t: Terms): void {
    const k = this.#setup.classes.length
    const positive = this.#positive
    let largestGap = this.#largestRowGap
    let disagreements = 0
    for (let row = 0, start = 0; row < rows; row++, start += k) {
      const own = truth[row]!
      let best = 0
      let top = values[start]!
      let sum = 0
      let clippedSum = 0
      let squares = 0
      for (let c = 0; c < k; c++) {
        const p = values[start + c]!
        if (p > top) { top = p; best = c }
        sum += p
        clippedSum += clip(p)
        squares += c === own ? (p - 1) ** 2 : p * p
      }
      const gap = Math.abs(1 - sum) - 1e-8 - 1e-5 * Math.abs(sum)
      if (gap > largestGap) largestGap = gap
      const share = values[start + own]!
      const normalised = clip(share) / clippedSum
      const plain = Math.min(1, Math.max(epsilon, share))
      t.logLoss[row] = -Math.log(normalised)
      t.plainLogLoss[row] = plain === normalised ? t.logLoss[row]! : -Math.log(plain)
      t.confidence[row] = top
      t.hit[row] = best === own ? 1 : 0
      if (best !== predicted[row]) disagreements++
      const score = positive < 0 ? share : values[start + positive]!
      t.score[row] = score
      t.positive[row] = own === positive ? 1 : 0
      t.brier[row] = positive < 0 ? squares : (score - t.positive[row]!) ** 2
    }
    this.#largestRowGap = largestGap
    this.#disagreements += disagreements
  }

  #termsFor(rows: number): Terms {
    if (this.#terms.hit.length < rows) this.#terms = newTerms(rows)
    return this.#terms
  }

  /** `reason` not null: why none of these can be known. */
  metrics(reason: string | null): MetricValue[] {
    const n = this.#rows
    const why = reason ?? (n === 0 ? 'No rows were scored.' : null)
    const value = (metric: string, of: () => number) => valueUnless(why, metric, n, of)
    const mean = (metric: string, of: MeanName, average: number): MetricValue => why !== null ? unknown(metric, n, why)
      : known(metric, average, n, scaledInterval(average, this.#squares[of].errorOfMean(average, n), 'log') ?? {})
    const [top10, top15, positive10] = [this.#top10.finish(), this.#top15.finish(), this.#positive10.finish()]
    return [
      mean('log_loss', 'logLoss', this.#logLoss.total / n),
      mean('log_loss_unnormalised', 'plainLogLoss', this.#plainLogLoss.total / n),
      mean('brier', 'brier', this.#brier.total / n),
      value('label_equals_argmax', () => this.#disagreements === 0 ? 1 : 0),
      mean('mean_confidence', 'confidence', this.#confidence.total / n),
      value('ece_10', () => top10.expectedCalibrationError!), value('calibration.top_label_10.mce', () => top10.maximumCalibrationError!),
      value('ece_15', () => top15.expectedCalibrationError!), value('calibration.top_label_15.mce', () => top15.maximumCalibrationError!),
      ...this.#positive < 0 ? [] : [
        value('ece_positive_10', () => positive10.expectedCalibrationError!), value('calibration.positive_10.mce', () => positive10.maximumCalibrationError!),
      ],
      ...this.#topK.depths.flatMap((k) => [
        why === null ? known(`top_k.${k}`, this.#topK.hits(k) / n, n, wilsonInterval(this.#topK.hits(k), n)) : unknown(`top_k.${k}`, n, why), value(`ties_at_top_k_boundary.${k}`, () => this.#topK.ties(k)),
      ]),
    ]
  }

  curves(): Curve[] {
    if (this.#rows === 0) return []
    const binary = this.#positive >= 0
    const edges = Array.from({ length: scoreBins + 1 }, (_, i) => i / scoreBins)
    const histograms = this.#histograms.length === 0 ? [] : this.#setup.classes.map((label, c): Curve => ({
      kind: 'scores', class: label, histogram: { edges, counts: Array.from(this.#histograms.subarray(c * scoreBins, (c + 1) * scoreBins)) },
    }))
    return [
      this.#top10.finish(), this.#top15.finish(),
      ...binary ? [this.#positive10.finish(), this.#thresholds.finish(this.#setup.positiveClass!)] : [],
      ...histograms,
    ]
  }
}

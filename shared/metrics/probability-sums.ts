// Metrics of probabilities that need one pass and no storage: log loss, Brier, confidence, calibration, top-k, thresholds.
// Refuses to average over scores that are not finite: one such row makes all of these "not available", with the count.
import type { Curve, MetricValue } from '../domain/run.ts'
import type { ClassificationSetup } from './accumulator.ts'
import { CalibrationTable } from './calibration.ts'
import { valueUnless } from './metric-values.ts'
import { RunningSum } from '../statistics/running-sum.ts'
import { ThresholdTable } from './threshold-table.ts'
import { TopKCounts } from './top-k.ts'

/** Spacing of float64 at 1: probabilities are kept inside [epsilon, 1 − epsilon] before a logarithm. */
const epsilon = 2 ** -52
const clip = (p: number): number => p < epsilon ? epsilon : p > 1 - epsilon ? 1 - epsilon : p

/** Histogram bins of scores on [0, 1]. */
const scoreBins = 20
/** Score histograms are drawn for at most this many classes. */
const mostHistograms = 50

export class ProbabilitySums {
  readonly #setup: ClassificationSetup
  readonly #positive: number
  readonly #logLoss = new RunningSum()
  readonly #plainLogLoss = new RunningSum()
  readonly #brier = new RunningSum()
  readonly #confidence = new RunningSum()
  readonly #top10 = new CalibrationTable('top_label_10', 10)
  readonly #top15 = new CalibrationTable('top_label_15', 15)
  readonly #positive10 = new CalibrationTable('positive_10', 10)
  readonly #topK: TopKCounts
  readonly #thresholds = new ThresholdTable()
  readonly #histograms: Float64Array
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

  /** One row: `values[start … start + classes)`, all finite. */
  add(values: Float64Array, start: number, truth: number, predicted: number): void {
    const k = this.#setup.classes.length
    let best = 0
    let sum = 0
    let clippedSum = 0
    let squares = 0
    for (let c = 0; c < k; c++) {
      const p = values[start + c]!
      if (p > values[start + best]!) best = c
      sum += p
      clippedSum += clip(p)
      squares += c === truth ? (p - 1) ** 2 : p * p
    }
    this.#rows++
    this.#largestRowGap = Math.max(this.#largestRowGap, Math.abs(1 - sum) - 1e-8 - 1e-5 * Math.abs(sum))
    const own = values[start + truth]!
    this.#logLoss.add(-Math.log(clip(own) / clippedSum))
    this.#plainLogLoss.add(-Math.log(Math.min(1, Math.max(epsilon, own))))
    const confidence = values[start + best]!
    this.#confidence.add(confidence)
    if (best !== predicted) this.#disagreements++
    this.#top10.add(confidence, best === truth)
    this.#top15.add(confidence, best === truth)
    this.#topK.add(values, start, truth)
    if (this.#positive < 0) this.#brier.add(squares)
    else this.#addBinary(values[start + this.#positive]!, truth === this.#positive)
    this.#addToHistogram(truth, this.#positive < 0 ? own : values[start + this.#positive]!)
  }

  #addBinary(score: number, positive: boolean): void {
    this.#brier.add((score - (positive ? 1 : 0)) ** 2)
    this.#positive10.add(score, positive)
    this.#thresholds.add(score, positive)
  }

  #addToHistogram(truth: number, score: number): void {
    if (this.#histograms.length === 0) return
    const bin = truth * scoreBins + Math.min(scoreBins - 1, Math.max(0, Math.floor(score * scoreBins)))
    this.#histograms[bin] = this.#histograms[bin]! + 1
  }

  /** `reason` not null: why none of these can be known. */
  metrics(reason: string | null): MetricValue[] {
    const n = this.#rows
    const why = reason ?? (n === 0 ? 'No rows were scored.' : null)
    const value = (metric: string, of: () => number) => valueUnless(why, metric, n, of)
    const [top10, top15, positive10] = [this.#top10.finish(), this.#top15.finish(), this.#positive10.finish()]
    return [
      value('log_loss', () => this.#logLoss.total / n),
      value('log_loss_unnormalised', () => this.#plainLogLoss.total / n),
      value('brier', () => this.#brier.total / n),
      value('label_equals_argmax', () => this.#disagreements === 0 ? 1 : 0),
      value('mean_confidence', () => this.#confidence.total / n),
      value('ece_10', () => top10.expectedCalibrationError!), value('calibration.top_label_10.mce', () => top10.maximumCalibrationError!),
      value('ece_15', () => top15.expectedCalibrationError!), value('calibration.top_label_15.mce', () => top15.maximumCalibrationError!),
      ...this.#positive < 0 ? [] : [
        value('ece_positive_10', () => positive10.expectedCalibrationError!), value('calibration.positive_10.mce', () => positive10.maximumCalibrationError!),
      ],
      ...this.#topK.depths.flatMap((k) => [
        value(`top_k.${k}`, () => this.#topK.hits(k) / n), value(`ties_at_top_k_boundary.${k}`, () => this.#topK.ties(k)),
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

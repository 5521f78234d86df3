// Intervals of mask metrics: pictures are drawn again, never pixels, since the pixels of one picture are not independent.
// Owns what is kept of each picture: its classes with three counts each, so that memory grows with pictures and not with pixels.
import type { MetricValue } from '../domain/run.ts'
import { quantile } from '../statistics/quantile.ts'
import { randomStream } from '../statistics/random.ts'
import type { Interval } from '../statistics/wilson.ts'
import { type ClassPixels, pooledScores } from './segmentation-scores.ts'

const resamples = 1000
const fewestDraws = 200
/** Work of all draws together, in classes of pictures: 10,000 pictures of twenty classes get the full number of draws. */
const mostWork = 2e8
/** Classes of pictures that are kept: 8 million, 130 MB. Beyond that there are no intervals. */
const mostKept = 8_000_000

/** Class, true, predicted and shared pixels: four numbers a class that a picture shows. */
export class PictureLedger {
  readonly #ends: number[] = []
  #cells = new Float64Array(1024)
  #used = 0
  readonly #means: number[] = []
  #full = false

  get pictures(): number { return this.#ends.length }

  /** Keeps one picture: its counts, and its own mean IoU. */
  push({ truth, predicted, both }: ClassPixels, meanIou: number): void {
    if (this.#full) return
    for (let c = 0; c < truth.length; c++) {
      if (truth[c]! + predicted[c]! === 0) continue
      if (this.#used + 4 > this.#cells.length) this.#grow()
      this.#cells.set([c, truth[c]!, predicted[c]!, both[c]!], this.#used)
      this.#used += 4
    }
    this.#ends.push(this.#used)
    this.#means.push(meanIou)
    if (this.#used / 4 > mostKept) { this.#full = true; this.#cells = new Float64Array(0) }
  }

  /** Percentile intervals over drawn pictures, by metric and slice; none for fewer than two pictures or too many to draw. B. Efron, R. J. Tibshirani, 1993, chapter 13. */
  intervals(classes: readonly string[], seed: number): ReadonlyMap<string, Interval> {
    const draws = Math.min(resamples, Math.floor(mostWork / Math.max(1, this.#used / 4)))
    if (this.#full || this.pictures < 2 || draws < fewestDraws) return new Map()
    const random = randomStream(seed)
    const seen = new Map<string, number[]>()
    const keep = (metric: string, value: number, slice = ''): void => {
      if (Number.isNaN(value)) return
      const key = keyOf(metric, slice)
      const values = seen.get(key)
      if (values === undefined) seen.set(key, [value])
      else values.push(value)
    }
    for (let i = 0; i < draws; i++) {
      const { counts, mean } = this.#draw(classes, random.below)
      const pooled = pooledScores(counts)
      keep('pixel_accuracy', pooled.accuracy)
      keep('mean_class_accuracy', pooled.classAccuracy)
      keep('mean_iou', pooled.meanIou)
      keep('mean_dice', pooled.meanDice)
      keep('frequency_weighted_iou', pooled.weightedIou)
      keep('mean_over_images_of_mean_iou', mean)
      classes.forEach((label, c) => { keep('iou', pooled.iou[c]!, `class:${label}`); keep('dice', pooled.dice[c]!, `class:${label}`) })
    }
    return new Map([...seen].filter(([, values]) => values.length >= draws / 2).map(([key, values]) => {
      const sorted = Float64Array.from(values).sort()
      return [key, { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }]
    }))
  }

  #draw(classes: readonly string[], below: (bound: number) => number): { readonly counts: ClassPixels, readonly mean: number } {
    const k = classes.length
    const counts = { classes, truth: new Float64Array(k), predicted: new Float64Array(k), both: new Float64Array(k) }
    const n = this.pictures
    let sum = 0
    for (let i = 0; i < n; i++) {
      const picture = below(n)
      sum += this.#means[picture]!
      for (let at = picture === 0 ? 0 : this.#ends[picture - 1]!; at < this.#ends[picture]!; at += 4) {
        const c = this.#cells[at]!
        counts.truth[c]! += this.#cells[at + 1]!
        counts.predicted[c]! += this.#cells[at + 2]!
        counts.both[c]! += this.#cells[at + 3]!
      }
    }
    return { counts, mean: sum / n }
  }

  #grow(): void {
    const larger = new Float64Array(this.#cells.length * 2)
    larger.set(this.#cells)
    this.#cells = larger
  }
}

const keyOf = (metric: string, slice: string): string => `${metric}\n${slice}`

/** The metrics with the intervals that were found for them. */
export function withMaskIntervals(metrics: readonly MetricValue[], intervals: ReadonlyMap<string, Interval>): MetricValue[] {
  return metrics.map((metric) => {
    const interval = metric.value === null ? undefined : intervals.get(keyOf(metric.metric, metric.slice))
    return interval === undefined ? metric : { ...metric, low: interval.low, high: interval.high }
  })
}

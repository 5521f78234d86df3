// Metrics of object detection over pictures, in any split of the same order. Owns the sums; matching and average precision are in the files beside this one.
import type { Curve, MetricValue } from '../domain/run.ts'
import { type Interval, wilsonInterval } from '../statistics/wilson.ts'
import type { Accumulator, MetricResult } from './accumulator.ts'
import { boxArea, byScore, matchBoxes, overlapTable, type Box, type PictureBoxes, type TrueBox } from './detection-match.ts'
import { allPointPrecision, cocoPrecision, precisionRecall, type Ranked } from './detection-precision.ts'
import { detectionIntervals } from './detection-intervals.ts'
import { operatingPoint, pointOverlap, type OperatingPoint } from './detection-point.ts'
import { classSlice, known, unknown } from './metric-values.ts'

export interface DetectionSetup {
  readonly classes: readonly string[]
  /** Boxes with at least this score count at the operating point. */
  readonly score: number
  /** For the intervals. */
  readonly seed?: number
}

/** IoU 0.50, 0.55 … 0.95. */
const thresholds = Array.from({ length: 10 }, (_, at) => 0.5 + at * 0.05)
const sizes = [['', 0, Infinity], ['size:small', 0, 32 ** 2], ['size:medium', 32 ** 2, 96 ** 2], ['size:large', 96 ** 2, Infinity]] as const
const mostBoxes = 100
const noTruth = 'No true box of this kind is in the data.'

/** The boxes of one class and size in the order in which they came; per threshold a bit for right and one for ignored. */
interface Pool { readonly scores: number[], readonly right: number[], readonly ignored: number[], readonly pictures: number[], readonly truthsIn: [picture: number, count: number][], truths: number }
const emptyPool = (): Pool => ({ scores: [], right: [], ignored: [], pictures: [], truthsIn: [], truths: 0 })

interface Poured { readonly place: number, readonly truth: readonly TrueBox[], readonly predicted: readonly (Box & { readonly score: number })[], readonly table: readonly (readonly number[])[] }

const areaOf = (box: TrueBox): number => box.area ?? boxArea(box)
const outside = (area: number, low: number, high: number): boolean => area < low || area > high

function pour(pool: Pool, picture: Poured, low: number, high: number): void {
  const skipped = picture.truth.map((box) => box.crowd === true || outside(areaOf(box), low, high))
  const counted = skipped.filter((is) => !is).length
  pool.truths += counted
  if (counted > 0) pool.truthsIn.push([picture.place, counted])
  const right = picture.predicted.map(() => 0)
  const ignored = picture.predicted.map(() => 0)
  thresholds.forEach((threshold, at) => {
    matchBoxes(picture.table, picture.truth, skipped, threshold).forEach((match, place) => {
      const box = picture.predicted[place]
      const free = match < 0 && box !== undefined && outside(boxArea(box), low, high)
      if (free || skipped[match] === true) ignored[place]! |= 1 << at
      else if (match >= 0) right[place]! |= 1 << at
    })
  })
  picture.predicted.forEach((box, place) => { pool.scores.push(box.score); pool.right.push(right[place]!); pool.ignored.push(ignored[place]!); pool.pictures.push(picture.place) })
}

/** Places by falling score over all pictures; equal scores keep the order of the pictures. */
const byFallingScore = ({ scores }: Pool): number[] => scores.map((_, at) => at).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))

function rank(pool: Pool, order: readonly number[], threshold: number): Ranked {
  const bit = 1 << threshold
  const counted = order.filter((at) => (pool.ignored[at]! & bit) === 0)
  return { right: counted.map((at) => (pool.right[at]! & bit) !== 0), scores: counted.map((at) => pool.scores[at] ?? 0), truths: pool.truths }
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

interface Precisions { readonly each: readonly number[], readonly voc: number, readonly recall: number, readonly truths: number }

function precisionsOf(pool: Pool): Precisions | null {
  if (pool.truths === 0) return null
  const order = byFallingScore(pool)
  const ranked = thresholds.map((_, at) => rank(pool, order, at))
  const recalls = ranked.map((one) => one.right.filter((right) => right).length / one.truths)
  return { each: ranked.map(cocoPrecision), voc: allPointPrecision(ranked[0] ?? { right: [], scores: [], truths: 1 }), recall: mean(recalls), truths: pool.truths }
}

const parts = [
  ['map50_95', 'ap50_95', (p: Precisions) => mean(p.each)], ['map50', 'ap50', (p: Precisions) => p.each[0] ?? 0], ['map75', 'ap75', (p: Precisions) => p.each[5] ?? 0],
  ['voc_map50', 'voc_ap50', (p: Precisions) => p.voc], ['average_recall', null, (p: Precisions) => p.recall],
] as const

function averages(pools: readonly (readonly Pool[])[]): MetricValue[] {
  return sizes.flatMap(([slice], size) => {
    const found = pools.flatMap((pool) => { const p = pool[size] === undefined ? null : precisionsOf(pool[size]); return p === null ? [] : [p] })
    const n = found.reduce((sum, p) => sum + p.truths, 0)
    return parts.map(([metric, , take]) => found.length === 0 ? unknown(metric, 0, noTruth, slice) : known(metric, mean(found.map(take)), n, { slice }))
  })
}

function perClass(label: string, pool: Pool): MetricValue[] {
  const found = precisionsOf(pool)
  const truths = known('n_truth', pool.truths, pool.truths, { slice: classSlice(label) })
  return [truths, ...parts.flatMap(([, metric, take]) => metric === null ? [] : [found === null ? unknown(metric, 0, noTruth, classSlice(label)) : known(metric, take(found), found.truths, { slice: classSlice(label) })])]
}

function pointMetrics(point: OperatingPoint): MetricValue[] {
  const [all, truths] = [point.tp + point.fp, point.tp + point.fn]
  const share = (metric: string, right: number, of: number, reason: string): MetricValue => {
    if (of === 0) return unknown(metric, 0, reason)
    const { low, high } = wilsonInterval(right, of)
    return known(metric, right / of, of, { low, high })
  }
  const f1 = 2 * point.tp + point.fp + point.fn
  return [
    share('detection.precision', point.tp, all, 'No box reaches the score.'), share('detection.recall', point.tp, truths, noTruth),
    f1 === 0 ? unknown('detection.f1', 0, 'There is no box, true or predicted.') : known('detection.f1', 2 * point.tp / f1, truths),
    known('detection.tp', point.tp, all), known('detection.fp', point.fp, all), known('detection.fn', point.fn, truths),
    point.tp === 0 ? unknown('detection.mean_iou', 0, 'No box was found.') : known('detection.mean_iou', point.overlaps / point.tp, point.tp),
  ]
}

function curveOf(label: string, pool: Pool): Curve {
  const ranked = rank(pool, byFallingScore(pool), 0)
  const { precision, recall } = precisionRecall(ranked)
  return { kind: 'precision-recall', class: label, averagePrecision: pool.truths === 0 ? null : cocoPrecision(ranked), recall, precision, threshold: [...ranked.scores] }
}

const withIntervals = (metrics: readonly MetricValue[], intervals: ReadonlyMap<string, Interval>): MetricValue[] => metrics.map((metric) => {
  const interval = metric.value === null ? undefined : intervals.get(`${metric.metric}\n${metric.slice}`)
  return interval === undefined ? metric : { ...metric, low: interval.low, high: interval.high }
})

/** Takes pictures in order. Metrics as in COCO; the operating point and the confusion are at IoU 0.5 and the score of the setup. */
export function createDetectionAccumulator(setup: DetectionSetup): Accumulator<readonly PictureBoxes[]> {
  const pools = setup.classes.map(() => sizes.map(emptyPool))
  const point = operatingPoint(setup.classes.length, setup.score, pointOverlap)
  const points: OperatingPoint[] = []
  let [pictures, truths, detections] = [0, 0, 0]
  const addPicture = (picture: PictureBoxes): void => {
    const place = pictures++
    truths += picture.truth.length
    detections += picture.predicted.length
    const before = point.counts()
    point.add(picture)
    const after = point.counts()
    points.push({ tp: after.tp - before.tp, fp: after.fp - before.fp, fn: after.fn - before.fn, overlaps: after.overlaps - before.overlaps })
    pools.forEach((pool, classIndex) => {
      const truth = picture.truth.filter((box) => box.classIndex === classIndex)
      const predicted = byScore(picture.predicted.filter((box) => box.classIndex === classIndex)).slice(0, mostBoxes)
      if (truth.length + predicted.length === 0) return
      const one = { place, truth, predicted, table: overlapTable(predicted, truth) }
      sizes.forEach(([, low, high], size) => { const to = pool[size]; if (to !== undefined) pour(to, one, low, high) })
    })
  }
  const finish = (): MetricResult => {
    const whole = pools.map((pool) => pool[0] ?? emptyPool())
    const ranked = whole.map((pool) => ({ scores: pool.scores, pictures: pool.pictures, right: pool.right, ignored: pool.ignored, truths: pool.truthsIn }))
    const intervals = detectionIntervals(ranked, setup.classes, points, thresholds.length, setup.seed ?? 0)
    return {
      metrics: withIntervals([
        ...averages(pools), ...pointMetrics(point.counts()), known('n_images', pictures, pictures), known('n_truth', truths, pictures), known('n_detections', detections, pictures),
        ...whole.flatMap((pool, at) => perClass(setup.classes[at] ?? '', pool)),
      ], intervals),
      curves: [...whole.map((pool, at) => curveOf(setup.classes[at] ?? '', pool)), { kind: 'confusion', classes: [...setup.classes, 'background'], counts: point.confusion() }],
    }
  }
  const headline = () => {
    const { tp, fp, fn } = point.counts()
    return 2 * tp + fp + fn === 0 ? null : { metric: 'detection.f1', value: 2 * tp / (2 * tp + fp + fn) }
  }
  return { add: (batch) => { batch.forEach(addPicture) }, headline, finish }
}

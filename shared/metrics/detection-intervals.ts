// Intervals of box metrics: pictures are left out and drawn again, never boxes, since the boxes of one picture are not independent.
// Owns the drawing and the leaving out; average precision of such a set is computed as in COCO, from boxes that were matched and ranked once.
import { randomStream } from '../statistics/random.ts'
import type { Interval } from '../statistics/wilson.ts'
import { precisionInterval } from './precision-interval.ts'

/** The boxes of one class in the order in which they came: picture, score, and per threshold a bit for right and one for ignored. */
export interface RankedClass {
  readonly scores: readonly number[]
  readonly pictures: readonly number[]
  readonly right: readonly number[]
  readonly ignored: readonly number[]
  /** True boxes that count, by picture: picture and number. */
  readonly truths: readonly (readonly [picture: number, count: number])[]
}

/** What an operating point counts in one picture. */
export interface PicturePoint { readonly tp: number, readonly fp: number, readonly fn: number, readonly overlaps: number }

const resamples = 400
const fewestDraws = 100
/** Pictures are left out one by one up to this many, beyond it in as many groups: single ones move the 101 recalls in jumps, which makes the error jump too. */
const mostLeftOut = 50
/** Boxes times thresholds of all sets together: 160,000 boxes get the full number of draws, 330,000 the fewest. */
const mostWork = 1e9

/** One class by falling score: the picture of every box, and per threshold the places of the right ones; `counted` only where boxes are ignored. */
interface Sorted { readonly picture: Int32Array, readonly right: readonly Int32Array[], readonly counted: readonly (Uint8Array | null)[], readonly truths: readonly (readonly [number, number])[] }

function sortedOf({ scores, pictures, right, ignored, truths }: RankedClass, thresholds: number): Sorted {
  const order = scores.map((_, at) => at).sort((a, b) => scores[b]! - scores[a]!)
  const places = (bit: number): Int32Array => Int32Array.from(order.flatMap((at, place) => ((right[at]! & bit) === 0 ? [] : [place])))
  const some = (bit: number): boolean => ignored.some((bits) => (bits & bit) !== 0)
  const each = Array.from({ length: thresholds }, (_, t) => 1 << t)
  return {
    picture: Int32Array.from(order, (at) => pictures[at]!), truths, right: each.map(places),
    counted: each.map((bit) => (some(bit) ? Uint8Array.from(order, (at) => Number((ignored[at]! & bit) === 0)) : null)),
  }
}

const recalls = 101

/** How many true boxes must be found to reach the recalls 0, 0.01 … 1 of `truths`. */
function neededFor(truths: number, needed: Int32Array): void {
  for (let point = 0; point < recalls; point++) {
    const wanted = point === recalls - 1 ? 1 : point * 0.01
    // The product is not exact, so its neighbours are asked.
    let count = Math.ceil(wanted * truths)
    if (count > 0 && (count - 1) / truths >= wanted) count--
    if (count / truths < wanted) count++
    needed[point] = count
  }
}

interface Room { readonly all: Float64Array, readonly found: Int32Array, readonly precisions: Float64Array, readonly needed: Int32Array }

/** How many boxes stand at or before each place, where picture p counts `weights[p]` times. */
function standing(picture: Int32Array, counted: Uint8Array | null, weights: Int32Array, all: Float64Array): void {
  for (let at = 0, sum = 0; at < picture.length; at++) {
    if (counted === null || counted[at] === 1) sum += weights[picture[at]!]!
    all[at] = sum
  }
}

/** Average precision at 101 points of one class at one threshold, as COCO computes it, where picture p counts `weights[p]` times. */
function drawnPrecision(picture: Int32Array, right: Int32Array, weights: Int32Array, { all, found, precisions, needed }: Room): number {
  let [tp, steps] = [0, 0]
  for (let i = 0; i < right.length; i++) {
    const place = right[i]!
    const weight = weights[picture[place]!]!
    if (weight === 0) continue
    tp += weight
    // Copies of one picture are ranked beside each other, so only the end of their run can lie on the envelope.
    found[steps] = tp
    precisions[steps++] = tp / all[place]!
  }
  let point = recalls - 1
  while (point >= 0 && needed[point]! > tp) point--
  let [sum, best] = [0, 0]
  for (let step = steps - 1; step >= 0; step--) {
    if (precisions[step]! > best) best = precisions[step]!
    const before = step === 0 ? -1 : found[step - 1]!
    while (point >= 0 && needed[point]! > before) { sum += best; point-- }
  }
  return sum / recalls
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

/** The values of one draw by key; metrics that are undefined in it are left out. */
function drawn(classes: readonly Sorted[], labels: readonly string[], points: readonly PicturePoint[], weights: Int32Array, thresholds: number, room: Room): Map<string, number> {
  const values = new Map<string, number>()
  const each: number[][] = []
  classes.forEach((one, c) => {
    let truths = 0
    for (const [picture, count] of one.truths) truths += weights[picture]! * count
    if (truths === 0) return
    const found: number[] = []
    neededFor(truths, room.needed)
    for (let t = 0; t < thresholds; t++) {
      if (t === 0 || one.counted[t] !== null || one.counted[t - 1] !== null) standing(one.picture, one.counted[t] ?? null, weights, room.all)
      found.push(drawnPrecision(one.picture, one.right[t]!, weights, room))
    }
    each.push(found)
    const slice = `class:${labels[c] ?? ''}`
    values.set(`ap50_95\n${slice}`, meanOf(found)).set(`ap50\n${slice}`, found[0]!).set(`ap75\n${slice}`, found[5]!)
  })
  if (each.length > 0) values.set('map50_95\n', meanOf(each.map(meanOf))).set('map50\n', meanOf(each.map((e) => e[0]!))).set('map75\n', meanOf(each.map((e) => e[5]!)))
  let [tp, fp, fn, overlaps] = [0, 0, 0, 0]
  points.forEach((p, picture) => { const w = weights[picture]!; tp += w * p.tp; fp += w * p.fp; fn += w * p.fn; overlaps += w * p.overlaps })
  if (tp + fp + fn > 0) values.set('detection.f1\n', 2 * tp / (2 * tp + fp + fn))
  if (tp > 0) values.set('detection.mean_iou\n', overlaps / tp)
  return values
}

const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** What the true boxes behind a value are worth as one share: in an average over classes the rare ones weigh as much as the common ones. */
function boxesBehind(key: string, truths: readonly number[], labels: readonly string[]): number | null {
  const [metric = '', slice = ''] = key.split('\n')
  if (metric === 'detection.mean_iou') return null
  if (slice !== '') return truths[labels.findIndex((label) => slice === `class:${label}`)] ?? null
  const some = truths.filter((count) => count > 0)
  return metric === 'detection.f1' ? sumOf(some) : some.length ** 2 / sumOf(some.map((count) => 1 / count))
}

/**
 * Intervals at 95 % by metric and slice, as `metric\nslice`: pictures left out give the error, pictures drawn again the bias (see `precisionInterval`).
 * None for fewer than two pictures, for what one picture alone defines, or for more boxes than can be drawn often enough.
 */
export function detectionIntervals(ranked: readonly RankedClass[], labels: readonly string[], points: readonly PicturePoint[], thresholds: number, seed: number): ReadonlyMap<string, Interval> {
  const boxes = ranked.reduce((sum, c) => sum + c.scores.length, 0)
  const groups = Math.min(points.length, mostLeftOut)
  const draws = Math.min(resamples, Math.floor(mostWork / Math.max(1, boxes * thresholds)) - groups)
  if (points.length < 2 || draws < fewestDraws) return new Map()
  const random = randomStream(seed)
  const classes = ranked.map((one) => sortedOf(one, thresholds))
  const longest = Math.max(1, ...classes.map((c) => c.picture.length))
  const room = { all: new Float64Array(longest), found: new Int32Array(longest), precisions: new Float64Array(longest), needed: new Int32Array(recalls) }
  const weights = new Int32Array(points.length).fill(1)
  const valuesNow = () => drawn(classes, labels, points, weights, thresholds, room)
  const observed = valuesNow()
  const seen = new Map([...observed.keys()].map((key) => [key, { leftOut: [] as number[], sum: 0, draws: 0 }]))
  for (let group = 0; group < groups; group++) {
    for (let p = 0; p < points.length; p++) weights[p] = p % groups === group ? 0 : 1
    for (const [key, value] of valuesNow()) seen.get(key)?.leftOut.push(value)
  }
  for (let i = 0; i < draws; i++) {
    weights.fill(0)
    for (let k = 0; k < points.length; k++) weights[random.below(points.length)]!++
    for (const [key, value] of valuesNow()) { const one = seen.get(key); if (one !== undefined) { one.sum += value; one.draws++ } }
  }
  const truths = ranked.map((one) => one.truths.reduce((sum, [, count]) => sum + count, 0))
  return new Map([...seen].flatMap(([key, one]) => {
    if (one.leftOut.length < groups || one.draws < draws / 2) return []
    const interval = precisionInterval({ observed: observed.get(key)!, leftOut: one.leftOut, drawnMean: key.startsWith('detection.') ? null : one.sum / one.draws, boxes: boxesBehind(key, truths, labels) })
    return interval === null ? [] : [[key, interval] as const]
  }))
}

// The threshold table against scikit-learn's counts, best thresholds against a search over its curve, and the bootstrap against what it must hold.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ThresholdCounts, ThresholdGoal } from '../../shared/domain/thresholds.ts'
import { randomStream } from '../../shared/statistics/random.ts'
import { wilsonInterval } from '../../shared/statistics/wilson.ts'
import { bestEntry, bestThreshold } from '../../shared/thresholds/best-threshold.ts'
import { measuresOf, pointAt } from '../../shared/thresholds/measures.ts'
import { countsAt, countsOf, scoreTable, shortestBetween, tablePoints, thresholdOf, type ScoreGroups } from '../../shared/thresholds/score-table.ts'
import { fixture } from '../setup/fixtures.ts'

interface Facts { readonly thresholds: readonly { readonly model: string; readonly distinct: number; readonly counts: readonly (ThresholdCounts & { readonly threshold: number })[]; readonly best: Readonly<Record<string, ThresholdCounts & { readonly cost?: number }>> }[] }
const facts = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures-facts/threshold-facts.json'), 'utf8')) as Facts

/** Scores and truths of the fixture, grouped by score. */
function incomeGroups(model: string): ScoreGroups {
  const { outputs } = JSON.parse(readFileSync(fixture(`adult-income/predictions/${model}.test.json`), 'utf8')) as { outputs: Record<string, { dims: number[]; data: number[] }> }
  const scores = Object.values(outputs).find((o) => o.dims.length === 2)!.data.filter((_, i) => i % 2 === 1)
  const truth = readFileSync(fixture('adult-income/data/test.csv'), 'utf8').trim().split(/\r?\n/).slice(1).map((line) => line.endsWith('>50K'))
  return group(scores, truth)
}

function group(scores: readonly number[], truth: readonly boolean[]): ScoreGroups {
  const cells = new Map<number, [number, number]>()
  scores.forEach((score, i) => { const cell = cells.get(score) ?? [0, 0]; cell[truth[i] ? 0 : 1]++; cells.set(score, cell) })
  const sorted = [...cells].sort((a, b) => b[0] - a[0])
  return { scores: Float64Array.from(sorted, (c) => c[0]), positives: Float64Array.from(sorted, (c) => c[1][0]), negatives: Float64Array.from(sorted, (c) => c[1][1]) }
}

const goals: Readonly<Record<string, ThresholdGoal>> = {
  f1: { kind: 'f1' }, cost: { kind: 'cost', falsePositive: 1, falseNegative: 4 }, min_precision: { kind: 'min-precision', least: 0.9 },
  min_recall: { kind: 'min-recall', least: 0.8 }, max_selected: { kind: 'max-selected', most: 0.1 },
}

describe('the threshold table', () => {
  test.each(facts.thresholds)('agrees with scikit-learn on $model at every threshold that the reference names', ({ model, distinct, counts, best }) => {
    const groups = incomeGroups(model)
    const table = scoreTable(groups)
    expect(groups.scores).toHaveLength(distinct)
    for (const { threshold, ...want } of counts) expect(countsAt(table, threshold)).toEqual(want)
    for (const [name, { cost, ...want }] of Object.entries(best)) {
      const entry = bestEntry(goals[name]!, table)
      const found = countsOf(table, table.tp[entry]!, table.fp[entry]!)
      expect(found, name).toEqual(want)
      expect(countsAt(table, thresholdOf(table, entry)), name).toEqual(want)
      if (cost !== undefined) expect(measuresOf(found, { falsePositive: 1, falseNegative: 4 }).cost).toBe(cost)
    }
  })

  test('is thinned to points that are all exact, and says where it is not complete', () => {
    const groups = incomeGroups('v1')
    const table = scoreTable(groups)
    const points = tablePoints(table, 1000, [0.1234567])
    expect(points.threshold.length).toBeLessThanOrEqual(1003)
    expect(points.complete).toBe(false)
    expect(points.threshold).toEqual([...points.threshold].sort((a, b) => a - b))
    points.threshold.forEach((t, i) => {
      for (const typed of [t, points.upTo[i]!]) expect(countsAt(table, typed)).toMatchObject({ tp: points.tp[i], fp: points.fp[i] })
    })
    expect(pointAt(points, 0.1234567).exact).toBe(true)
    expect(pointAt(points, 0.5).exact).toBe(true)
    const between = groups.scores.find((score) => !pointAt(points, score).exact)
    expect(between).toBeDefined()
  })

  test('tells every threshold exactly when it is complete, also with ties, zeros and ones', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(0, 0.1, 0.25, 1 / 3, 0.5, 0.75, 1), fc.boolean()), { minLength: 1, maxLength: 30 }), fc.double({ min: 0, max: 1, noNaN: true }), (rows, threshold) => {
      const groups = group(rows.map((r) => r[0]), rows.map((r) => r[1]))
      const points = tablePoints(scoreTable(groups), 1000, [])
      const { at, exact } = pointAt(points, threshold)
      expect(exact).toBe(true)
      expect(points.tp[at]).toBe(rows.filter(([s, own]) => own && s >= threshold).length)
      expect(points.fp[at]).toBe(rows.filter(([s, own]) => !own && s >= threshold).length)
    }))
  })

  test('gives thresholds that are short to type and select the same rows', () => {
    expect([shortestBetween(0.31, 0.3342), shortestBetween(0.33, 0.3342), shortestBetween(0.1, 1), shortestBetween(0.29999999999999993, 0.3)]).toEqual([0.33, 0.334, 1, 0.3])
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
      if (a === b) return
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      const short = shortestBetween(low, high)
      expect(short > low && short <= high).toBe(true)
    }))
  })
})

describe('the best threshold', () => {
  test('has none where no threshold meets the limit, and says what is reached', () => {
    const table = scoreTable(group([0.9, 0.8, 0.7], [false, true, false]))
    expect(bestThreshold(table, { kind: 'min-precision', least: 0.6 }, 1)).toMatchObject({ found: null, reason: expect.stringContaining('0.5000') as string })
    expect(bestThreshold(scoreTable(group([0.9, 0.8], [false, false])), { kind: 'f1' }, 1).reason).toContain('No row is of this class')
    // Selecting nothing is a decision, too, when a mistake costs more than a find saves.
    expect(bestThreshold(table, { kind: 'cost', falsePositive: 100, falseNegative: 1 }, 1).found).toMatchObject({ threshold: 1, counts: { tp: 0, fp: 0, fn: 1, tn: 2 } })
  })

  test('repeats byte for byte with the same seed, and its interval is wider with fewer rows', () => {
    const groups = incomeGroups('v1')
    const every = (values: Float64Array): Float64Array => values.filter((_, i) => i % 20 === 0)
    const small = { scores: every(groups.scores), positives: every(groups.positives), negatives: every(groups.negatives) }
    const [all, again, few] = [bestThreshold(scoreTable(groups), goals['cost']!, 7), bestThreshold(scoreTable(groups), goals['cost']!, 7), bestThreshold(scoreTable(small), goals['cost']!, 7)]
    expect(again).toEqual(all)
    const width = (b: typeof all): number => b.found!.high! - b.found!.low!
    expect(width(few)).toBeGreaterThan(width(all))
    const recall = all.found!.measures.find((m) => m.measure === 'recall')!
    // With the threshold fixed, recall is a share, whose own interval is close.
    const wilson = wilsonInterval(861, 933)
    expect(Math.abs(recall.low! - wilson.low)).toBeLessThan(0.005)
    expect(Math.abs(recall.high! - wilson.high)).toBeLessThan(0.005)
  })

  test('takes off what choosing on the same rows adds: on noise the corrected accuracy is nearer to chance', () => {
    const random = randomStream(3)
    const rows = Array.from({ length: 200 }, () => [random.next(), random.next() < 0.5] as const)
    const table = scoreTable(group(rows.map((r) => r[0]), rows.map((r) => r[1])))
    const cost = bestThreshold(table, { kind: 'cost', falsePositive: 1, falseNegative: 1 }, 5).found!.measures.find((m) => m.measure === 'cost')!
    expect(cost.corrected!).toBeGreaterThan(cost.value!)
    expect(measuresOf({ tp: 0, fp: 0, fn: 0, tn: 0 }, null)).toEqual({ precision: null, recall: null, f1: null, accuracy: null, specificity: null, selected: null, cost: null })
  })
})

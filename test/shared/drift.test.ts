// Drift: the stored profile tells of nobody and keeps the shape, and its limit keeps the false alarms that it promises. Numbers beside references: conformance.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { categoryBins } from '../../shared/drift/bin-categories.ts'
import { binOf, countNumbers, numericBins } from '../../shared/drift/bin-numbers.ts'
import { cellOf, freedomOf, referenceCells } from '../../shared/drift/cells.ts'
import { psi } from '../../shared/drift/divergence.ts'
import { chiSquareQuantile, meanLimit, psiByChance, psiLimit, rowsForPsi, shareLimit } from '../../shared/drift/limits.ts'
import type { NumericBins } from '../../shared/drift/reference.ts'
import { kolmogorovSmirnov, sortedSample, wasserstein } from '../../shared/drift/two-samples.ts'
import { fixture } from '../setup/fixtures.ts'
import { parseCsv } from './fixture-cases.ts'

/** Mulberry32, so that a failure can be looked at again. */
function seeded(seed: number): () => number {
  let s = seed
  return () => {
    s = (s + 0x6d2b79f5) | 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function column(file: string, name: string): string[] {
  const [head, ...rows] = parseCsv(readFileSync(fixture(file), 'utf8'))
  return rows.filter((r) => r.length === head!.length).map((r) => r[head!.indexOf(name)]!)
}
const numbers = (file: string, name: string): number[] => column(file, name).map((c) => (c === '' ? NaN : Number(c)))
const binsOf = (sample: readonly number[]): NumericBins => {
  const bins = numericBins(countNumbers(sample), 0)
  if (bins.kind !== 'numeric') throw new Error(bins.reason)
  return bins
}

describe('bins of numbers', () => {
  it.each([
    ['adult-income/data/test.csv', 'age'], ['adult-income/data/test.csv', 'capital_gain'], ['adult-income/data/test.csv', 'fnlwgt'], ['adult-income/data/test.csv', 'hours_per_week'],
    ['abalone/data/test.csv', 'shell_weight'], ['iris/data/iris.csv', 'petal_width'],
  ])('of %s %s tell of no fewer than ten rows, and count every row', (file, name) => {
    const sample = numbers(file, name)
    const bins = binsOf(sample)
    expect(bins.counts.length).toBeLessThanOrEqual(20)
    expect(Math.min(...bins.counts)).toBeGreaterThanOrEqual(10)
    expect(bins.counts.length).toBe(bins.edges.length + 1)
    expect(bins.counts.reduce((a, b) => a + b)).toBe(sample.length)
    // No edge is a value of the data, nor would be after rounding to 32 bits.
    expect(bins.edges.filter((e) => sample.includes(e))).toEqual([])
    const again = new Array<number>(bins.counts.length).fill(0)
    let outside = 0
    for (const x of sample) {
      const single = binOf(bins.edges, bins.low, bins.high, Math.fround(x))
      expect(single).toBe(binOf(bins.edges, bins.low, bins.high, x))
      if (single < -2) outside++
      again[cellOf(bins, single)]!++
    }
    expect(again).toEqual(bins.counts)
    expect(outside).toBe(bins.outside)
    for (const beyond of [sample.filter((x) => x < bins.low), sample.filter((x) => x > bins.high)]) expect(beyond.length === 0 || beyond.length >= 10).toBe(true)
  })

  it('a column of almost one value keeps the others apart, where plain deciles see nothing', () => {
    const bins = binsOf(numbers('adult-income/data/test.csv', 'capital_gain'))
    expect(bins.counts.length).toBeGreaterThan(2)
    expect(binOf(bins.edges, bins.low, bins.high, NaN)).toBe(-1)
    expect(binOf(bins.edges, bins.low, bins.high, -5)).toBe(-3)
    expect(binOf(bins.edges, bins.low, bins.high, 1e9)).toBe(-4)
  })

  it('too few rows have none, one value has one', () => {
    expect(numericBins(countNumbers([1, 2, 3]), 4)).toEqual({ kind: 'none', rows: 7, missing: 4, reason: 'fewer than 10 rows have a value' })
    expect(binsOf(new Array<number>(50).fill(7))).toMatchObject({ edges: [], counts: [50], outside: 0 })
  })
})

describe('bins of texts', () => {
  const counted = (file: string, name: string): { value: string; count: number }[] => {
    const counts = new Map<string, number>()
    for (const c of column(file, name)) if (c !== '') counts.set(c, (counts.get(c) ?? 0) + 1)
    return [...counts].map(([value, count]) => ({ value, count }))
  }
  it('name what ten rows hold, and put the rest together', () => {
    const bins = categoryBins(counted('adult-income/data/test.csv', 'workclass'), 235)
    if (bins.kind !== 'categorical') throw new Error('no bins')
    // Without-pay is on three rows; the next smallest goes with it, since three rows are not told either.
    expect(column('adult-income/data/test.csv', 'workclass').filter((c) => c === 'Without-pay')).toHaveLength(3)
    expect(bins.categories).toEqual(['Private', 'Self-emp-not-inc', 'Local-gov', 'State-gov', 'Self-emp-inc'])
    expect(bins.other).toBe(3 + 121)
    expect(referenceCells(bins)).toEqual([2720, 355, 250, 176, 140, 124, 235])
    expect([cellOf(bins, 0), cellOf(bins, -2), cellOf(bins, -1)]).toEqual([0, 5, 6])
    expect(freedomOf(bins)).toBe(6)
  })
  it('of ids there are none', () => {
    expect(categoryBins(counted('adult-income/data/test.csv', 'id'), 0)).toMatchObject({ kind: 'none', reason: 'too many different values: free text or ids' })
  })
})

describe('limits', () => {
  it('chi-square quantiles are those of the tables', () => {
    expect([chiSquareQuantile(0.05, 1), chiSquareQuantile(0.01, 10), chiSquareQuantile(0.001, 19), chiSquareQuantile(0.95, 5)].map((x) => Number(x.toFixed(3)))).toEqual([3.841, 23.209, 43.820, 1.145])
  })

  it.each([[20, 200, 4000, 0.05], [10, 500, 1000, 0.1], [20, 2000, 8000, 0.05], [7, 1000, 150, 1 / 7], [20, 500, 4000, 0.011], [50, 500, 4000, 0.011]])('without drift, %i cells and %i rows against %i, all cells but one with a share of %f: at most one window in a hundred exceeds the limit', (cells, window, profile, share) => {
    const random = seeded(cells * window)
    const draw = (rows: number): number[] => {
      const counts = new Array<number>(cells).fill(0)
      for (let i = 0; i < rows; i++) counts[Math.min(cells - 1, Math.floor(random() / share))]!++
      return counts
    }
    const limit = psiByChance({ freedom: cells - 1, features: 1, reference: profile }, window)
    const rounds = 2000
    let alarms = 0
    for (let i = 0; i < rounds; i++) if (psi(draw(profile), draw(window), 'half a row') > limit) alarms++
    // 1 % of 2,000 is 20 ± 4.5. Where cells hold enough rows, a limit that never speaks is none either.
    expect(alarms).toBeLessThanOrEqual(29)
    expect(alarms).toBeGreaterThan(window / cells >= 50 ? 0 : -1)
  })

  it('shared among many features the whole look keeps its 1 %, and a real shift is found', () => {
    const random = seeded(7)
    const [features, cells, window, profile] = [30, 10, 500, 4000]
    const draw = (rows: number, skew: number): number[] => {
      const counts = new Array<number>(cells).fill(0)
      for (let i = 0; i < rows; i++) counts[Math.floor(random() ** skew * cells)]!++
      return counts
    }
    const limit = psiByChance({ freedom: cells - 1, features, reference: profile }, window)
    const look = (skew: number): boolean => Array.from({ length: features }, (_, f) => psi(draw(profile, 1), draw(window, f === 0 ? skew : 1), 'half a row') > limit).some(Boolean)
    const share = (skew: number, rounds: number): number => Array.from({ length: rounds }, () => look(skew)).filter(Boolean).length / rounds
    expect(share(1, 400)).toBeLessThan(0.026)
    expect(share(1.5, 40)).toBeGreaterThan(0.9)
  })

  it('a window is large enough from where chance stays below 0.1', () => {
    const setting = { freedom: 19, features: 12, reference: 4000 }
    const rows = rowsForPsi(setting)!
    expect(psiByChance(setting, rows)).toBeLessThanOrEqual(0.1)
    expect(psiByChance(setting, rows - 2)).toBeGreaterThan(0.1)
    expect(psiLimit(setting, rows)).toEqual({ warn: 0.1, page: 0.25 })
    expect(psiLimit(setting, 100).page).toBeCloseTo(2 * psiByChance(setting, 100), 12)
    expect(rowsForPsi({ ...setting, reference: 150 })).toBeNull()
    expect(shareLimit(0, 500)).toBe(0.02)
    expect(shareLimit(0.5, 900)).toBeCloseTo(0.55, 12)
    expect(meanLimit(0.9, 0.1, 400)).toBeCloseTo(0.88, 12)
  })
})

describe('two samples', () => {
  it('by hand: gap, chance and distance of three against two', () => {
    const [a, b] = [sortedSample([1, 2, 3]), sortedSample([2.5, 4, NaN])]
    // F reaches 2/3 while G is 0. Of the 10 orders of five values 6 have a gap of at least that: P = 0.6.
    expect(kolmogorovSmirnov(a, b).statistic).toBeCloseTo(2 / 3, 12)
    expect(kolmogorovSmirnov(a, b).p).toBeCloseTo(0.6, 12)
    // ∫|F − G|: 1/3·1 + 2/3·0.5 + 1/6·0.5 + 1/2·1
    expect(wasserstein(a, b)).toBeCloseTo(1 / 3 + 1 / 3 + 1 / 12 + 1 / 2, 12)
  })
})

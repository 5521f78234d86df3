// Influences against their definition: the change of the estimate when one row weighs a little more. And the shape of binomial draws.
import { describe, expect, test } from 'vitest'
import { binomialUpTo } from '../../shared/statistics/distributions.ts'
import { drawBinomial, redrawCounts } from '../../shared/statistics/multinomial.ts'
import { randomStream } from '../../shared/statistics/random.ts'
import { precisionInfluence, rocInfluence, type RankedRows } from '../../shared/statistics/ranking-influence.ts'
import { rankingSpread } from '../../shared/statistics/ranking-spread.ts'

/** AUC of weighted rows, straight from its definition: the weight of rightly ordered pairs. */
function weightedRoc({ scores, positive }: RankedRows, weights: readonly number[]): number {
  let right = 0
  let all = 0
  for (let a = 0; a < positive.length; a++) for (let b = 0; b < positive.length; b++) {
    if (positive[a] !== 1 || positive[b] !== 0) continue
    const pair = weights[a]! * weights[b]!
    all += pair
    right += pair * (scores[a]! > scores[b]! ? 1 : scores[a] === scores[b] ? 0.5 : 0)
  }
  return right / all
}

/** Average precision of weighted rows: the mean over positive rows of the precision at their score. */
function weightedPrecision({ scores, positive }: RankedRows, weights: readonly number[]): number {
  let sum = 0
  let all = 0
  for (let a = 0; a < positive.length; a++) {
    if (positive[a] !== 1) continue
    let above = 0
    let hits = 0
    for (let b = 0; b < positive.length; b++) if (scores[b]! >= scores[a]!) { above += weights[b]!; hits += weights[b]! * positive[b]! }
    sum += weights[a]! * hits / above
    all += weights[a]!
  }
  return sum / all
}

function someRows(): RankedRows {
  const random = randomStream(7)
  const positive = Uint8Array.from({ length: 40 }, () => (random.next() < 0.4 ? 1 : 0))
  // Rounded, so that there are ties within and between the classes.
  return { positive, scores: Array.from(positive, (y) => Math.round((random.next() + 0.3 * y) * 12) / 12) }
}

describe('the influence of a row is the derivative of the estimate by its weight', () => {
  const rows = someRows()
  const n = rows.positive.length
  for (const [name, found, weighted] of [['ROC AUC', rocInfluence(rows), weightedRoc], ['average precision', precisionInfluence(rows), weightedPrecision]] as const) {
    test(name, () => {
      expect(found?.value).toBeCloseTo(weighted(rows, new Array<number>(n).fill(1)), 12)
      for (let row = 0; row < n; row++) {
        const step = 1e-5
        const heavier = weighted(rows, Array.from({ length: n }, (_, i) => (i === row ? 1 + step : 1)))
        const lighter = weighted(rows, Array.from({ length: n }, (_, i) => (i === row ? 1 - step : 1)))
        expect(found?.perRow[row]! / n, `row ${row}`).toBeCloseTo((heavier - lighter) / (2 * step), 8)
      }
    })
  }
})

describe('binomial draws', () => {
  for (const [n, p] of [[20, 0.1], [50, 0.5], [400, 0.03], [400, 0.4], [10_000, 0.7]] as const) {
    test(`${n} trials of ${p} follow the binomial distribution`, () => {
      const random = randomStream(3)
      const draws = 20_000
      const drawn = Float64Array.from({ length: draws }, () => drawBinomial(random, n, p)).sort()
      let gap = 0
      for (let i = 0; i < draws; i++) {
        if (i + 1 < draws && drawn[i + 1] === drawn[i]) continue
        gap = Math.max(gap, Math.abs((i + 1) / draws - binomialUpTo(drawn[i]!, n, p)))
      }
      // Kolmogorov's 99.9 % point; on whole numbers the test is stricter than it says.
      expect(gap).toBeLessThan(1.95 / Math.sqrt(draws))
    })
  }

  test('redrawn counts add up to the same number of rows', () => {
    const out = new Float64Array(4)
    const random = randomStream(11)
    const sums = new Float64Array(4)
    for (let i = 0; i < 2000; i++) {
      redrawCounts(random, [700, 0, 200, 100], out)
      expect(out.reduce((a, b) => a + b, 0)).toBe(1000)
      out.forEach((v, c) => { sums[c] = sums[c]! + v / 2000 })
    }
    expect(sums[1]).toBe(0)
    expect(sums[0]).toBeCloseTo(700, -1)
    expect(sums[3]).toBeCloseTo(100, -1)
  })
})

/** DeLong's error: the variance of each side's influences by its own rows less one, over all rows squared. */
function errorBySides(perRow: Float64Array, positive: Uint8Array): number {
  const variance = [0, 1].map((side) => {
    const own = [...perRow].filter((_, i) => positive[i] === side)
    return own.reduce((sum, v) => sum + v * v, 0) * (own.length > 1 ? own.length / (own.length - 1) : 1)
  })
  return Math.sqrt(variance[0]! + variance[1]!) / perRow.length
}

describe('standard errors by one walk over sorted scores', () => {
  test('are those of the influences of all rows', () => {
    const random = randomStream(11)
    for (const [n, share, steps] of [[200, 0.4, 12], [300, 0.05, 1e9], [50, 0.9, 3], [4, 0.5, 1]] as const) {
      const positive = Uint8Array.from({ length: n }, (_, i) => (i === 0 || (i > 1 && random.next() < share) ? 1 : 0))
      const scores = Array.from(positive, (y) => Math.round((random.next() + 0.3 * y) * steps) / steps)
      const side = (own: number): Float64Array => Float64Array.from(scores.filter((_, i) => positive[i] === own)).sort()
      const [roc, precision] = [rocInfluence({ scores, positive }), precisionInfluence({ scores, positive })]
      const found = rankingSpread({ positive: side(1), negative: side(0) }, roc!.value, precision!.value)
      expect(found.roc).toBeCloseTo(errorBySides(roc!.perRow, positive), 10)
      expect(found.precision).toBeCloseTo(errorBySides(precision!.perRow, positive), 10)
    }
    expect(rankingSpread({ positive: [], negative: [0.5] }, NaN, NaN)).toEqual({ roc: NaN, precision: NaN })
  })
})

// Do the 95 % intervals of the areas under ROC and precision-recall curves hold the truth, also with a handful of positive rows?
// Simulated scores are normal, so that both true areas follow from formulas. INTERVAL_REPETITIONS asks for a longer look.
import { describe, expect, test } from 'vitest'
import type { MetricValue } from '../../shared/domain/run.ts'
import { createClassificationAccumulator } from '../../shared/metrics/classification.ts'
import { fewRowsNote, rowsByClass } from '../../shared/metrics/few-rows.ts'
import { multiclassRanking, binaryRanking } from '../../shared/metrics/score-ranking.ts'
import { areaVariance } from '../../shared/statistics/area-interval.ts'
import { normalTail } from '../../shared/statistics/distributions.ts'
import { randomStream, type RandomStream } from '../../shared/statistics/random.ts'
import { normal } from './simulated-boxes.ts'

const repetitions = Number(process.env['INTERVAL_REPETITIONS'] ?? 800)
/** The averages rank every class in every draw. */
const averagedRepetitions = Math.ceil(repetitions * 0.4)

/** E[precision at the score of a positive row], where positive rows lie `shift` above the others: integrated over its normal density by the midpoint rule. */
function trueAveragePrecision(share: number, shift: number): number {
  let sum = 0
  const steps = 20_000
  for (let i = 0; i < steps; i++) {
    const z = -9 + 18 * (i + 0.5) / steps
    const density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * 18 / steps
    const above = share * normalTail(z)
    sum += density * above / (above + (1 - share) * normalTail(z + shift))
  }
  return sum
}

/** What chance takes from a share that is 92 % over so many data sets: nothing at the suite's own numbers, whose draws never change; three standard errors at others. */
const byChance = process.env['INTERVAL_REPETITIONS'] === undefined ? 0 : 3 * Math.sqrt((0.92 * 0.08) / repetitions)

const trueArea = (shift: number): number => normalTail(-shift / Math.SQRT2)

function heldShares(truths: Readonly<Record<string, number>>, simulate: (random: RandomStream) => readonly MetricValue[] | null, times = repetitions): Record<string, number> {
  const held: Record<string, number> = Object.fromEntries(Object.keys(truths).map((id) => [id, 0]))
  let looked = 0
  for (let i = 0; i < times; i++) {
    const metrics = simulate(randomStream(4000 + i))
    if (metrics === null) continue
    looked++
    for (const [id, truth] of Object.entries(truths)) {
      const found = metrics.find((m) => m.metric === id && m.slice === '')
      if (found?.low === null || found?.low === undefined || found.high === null) throw new Error(`${id} has no interval`)
      if (found.low <= truth && truth <= found.high) held[id] = held[id]! + 1
    }
  }
  const shares = Object.fromEntries(Object.entries(held).map(([id, count]) => [id, count / looked]))
  console.info(Object.entries(shares).map(([id, share]) => `${id} ${(share * 100).toFixed(1)} %`).join(', '))
  return shares
}

/** Rows with two classes; null where a side came out empty, so that nothing can be ranked. */
function binaryMetrics(random: RandomStream, rows: number, share: number, shift: number): readonly MetricValue[] | null {
  const positive: number[] = []
  const negative: number[] = []
  for (let row = 0; row < rows; row++) {
    if (random.next() < share) positive.push(normal(random) + shift)
    else negative.push(normal(random))
  }
  if (positive.length === 0 || negative.length === 0) return null
  const groups = { positive: Float64Array.from(positive).sort(), negative: Float64Array.from(negative).sort() }
  return binaryRanking({ classes: ['no', 'yes'], positiveClass: 'yes', hasProbabilities: true, seed: 1 }, groups).metrics
}

const easy = [[400, 1 / 3, 1.2], [1000, 1 / 3, 1.2]] as const
/** Few positive rows, few negative ones, hardly an error. */
const hard = [[1000, 0.02, 2.5], [1000, 0.02, 1.2], [200, 0.05, 2], [200, 0.05, 1.2], [100, 0.1, 2], [100, 0.1, 1.2], [60, 1 / 3, 2.9], [300, 0.9, 1.2]] as const

describe('areas of two classes hold the truth', () => {
  test.each(easy)('%i rows, a share of %d positive, %d deviations apart: 93 to 97 times in 100', { timeout: 600_000 }, (rows, share, shift) => {
    const shares = heldShares({ roc_auc: trueArea(shift), average_precision: trueAveragePrecision(share, shift) }, (random) => binaryMetrics(random, rows, share, shift))
    for (const [id, held] of Object.entries(shares)) {
      expect(held, id).toBeGreaterThanOrEqual(0.93 - byChance)
      expect(held, id).toBeLessThanOrEqual(0.97 + byChance)
    }
  })

  test.each(hard)('%i rows, a share of %d positive, %d deviations apart: at least 92 times in 100', { timeout: 600_000 }, (rows, share, shift) => {
    const shares = heldShares({ roc_auc: trueArea(shift), average_precision: trueAveragePrecision(share, shift) }, (random) => binaryMetrics(random, rows, share, shift))
    for (const [id, held] of Object.entries(shares)) expect(held, id).toBeGreaterThanOrEqual(0.92 - byChance)
  })
})

test('the averages over three classes, one of them rare, hold the truth at least 92 times in 100', { timeout: 600_000 }, () => {
  const classShares = [0.6, 0.36, 0.04]
  const shift = 2
  const rows = 200
  const precisions = classShares.map((share) => trueAveragePrecision(share, shift))
  const truths = {
    'roc_auc.ovr_macro': trueArea(shift), 'roc_auc.ovr_weighted': trueArea(shift), 'roc_auc.ovo_macro': trueArea(shift),
    'average_precision.macro': precisions.reduce((sum, p) => sum + p / 3, 0), 'average_precision.weighted': precisions.reduce((sum, p, c) => sum + p * classShares[c]!, 0),
  }
  const shares = heldShares(truths, (random) => {
    const truth = Int32Array.from({ length: rows }, () => { const u = random.next(); return u < 0.6 ? 0 : u < 0.96 ? 1 : 2 })
    if (new Set(truth).size < 3) return null
    const scores = Float64Array.from({ length: rows * 3 }, (_, i) => normal(random) + (truth[Math.floor(i / 3)] === i % 3 ? shift : 0))
    return multiclassRanking({ classes: ['a', 'b', 'rare'], positiveClass: null, hasProbabilities: true, seed: 1 }, { scores, truth, rowsSumToOne: true }).metrics
  }, averagedRepetitions)
  for (const [id, held] of Object.entries(shares)) expect(held, id).toBeGreaterThanOrEqual(0.92 - byChance)
})

test('the variance of Hanley and McNeil in Newcombe’s form is that of the example worked by hand', () => {
  // θ = 0.8 with 10 and 30 rows: N* = 19; 0.16 · (1 + 19 · 0.2 ÷ 1.2 + 19 · 0.8 ÷ 1.8) ÷ 300.
  expect(areaVariance(0.8, { positives: 10, negatives: 30 })).toBeCloseTo(0.16 * (1 + 3.8 / 1.2 + 15.2 / 1.8) / 300, 15)
})

test('a class with fewer than ten true rows is named beside the numbers, one with more or none is not', () => {
  const result = createClassificationAccumulator({ classes: ['common', 'rare', 'never'], positiveClass: null, hasProbabilities: false, seed: 1 })
  const truth = Int32Array.from({ length: 60 }, (_, row) => (row < 9 ? 1 : 0))
  result.add({ rows: 60, truth, predicted: truth.map((_, row) => row % 3), probabilities: null })
  const note = fewRowsNote(rowsByClass(result.finish().curves))
  expect(note).toContain('“rare” (9 rows)')
  expect(note).not.toMatch(/common|never/)
  expect(fewRowsNote([{ label: 'rare', rows: 10 }])).toBeNull()
})

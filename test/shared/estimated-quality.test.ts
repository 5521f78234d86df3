// Quality without true answers, beside simulated truth: right where only the inputs moved, switched off where what confidence means has moved.
import { describe, expect, it } from 'vitest'
import { edgesReached } from '../../shared/drift/bin-numbers.ts'
import { confidenceTable, estimateQuality, type ConfidenceTable, type LiveConfidence } from '../../shared/monitor/estimate-quality.ts'
import { randomStream, type RandomStream } from '../../shared/statistics/random.ts'

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
interface World { /** Mean of the one input. */ readonly mean: number; readonly spread: number; /** What is added to the logit of the truth, which the model does not know. */ readonly prior: number; readonly slope: number }
const trained: World = { mean: 0, spread: 1.5, prior: 0, slope: 1 }

/** A normal number, by G. Box and M. Muller. */
const normal = (random: RandomStream): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())

interface Answers { /** Probability of the positive class. */ readonly confidence: number[]; readonly right: number[] }
/** The model answers with the probability that is right in the world that it was trained in. */
function answers(world: World, rows: number, random: RandomStream): Answers {
  const [confidence, right]: [number[], number[]] = [[], []]
  for (let i = 0; i < rows; i++) {
    const x = world.mean + world.spread * normal(random)
    const p = sigmoid(x)
    const truth = random.next() < sigmoid(world.slope * x + world.prior)
    confidence.push(p)
    right.push((p >= 0.5) === truth ? 1 : 0)
  }
  return { confidence, right }
}

function live(table: ConfidenceTable, { confidence, right }: Answers, labelled: number): LiveConfidence {
  const zero = (): number[] => table.rows.map(() => 0)
  const found = { rows: zero(), labelled: zero(), right: zero() }
  confidence.forEach((c, i) => {
    const cell = edgesReached(table.edges, c)
    found.rows[cell]!++
    if (i < labelled) { found.labelled[cell]!++; found.right[cell]! += right[i]! }
  })
  return found
}

const share = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length
const tableOf = (random: RandomStream, rows = 3000): ConfidenceTable => { const a = answers(trained, rows, random); return confidenceTable(a.confidence, a.right)! }

describe('estimated quality', () => {
  it('holds the true accuracy in its 95 % interval where only the inputs shifted', () => {
    let [held, seen, off, moved] = [0, 0, 0, 0]
    for (let seed = 0; seed < 200; seed++) {
      const random = randomStream(seed)
      const table = tableOf(random)
      // Inputs move towards or away from where the model is sure.
      const now = answers({ ...trained, mean: seed % 2 === 0 ? 0 : 2, spread: seed % 2 === 0 ? 0.7 : 1.5 }, 2000, random)
      const estimate = estimateQuality(table, live(table, now, 300), '')
      if (estimate.state === 'off') { off++; continue }
      const truth = share(now.right)
      seen++
      moved += Math.abs(truth - 0.745)
      if (truth >= estimate.value!.low! && truth <= estimate.value!.high!) held++
      expect(estimate.calibration.verdict).toBe('holds')
      expect(estimate.assumption).toContain('right as often as in the evaluation')
    }
    // 95 % of 200 is 190 ± 3; it is called drifted by chance in one of a hundred.
    expect(held / seen).toBeGreaterThan(0.9)
    expect(off).toBeLessThanOrEqual(8)
    // Accuracy did move by several points, so an unmoved guess would have missed.
    expect(moved / seen).toBeGreaterThan(0.05)
  })

  it('is switched off, with the reason, where the labels shifted', () => {
    let off = 0
    for (let seed = 0; seed < 60; seed++) {
      const random = randomStream(1000 + seed)
      const table = tableOf(random)
      const now = answers(seed % 2 === 0 ? { ...trained, prior: -1.5 } : { ...trained, slope: 0.2 }, 2000, random)
      const estimate = estimateQuality(table, live(table, now, 600), '')
      if (estimate.state !== 'off') continue
      off++
      expect(estimate.value).toBeNull()
      expect(estimate.reason).toMatch(/^Confidence no longer means what it did: of 600 labelled rows .* % are right where .* % were to be expected\.$/)
    }
    expect(off).toBe(60)
  })

  it('says what is missing', () => {
    const random = randomStream(5)
    const table = tableOf(random)
    const few = answers(trained, 30, random)
    expect(estimateQuality(table, live(table, few, 0), '')).toMatchObject({ state: 'off', reason: 'Not enough data: 30 rows with a confidence.' })
    expect(estimateQuality(null, null, 'A regression tells no confidence.')).toMatchObject({ state: 'off', reason: 'A regression tells no confidence.' })
    const unlabelled = estimateQuality(table, live(table, answers(trained, 500, random), 0), '')
    expect(unlabelled).toMatchObject({ state: 'estimated', reason: 'Nothing checks the assumption yet: 0 labelled rows, 100 are needed.' })
    expect(confidenceTable([0.6, 0.7], [1, 0])).toBeNull()
    // One confidence for all rows is one cell, and its share is what is expected.
    const flat = confidenceTable(new Array<number>(200).fill(0.8), Array.from({ length: 200 }, (_, i) => (i < 150 ? 1 : 0)))!
    expect(flat).toEqual({ edges: [], rows: [200], right: [150] })
  })
})

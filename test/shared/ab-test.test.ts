// The A/B comparison: its evidence against integration by SciPy, its sizes against SciPy's own power, and by simulation that looking all the time costs no false alarms and saves rows.
// The suite plays 120 experiments of each kind; `npm run sequential` 2,000 of each kind.
import { describe, expect, it } from 'vitest'
import type { AbResult } from '../../shared/domain/ab.ts'
import { judgeAb, type Look, type Sums } from '../../shared/monitor/ab-judge.ts'
import { abSize } from '../../shared/monitor/ab-size.ts'
import { alwaysHalfWidth, informationToTell, logEvidence } from '../../shared/monitor/always-valid.ts'
import { sampleRatio } from '../../shared/monitor/sample-ratio.ts'
import { binomialUpTo } from '../../shared/statistics/distributions.ts'
import { randomStream, type RandomStream } from '../../shared/statistics/random.ts'

const experiments = Number(process.env['AB_EXPERIMENTS'] ?? 120)
const told = process.env['AB_EXPERIMENTS'] !== undefined
const design = { level: 0.05, power: 0.8, share: 0.5 }
const right = { metric: 'correct', name: 'Right answers', kind: 'share', better: 'higher', write: String } as const
const time = { metric: 'latency', name: 'Response time', kind: 'mean', better: 'lower', write: String } as const

describe('evidence', () => {
  // scipy.integrate.quad of exp(θ·S − θ²·I ÷ 2) over half a normal density around each of ±smallest, a third of it wide (SciPy 1.17).
  it.each([[0, 100, 0.1, -0.5026802578289136], [20, 400, 0.1, -0.6623409558697446], [-30, 900, 0.05, -0.31788280406310093], [3, 10, 1, -1.7206142101175725], [150, 20_000, 0.02, -1.2349620739169611]])('S %f, I %f, smallest %f', (score, information, smallest, expected) => {
    expect(logEvidence(score, information, smallest)).toBeCloseTo(expected, 9)
  })
  // scipy.optimize.brentq over the same integral.
  it.each([[400, 0.1, 0.05, 0.1438514913648701], [20_000, 0.02, 0.01, 0.023864939155398366]])('its interval at I %f', (information, smallest, level, expected) => {
    expect(alwaysHalfWidth(information, smallest, level)).toBeCloseTo(expected, 8)
    // Where the seen difference is that wide, the test has just decided.
    const needed = informationToTell(smallest, smallest, level)
    expect(alwaysHalfWidth(needed, smallest, level)).toBeCloseTo(smallest, 8)
  })
})

describe('rows that are needed', () => {
  it('shares: as R’s power.prop.test, whose manual says 76.7 for 0.5 against 0.75 at a power of 0.9, and 387.3 for 0.5 against 0.6 at 0.8', () => {
    expect(abSize({ kind: 'share', base: 0.5 }, 0.25, { ...design, power: 0.9 })).toMatchObject({ control: 77, treatment: 77 })
    expect(abSize({ kind: 'share', base: 0.5 }, 0.1, design)).toMatchObject({ control: 388, treatment: 388 })
  })
  // Rows of the first side, from scipy.stats.nct: 22.02, 1570.73, 1767.44 (a quarter gets the second side), 15699.55 (a twentieth).
  it.each([[1, 1, 0.9, 0.5, 22.021], [1, 0.1, 0.8, 0.5, 1570.733], [1.5, 0.2, 0.8, 0.25, 1767.435], [1, 0.1, 0.8, 0.05, 15_699.546]])('means: deviation %f, difference %f, power %f, share %f', (deviation, smallest, power, share, expected) => {
    const { control, treatment } = abSize({ kind: 'mean', deviation }, smallest, { ...design, power, share })
    expect(Math.abs(control - expected)).toBeLessThan(1.1)
    expect(Math.abs(treatment - (expected * share) / (1 - share))).toBeLessThan(1.1)
  })
  it('grow with what rows of one caller have in common', () => {
    expect(abSize({ kind: 'mean', deviation: 1, designEffect: 3 }, 0.1, design).control).toBeCloseTo(3 * 1570.7, -1)
  })
})

it('a broken split is told by χ², as scipy.stats.chisquare counts it', () => {
  expect(sampleRatio(5021, 4979, 0.5)).toMatchObject({ chiSquare: 0.1764, holds: true })
  expect(sampleRatio(5021, 4979, 0.5).chance).toBeCloseTo(0.6744854536964989, 12)
  expect(sampleRatio(9600, 400, 0.05)).toMatchObject({ holds: false, observed: 0.04 })
  expect(sampleRatio(9600, 400, 0.05).chiSquare).toBeCloseTo(21.05263157894737, 10)
  expect(sampleRatio(9600, 400, 0.05).chance).toBeCloseTo(4.468387345230037e-6, 15)
})

interface World { readonly share: number; readonly draw: (random: RandomStream, second: boolean) => number; readonly every: number; readonly rows: number }

/** One experiment, looked at after every few rows. */
function play({ share, draw, every, rows }: World, seed: number): Look[] {
  const random = randomStream(seed)
  const [a, b] = [{ rows: 0, sum: 0, squares: 0 }, { rows: 0, sum: 0, squares: 0 }] as { -readonly [K in keyof Sums]: Sums[K] }[]
  const looks: Look[] = []
  for (let i = 1; i <= rows; i++) {
    const second = random.next() < share
    const [value, side] = [draw(random, second), second ? b! : a!]
    side.rows++
    side.sum += value
    side.squares += value * value
    if (i % every === 0) looks.push({ at: i, control: { ...a! }, treatment: { ...b! } })
  }
  return looks
}

const coin = (first: number, second: number) => (random: RandomStream, isSecond: boolean): number => (random.next() < (isSecond ? second : first) ? 1 : 0)
/** Skewed, as times are. */
const wait = (first: number, second: number) => (random: RandomStream, isSecond: boolean): number => -Math.log(1 - random.next()) * (isSecond ? second : first)

/** Whether a test for one look, made at every look, would have said “different” once. */
const naive = (looks: readonly Look[]): boolean => looks.some(({ control, treatment }) => {
  if (control.rows < 100 || treatment.rows < 100) return false
  const [p, q] = [control.sum / control.rows, treatment.sum / treatment.rows]
  return Math.abs(q - p) > 1.96 * Math.sqrt((p * (1 - p)) / control.rows + (q * (1 - q)) / treatment.rows)
})

const judged = (facts: typeof right | typeof time, looks: readonly Look[], share: number, smallest: number): AbResult => judgeAb(facts, looks, { ...design, share }, { smallest, designEffect: 1, primary: true })

describe('looking all the time', () => {
  const same: readonly { readonly name: string; readonly facts: typeof right | typeof time; readonly world: World; readonly smallest: number }[] = [
    { name: 'a share of 0.5', facts: right, world: { share: 0.5, draw: coin(0.5, 0.5), every: 20, rows: 8000 }, smallest: 0.05 },
    { name: 'a share of 0.05', facts: right, world: { share: 0.5, draw: coin(0.05, 0.05), every: 20, rows: 8000 }, smallest: 0.02 },
    { name: 'a share of 0.05, a twentieth on the second side', facts: right, world: { share: 0.05, draw: coin(0.05, 0.05), every: 20, rows: 16_000 }, smallest: 0.02 },
    { name: 'skewed times, a tenth on the second side', facts: time, world: { share: 0.1, draw: wait(100, 100), every: 20, rows: 8000 }, smallest: 10 },
  ]
  it('finds a difference where there is none in at most one of twenty experiments', { timeout: 3_600_000 }, () => {
    const table = same.map(({ name, facts, world, smallest }, k) => {
      let [alarms, loose] = [0, 0]
      for (let i = 0; i < experiments; i++) {
        const looks = play(world, 7919 * k + i)
        if (judged(facts, looks, world.share, smallest).decided !== null) alarms++
        if (facts.kind === 'share' && naive(looks)) loose++
      }
      return { name, experiments, alarms, 'alarms of the test for one look': loose }
    })
    if (told) console.table(table)
    // So many or more would come in fewer than one of a thousand simulations, were the rate 5 %.
    for (const { name, alarms } of table) expect(1 - binomialUpTo(alarms - 1, experiments, design.level), `${alarms} of ${experiments}: ${name}`).toBeGreaterThan(0.001)
    // The same rows judged by the test that allows one look alone.
    expect(table[0]!['alarms of the test for one look'] / experiments).toBeGreaterThan(0.2)
  })

  it('finds a difference that is there, on average with fewer rows than the test of fixed size needs', { timeout: 3_600_000 }, () => {
    const plays = Math.ceil(experiments / 2)
    const table = ([['exactly the smallest that matters', 0.05, 1], ['half as much again', 0.075, 1], ['skewed times, a quarter more', 12.5, 0]] as const).map(([name, difference, isShare], k) => {
      const smallest = isShare === 1 ? 0.05 : 10
      const size = abSize(isShare === 1 ? { kind: 'share', base: 0.5 } : { kind: 'mean', deviation: Math.sqrt((100 ** 2 + (100 + difference) ** 2) / 2) }, smallest, design)
      const fixed = size.control + size.treatment
      const world: World = { share: 0.5, draw: isShare === 1 ? coin(0.5, 0.5 + difference) : wait(100, 100 + difference), every: 20, rows: 5 * fixed }
      const stops = Array.from({ length: plays }, (_, i) => judged(isShare === 1 ? right : time, play(world, 104_729 * (k + 1) + i), 0.5, smallest))
      const rows = stops.map((s) => s.decided?.rows ?? world.rows)
      const mean = rows.reduce((a, b) => a + b, 0) / plays
      const error = Math.sqrt(rows.reduce((a, b) => a + (b - mean) ** 2, 0) / (plays - 1) / plays)
      return { name, fixed, mean: Math.round(mean), error: Math.round(error), found: stops.filter((s) => s.decided !== null).length / plays, right: stops.filter((s) => s.verdict === (isShare === 1 ? 'better' : 'worse')).length / plays, about: size.sequential }
    })
    if (told) console.table(table)
    for (const t of table) {
      // The mean of these plays may be off by its error; the tests of fixed size find only 8 of 10.
      expect(t.mean, t.name).toBeLessThan(t.fixed + (t.name.startsWith('exactly') ? 1.65 : -1) * t.error)
      expect(t.right, t.name).toBeGreaterThan(0.95)
    }
    expect(table[1]!.mean).toBeLessThan(0.6 * table[1]!.fixed)
  })
})

it('too few rows, or too few events, are not judged; a difference below what matters is told as none', () => {
  const at = (rows: number, p: number, q: number): Look => ({ at: 1, control: { rows, sum: rows * p, squares: rows * p }, treatment: { rows, sum: rows * q, squares: rows * q } })
  expect(judged(right, [at(99, 0.5, 0.9)], 0.5, 0.05)).toMatchObject({ verdict: 'not-enough', always: null, sentence: 'Right answers: not enough rows on both sides.' })
  expect(judged(right, [at(1000, 0.01, 0.02)], 0.5, 0.05).verdict).toBe('not-enough')
  expect(judged(right, [at(100_000, 0.5, 0.5)], 0.5, 0.05)).toMatchObject({ verdict: 'open' })
  expect(judged(right, [at(100_000, 0.5, 0.5)], 0.5, 0.05).sentence).toContain('no difference that matters')
  expect(judged(right, [at(10_000, 0.6, 0.5)], 0.5, 0.05)).toMatchObject({ verdict: 'worse', chance: expect.any(Number) as number })
})

// Control charts and joint drift on simulated series and rows whose changes are known.
import { describe, expect, it } from 'vitest'
import { jointDrift, type JointColumn } from '../../shared/drift/domain-classifier.ts'
import { controlChart } from '../../shared/monitor/control-chart.ts'
import { randomStream, type RandomStream } from '../../shared/statistics/random.ts'

const normal = (random: RandomStream): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
const chart = (values: readonly (number | null)[], error: number | null = null) => controlChart({ measure: 'm', name: 'Accuracy', points: values.map((value, i) => ({ at: i * 1000, value, error })), write: (x) => x.toFixed(2) })!

describe('a control chart', () => {
  it('finds the window from which on the level is another one, and what was usual before', () => {
    const random = randomStream(3)
    const found = chart(Array.from({ length: 30 }, (_, i) => (i < 18 ? 0.9 : 0.8) + 0.01 * normal(random)))
    expect(found.changes).toHaveLength(1)
    expect(found.changes[0]).toMatchObject({ window: 18, at: 18_000, sentence: 'Accuracy fell from 0.90 to 0.80.' })
    expect(found.changes[0]!.chance).toBeLessThanOrEqual(0.01)
    expect(found.centre).toBeCloseTo(0.9, 1)
    expect(found.out).toContain(20)
  })
  it('calls noise a change in few of many series', () => {
    let changed = 0
    for (let seed = 0; seed < 60; seed++) { const random = randomStream(seed); if (chart(Array.from({ length: 24 }, () => normal(random))).changes.length > 0) changed++ }
    // One in a hundred is promised; five of 60 would come about by chance in fewer than one of a thousand simulations.
    expect(changed).toBeLessThan(5)
  })
  it('takes the window’s own error where it is the larger one, and leaves out windows without a value', () => {
    const found = chart([1, 1.01, null, 0.99, 1, 1.02, 1.3], 0.2)
    expect(found.out).toEqual([])
    expect(found.limits[2]).toBeNull()
    expect(controlChart({ measure: 'm', name: 'n', points: [{ at: 0, value: 1, error: null }], write: String })).toBeNull()
  })
})

describe('joint drift', () => {
  const rows = 900
  /** Two columns, each normal; `together`: how much the second follows the first. */
  function columns(random: RandomStream, live: { readonly together: number; readonly mean: number }): JointColumn[] {
    const [a, b] = [new Float64Array(2 * rows), new Float64Array(2 * rows)]
    for (let i = 0; i < 2 * rows; i++) {
      const together = i < rows ? 0.9 : live.together
      a[i] = normal(random) + (i < rows ? 0 : live.mean)
      b[i] = together * a[i]! + Math.sqrt(1 - together ** 2) * normal(random)
    }
    return [{ kind: 'number', name: 'a', values: a }, { kind: 'number', name: 'b', values: b }, { kind: 'words', name: 'c', words: ['x', 'y'], places: Int32Array.from({ length: 2 * rows }, () => random.below(2)) }]
  }
  it('is none between rows of one kind', () => {
    for (let seed = 0; seed < 4; seed++) expect(jointDrift(columns(randomStream(seed), { together: 0.9, mean: 0 }), rows, rows, '')).toMatchObject({ state: 'measured', verdict: 'none' })
  })
  it('is seen where two columns stop moving together, though neither drifted alone', () => {
    const found = jointDrift(columns(randomStream(9), { together: 0, mean: 0 }), rows, rows, 'compared')
    expect(found).toMatchObject({ verdict: 'drift', reason: 'compared' })
    expect(found.auc!.low!).toBeGreaterThan(0.7)
    expect(found.columns.map((c) => c.column).slice(0, 2).sort()).toEqual(['a', 'b'])
  })
  it('needs rows on both sides', () => {
    expect(jointDrift([], 900, 900, '')).toMatchObject({ state: 'not-measured', verdict: null })
    expect(jointDrift(columns(randomStream(1), { together: 0.9, mean: 0 }), 10, 1790, '')).toMatchObject({ state: 'not-measured', verdict: 'not-enough' })
  })
})

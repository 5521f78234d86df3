// Slices: the statistics against statsmodels 0.13.5 and scipy 1.10.1, the search against planted segments, the cutting by hand.
import { describe, expect, test } from 'vitest'
import { groupNumbers, groupTexts, mostGroups } from '../../shared/slices/grouped-column.ts'
import { adjustForMany, sliceTable, twoGroupP, type Outcomes } from '../../shared/slices/slice-table.ts'
import { weakSegments } from '../../shared/slices/weak-segments.ts'
import { randomStream } from '../../shared/statistics/random.ts'

const sums = (values: readonly number[]) => ({ rows: values.length, sum: values.reduce((a, b) => a + b, 0), squares: values.reduce((a, b) => a + b * b, 0) })
const share = (hits: number, rows: number) => ({ rows, sum: hits, squares: hits })

describe('one slice against the rest', () => {
  test('two shares: statsmodels proportions_ztest', () => {
    expect(twoGroupP(share(18, 30), share(90, 100), 'accuracy')).toBeCloseTo(0.00012127688257797209, 12)
    expect(twoGroupP(share(1235, 1313), share(2150, 2687), 'accuracy') / 6.314520602686618e-31).toBeCloseTo(1, 6)
  })
  test('two means: scipy ttest_ind with unequal variances', () => {
    expect(twoGroupP(sums([1, 2.5, 3.5, 0.5, 9]), sums([0.2, 0.4, 0.1, 0.9, 1.1, 0.3, 0.05]), 'mae')).toBeCloseTo(0.13293267586100088, 10)
  })
  test('nothing varies: no difference', () => {
    expect(twoGroupP(share(10, 10), share(50, 50), 'accuracy')).toBe(1)
  })
  test('many at once: statsmodels fdr_bh', () => {
    adjustForMany([0.01, 0.04, 0.03, 0.005, 0.2, 0.9]).forEach((p, i) => expect(p).toBeCloseTo([0.03, 0.06, 0.06, 0.03, 0.24, 0.9][i]!, 12))
  })
})

describe('cutting a column', () => {
  test('numbers into ranges of about equally many rows; equal ones stay together; missing is a group', () => {
    const grouped = groupNumbers('x', Float64Array.from([5, 1, 1, 1, 1, 9, 3, 7, 2, NaN, 4]))
    expect(grouped.labels).toEqual(['1', '2 to 3', '4 to 5', '7 to 9', null])
    expect([...grouped.groups]).toEqual([2, 0, 0, 0, 0, 3, 1, 3, 1, 4, 2])
  })
  test('too many categories are not cut', () => {
    expect(groupTexts('id', Array.from({ length: mostGroups + 1 }, (_, i) => String(i)))).toBeNull()
    expect(groupTexts('c', ['b', null, 'b'])?.labels).toEqual(['b', null])
  })
})

/** 6,000 rows, right nine times in ten, except for women under 30 in the north: right half the time. */
function planted(weak: number, seed = 5, rows = 6000) {
  const random = randomStream(seed)
  const age = Float64Array.from({ length: rows }, () => Math.floor(18 + 60 * random.next()))
  const sex = Array.from({ length: rows }, () => (random.next() < 0.5 ? 'f' : 'm'))
  const place = Array.from({ length: rows }, () => ['north', 'south', 'west'][random.below(3)]!)
  const noise = Array.from({ length: rows }, () => String(random.below(6)))
  const score = Float64Array.from({ length: rows }, (_, i) => (random.next() < (sex[i] === 'f' && place[i] === 'north' && age[i]! < 30 ? weak : 0.9) ? 1 : 0))
  const columns = [groupNumbers('age', age), groupTexts('sex', sex)!, groupTexts('place', place)!, groupTexts('noise', noise)!]
  const outcomes: Outcomes = { metric: 'accuracy', score, truth: null, predicted: null }
  return { columns, outcomes, records: Uint32Array.from({ length: rows }, (_, i) => i + 1), age, sex, place }
}

test('a group of nearly all rows is never called weak, however good the others are', () => {
  const score = Float64Array.from({ length: 4000 }, (_, i) => (i < 3800 ? Number(i % 5 !== 0) : 1))
  const [most] = sliceTable([groupTexts('gain', Array.from({ length: 4000 }, (_, i) => (i < 3800 ? 'none' : 'some')))!], { metric: 'accuracy', score, truth: null, predicted: null }, { minimumRows: 30, level: 0.05 }).filter((s) => s.value === 'none')
  expect(most).toMatchObject({ rows: 3800, weak: false })
  expect(most!.adjusted).toBeLessThan(0.001)
})

describe('the search for weak segments', () => {
  const options = { minimumRows: 30, level: 0.05, seed: 1 }
  test('finds the planted one, with its three conditions', () => {
    const { columns, outcomes, records, age, sex, place } = planted(0.5)
    const [worst] = weakSegments(columns, outcomes, records, options)
    expect(worst?.conditions.map((c) => c.column).sort()).toEqual(['age', 'place', 'sex'])
    expect(worst!.score.value).toBeLessThan(0.65)
    expect(worst!.score.low).toBeLessThan(0.5)
    for (const record of worst!.examples) {
      const row = record - 1
      expect([sex[row], place[row], age[row]! < 31, outcomes.score[row]]).toEqual(['f', 'north', true, 0])
    }
  })
  test('where there is nothing, it cries wolf in about one of twenty data sets, as the level says', () => {
    let [slices, segments] = [0, 0]
    for (let seed = 0; seed < 300; seed++) {
      const { columns, outcomes, records } = planted(0.9, 1000 + seed, 600)
      if (sliceTable(columns, outcomes, options).some((s) => s.weak)) slices++
      if (weakSegments(columns, outcomes, records, options).length > 0) segments++
    }
    // The level of 5 % and three standard deviations of 300 draws.
    expect(slices / 300).toBeLessThan(0.088)
    expect(segments / 300).toBeLessThan(0.088)
  })
  test('slices name the weak values and no others', () => {
    const { columns, outcomes } = planted(0.3)
    const weak = sliceTable(columns, outcomes, options).filter((s) => s.weak).map((s) => `${s.column}=${s.value}`)
    expect(weak).toContain('place=north')
    expect(weak).toContain('sex=f')
  })
})

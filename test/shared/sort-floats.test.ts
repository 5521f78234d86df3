// Sorting many scores: the order of the built-in sort, to the last bit.
import { expect, it } from 'vitest'
import { FloatColumn } from '../../shared/metrics/growing-arrays.ts'
import { randomStream } from '../../shared/statistics/random.ts'

it('sorted columns are what the built-in sort gives, by radix in float32 and plainly in float64', () => {
  const random = randomStream(3)
  const shapes = [() => random.below(1e6) / 1e6, () => (random.below(7) - 3) / 4, () => 1 - 2 ** -random.below(20), () => (random.below(2) === 0 ? -1 : 1) * 2 ** (random.below(200) - 100), () => 0, () => (random.below(2) === 0 ? -0 : 0)]
  for (const shape of shapes) for (const [n, wide] of [[0, false], [1, false], [5000, false], [700_000, false], [9000, true]] as const) {
    const column = new FloatColumn()
    const values = Float64Array.from({ length: n }, () => (wide ? shape() + 0.1 : Math.fround(shape())))
    column.pushMany(values, n, 0, 1)
    const sorted = column.drainSorted()
    expect(Buffer.compare(Buffer.from(Float64Array.from(sorted).buffer), Buffer.from(values.sort().buffer))).toBe(0)
    expect(column.length).toBe(0)
  }
})

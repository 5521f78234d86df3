// The sampler of rows: all of them while there are few, an even share of many, and rows from every place of a request.
import { expect, it } from 'vitest'
import { createSampler, keptRows } from '../../main/core/serve/watch/row-sampler.ts'

it('keeps every row while there are no more than the limit', () => {
  const sample = createSampler(1000)
  for (let i = 0; i < 100; i++) expect(sample(i * 10, 10)).toEqual({ stride: 1, first: 0 })
})

it('keeps about the limit of many rows, from every place of requests of one size', () => {
  const sample = createSampler(1000, true)
  const places = new Array<number>(32).fill(0)
  let last = 0
  // 32,000 rows a second for five seconds; the first second is told by nothing before it.
  for (let i = 0; i < 5000; i++) {
    const kept = sample(i, 32)
    if (i < 2000) continue
    for (let r = kept.first; r < 32; r += kept.stride) places[r]!++
    last += keptRows(kept, 32)
  }
  expect(last).toBeGreaterThan(0.9 * 3000)
  expect(last).toBeLessThan(1.1 * 3000)
  expect(Math.min(...places)).toBeGreaterThan(0.5 * (last / 32))
})

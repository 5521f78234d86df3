// A random sample of records, drawn before anything is read, so that the same seed scores the same rows however they arrive.
// Owns the choice only.
import { randomStream } from '../../../shared/statistics/random.ts'

/** Whether a 1-based record is in the sample. */
export type RowChoice = (record: number) => boolean

/**
 * Exactly `count` of the records 1 … `total` (all of them when there are fewer), every set of that size equally likely:
 * selection sampling, D. E. Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S. One bit a record is kept.
 */
export function sampleRecords(total: number, count: number, seed: number): RowChoice {
  const bits = new Uint8Array(Math.ceil((total + 1) / 8))
  const stream = randomStream(seed)
  let wanted = Math.min(count, total)
  for (let record = 1; record <= total && wanted > 0; record++) {
    if (stream.next() * (total - record + 1) >= wanted) continue
    bits[record >> 3]! |= 1 << (record & 7)
    wanted--
  }
  return (record) => (bits[record >> 3]! & (1 << (record & 7))) !== 0
}

// The last rows that were answered, as codes only, and how often each code is among them: a ring of small integers.
import { countedDrift, type CountedDrift } from '../../../../shared/drift/measure-column.ts'
import { code, type Bins } from '../../../../shared/drift/reference.ts'

export interface DriftWindow {
  readonly rows: number
  /** Takes in the codes of `rows` rows, one after another; the oldest leave. */
  add(codes: Int16Array, rows: number): void
  /** What column `c` looks like now; null while there is no row. */
  column(c: number): CountedDrift | null
}

/** Codes run from −4; this makes them places in an array. */
const shift = 4

/** A window of `capacity` rows over columns with these bins. Memory: two bytes a row and column. */
export function createWindow(columns: readonly Bins[], capacity: number): DriftWindow {
  const width = columns.length
  const ring = new Int16Array(capacity * width)
  const offsets = new Int32Array(width + 1)
  columns.forEach((bins, c) => { offsets[c + 1] = offsets[c]! + shift + (bins.kind === 'none' ? 1 : bins.counts.length) })
  const counts = new Int32Array(offsets[width]!)
  let rows = 0
  let next = 0
  return {
    get rows() { return rows },
    add(codes, added) {
      for (let r = Math.max(0, added - capacity); r < added; r++) {
        const at = next * width
        const full = rows === capacity
        for (let c = 0; c < width; c++) {
          if (full) counts[offsets[c]! + shift + ring[at + c]!]!--
          const value = codes[r * width + c]!
          ring[at + c] = value
          counts[offsets[c]! + shift + value]!++
        }
        next = next + 1 === capacity ? 0 : next + 1
        if (!full) rows++
      }
    },
    column(c) {
      if (rows === 0) return null
      const bins = columns[c]!
      const of = (value: number): number => counts[offsets[c]! + shift + value]!
      return countedDrift(bins, { rows, bins: counts.subarray(offsets[c]! + shift, offsets[c + 1]), missing: of(code.missing), unseen: of(code.unseen), below: of(code.below), above: of(code.above) })
    },
  }
}


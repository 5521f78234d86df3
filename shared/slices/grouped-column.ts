// A column cut into groups: categories as they are, numbers into ranges of about equally many rows. Owns the cutting only.

/** Group index per row; `labels[g]` names group g (null: the cell is missing), `edges` the range of a number group. */
export interface GroupedColumn {
  readonly name: string
  readonly groups: Uint16Array
  readonly labels: readonly (string | null)[]
  /** Present for numbers: lowest and highest value in each group; null for the missing one. */
  readonly edges: readonly (readonly [number, number] | null)[] | null
}

/** More categories than this say little about any one of them. */
export const mostGroups = 200
const numberGroups = 5

const shortNumber = (value: number, digits = 6): string => String(Number(value.toPrecision(digits))).replace('-', '−')

/** Ranges with as few digits as tell them apart, four at least. */
function rangeLabels(edges: readonly (readonly [number, number])[]): string[] {
  const ends = edges.flat()
  const apart = (digits: number): boolean => new Set(ends.map((v) => shortNumber(v, digits))).size === new Set(ends).size
  const digits = [4, 5].find(apart) ?? 6
  return edges.map(([low, high]) => (low === high ? shortNumber(low, digits) : `${shortNumber(low, digits)} to ${shortNumber(high, digits)}`))
}

/** Categories in order of first appearance; null when there are more than `mostGroups`. */
export function groupTexts(name: string, values: readonly (string | null)[]): GroupedColumn | null {
  const index = new Map<string | null, number>()
  const groups = new Uint16Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? null
    let group = index.get(value)
    if (group === undefined) {
      if (index.size === mostGroups) return null
      group = index.size
      index.set(value, group)
    }
    groups[row] = group
  }
  return { name, groups, labels: [...index.keys()], edges: null }
}

/** Numbers in up to five ranges of about equally many rows; equal numbers never part. NaN is missing and a group of its own. */
export function groupNumbers(name: string, values: Float64Array): GroupedColumn {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort()
  const distinct = new Set<number>()
  for (const v of sorted) { distinct.add(v); if (distinct.size > numberGroups) break }
  const tops: number[] = distinct.size <= numberGroups ? [...distinct]
    : [...new Set(Array.from({ length: numberGroups }, (_, i) => sorted[Math.ceil(sorted.length * (i + 1) / numberGroups) - 1]!))]
  const lows = new Float64Array(tops.length).fill(Infinity)
  const groups = new Uint16Array(values.length)
  let missing = false
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    if (Number.isNaN(value)) { groups[row] = tops.length; missing = true; continue }
    let group = 0
    while (value > tops[group]!) group++
    groups[row] = group
    if (value < lows[group]!) lows[group] = value
  }
  const edges = tops.map((top, g): readonly [number, number] => [lows[g]!, top])
  const labels: (string | null)[] = rangeLabels(edges)
  return { name, groups, labels: missing ? [...labels, null] : labels, edges: missing ? [...edges, null] : edges }
}

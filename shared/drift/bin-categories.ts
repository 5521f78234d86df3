// Makes the bins of a text column: the values that many rows hold, and one bin for all others.
import { normalTail } from '../statistics/distributions.ts'
import { leastRows, type CategoryBins, type NoBins } from './reference.ts'

const mostCategories = 50
/** Values beside the named ones that are counted for a comparison with values at hand. */
const mostRare = 200
/** A longer value is a text that somebody wrote, and no category. */
const longest = 80

/** A category on a smaller share of rows is not named: a window would hold too few of it to say anything. */
const leastNamed = 0.01

/** Rows from which on a value is named, of so many. */
const leastCount = (rows: number): number => Math.max(leastRows, rows * leastNamed)

/**
 * Rows by which the named categories are held too many, and the others too few: a category near the threshold is named where chance gave it more rows
 * than its share. Each named count c is taken for the mean of a law with variance c, of which only what passes the threshold t was seen:
 * √c · φ(z) ÷ Φ(z) with z = (c − t) ÷ √c (mean of a normal law cut from below). It matters for small profiles of many categories.
 */
export function namedByChance({ rows, missing, counts }: Pick<CategoryBins, 'rows' | 'missing' | 'counts'>): number {
  const least = leastCount(rows - missing)
  return counts.reduce((sum, c) => {
    const [width, z] = [Math.sqrt(c), (c - least) / Math.sqrt(c)]
    return sum + (width * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI) / (1 - normalTail(z))
  }, 0)
}

export interface CountedText { readonly value: string; readonly count: number }

const byCount = (a: CountedText, b: CountedText): number => b.count - a.count || (a.value < b.value ? -1 : 1)

/** So many of the most frequent values are enough to make the bins of. */
export const enoughTexts = 200

/** Of what is not named, the values that ten rows hold; what then is left is nothing, or ten rows as well. */
function rareOf(sorted: readonly CountedText[], other: number): { readonly categories: string[]; readonly counts: number[] } | null {
  const rare = sorted.filter((c) => c.count >= leastRows && c.value.length <= longest).slice(0, mostRare)
  let rest = other - rare.reduce((sum, c) => sum + c.count, 0)
  while (rest > 0 && rest < leastRows && rare.length > 0) rest += rare.pop()!.count
  return rare.length === 0 ? null : { categories: rare.map((c) => c.value), counts: rare.map((c) => c.count) }
}

/**
 * Bins of distinct values with their counts. Values of fewer than ten rows, or of less than 1 % of them, are not named; where the named ones are
 * less than half of all rows, the column holds ids or free text and has no bins. `unlisted`: rows of values that are not among `counted`, each rarer than all of them.
 */
export function categoryBins(counted: readonly CountedText[], missing: number, unlisted = 0): CategoryBins | NoBins {
  const rows = counted.reduce((sum, c) => sum + c.count, unlisted)
  if (rows < leastRows) return { kind: 'none', rows: rows + missing, missing, reason: `fewer than ${leastRows} rows have a value` }
  const named = counted.filter((c) => c.count >= leastCount(rows) && c.value.length <= longest).sort(byCount).slice(0, mostCategories)
  let other = rows - named.reduce((sum, c) => sum + c.count, 0)
  if (other > rows / 2) return { kind: 'none', rows: rows + missing, missing, reason: 'too many different values: free text or ids' }
  while (other > 0 && other < leastRows && named.length > 1) other += named.pop()!.count
  const names = new Set(named.map((c) => c.value))
  const rare = rareOf(counted.filter((c) => !names.has(c.value)).sort(byCount), other)
  return { kind: 'categorical', rows: rows + missing, missing, categories: named.map((c) => c.value), counts: named.map((c) => c.count), other, ...(rare === null ? {} : { rare }) }
}

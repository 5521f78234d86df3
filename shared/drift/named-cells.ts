// Texts of live rows at hand beside a stored profile: finer cells than those of the log's codes, and the values that the profile did not know.
import { leastRows, type CategoryBins } from './reference.ts'

export interface NamedCells { readonly names: readonly string[]; readonly reference: readonly number[]; readonly current: readonly number[]; /** Values that are new, as far as a profile can tell. */ readonly appeared: readonly string[] }

/** Others that grow by less than this share of all rows are the same ones. */
const leastNew = 0.01

/** Cells: every value that the profile counts, every value that is new and not rare, all others, and missing. `live`: rows by value, without missing ones. */
export function namedCells(bins: CategoryBins, live: ReadonlyMap<string, number>, missing: number): NamedCells {
  const known = [...bins.categories, ...(bins.rare?.categories ?? [])]
  const counts = [...bins.counts, ...(bins.rare?.counts ?? [])]
  const rest = bins.other - (bins.rare?.counts ?? []).reduce((sum, c) => sum + c, 0)
  const names = new Set(known)
  const unknown = [...live].filter(([value]) => !names.has(value)).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const [rowsThen, rowsNow] = [bins.rows, [...live.values()].reduce((sum, c) => sum + c, missing)]
  let others = unknown.reduce((sum, [, rows]) => sum + rows, 0)
  const appeared: string[] = []
  // Values without a count of their own may be some of the profile's others, unless there are now clearly more of them: then the most frequent is new.
  for (const [value, rows] of unknown) {
    if (rows < leastRows || rowsNow === 0 || rowsThen === 0 || others / rowsNow - rest / rowsThen < leastNew) break
    appeared.push(value)
    others -= rows
  }
  return {
    names: [...known, ...appeared], appeared,
    // A value that is new was on fewer than ten rows of the profile, which no profile tells; it is taken for none.
    reference: [...counts, ...appeared.map(() => 0), rest, bins.missing], current: [...known, ...appeared].map((value) => live.get(value) ?? 0).concat(others, missing),
  }
}

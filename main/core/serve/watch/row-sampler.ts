// Which rows of a stream are looked at, where there are more than can be: every n-th one, so that about so many a second are kept.
// Owns the counting; knows nothing of rows but how many there are.

/** Of the rows of one request: the first one that is kept, and the distance to the next. */
export interface Kept { readonly stride: number; readonly first: number }

/**
 * Every n-th row, so that about `limit` rows a second are kept; every row while there are no more than that. Looks at the second before,
 * and reacts at once when this one overflows. `odd`: distances are odd, so that requests of the same even size give rows from all their places.
 */
export function createSampler(limit: number, odd = false): (at: number, rows: number) => Kept {
  let second = -1
  let seen = 0
  let kept = 0
  let stride = 1
  let place = 0
  const fit = (n: number): number => (odd ? n | 1 : n)
  return (at, rows) => {
    const now = Math.floor(at / 1000)
    if (now !== second) {
      stride = fit(Math.max(1, Math.ceil(seen / limit)))
      second = now
      seen = 0
      kept = 0
    }
    while (kept + rows / stride > limit * 2 && kept > limit) stride = fit(stride * 2)
    seen += rows
    const first = (stride - (place % stride)) % stride
    place += rows
    kept += keptRows({ stride, first }, rows)
    return { stride, first }
  }
}

/** How many of so many rows are kept. */
export const keptRows = ({ stride, first }: Kept, rows: number): number => (rows > first ? Math.ceil((rows - first) / stride) : 0)

// Which known names somebody may have meant by a name that is not known. Owns the distance; refuses to guess when nothing is near.

/** Case and the marks between words do not count: `ROC-AUC`, `roc auc` and `roc_auc` are one name. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_.\-]+/g, '')

/** Edits that turn one text into the other: insert, delete, replace, or swap two neighbours. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const [above, left, corner] = [rows[i - 1]![j]!, row[j - 1]!, rows[i - 1]![j - 1]!]
      let best = Math.min(above + 1, left + 1, corner + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, rows[i - 2]![j - 2]! + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

/** 0 for the same name, less than 1 for a near one, null for a stranger. */
function farness(given: string, known: string): number | null {
  const [a, b] = [plain(given), plain(known)]
  if (a === b) return 0
  const most = Math.max(1, Math.floor(Math.max(a.length, b.length) / 3))
  const edits = distance(a, b)
  if (edits <= most && a.length > 1) return edits / (most + 1)
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short.length >= 2 && long.includes(short) ? 0.9 + 0.09 * (1 - short.length / long.length) : null
}

/** The names nearest to `given`, nearest first, at most `most`; empty when none is near. Equally near ones keep the order of `known`. */
export function nearestNames(given: string, known: readonly string[], most = 3): string[] {
  if (given.length > 200) return []
  const ranked = known.flatMap((name) => { const far = farness(given, name); return far === null ? [] : [{ name, far }] })
  return ranked.sort((a, b) => a.far - b.far).slice(0, most).map((r) => r.name)
}

/** `; the nearest name is “a”` for names that are near, else nothing. */
export function nearestWords(given: string, known: readonly string[]): string {
  const near = nearestNames(given, known).map((name) => `“${name}”`)
  return near.length === 0 ? '' : near.length === 1 ? `; the nearest name is ${near[0] ?? ''}` : `; the nearest names are ${near.slice(0, -1).join(', ')} and ${near.at(-1) ?? ''}`
}

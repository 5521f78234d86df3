// How well a name fits what was typed. Owns the order of the palette and nothing that is drawn.

export interface Ranked { readonly title: string; /** Other words by which it is looked for. */ readonly also?: string }

/** 0: does not fit. Every word must occur; the beginning of the name counts most, then the beginning of a word in it. */
export function fit(entry: Ranked, typed: string): number {
  const title = entry.title.toLowerCase()
  const all = `${title} ${(entry.also ?? '').toLowerCase()}`
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return 1
  let sum = 0
  for (const word of words) {
    if (title.startsWith(word)) sum += 4
    else if (title.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word))) sum += 3
    else if (title.includes(word)) sum += 2
    else if (all.includes(word)) sum += 1
    else return 0
  }
  return sum / words.length
}

/** Those that fit, the best first; equals keep their order. */
export function bestOf<E extends Ranked>(entries: readonly E[], typed: string, most: number): readonly E[] {
  return entries.map((entry) => ({ entry, fit: fit(entry, typed) })).filter((found) => found.fit > 0).sort((a, b) => b.fit - a.fit).slice(0, most).map((found) => found.entry)
}

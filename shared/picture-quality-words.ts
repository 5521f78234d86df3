// Findings of evaluated pictures in words: a sentence with numbers and what to do. Owns no measuring.
import type { QualityExample, QualityFinding } from './domain/quality.ts'
import type { SliceMetric } from './domain/slices.ts'
import { formatNumber, formatPlural, formatShare } from './format.ts'
import { sliceMeasureName } from './slices/slice-measures.ts'

/** The pictures that a finding is about, and how the run does on them and on all others (null: unknown). */
export interface PictureSplit { readonly metric: SliceMetric, readonly of: number, readonly records: readonly number[], readonly inside: number | null, readonly outside: number | null, readonly examples: readonly QualityExample[] }

export type PictureKind = 'duplicate-rows' | 'contradicting-answers' | 'unreadable-pictures' | 'tiny-pictures' | 'boxes-outside' | 'empty-annotations'

interface Wording { readonly severity: QualityFinding['severity'], readonly one: string, readonly many: string, readonly next: string }

/** A side below this many pixels shows hardly anything. */
export const tinySide = 16
/** So many times as many examples of the commonest class as of the rarest are told. */
export const imbalanceTold = 10

const wordings: Readonly<Record<PictureKind, Wording>> = {
  'duplicate-rows': { severity: 'warning', one: 'shows, pixel by pixel, the same as an earlier one, so it counts twice and the intervals are a little too narrow', many: 'show, pixel by pixel, the same as an earlier one, so they count twice and the intervals are a little too narrow', next: 'Leave the copies out (--records prints them, --exclude-records takes them) and evaluate again.' },
  'contradicting-answers': { severity: 'warning', one: 'has the pixels of another one and a different class', many: 'have the pixels of another one and a different class', next: 'Look at the examples: no model can have both right.' },
  'unreadable-pictures': { severity: 'warning', one: 'cannot be read and is not in the numbers', many: 'cannot be read and are not in the numbers', next: 'Replace the files, or take them out, and evaluate again.' },
  'tiny-pictures': { severity: 'note', one: `has a side of less than ${tinySide} pixels`, many: `have a side of less than ${tinySide} pixels`, next: 'See whether these are thumbnails or cuts that went wrong.' },
  'boxes-outside': { severity: 'warning', one: 'has a true box that reaches outside it', many: 'have true boxes that reach outside them', next: 'Correct the annotation, or see whether it was made for another size of the picture.' },
  'empty-annotations': { severity: 'note', one: 'has no true box, so every box that a model finds there is wrong', many: 'have no true box, so every box that a model finds there is wrong', next: 'See whether nothing is to be seen there, or the annotation was forgotten.' },
}

/** Null where it concerns no picture. */
export function pictureFinding(kind: PictureKind, { metric, of, records, inside, outside, examples }: PictureSplit): QualityFinding | null {
  const rows = records.length
  if (rows === 0) return null
  const { severity, one, many, next } = wordings[kind]
  const score = inside === null || outside === null ? '' : ` ${sliceMeasureName(metric)} on ${rows === 1 ? 'it' : 'them'}: ${formatNumber(inside)}; on the others: ${formatNumber(outside)}.`
  return { kind, severity, column: null, rows, examples: [...examples], records: [...records], sentence: `${formatPlural(rows, 'picture')} (${formatShare(rows / of)}) ${rows === 1 ? one : many}.${score}`, next }
}

/** `counts`: pictures or true boxes of each class that occurs. Null where no class is rare beside another. */
export function imbalanceFinding(counts: ReadonlyMap<string, number>, noun: string): QualityFinding | null {
  const ordered = [...counts].sort((a, b) => b[1] - a[1])
  const [most, least] = [ordered[0], ordered.at(-1)]
  if (most === undefined || least === undefined || most[1] < imbalanceTold * least[1]) return null
  const rare = ordered.filter(([, count]) => most[1] >= imbalanceTold * count)
  return {
    kind: 'class-imbalance', severity: 'note', column: null, rows: rare.reduce((sum, [, count]) => sum + count, 0), examples: [], records: [],
    sentence: `“${most[0]}” has ${formatPlural(most[1], noun)}, “${least[0]}” ${least[1].toLocaleString('en')}: ${formatPlural(rare.length, 'class', 'classes')} ${rare.length === 1 ? 'has' : 'have'} a tenth of the commonest or less.`,
    next: 'Read the numbers class by class: an average over all hides a class that is rare.',
  }
}

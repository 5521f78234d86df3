// What a publisher says about watching a bundle: columns whose values may be logged, and the day of the next review.
// Refuses columns that do not feed the model, columns with personal data, and a day that is none.
import type { Binding } from '../../../shared/domain/binding.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { byCodePoint } from '../bundle/canonical-json.ts'

export interface WatchChoices { readonly rawColumns: readonly string[]; readonly reviewBy: string }

/** Days from the gate's judgement to the review where nobody names a day: counted from what is stored, so that the same export gives the same bytes. */
const reviewDays = 180

function dayOf(reviewBy: string | undefined, checkedAt: number): string {
  if (reviewBy === undefined) return new Date(checkedAt + reviewDays * 86_400_000).toISOString().slice(0, 10)
  const at = Date.parse(`${reviewBy}T00:00:00Z`)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(reviewBy) || Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== reviewBy) throw new SlipwayError('input.invalid', { reason: `“${reviewBy}” is no day for the review; write it as 2027-05-31` })
  return reviewBy
}

/** Errors: `input.invalid`. */
export function watchChoices(asked: { readonly logColumns: readonly string[]; readonly reviewBy?: string | undefined }, binding: Binding, dataset: Dataset, checkedAt: number): WatchChoices {
  const fed = binding.inputs.flatMap((input) => (input.kind === 'column' ? [input.column] : input.kind === 'columns' ? input.columns : []))
  for (const column of asked.logColumns) {
    if (!fed.includes(column)) throw new SlipwayError('input.invalid', { reason: `the column “${column}” does not feed the model, so its values cannot be logged; there are ${fed.slice(0, 20).join(', ')}` })
    if (dataset.personal !== undefined && (dataset.personal.whole || dataset.personal.columns.includes(column))) throw new SlipwayError('input.invalid', { reason: `the column “${column}” is flagged as personal data, so its values are never logged` })
  }
  return { rawColumns: [...new Set(asked.logColumns)].sort(byCodePoint), reviewBy: `${dayOf(asked.reviewBy, checkedAt)}T00:00:00Z` }
}

// Numbers that a user types for an option. Refuses what is no whole number or lies outside its range, in one sentence.
import { SlipwayError } from '../../shared/errors.ts'
import { formatCount } from '../../shared/format.ts'

export interface Range { readonly least: number; readonly most: number }

/** The number behind an option such as `--batch 64`; null when it was not given. Errors: `input.invalid`. */
export function wholeNumber(option: string, text: string | undefined, { least, most }: Range): number | null {
  if (text === undefined) return null
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN
  if (!(value >= least && value <= most)) throw new SlipwayError('input.invalid', { reason: `${option} must be a whole number from ${formatCount(least)} to ${formatCount(most)}, not “${text}”` })
  return value
}

/** The decimal number behind an option such as `--min-precision 0.9`; null when it was not given. Errors: `input.invalid`. */
export function decimalNumber(option: string, text: string | undefined, { least, most }: Range): number | null {
  if (text === undefined) return null
  const value = /^\d*\.?\d+(e-?\d{1,3})?$/i.test(text) ? Number(text) : NaN
  if (!(value >= least && value <= most)) throw new SlipwayError('input.invalid', { reason: `${option} must be a number from ${least} to ${most}, not “${text}”` })
  return value
}

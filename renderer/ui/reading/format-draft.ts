// What a reader of a data set may say about its file: the draft of the form, and the override that it asks for.
// Draws nothing. A setting left at `detect` is not part of the override.
import type { Column, Dataset, FormatOverride } from '../../../shared/domain/dataset.ts'

export type SetType = NonNullable<FormatOverride['types']>[string]
type Detected<V extends string> = V | 'detect'

export interface FormatDraft {
  readonly delimiter: Detected<',' | ';' | '\t' | '|' | ' ' | 'other'>
  /** The one character of `delimiter: 'other'`. */
  readonly otherDelimiter: string
  readonly encoding: Detected<'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1'>
  readonly header: Detected<'yes' | 'no'>
  readonly quote: Detected<'"' | "'" | 'none' | 'other'>
  readonly otherQuote: string
  readonly decimal: Detected<'.' | ','>
  /** Texts that mean “no value”, separated by commas; null: left as detected. */
  readonly missing: string | null
  readonly trim: boolean | null
  readonly types: Readonly<Record<string, SetType>>
}

export const detectAll: FormatDraft = { delimiter: 'detect', otherDelimiter: '', encoding: 'detect', header: 'detect', quote: 'detect', otherQuote: '', decimal: 'detect', missing: null, trim: null, types: {} }

const plain = [',', ';', '\t', '|', ' '] as const

/** The settings with which a data set is read now, so that what is not touched stays as it is. */
export function draftOf({ format, columns }: Pick<Dataset, 'format' | 'columns'>): FormatDraft {
  const types = Object.fromEntries(columns.flatMap((c): [string, SetType][] => (c.typed === true && c.type !== 'image' ? [[c.name, c.type]] : [])))
  if (format.kind !== 'csv') return { ...detectAll, types }
  const delimiter = plain.find((d) => d === format.delimiter) ?? 'other'
  const quote = format.quote === '' ? 'none' : format.quote === '"' || format.quote === "'" ? format.quote : 'other'
  return {
    delimiter, otherDelimiter: delimiter === 'other' ? format.delimiter : '', encoding: format.encoding, header: format.header ? 'yes' : 'no', quote, otherQuote: quote === 'other' ? format.quote : '',
    decimal: format.decimal, missing: format.missing.length === 0 ? null : format.missing.join(', '), trim: format.trim, types,
  }
}

/** Another delimiter makes other cells, so what was read off the old ones is detected again. */
export const withDelimiter = (draft: FormatDraft, delimiter: FormatDraft['delimiter']): FormatDraft => (delimiter === draft.delimiter ? draft : { ...draft, delimiter, decimal: 'detect', trim: null })

/** Whether the columns keep their names under this draft; else types cannot be given by name yet. */
export function keepsColumns(draft: FormatDraft, { format }: Pick<Dataset, 'format'>): boolean {
  const before = draftOf({ format, columns: [] })
  return (['delimiter', 'otherDelimiter', 'encoding', 'header', 'quote', 'otherQuote'] as const).every((key) => draft[key] === before[key])
}

/** Why the draft cannot be sent, for the field it is about; null when it can. */
export function draftFault(draft: FormatDraft): { readonly field: 'delimiter' | 'quote'; readonly words: string } | null {
  const one = (text: string): boolean => /^[\x01-\x7f]$/.test(text) && !/[\r\n]/.test(text)
  if (draft.delimiter === 'other' && !one(draft.otherDelimiter)) return { field: 'delimiter', words: 'One plain character, such as ~' }
  if (draft.quote === 'other' && !one(draft.otherQuote)) return { field: 'quote', words: 'One plain character, such as `' }
  return null
}

const chosen = (value: string, other: string): string => (value === 'other' ? other : value === 'none' ? '' : value)

/** The override that the draft asks for. */
export function overrideOf(draft: FormatDraft, types: boolean): FormatOverride {
  const texts = draft.missing?.split(',').map((t) => t.trim()).filter((t) => t !== '')
  return {
    ...(draft.delimiter === 'detect' ? {} : { delimiter: chosen(draft.delimiter, draft.otherDelimiter) }),
    ...(draft.encoding === 'detect' ? {} : { encoding: draft.encoding }),
    ...(draft.header === 'detect' ? {} : { header: draft.header === 'yes' }),
    ...(draft.quote === 'detect' ? {} : { quote: chosen(draft.quote, draft.otherQuote) }),
    ...(draft.decimal === 'detect' ? {} : { decimal: draft.decimal }),
    ...(draft.trim === null ? {} : { trim: draft.trim }),
    ...(texts === undefined ? {} : { missing: texts }),
    ...(types && Object.keys(draft.types).length > 0 ? { types: draft.types } : {}),
  }
}

/** The types in words, with how many columns have each: `12 number, 3 string`. */
export function typeWords(columns: readonly Column[]): string {
  const counts = new Map<string, number>()
  for (const c of columns) counts.set(c.type, (counts.get(c.type) ?? 0) + 1)
  const words = [...counts].map(([type, count]) => `${count} ${type}`).join(', ')
  const set = columns.filter((c) => c.typed === true).map((c) => c.name)
  return set.length === 0 ? words : `${words}; set by hand: ${set.slice(0, 6).join(', ')}${set.length > 6 ? ` and ${set.length - 6} more` : ''}`
}

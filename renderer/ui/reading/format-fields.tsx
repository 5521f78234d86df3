// The fields of the draft: how a delimited text is cut, and the type of each column. Owns no state.
import { useState, type ReactNode } from 'react'
import type { Column } from '../../../shared/domain/dataset.ts'
import { SelectField, TextField, type Choice } from '../field.tsx'
import { withDelimiter, type FormatDraft, type SetType, draftFault } from './format-draft.ts'
import styles from './reading.module.css'

interface FieldsProps { readonly draft: FormatDraft; readonly onChange: (draft: FormatDraft) => void }

const detect = { value: 'detect', label: 'Detect' } as const

/** Delimiter, encoding, header line, quote, decimal mark and the texts that mean “missing”. */
export function TextFields({ draft, onChange }: FieldsProps): ReactNode {
  const fault = draftFault(draft)
  const wrong = (field: string): string | null => (fault?.field === field ? fault.words : null)
  return (
    <div className={styles['fields']}>
      <SelectField label="Delimiter" value={draft.delimiter} onChoose={(delimiter) => onChange(withDelimiter(draft, delimiter))} choices={[
        detect, { value: ',', label: 'comma' }, { value: ';', label: 'semicolon' }, { value: '\t', label: 'tab' }, { value: '|', label: 'bar' }, { value: ' ', label: 'space' }, { value: 'other', label: 'another character' },
      ]} />
      {draft.delimiter === 'other' && <TextField label="Delimiter character" value={draft.otherDelimiter} maxLength={1} error={wrong('delimiter')} onText={(otherDelimiter) => onChange({ ...draft, otherDelimiter })} />}
      <SelectField label="Encoding" value={draft.encoding} onChoose={(encoding) => onChange({ ...draft, encoding })} choices={[
        detect, { value: 'utf-8', label: 'UTF-8' }, { value: 'utf-16le', label: 'UTF-16 LE' }, { value: 'utf-16be', label: 'UTF-16 BE' }, { value: 'latin-1', label: 'Latin-1' },
      ]} />
      <SelectField label="First line" value={draft.header} onChoose={(header) => onChange({ ...draft, header })} choices={[detect, { value: 'yes', label: 'names the columns' }, { value: 'no', label: 'is data already' }]} />
      <SelectField label="Quote character" value={draft.quote} onChoose={(quote) => onChange({ ...draft, quote })} choices={[
        detect, { value: '"', label: 'double quote "' }, { value: "'", label: "single quote '" }, { value: 'none', label: 'none' }, { value: 'other', label: 'another character' },
      ]} />
      {draft.quote === 'other' && <TextField label="Quote mark" value={draft.otherQuote} maxLength={1} error={wrong('quote')} onText={(otherQuote) => onChange({ ...draft, otherQuote })} />}
      <SelectField label="Decimal mark" value={draft.decimal} onChoose={(decimal) => onChange({ ...draft, decimal })} choices={[detect, { value: '.', label: 'point' }, { value: ',', label: 'comma' }]} />
      <TextField label="Also read as missing" value={draft.missing ?? ''} placeholder="for example NA, ?" onText={(missing) => onChange({ ...draft, missing: missing === '' ? null : missing })} />
    </div>
  )
}

const typeNames: Readonly<Record<SetType, string>> = { number: 'number', integer: 'integer', boolean: 'boolean', string: 'text', timestamp: 'date and time' }
const settable = Object.keys(typeNames) as SetType[]
const mostShown = 60

/** One line a column: as detected, or the type that the user says. */
export function TypeFields({ draft, onChange, columns }: FieldsProps & { readonly columns: readonly Column[] }): ReactNode {
  const [find, setFind] = useState('')
  const fit = columns.filter((c) => c.name.toLowerCase().includes(find.toLowerCase()))
  const choose = (name: string, type: SetType | 'detect'): void => {
    const { [name]: _, ...rest } = draft.types
    onChange({ ...draft, types: type === 'detect' ? rest : { ...rest, [name]: type } })
  }
  const choices = (c: Column): readonly Choice<SetType | 'detect'>[] => [
    { value: 'detect', label: c.typed === true || c.type === 'image' ? 'Detect' : `Detect (${typeNames[c.type]})` }, ...settable.map((type) => ({ value: type, label: typeNames[type] })),
  ]
  return (
    <>
      {columns.length > 12 && <TextField label="Find a column" quietLabel placeholder={`Find one of ${columns.length} columns`} value={find} onText={setFind} className={styles['find']} />}
      <div className={styles['types']} role="group" aria-label="Type of each column">
        {fit.slice(0, mostShown).map((c) => <SelectField key={c.name} label={c.name} value={draft.types[c.name] ?? 'detect'} choices={choices(c)} onChoose={(type) => choose(c.name, type)} />)}
      </div>
      {fit.length > mostShown && <p className={styles['note']}>{fit.length - mostShown} more columns: find them by name.</p>}
    </>
  )
}

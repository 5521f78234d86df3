// What the form asks for: only what was said, the settings of now when nothing was touched, and never types for columns that may change.
import { describe, expect, it } from 'vitest'
import { FormatOverride, type Column, type Dataset } from '../../shared/domain/dataset.ts'
import { dataset } from '../core/sample-rows.ts'
import { detectAll, draftFault, draftOf, keepsColumns, overrideOf, typeWords, withDelimiter } from '../../renderer/ui/reading/format-draft.ts'

const column = (name: string, type: Column['type'], typed?: true): Column => ({ ...dataset().columns[0]!, name, type, ...(typed === undefined ? {} : { typed }) })
const csv: Pick<Dataset, 'format' | 'columns'> = {
  format: { kind: 'csv', delimiter: '\t', quote: '', encoding: 'utf-16le', byteOrderMark: true, header: false, decimal: ',', trim: true, missing: ['NA', '?'] },
  columns: [column('a', 'number'), column('zip', 'string', true)],
}

describe('the override of the form', () => {
  it('is empty while everything is left to be detected', () => { expect(overrideOf(detectAll, true)).toEqual({}) })

  it('is how the file is read now when nothing is touched', () => {
    const override = overrideOf(draftOf(csv), true)
    expect(override).toEqual({ delimiter: '\t', quote: '', encoding: 'utf-16le', header: false, decimal: ',', trim: true, missing: ['NA', '?'], types: { zip: 'string' } })
    expect(FormatOverride.parse(override)).toEqual(override)
  })

  it('detects again what was read off the old cells when the delimiter changes, and gives no types by names that may be gone', () => {
    const draft = withDelimiter(draftOf(csv), ';')
    expect(keepsColumns(draftOf(csv), csv)).toBe(true)
    expect(keepsColumns(draft, csv)).toBe(false)
    expect(overrideOf(draft, keepsColumns(draft, csv))).toEqual({ delimiter: ';', quote: '', encoding: 'utf-16le', header: false, missing: ['NA', '?'] })
  })

  it('takes another character, and only one', () => {
    expect(draftFault({ ...detectAll, delimiter: 'other' })?.field).toBe('delimiter')
    expect(draftFault({ ...detectAll, quote: 'other', otherQuote: '«' })?.field).toBe('quote')
    const draft = { ...detectAll, delimiter: 'other' as const, otherDelimiter: '~' }
    expect([draftFault(draft), overrideOf(draft, true)]).toEqual([null, { delimiter: '~' }])
  })
})

it('counts the types of the columns, and names those that the user has set', () => {
  expect(typeWords([column('a', 'number'), column('b', 'number'), column('zip', 'string', true)])).toBe('2 number, 1 string; set by hand: zip')
})

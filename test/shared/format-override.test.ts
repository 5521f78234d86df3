// A setting that does not go with the data is refused, so that nobody believes it was followed.
import { expect, test } from 'vitest'
import { overrideFault } from '../../shared/format-override.ts'

test('settings of text and of pictures go with text and with pictures', () => {
  expect([overrideFault({}, 'parquet'), overrideFault({ delimiter: ';', header: false }, 'csv'), overrideFault({ labelFile: 'l.csv' }, 'images'), overrideFault({ types: { a: 'string' } }, 'jsonl')]).toEqual([null, null, null, null])
  expect(overrideFault({ delimiter: ';' }, 'parquet')).toBe('the delimiter can be set for delimited text (CSV, TSV) only, but this is Parquet')
  expect(overrideFault({ header: false }, 'images')).toBe('the header line can be set for delimited text (CSV, TSV) only, but this is a folder of pictures')
  expect(overrideFault({ labelColumn: 'y' }, 'csv')).toBe('the column of labels can be set for a folder of pictures only, but this is delimited text')
})

// Settings about how a file is read that do not go with what the file is. Without a word they would look as if they had been followed.
import type { DatasetFormat, FormatOverride } from './domain/dataset.ts'

const ofText = { delimiter: 'the delimiter', quote: 'the quote character', encoding: 'the encoding', header: 'the header line', decimal: 'the decimal mark', trim: 'cutting spaces', missing: 'the texts that mean “missing”' } as const
const ofPictures = { labelFile: 'the label file', fileColumn: 'the column of file names', labelColumn: 'the column of labels' } as const
const kinds: Readonly<Record<DatasetFormat['kind'], string>> = { csv: 'delimited text', json: 'JSON', jsonl: 'JSON lines', parquet: 'Parquet', images: 'a folder of pictures' }

/** Why a setting does not go with the data that was found, without a full stop; null when all do. */
export function overrideFault(override: FormatOverride, found: DatasetFormat['kind']): string | null {
  const given = (fields: Readonly<Record<string, string>>): string | undefined => Object.entries(fields).find(([key]) => override[key as keyof FormatOverride] !== undefined)?.[1]
  const text = found === 'csv' ? undefined : given(ofText)
  if (text !== undefined) return `${text} can be set for delimited text (CSV, TSV) only, but this is ${kinds[found]}`
  const pictures = found === 'images' ? undefined : given(ofPictures)
  return pictures === undefined ? null : `${pictures} can be set for a folder of pictures only, but this is ${kinds[found]}`
}

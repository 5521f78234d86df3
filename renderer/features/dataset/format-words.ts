// How a data set's file is read, in words.
import type { Dataset, DatasetFormat } from '../../../shared/domain/dataset.ts'
import { delimiterNames, encodingNames } from '../../../shared/reading-words.ts'
import { typeWords } from '../../ui/reading/format-draft.ts'

/** The format in one or two words. */
export function formatName(format: DatasetFormat): string {
  switch (format.kind) {
    case 'csv': return format.delimiter === '\t' ? 'TSV' : 'CSV'
    case 'json': return 'JSON'
    case 'jsonl': return 'JSON lines'
    case 'parquet': return 'Parquet'
    case 'images': return 'Images'
  }
}

/** How the pictures of a folder and their true answers lie. */
function layoutWords(format: Extract<DatasetFormat, { kind: 'images' }>): string {
  switch (format.layout) {
    case 'class-folders': return 'one folder per class'
    case 'label-file': return `flat, labels in ${format.labelFile ?? 'a file'}`
    case 'coco': return `boxes in the COCO file ${format.annotations ?? ''}`.trim()
    case 'yolo': return `boxes in one text file per picture${format.annotations === undefined || format.annotations === '' ? '' : `, in ${format.annotations}`}`
    case 'masks': return `one mask per picture${format.annotations === undefined || format.annotations === '' ? '' : `, in ${format.annotations}`}`
  }
}

/** Every setting with which the file is read, as name and value. */
export function formatFacts(dataset: Dataset): readonly { readonly name: string; readonly value: string }[] {
  const { format } = dataset
  const base = [{ name: 'Format', value: formatName(format) }]
  if (format.kind === 'images') {
    return [...base, { name: 'Layout', value: layoutWords(format) },
      ...(format.layout === 'label-file' ? [{ name: 'File column', value: format.fileColumn ?? '–' }, { name: 'Label column', value: format.labelColumn ?? '–' }] : [])]
  }
  const types = { name: 'Column types', value: typeWords(dataset.columns) }
  if (format.kind !== 'csv') return [...base, types]
  return [
    ...base,
    { name: 'Delimiter', value: delimiterNames[format.delimiter] ?? format.delimiter },
    { name: 'Encoding', value: `${encodingNames[format.encoding]}${format.byteOrderMark ? ' with byte order mark' : ''}` },
    { name: 'Quote', value: format.quote === '' ? 'none' : format.quote },
    { name: 'Header line', value: format.header ? 'yes' : 'no' },
    { name: 'Decimal mark', value: format.decimal === '.' ? 'point' : 'comma' },
    { name: 'Spaces around values', value: format.trim ? 'removed' : 'kept' },
    { name: 'Read as missing', value: ['empty', ...format.missing.map((m) => `“${m}”`)].join(', ') },
    types,
  ]
}

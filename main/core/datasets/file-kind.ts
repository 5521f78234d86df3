// Which kind of table a file is, by its first bytes and then its name.
// Refuses what is plainly something else, and says what it is.
import { basename, extname } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { detectEncoding } from './text-encoding.ts'

export type TableKind = 'csv' | 'json' | 'jsonl' | 'parquet'

const foreign: readonly { readonly magic: readonly number[]; readonly what: string }[] = [
  { magic: [0x50, 0x4b, 0x03, 0x04], what: 'it is a ZIP archive or an Excel workbook; save the sheet as CSV or unpack it first' },
  { magic: [0xd0, 0xcf, 0x11, 0xe0], what: 'it is an old Excel or Office file; save the sheet as CSV' },
  { magic: [0x1f, 0x8b], what: 'it is compressed with gzip; unpack it first' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], what: 'it is compressed with zstd; unpack it first' },
  { magic: [0x89, 0x50, 0x4e, 0x47], what: 'it is a PNG picture; choose the folder of pictures instead' },
  { magic: [0xff, 0xd8, 0xff], what: 'it is a JPEG picture; choose the folder of pictures instead' },
  { magic: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], what: 'it is an Arrow file; save the table as Parquet or CSV' },
  { magic: [0x80, 0x04, 0x95], what: 'it is a Python pickle, which is never opened; save the table as Parquet or CSV' },
  { magic: [0x25, 0x50, 0x44, 0x46], what: 'it is a PDF document' },
]

/** The kind of a table file. Throws `dataset.notReadable` with what the file is when it is no table. */
export function tableKind(path: string, head: Uint8Array): TableKind {
  const file = basename(path)
  const starts = (magic: readonly number[]): boolean => magic.every((byte, i) => head[i] === byte)
  if (starts([0x50, 0x41, 0x52, 0x31])) return 'parquet'
  const other = foreign.find((f) => starts(f.magic))
  if (other !== undefined) throw new SlipwayError('dataset.notReadable', { file, reason: other.what })
  const extension = extname(path).toLowerCase()
  if (extension === '.parquet' && head.length > 0) throw new SlipwayError('dataset.notReadable', { file, reason: 'its name says Parquet but its bytes do not' })
  if (looksBinary(head)) throw new SlipwayError('dataset.notReadable', { file, reason: 'it is not text and not Parquet' })
  if (extension === '.jsonl' || extension === '.ndjson') return 'jsonl'
  const first = firstMark(head)
  if (extension === '.json') return first === '[' ? 'json' : 'jsonl'
  if (extension === '.csv' || extension === '.tsv' || extension === '.tab' || extension === '.txt') return 'csv'
  return first === '{' ? 'jsonl' : first === '[' ? 'json' : 'csv'
}

/** Many control characters in something that is not UTF-16. */
function looksBinary(head: Uint8Array): boolean {
  if (detectEncoding(head, true).encoding !== 'utf-8') return false
  let odd = 0
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) odd++
  return odd > head.length * 0.05
}

function firstMark(head: Uint8Array): string {
  for (const byte of head) if (byte > 32 && byte < 0x80) return String.fromCharCode(byte)
  return ''
}

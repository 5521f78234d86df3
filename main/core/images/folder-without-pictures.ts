// What a folder without pictures holds, and what to do about it, in words.
import { basename, extname } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatCount, formatPlural } from '../../../shared/format.ts'
import type { FolderContent } from './walk-folder.ts'

const tables = new Set(['.csv', '.tsv', '.tab', '.json', '.jsonl', '.ndjson', '.parquet'])

/** `7 .py, 4 .md and 1 other`: the three most frequent endings. */
function endings(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) { const end = extname(name).toLowerCase(); counts.set(end, (counts.get(end) ?? 0) + 1) }
  const named = [...counts].filter(([end]) => /^\.[a-z0-9_-]{1,12}$/.test(end)).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 3)
  const rest = names.length - named.reduce((sum, [, count]) => sum + count, 0)
  const parts = [...named.map(([end, count]) => `${formatCount(count)} ${end}`), ...(rest === 0 ? [] : [named.length === 0 ? `${formatCount(rest)} without an ending` : `${formatCount(rest)} other`])]
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
}

const choosePictures = 'Choose a folder with pictures (PNG, JPEG, WebP, GIF, BMP, AVIF or TIFF), or a single table (CSV, TSV, JSON lines, JSON or Parquet).'

/** The refusal of a folder that holds no picture. */
export function folderWithoutPictures(folder: string, { skipped, links }: Pick<FolderContent, 'skipped' | 'links'>): SlipwayError {
  const refuse = (holds: string, next: string): SlipwayError => new SlipwayError('dataset.folderWithoutData', { folder: basename(folder), holds, next }) as SlipwayError
  const found = skipped.filter((name) => tables.has(extname(name).toLowerCase()))
  const linked = links.length === 0 ? '' : `${formatPlural(links.length, 'link')}, which ${links.length === 1 ? 'is' : 'are'} not followed`
  if (skipped.length === 0) return links.length === 0 ? refuse('is empty', choosePictures) : refuse(`holds only ${linked}`, 'Choose the folder that the links point to, or copy the files into one folder.')
  const also = links.length === 0 ? '' : `, and ${linked}`
  if (found.length > 0) {
    const names = found.slice(0, 3).map((name) => `“${name}”`).join(', ')
    const more = found.length > 3 ? ` and ${formatCount(found.length - 3)} more` : ''
    return refuse(`holds no image, but ${found.length === 1 ? `the table ${names}` : `${formatCount(found.length)} tables: ${names}${more}`}${also}`, 'A table is added by itself: choose the file, not its folder.')
  }
  return refuse(`has ${skipped.length === 1 ? '1 file, which is neither an image nor a table' : `${formatCount(skipped.length)} files, none of them an image or a table`} (${endings(skipped)})${also}`, choosePictures)
}

// A table that names the class of each picture: finding its columns and matching its rows to files.
// Reads through the table readers; owns no CSV rules.
import { basename } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { profileTable } from '../datasets/profile-table.ts'
import { openTable } from '../datasets/table.ts'

export interface LabelTable { readonly columns: readonly string[]; /** Cells by column, in file order. */ readonly cells: ReadonlyMap<string, readonly (string | null)[]> }

const usualNames = ['label', 'class', 'category', 'target', 'y', 'labels', 'classes', 'class_name', 'species']

/** Reads a label file. With both columns named only these are kept. */
export async function readLabelFile(path: string, wanted: { readonly fileColumn: string | null; readonly labelColumn: string | null }, signal: AbortSignal): Promise<LabelTable> {
  const profile = await profileTable({ path, format: {} }, { signal, progress: () => undefined })
  const all = profile.columns.map((c) => c.name)
  const named = [wanted.fileColumn, wanted.labelColumn].filter((n): n is string => n !== null)
  const missing = named.find((n) => !all.includes(n))
  if (missing !== undefined) throw new SlipwayError('dataset.labelMissing', { column: missing, columns: all.join(', ') })
  const columns = named.length === 2 ? named : all.slice(0, 50)
  const cells = new Map(columns.map((name) => [name, [] as (string | null)[]]))
  const reader = await openTable({ path, format: profile.format, columns: profile.columns }, { columns: columns.map((name) => ({ name, as: 'text' as const })) })
  for await (const chunk of reader.chunks(signal)) {
    for (const column of chunk.columns) if (column.kind === 'text') for (let row = 0; row < chunk.rows; row++) cells.get(column.name)!.push(column.values[row] ?? null)
  }
  return { columns, cells }
}

const tidy = (name: string): string => name.trim().replaceAll('\\', '/').replace(/^(\.\/)+/, '')
const withoutExtension = (name: string): string => name.replace(/\.[^./]+$/, '')

/** Ways in which a label file may name a picture, most exact first. Bare names count only where they are unique. */
function keysOf(pictures: readonly string[], base: string): ((name: string) => string | null)[] {
  const count = new Map<string, number>()
  for (const name of pictures) { const bare = basename(name); count.set(bare, (count.get(bare) ?? 0) + 1) }
  const bare = (name: string): string | null => (count.get(basename(name)) === 1 ? basename(name) : null)
  return [(name) => name, (name) => (base === '' ? null : base + name), bare, (name) => { const b = bare(name); return b === null ? null : withoutExtension(b) }]
}

/** The class of each picture that the table names. */
export function matchLabels(table: LabelTable, fileColumn: string, labelColumn: string, pictures: readonly string[], base: string): Map<string, string> {
  const files = table.cells.get(fileColumn) ?? []
  const labels = table.cells.get(labelColumn) ?? []
  const byKey = new Map<string, string>()
  files.forEach((file, i) => { const label = labels[i]; if (file !== null && label !== null && label !== undefined && !byKey.has(tidy(file))) byKey.set(tidy(file), label) })
  const found = new Map<string, string>()
  const ways = keysOf(pictures, base)
  for (const name of pictures) {
    for (const way of ways) {
      const key = way(name)
      const label = key === null ? undefined : byKey.get(key)
      if (label !== undefined) { found.set(name, label); break }
    }
  }
  return found
}

/** Which columns name the file and the class; null when no column names the pictures. */
export function chooseColumns(table: LabelTable, pictures: readonly string[], base: string, asked: { readonly fileColumn?: string | undefined; readonly labelColumn?: string | undefined }): { fileColumn: string; labelColumn: string; matched: number } | null {
  const matches = (column: string): number => matchLabels(table, column, column, pictures, base).size
  const candidates = asked.fileColumn === undefined ? table.columns : [asked.fileColumn]
  const best = candidates.map((column) => ({ column, matched: matches(column) })).sort((a, b) => b.matched - a.matched)[0]
  if (best === undefined || best.matched === 0) return null
  const others = table.columns.filter((c) => c !== best.column)
  const labelColumn = asked.labelColumn ?? others.find((c) => usualNames.includes(c.toLowerCase())) ?? others[0]
  return labelColumn === undefined ? null : { fileColumn: best.column, labelColumn, matched: best.matched }
}

// CSV in the body of an invocation: with or without a line of column names, as records. Owns quotes and line ends; refuses ragged lines.
import type { JsonRecord } from './record-columns.ts'
import { RequestFault } from './request-fault.ts'

/** Cells of every line; quotes are doubled inside quotes, empty cells are missing. */
function parseCsv(text: string): (string | null)[][] {
  const lines: (string | null)[][] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y
  let line: (string | null)[] = []
  let at = 0
  while (at < text.length) {
    cell.lastIndex = at
    const match = cell.exec(text)
    if (match === null) throw new RequestFault(400, `line ${lines.length + 1} of the CSV has a quote where none belongs`)
    line.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : match[2] === '' || match[2] === undefined ? null : match[2])
    at = cell.lastIndex
    if (match[3] === ',' && at < text.length) continue
    if (match[3] === ',') line.push(null)
    lines.push(line)
    line = []
  }
  return lines.filter((cells) => cells.length > 1 || cells[0] !== null)
}

/** Records of a CSV text. Without a line of names the cells are `columns`, in this order. Throws RequestFault with 400. */
export function csvRecords(text: string, columns: readonly string[]): JsonRecord[] {
  const [first, ...rest] = parseCsv(text.replace(/^\uFEFF/, ''))
  if (first === undefined) throw new RequestFault(400, 'the body holds no line of CSV')
  const named = columns.some((name) => first.includes(name))
  const names = named ? first.map((name) => name ?? '') : columns
  const lines = named ? rest : [first, ...rest]
  const ragged = lines.findIndex((line) => line.length !== names.length)
  if (ragged !== -1) throw new RequestFault(400, `row ${ragged + 1} of the CSV has ${lines[ragged]?.length ?? 0} cells, where ${names.length} belong: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`)
  if (lines.length === 0) throw new RequestFault(400, 'the CSV has names of columns, but no row')
  return lines.map((line) => Object.fromEntries(names.map((name, i) => [name, line[i] ?? null])))
}

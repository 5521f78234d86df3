// Text for people: aligned tables, definition lists, paragraphs and one progress line, as wide as the terminal.
// JSON is printed elsewhere, straight from the contract.
import type { JobSnapshot } from '../../shared/domain/job.ts'
import type { EvaluateProgress } from '../../shared/domain/run.ts'
import { formatCount, formatDuration, formatRate } from '../../shared/format.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { metricText } from '../../shared/metrics/metric-text.ts'
import { padEnd, padStart, printable, truncate, widthOf, wrap } from './text.ts'

/** Columns of the terminal; of a pipe what COLUMNS says, else no limit, so that programs get whole lines. */
export function outputWidth(): number {
  if (process.stdout.isTTY === true && process.stdout.columns > 0) return process.stdout.columns
  const said = Number(process.env['COLUMNS'])
  return Number.isInteger(said) && said >= 40 ? said : Infinity
}

const gap = '  '
const narrowest = 10
/** Ids stay whole, so that they can be copied; hashes may break. */
const longestWhole = 32
const longestWord = (cells: readonly string[]): number => Math.max(...cells.flatMap((cell) => cell.split(' ').map(widthOf)))

/** Takes columns from the widest until all fit, words whole; null when they cannot. Columns of numbers keep theirs. */
function fit(columns: readonly (readonly string[])[], fixed: readonly number[], width: number): number[] | null {
  const widths = columns.map((cells) => Math.max(...cells.map(widthOf)))
  const least = columns.map((cells, i) => (fixed.includes(i) ? widths[i]! : Math.max(narrowest, Math.min(longestWord(cells), longestWhole))))
  for (let over = widths.reduce((a, b) => a + b, 0) + gap.length * (columns.length - 1) - width; over > 0; over--) {
    const able = widths.map((w, i) => (w <= least[i]! ? -1 : w))
    const widest = able.indexOf(Math.max(...able))
    if (able[widest]! < 0) return null
    widths[widest]!--
  }
  return widths
}

/** A table with a header; columns named in `right` are aligned to the right. Cells wrap where the terminal ends; where even that is too wide, every row becomes a list. `empty` is said when there is no row. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = [], empty = '(none)'): string {
  if (rows.length === 0) return paragraph(empty)
  const clean = [header, ...rows].map((row) => header.map((_, i) => printable(row[i] ?? '')))
  const widths = fit(header.map((_, i) => clean.map((row) => row[i]!)), right, outputWidth())
  if (widths === null) return rows.map((row) => facts(header.flatMap((name, i) => (row[i] === undefined || row[i].trim() === '' ? [] : [[name, row[i].trim()] as const])))).join('\n\n')
  const lines = (row: readonly string[]): string[] => {
    const cells = row.map((cell, i) => wrap(cell, widths[i]!))
    return [...Array(Math.max(...cells.map((c) => c.length))).keys()].map((at) =>
      cells.map((cell, i) => (right.includes(i) ? padStart : padEnd)(cell[at] ?? '', widths[i]!)).join(gap).trimEnd())
  }
  return [...lines(clean[0]!), widths.map((w) => '─'.repeat(w)).join(gap), ...clean.slice(1).flatMap(lines)].join('\n')
}

/** `name  value` lines with the names aligned; long values go on under themselves. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => widthOf(name)))
  const room = Math.max(narrowest, outputWidth() - width - gap.length)
  return pairs.flatMap(([name, value]) => wrap(printable(value), room).map((line, i) => `${padEnd(i === 0 ? name : '', width)}${gap}${line}`.trimEnd())).join('\n')
}

/** A sentence or two as lines that fit; lines after the first are indented by so many blanks. */
export function paragraph(text: string, indent = 0): string {
  return wrap(printable(text), Math.max(narrowest, outputWidth() - indent)).map((line, i) => (i === 0 ? line : ' '.repeat(indent) + line)).join('\n')
}

export interface Section { readonly title: string; readonly body: string }

/** Sections under their titles, an empty line between; empty ones are left out. */
export function sections(...all: readonly (Section | string | null)[]): string {
  return all.flatMap((s) => (s === null || s === '' ? [] : typeof s === 'string' ? [s] : s.body === '' ? [] : [`${paragraph(s.title)}\n\n${s.body}`])).join('\n\n')
}

function describe(job: JobSnapshot): string {
  const progress = job.progress
  if (typeof progress !== 'object' || progress === null) return job.title
  if ('rowsDone' in progress) {
    const p = progress as EvaluateProgress
    const total = p.rowsTotal === null ? '' : ` of ${formatCount(p.rowsTotal)}`
    const rate = p.rowsPerSecond === null ? '' : ` · ${formatRate(p.rowsPerSecond)} rows/s`
    const left = p.secondsLeft === null ? '' : ` · ${formatDuration(Math.ceil(p.secondsLeft) * 1000)} left`
    const headline = p.headline === null ? '' : ` · ${metricName(p.headline.metric)} ${metricText(p.headline.metric, p.headline.value)}`
    return `${p.phase}: ${formatCount(p.rowsDone)}${total} rows${rate}${left}${headline}`
  }
  return 'step' in progress ? `${job.title}: ${String(progress.step)}` : job.title
}

/** One line on stderr that rewrites itself; silent when stderr is no terminal. */
export function progressLine(enabled: boolean): { show(job: JobSnapshot): void; clear(): void } {
  let shown = false
  return {
    show(job) {
      if (!enabled) return
      // A terminal that does not know its size says 0.
      const columns = process.stderr.columns > 0 ? process.stderr.columns : 80
      process.stderr.write(`\r\u001b[2K${truncate(printable(describe(job)), columns - 1)}`)
      shown = true
    },
    clear() {
      if (shown) process.stderr.write('\r\u001b[2K')
      shown = false
    },
  }
}

/** The same line for work that has steps and no job: `Reading the stored files 40 %`. */
export function stepLine(enabled: boolean): { show(step: string, done: number | null, total: number | null): void; clear(): void } {
  let shown = ''
  return {
    show(step, done, total) {
      const text = `${step}${done === null || total === null || total === 0 ? '' : ` ${Math.floor((done / total) * 100)} %`}`
      if (!enabled || text === shown) return
      process.stderr.write(`\r\u001b[2K${truncate(printable(text), (process.stderr.columns > 0 ? process.stderr.columns : 80) - 1)}`)
      shown = text
    },
    clear() {
      if (shown !== '') process.stderr.write('\r\u001b[2K')
      shown = ''
    },
  }
}

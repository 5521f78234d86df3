// Text for people: aligned tables, definition lists and one progress line. JSON is printed elsewhere, straight from the contract.
import type { JobSnapshot } from '../../shared/domain/job.ts'
import type { EvaluateProgress } from '../../shared/domain/run.ts'

const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·')

/** A table with a header; columns named in `right` are aligned to the right. Control characters and direction overrides become dots. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  if (rows.length === 0) return '(none)'
  const clean = [header, ...rows].map((row) => row.map(printable))
  const widths = header.map((_, i) => Math.max(...clean.map((row) => (row[i] ?? '').length)))
  const line = (row: readonly string[]): string =>
    widths.map((width, i) => (right.includes(i) ? (row[i] ?? '').padStart(width) : (row[i] ?? '').padEnd(width))).join('  ').trimEnd()
  return [line(clean[0]!), widths.map((w) => '─'.repeat(w)).join('  '), ...clean.slice(1).map(line)].join('\n')
}

/** `name  value` lines with the names aligned. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`.trimEnd()).join('\n')
}

/** A measured number for a column: integers whole, else six significant digits. */
export const number = (value: number): string => (Number.isInteger(value) ? String(value) : Number(value.toPrecision(6)).toString())

/** A time as local date and minutes. */
export function when(at: number): string {
  const d = new Date(at)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}`
}

export const heading = (text: string): string => `\n${printable(text)}\n`

function describe(job: JobSnapshot): string {
  const progress = job.progress
  if (typeof progress !== 'object' || progress === null) return job.title
  if ('rowsDone' in progress) {
    const p = progress as EvaluateProgress
    const total = p.rowsTotal === null ? '' : ` of ${p.rowsTotal}`
    const rate = p.rowsPerSecond === null ? '' : ` · ${Math.round(p.rowsPerSecond)} rows/s`
    const left = p.secondsLeft === null ? '' : ` · ${Math.ceil(p.secondsLeft)} s left`
    const headline = p.headline === null ? '' : ` · ${p.headline.metric} ${p.headline.value.toFixed(4)}`
    return `${p.phase}: ${p.rowsDone}${total} rows${rate}${left}${headline}`
  }
  return 'step' in progress ? `${job.title}: ${String(progress.step)}` : job.title
}

/** One line on stderr that rewrites itself; silent when stderr is no terminal. */
export function progressLine(enabled: boolean): { show(job: JobSnapshot): void; clear(): void } {
  let shown = false
  return {
    show(job) {
      if (!enabled) return
      const width = (process.stderr.columns ?? 80) - 1
      process.stderr.write(`\r\u001b[2K${printable(describe(job)).slice(0, width)}`)
      shown = true
    },
    clear() {
      if (shown) process.stderr.write('\r\u001b[2K')
      shown = false
    },
  }
}

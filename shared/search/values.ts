// Values as they are written in a search: numbers and percentages, sizes with units, days and ages, choices. Answers null for what is none.
import type { When } from './query.ts'

const number = String.raw`[+−-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?`
const plainNumber = new RegExp(`^${number}$`, 'i')
const toNumber = (text: string): number => Number(text.replace('−', '-'))

/** `0.9`, `90%`, `-1e-3`. A percentage is its share. */
export function readNumber(text: string): number | null {
  const share = text.endsWith('%')
  const digits = share ? text.slice(0, -1).trim() : text
  if (!plainNumber.test(digits)) return null
  const value = toNumber(digits)
  return Number.isFinite(value) ? (share ? value / 100 : value) : null
}

const units: Readonly<Record<string, number>> = { '': 1, b: 1, byte: 1, bytes: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 }

/** `10 MB`, `1.5GiB`, `800000`: bytes. */
export function readSize(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)$/i.exec(text)
  const unit = found === null ? undefined : units[found[2]!.toLowerCase()]
  return found === null || unit === undefined ? null : Number(found[1]) * unit
}

const hour = 3_600_000
const spans: readonly (readonly [RegExp, number])[] = [
  [/^(min|mins|minute|minutes)$/, hour / 60], [/^(h|hour|hours)$/, hour], [/^(d|day|days)$/, 24 * hour], [/^(w|week|weeks)$/, 7 * 24 * hour],
  [/^(month|months)$/, 30 * 24 * hour], [/^(y|year|years)$/, 365 * 24 * hour],
]

function readAge(text: string): When | null {
  const found = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text)
  const span = found === null ? undefined : spans.find(([pattern]) => pattern.test(found[2]!.toLowerCase()))
  return found === null || span === undefined ? null : { kind: 'age', ms: Number(found[1]) * span[1] }
}

/** Whether a word is the unit of an age or of a size, so that it belongs to the number before it. */
export const isUnit = (word: string): boolean => (word !== '' && word.toLowerCase() in units) || spans.some(([pattern]) => pattern.test(word.toLowerCase()))

/** `2026`, `2026-11`, `2026-11-21` in local time, or an age such as `7 days`. A day that the calendar does not have is none. */
export function readWhen(text: string): When | null {
  const found = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text)
  if (found === null) return readAge(text)
  const [year, month, day] = [Number(found[1]), found[2] === undefined ? null : Number(found[2]), found[3] === undefined ? null : Number(found[3])]
  const from = new Date(year, (month ?? 1) - 1, day ?? 1)
  if (from.getMonth() !== (month ?? 1) - 1 || from.getDate() !== (day ?? 1)) return null
  const to = day !== null ? new Date(year, (month ?? 1) - 1, day + 1) : month !== null ? new Date(year, month, 1) : new Date(year + 1, 0, 1)
  return { kind: 'stretch', from: from.getTime(), to: to.getTime() }
}

/** The choices that a typed word stands for: the whole word, or a beginning of one of its parts (`binary` for `binary-classification`). */
export function readChoice(text: string, values: readonly string[]): readonly string[] {
  const wanted = text.toLowerCase().replace(/[\s_]+/g, '-')
  const same = values.filter((v) => v === wanted)
  return same.length > 0 ? same : values.filter((v) => v.startsWith(wanted) || v.endsWith(`-${wanted}`))
}

// How metric values are written: by the format of their catalogue entry, aligned in columns, and apart where they differ.
import type { MetricValue } from '../domain/run.ts'
import { formatCount, formatNumber } from '../format.ts'
import { describeMetric, metricName } from './catalogue.ts'

export const notAvailable = 'not available'

/** One value of a metric: counts whole, yes and no in words, everything else by size; null is "not available", never zero. */
export function metricText(metric: string, value: number | null): string {
  if (value === null) return notAvailable
  const format = describeMetric(metric)?.format
  if (format === 'yes-no') return value === 1 ? 'yes' : value === 0 ? 'no' : formatNumber(value)
  return formatNumber(value, format === 'count')
}

/** A value with its interval: `0.8463 (0.8347 to 0.8571)`. */
export function metricTextWithInterval(value: Pick<MetricValue, 'metric' | 'value' | 'low' | 'high'>): string {
  const text = metricText(value.metric, value.value)
  return value.value === null || value.low === null || value.high === null ? text : `${text} (${metricText(value.metric, value.low)} to ${metricText(value.metric, value.high)})`
}

/** `0.8347 to 0.8571`, or nothing where there is no interval. */
export const intervalText = (metric: string, { low, high }: Pick<MetricValue, 'low' | 'high'>): string => (low === null || high === null ? '' : `${metricText(metric, low)} to ${metricText(metric, high)}`)

/** `Recall of >50K`, `Accuracy where sex = Female`, `Accuracy`. */
export function metricLabel(metric: string, slice: string): string {
  if (slice === '') return metricName(metric)
  if (slice.startsWith('class:')) return `${metricName(metric)} of ${slice.slice('class:'.length)}`
  const at = slice.indexOf('=')
  return at < 0 ? `${metricName(metric)} on ${slice}` : `${metricName(metric)} where ${slice.slice(0, at)} = ${slice.slice(at + 1)}`
}

/** Two numbers with as many digits as it takes to tell them apart: 0.84996 and 0.85 are not both written 0.8500. */
export function numbersApart(a: number, b: number): readonly [string, string] {
  const usual: readonly [string, string] = [formatNumber(a), formatNumber(b)]
  if (usual[0] !== usual[1] || a === b) return usual
  for (let digits = 6; digits < 17; digits++) {
    const [left, right] = [a.toPrecision(digits), b.toPrecision(digits)]
    if (left !== right) return [left.replace('-', '−'), right.replace('-', '−')]
  }
  return [String(a), String(b)]
}

/** Pads texts with figure-width spaces so that their decimal points stand under each other in a fixed-width font. */
export function alignDecimals(texts: readonly string[]): string[] {
  const parts = texts.map((text) => /^[+−±-]?[\d,]+(\.\d+)?$/.test(text) ? { whole: text.split('.')[0]!.length, fraction: text.includes('.') ? text.length - text.indexOf('.') : 0 } : null)
  const whole = Math.max(0, ...parts.map((p) => p?.whole ?? 0))
  const fraction = Math.max(0, ...parts.map((p) => p?.fraction ?? 0))
  const width = Math.max(whole + fraction, ...texts.map((text) => text.length))
  return texts.map((text, i) => {
    const part = parts[i]
    const padded = part === null || part === undefined ? text : text + ' '.repeat(fraction - part.fraction)
    return padded.padStart(width)
  })
}

/** A count with thousands separators, null as "not available". */
export const countText = (count: number | null): string => count === null ? notAvailable : formatCount(count)

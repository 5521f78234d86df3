// Charts of single metrics: over the versions of a model, and beside each other.
import type { MetricValue } from '../domain/run.ts'
import { metricLabel, metricText } from '../metrics/metric-text.ts'
import { describeMetric, metricName } from '../metrics/catalogue.ts'
import type { ChartDescription } from './description.ts'
import { axisScale } from './ticks.ts'

export interface TrendPoint { readonly versionNumber: number, readonly datasetName: string, readonly value: number | null, readonly low?: number | null, readonly high?: number | null, readonly aliases?: readonly string[] }

/** Ends of an axis that would otherwise go beyond what a share can be: no accuracy above 1. */
function withinRange(metric: string, values: readonly number[]): { readonly min?: number, readonly max?: number } {
  if (values.length === 0 || describeMetric(metric)?.range !== '0 … 1') return {}
  const { min, max } = axisScale(Math.min(...values), Math.max(...values), 5)
  return min < 0 || max > 1 ? { min: Math.max(0, min), max: Math.min(1, max) } : {}
}

/** One metric over versions, one line per data set; versions without a value leave a gap in the sentence, not a zero. */
export function trendChart(metric: string, points: readonly TrendPoint[]): ChartDescription {
  const versions = [...new Set(points.map((p) => p.versionNumber))].sort((a, b) => a - b)
  const datasets = [...new Set(points.map((p) => p.datasetName))]
  const known = points.filter((p): p is TrendPoint & { readonly value: number } => p.value !== null)
  const newest = known.filter((p) => p.versionNumber === versions.at(-1))
  const missing = points.length - known.length
  const now = newest.map((p) => `${metricText(metric, p.value)} on ${p.datasetName}`).join(', ')
  return {
    title: metricName(metric),
    summary: `${metricName(metric)} over ${versions.length} versions${now === '' ? '' : `; newest: ${now}`}${missing === 0 ? '' : `; not available for ${missing}`}.`,
    x: { name: 'Version', categories: versions.map((v) => `v${v}`) }, y: { name: metricName(metric), ...withinRange(metric, known.flatMap((p) => [p.value, ...(spanOf(p) ?? [])])) },
    // Aliases belong to a version, not to a data set: they stand once, above its highest point.
    series: datasets.map((name) => {
      const own = known.filter((p) => p.datasetName === name).sort((a, b) => a.versionNumber - b.versionNumber)
      return {
        name, look: 'line', marks: true, points: own.map((p) => [versions.indexOf(p.versionNumber), p.value]),
        ...(own.some((p) => spanOf(p) !== null) ? { spans: own.map(spanOf) } : {}), ...(own.some((p) => aliasNote(p, known) !== null) ? { notes: own.map((p) => aliasNote(p, known)) } : {}),
      }
    }),
  }
}

function aliasNote(point: TrendPoint, all: readonly (TrendPoint & { readonly value: number })[]): string | null {
  const highest = all.filter((p) => p.versionNumber === point.versionNumber).reduce((a, b) => (topOf(b) > topOf(a) ? b : a))
  return highest !== point || (point.aliases ?? []).length === 0 ? null : (point.aliases ?? []).join(', ')
}

/** Where a point ends upwards: its interval's upper end, so that words above it stand on nothing. */
const topOf = (p: TrendPoint & { readonly value: number }): number => Math.max(p.value, spanOf(p)?.[1] ?? p.value)

const spanOf = (p: TrendPoint): readonly [number, number] | null => (p.low === null || p.low === undefined || p.high === null || p.high === undefined ? null : [p.low, p.high])

/** One metric over its slices, such as recall by class, with a guide at the value over all rows when it is known. */
export function sliceChart(metric: string, metrics: readonly MetricValue[]): ChartDescription {
  const slices = metrics.filter((m) => m.metric === metric && m.slice !== '' && m.value !== null)
  const names = slices.map((m) => m.slice.replace(/^class:/, ''))
  const whole = metrics.find((m) => m.metric === metric && m.slice === '')?.value ?? null
  const lowest = [...slices].sort((a, b) => a.value! - b.value!)[0]
  return {
    title: `${metricName(metric)} by class`,
    summary: lowest === undefined ? `${metricName(metric)} is not available for any class.` : `Lowest: ${metricLabel(metric, lowest.slice)}, ${metricText(metric, lowest.value)} on ${lowest.n} rows.`,
    x: { name: 'Class', categories: names }, y: { name: metricName(metric), ...describeMetric(metric)?.range === '0 … 1' ? { min: 0, max: 1 } : {} },
    series: [
      { name: metricName(metric), look: 'points', points: slices.map((m, i) => [i, m.value!]) },
      ...whole === null || names.length === 0 ? [] : [{ name: 'All rows', look: 'guide' as const, points: [[0, whole], [names.length - 1, whole]] as [number, number][] }],
    ],
  }
}

// Live numbers over time as charts: the value of every window, its interval, what is usual, and the band of the evaluation behind.
import type { ChartDescription, ChartSeries } from '../../../shared/charts/description.ts'
import type { ControlChart, MonitorColumn, MonitorOverview, MonitorQuality, MonitorWindow } from '../../../shared/domain/monitor.ts'
import { formatCount, formatNumber, formatPlural } from '../../../shared/format.ts'
import { metricName } from '../../../shared/metrics/catalogue.ts'
import { windowNames } from './monitor-words.ts'

type Point = readonly [number, number]
const across = (points: number, y: number): readonly Point[] => [[0, y], [Math.max(0, points - 1), y]]
const guide = (name: string, points: number, y: number): ChartSeries => ({ name, look: 'guide', points: across(points, y) })

/** A value a window; windows without one are left out. */
function valuesOf<W>(windows: readonly W[], value: (w: W) => number | null): readonly Point[] {
  return windows.flatMap((w, i): Point[] => { const v = value(w); return v === null ? [] : [[i, v]] })
}

/** PSI of a column over the windows, with its limit. */
export function columnChart(column: MonitorColumn): ChartDescription {
  const { windows, whole } = column
  const drifted = windows.filter((w) => w.drifted).length
  return {
    title: `PSI of ${column.column} by window`, summary: `${formatCount(drifted)} of ${formatCount(windows.length)} windows drifted.`,
    x: { name: 'Window from', categories: windowNames(windows) }, y: { name: 'PSI', min: 0 },
    series: [{ name: 'PSI', look: 'line', marks: windows.length <= 60, points: valuesOf(windows, (w) => w.psi) }, ...(whole.limit === null ? [] : [guide('Limit of the whole stretch', windows.length, whole.limit.warn)])],
  }
}

/** How rows are spread over the cells of the profile, then and live. */
export function cellsChart(column: MonitorColumn): ChartDescription {
  const total = (key: 'reference' | 'live' | 'last'): number => column.cells.reduce((sum, c) => sum + c[key], 0)
  const shares = (key: 'reference' | 'live' | 'last'): readonly Point[] => { const all = total(key); return column.cells.map((c, i): Point => [i, all === 0 ? 0 : c[key] / all]) }
  const most = [...column.cells].sort((a, b) => b.psi - a.psi)[0]
  return {
    title: `How ${column.column} is spread`, summary: most === undefined ? 'The profile has no cells.' : `Most of the PSI comes from ${most.label}.`,
    x: { name: column.kind === 'numeric' ? 'Range' : 'Value', categories: column.cells.map((c) => c.label) }, y: { name: 'Share of rows', min: 0 },
    series: [
      { name: 'In the evaluation', look: 'line', marks: true, points: shares('reference') }, { name: 'Live', look: 'line', marks: true, points: shares('live') },
      ...(total('last') === 0 ? [] : [{ name: 'Last rows', look: 'line' as const, marks: true, points: shares('last') }]),
    ],
  }
}

/** The headline over the windows: seen where there are labels, estimated where not, and what the evaluation lets expect. */
export function qualityChart(quality: MonitorQuality, windows: readonly Pick<MonitorWindow, 'from' | 'quality' | 'estimated'>[], metric: string): ChartDescription {
  const seen = windows.flatMap((w, i) => { const m = w.quality.find((q) => q.metric === metric && q.slice === ''); return m?.value == null ? [] : [{ point: [i, m.value] as const, span: m.low === null || m.high === null ? null : ([m.low, m.high] as const) }] })
  const estimated = metric !== quality.estimated.metric ? [] : windows.flatMap((w, i) => (w.estimated === null ? [] : [{ point: [i, w.estimated.value] as const, span: w.estimated.low === null || w.estimated.high === null ? null : ([w.estimated.low, w.estimated.high] as const) }]))
  const expected = quality.expected?.metrics.find((m) => m.metric === metric && m.slice === '')
  const line = (name: string, found: typeof seen): ChartSeries[] => (found.length === 0 ? [] : [{ name, look: 'line', marks: true, points: found.map((f) => f.point), spans: found.map((f) => f.span) }])
  return {
    title: `${metricName(metric)} by window`,
    summary: expected?.value == null ? `${formatCount(seen.length)} windows have labels.` : `The evaluation gave ${formatNumber(expected.value)}${expected.low === null || expected.high === null ? '' : `, between ${formatNumber(expected.low)} and ${formatNumber(expected.high)}`}.`,
    x: { name: 'Window from', categories: windowNames(windows) }, y: { name: metricName(metric) },
    series: [...line('Seen on labelled rows', seen), ...line('Estimated without labels', estimated), ...(expected?.value == null ? [] : [guide('Evaluation', windows.length, expected.value), ...(expected.low === null || expected.high === null ? [] : [guide('Its interval, low', windows.length, expected.low), guide('Its interval, high', windows.length, expected.high)])])],
  }
}

/** A control chart with its centre; where the level changed is said in the summary. */
export function controlChart(chart: ControlChart, windows: readonly MonitorOverview['windows'][number][], value: (w: MonitorWindow) => number | null): ChartDescription {
  const change = chart.changes[0]
  return {
    title: chart.name, summary: change === undefined ? (chart.out.length === 0 ? 'Nothing out of the usual.' : `${formatPlural(chart.out.length, 'window is', 'windows are')} out of the usual.`) : change.sentence,
    x: { name: 'Window from', categories: windowNames(windows) }, y: { name: chart.name, ...(chart.measure === 'confidence' ? {} : { min: 0 }), ...(chart.measure === 'error_share' && chart.centre === 0 ? { max: 1 } : {}) },
    series: [{ name: chart.name, look: 'line', marks: windows.length <= 60, points: valuesOf(windows, value) }, guide('Usual', windows.length, chart.centre)],
  }
}

/** What service charts read from a window; null for charts of other things. */
export function serviceValue(measure: string): ((w: MonitorWindow) => number | null) | null {
  switch (measure) {
    case 'latency_p95': return (w) => w.service.latency?.p95 ?? null
    case 'error_share': return (w) => w.service.errorShare
    case 'rows_per_second': return (w) => w.service.perSecond
    case 'confidence': return (w) => w.confidence
    default: return null
  }
}

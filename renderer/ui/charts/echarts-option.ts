// A chart description as an ECharts option, in the colours of the theme. The only place that knows the option's shape.
import type { EChartsCoreOption } from 'echarts/core'
import { axisTitle, type ChartAxis, type ChartDescription, type ChartSeries } from '../../../shared/charts/description.ts'
import { chartInks, chartThemeOf, type ChartColors } from '../../../shared/charts/palette.ts'
import { axisScale, tickWriter } from '../../../shared/charts/ticks.ts'
import { formatNumber } from '../../../shared/format.ts'

/** The colours that apply to an element: the theme's own words, and the one palette of charts. */
export function chartColors(element: Element): ChartColors {
  const style = getComputedStyle(element)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  const ink = chartInks[chartThemeOf(document.documentElement.dataset['theme'])]
  return { ...ink, background: token('--canvas'), text: token('--text-2'), quiet: token('--text-3'), font: style.fontFamily }
}

/** The ends and the step of a number axis, by the same rule as in still pictures. */
function scaleOption(axis: ChartAxis, values: readonly number[], wanted: number, labels: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = values.length === 0 ? [0, 1] : values
  const { min, max, ticks } = axisScale(known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b)), wanted, axis)
  return { min, max, interval: ticks.length > 1 ? ticks[1]! - ticks[0]! : undefined, axisLabel: { ...labels, formatter: tickWriter(ticks) } }
}

function axisOption(axis: ChartAxis, values: readonly number[], colors: ChartColors, vertical: boolean): Record<string, unknown> {
  const label = { color: colors.quiet, fontSize: 11, fontFamily: colors.font, hideOverlap: true }
  return {
    type: axis.categories === undefined ? 'value' : 'category',
    ...(axis.categories === undefined ? scaleOption(axis, values, vertical ? 5 : 6, label) : { data: axis.categories, axisLabel: label }),
    name: axisTitle(axis), nameLocation: vertical ? 'end' : 'middle', nameGap: vertical ? 12 : 28,
    nameTextStyle: { color: colors.text, fontSize: 11, fontFamily: colors.font, align: vertical ? 'left' : 'center', padding: vertical ? [0, 0, 0, -10] : 0 },
    axisLine: { show: !vertical, onZero: false, lineStyle: { color: colors.axis } },
    axisTick: { show: !vertical, lineStyle: { color: colors.axis }, length: 4 },
    splitLine: { show: vertical, lineStyle: { color: colors.grid } },
  }
}

const noteText = (note: string): string => (note.length > 24 ? `${note.slice(0, 23)}…` : note)

/** Whiskers as a series of their own: an upright line a point, from its low to its high end, with the point's words above the line. */
function whiskers(series: ChartSeries, color: string, colors: ChartColors): Record<string, unknown>[] {
  const spans = series.spans ?? []
  const rows = series.points.flatMap(([x], i) => (spans[i] === null || spans[i] === undefined ? [] : [[x, spans[i][0], spans[i][1], i]]))
  if (rows.length === 0) return []
  const draw = (_: unknown, api: { value(i: number): number; coord(point: readonly number[]): number[] }): unknown => {
    const [low, high] = [api.coord([api.value(0), api.value(1)]), api.coord([api.value(0), api.value(2)])]
    const [x = 0, bottom = 0] = low
    const top = high[1] ?? 0
    const line = (x1: number, y1: number, x2: number, y2: number): unknown => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: color, lineWidth: 1.25, opacity: 0.6 }, silent: true })
    const note = series.notes?.[api.value(3)] ?? null
    const words = note === null ? [] : [{ type: 'text', style: { text: noteText(note), x, y: top - 5, align: 'center', verticalAlign: 'bottom', fill: colors.text, font: `11px ${colors.font}` }, silent: true }]
    return { type: 'group', children: [line(x, bottom, x, top), line(x - 3, bottom, x + 3, bottom), line(x - 3, top, x + 3, top), ...words] }
  }
  // The legend takes the colour of the first series of a name, which is this one.
  return [{ type: 'custom', name: series.name, itemStyle: { color }, data: rows, renderItem: draw, silent: true, tooltip: { show: false }, animation: false, z: 1, encode: { x: 0, y: [1, 2] } }]
}

/** Points with words carry them as a label above, unless their whisker does. */
const noted = (series: ChartSeries, colors: ChartColors): unknown[] => series.points.map((p, i) => {
  const note = series.notes?.[i] ?? null
  return note === null ? [...p] : { value: [...p], symbolSize: 9, label: { show: (series.spans?.[i] ?? null) === null, position: 'top', distance: 8, formatter: noteText(note), color: colors.text, fontSize: 11, fontFamily: colors.font } }
})

function seriesOption(series: ChartSeries, color: string, colors: ChartColors): Record<string, unknown> {
  const common = { name: series.name, data: series.notes === undefined ? series.points.map((p) => [...p]) : noted(series, colors), animation: false, emphasis: { disabled: true } }
  if (series.look === 'points') return { ...common, type: 'scatter', symbolSize: series.marks === true ? 8 : 4, itemStyle: { color, opacity: series.marks === true ? 1 : 0.45 } }
  if (series.look === 'guide') return { ...common, type: 'line', symbol: 'none', silent: true, tooltip: { show: false }, lineStyle: { color: colors.axis, width: 1, type: [4, 4] } }
  const filled = series.look === 'area'
  return {
    ...common, type: 'line', symbol: series.marks === true ? 'circle' : 'none', symbolSize: 6, sampling: filled ? undefined : 'lttb',
    ...(series.look === 'line' ? {} : { step: 'end' }), lineStyle: { color, width: filled ? 1.25 : 1.75 }, itemStyle: { color },
    ...(filled ? { areaStyle: { color, opacity: 0.22, origin: 'start' } } : {}),
  }
}

interface TipPoint { readonly seriesName?: string; readonly value?: readonly number[]; readonly color?: string; readonly seriesIndex?: number }

/** The tooltip as elements: text inside markup would need inline styles, which the content policy forbids. */
function tip(chart: ChartDescription, points: readonly TipPoint[]): HTMLElement {
  const box = document.createElement('div')
  const line = (text: string, color?: string): void => {
    const row = document.createElement('div')
    if (color !== undefined) {
      const mark = document.createElement('span')
      mark.className = 'chart-tip-mark'
      mark.style.background = color
      row.append(mark)
    }
    row.append(text)
    box.append(row)
  }
  const x = points[0]?.value?.[0]
  if (x !== undefined) line(`${chart.x.name}: ${chart.x.categories?.[x] ?? formatNumber(x)}`)
  for (const point of points.filter((p) => p.value === undefined || p.value.length < 3)) line(`${chart.series.length > 1 ? point.seriesName ?? '' : chart.y.name}: ${formatNumber(point.value?.[1] ?? Number.NaN)}`, point.color)
  return box
}

/** The whole option. Animations stay off: they would write style elements, and numbers should not move. */
export function echartsOption(chart: ChartDescription, colors: ChartColors): EChartsCoreOption {
  let next = 0
  const series = chart.series.flatMap((s) => {
    const color = s.look === 'guide' ? colors.axis : colors.palette[next++ % colors.palette.length] ?? colors.text
    return [...whiskers(s, color, colors), seriesOption(s, color, colors)]
  })
  const shown = chart.series.filter((s) => s.look !== 'guide')
  const scattered = chart.series.some((s) => s.look === 'points')
  return {
    animation: false,
    textStyle: { fontFamily: colors.font },
    grid: { left: 8, right: 16, top: shown.length > 1 ? 46 : 26, bottom: 24, containLabel: true },
    legend: { show: shown.length > 1, top: 0, right: 8, icon: 'roundRect', itemWidth: 10, itemHeight: 3, itemGap: 14, textStyle: { color: colors.text, fontSize: 11 }, data: shown.map((s) => s.name), type: 'scroll' },
    tooltip: {
      trigger: scattered ? 'item' : 'axis', className: 'chart-tip', transitionDuration: 0, confine: true, borderWidth: 0, padding: 0, backgroundColor: 'transparent', extraCssText: 'box-shadow:none',
      axisPointer: { type: 'line', lineStyle: { color: colors.axis, width: 1, type: 'solid' }, animation: false },
      formatter: (raw: unknown) => tip(chart, (Array.isArray(raw) ? raw : [raw]) as readonly TipPoint[]),
    },
    xAxis: axisOption(chart.x, chart.series.flatMap((s) => s.points.map((p) => p[0])), colors, false),
    yAxis: axisOption(chart.y, chart.series.flatMap((s) => [...s.points.map((p) => p[1]), ...(s.spans ?? []).flatMap((span) => span ?? [])]), colors, true),
    series,
  }
}

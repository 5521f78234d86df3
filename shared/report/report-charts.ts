// The curves of a run as still pictures for a report, each with its numbers folded away beside it.
import { confusionSvg } from '../charts/confusion-svg.ts'
import { runCharts } from '../charts/curve-charts.ts'
import { axisTitle, chartRows, type ChartDescription } from '../charts/description.ts'
import { chartInks, type ChartColors } from '../charts/palette.ts'
import { chartSvg } from '../charts/svg.ts'
import type { Run } from '../domain/run.ts'
import { formatCount, formatNumber } from '../format.ts'
import type { ReportBlock, ReportTable } from './report.ts'

export const reportColors: ChartColors = { ...chartInks.light, background: '#ffffff', text: '#3b434d', quiet: '#5d6672', font: 'system-ui, sans-serif' }
const size = { width: 520, height: 400 }
const mostNumbers = 120
const mostClasses = 40

function numbersOf(chart: ChartDescription): ReportTable | null {
  const rows = chartRows(chart)
  if (rows.length === 0 || rows.length > mostNumbers) return null
  const cell = (value: string | number): string => (typeof value === 'number' ? formatNumber(value) : value)
  return { caption: chart.title, columns: [{ name: 'Series' }, { name: axisTitle(chart.x), align: 'end' }, { name: axisTitle(chart.y), align: 'end' }], rows: rows.map((r) => [r.series, cell(r.x), cell(r.y)]) }
}

export const chartBlock = (chart: ChartDescription): ReportBlock => ({ kind: 'chart', chart: { title: chart.title, summary: chart.summary, svg: chartSvg(chart, reportColors, size), numbers: numbersOf(chart) } })

/** Confusion matrix first, then every curve. */
export function runFigures(run: Run): readonly ReportBlock[] {
  const noun = run.task === 'semantic-segmentation' ? 'pixels' : run.task === 'object-detection' ? 'boxes' : 'rows'
  const confusion = run.curves.flatMap((curve): ReportBlock[] => (curve.kind !== 'confusion' || curve.classes.length > mostClasses ? [] : [{ kind: 'chart', chart: {
    title: 'Confusion matrix', summary: `Rows are the true classes, columns the predicted ones; counted are ${noun}.`, svg: confusionSvg(curve, reportColors, 440),
    numbers: { caption: 'Confusion matrix', columns: [{ name: 'True class' }, ...curve.classes.map((name) => ({ name, align: 'end' as const }))], rows: curve.counts.map((counts, i) => [curve.classes[i] ?? '', ...counts.map((n) => formatCount(n))]) },
  } }]))
  return [...confusion, ...runCharts(run.curves, run.binding.positiveClass).map(chartBlock)]
}

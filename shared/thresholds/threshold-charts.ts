// The points of a threshold report as charts, with a mark where the slider stands. Pure: no colours, no sizes, no drawing.
import type { ChartDescription, ChartSeries } from '../charts/description.ts'
import type { ThresholdReport } from '../domain/thresholds.ts'
import { type Costs, measuresOf } from './measures.ts'
import { countsOf } from './score-table.ts'

/** Points that a line is drawn of; the table twin has as many. */
const drawn = 240

type Counted = Pick<ThresholdReport, 'points' | 'positives' | 'negatives' | 'class'>

function linesOf(report: Counted, costs: Costs | null, names: readonly (readonly ['precision' | 'recall' | 'f1' | 'cost', string])[]): ChartSeries[] {
  const { points } = report
  const step = Math.max(1, Math.ceil(points.threshold.length / drawn))
  const places = points.threshold.flatMap((_, i) => (i % step === 0 || i === points.threshold.length - 1 ? [i] : []))
  const measured = places.map((i) => [points.threshold[i]!, measuresOf(countsOf(report, points.tp[i]!, points.fp[i]!), costs)] as const)
  return names.map(([measure, name]) => ({ name, look: 'line', points: measured.flatMap(([t, m]): (readonly [number, number])[] => (m[measure] === null ? [] : [[t, m[measure]]])) }))
}

const mark = (at: number, top: number): ChartSeries => ({ name: 'Threshold', look: 'guide', points: [[at, 0], [at, top]] })

/** Precision, recall and F1 over the threshold. */
export function measureLines(report: Counted): (at: number) => ChartDescription {
  const lines = linesOf(report, null, [['precision', 'Precision'], ['recall', 'Recall'], ['f1', 'F1']])
  return (at) => ({
    title: 'Precision, recall and F1', summary: `What each threshold on the probability of ${report.class} gives; the dashed line is where the slider stands.`,
    x: { name: `Threshold on ${report.class}`, min: 0, max: 1 }, y: { name: 'Share', min: 0, max: 1 }, series: [...lines, mark(at, 1)],
  })
}

/** The total cost over the threshold. */
export function costLine(report: Counted, costs: Costs): (at: number) => ChartDescription {
  const lines = linesOf(report, costs, [['cost', 'Total cost']])
  const top = lines[0]!.points.reduce((most, p) => Math.max(most, p[1]), 0)
  return (at) => ({
    title: 'Cost', summary: `Total cost at ${costs.falsePositive} for a false positive and ${costs.falseNegative} for a false negative; the dashed line is where the slider stands.`,
    x: { name: `Threshold on ${report.class}`, min: 0, max: 1 }, y: { name: 'Cost', min: 0 }, series: [...lines, mark(at, top)],
  })
}

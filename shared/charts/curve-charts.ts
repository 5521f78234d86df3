// From the curves of a run to chart descriptions. Pure: no colours, no sizes, no drawing.
import type { Histogram } from '../domain/dataset.ts'
import type { Curve } from '../domain/run.ts'
import { formatCount, formatPlural } from '../format.ts'
import { metricText } from '../metrics/metric-text.ts'
import type { ChartDescription, ChartSeries } from './description.ts'
import { axisScale } from './ticks.ts'

type CurveOf<K extends Curve['kind']> = Extract<Curve, { kind: K }>

const unit = { min: 0, max: 1 } as const
const diagonal = (name: string): ChartSeries => ({ name, look: 'guide', points: [[0, 0], [1, 1]] })
const pairs = (x: readonly number[], y: readonly number[]): [number, number][] => x.map((v, i) => [v, y[i]!])

/** The filled steps of a histogram: every count from its edge to the next. */
const histogramPoints = ({ edges, counts }: Histogram): [number, number][] => [...counts.map((count, i): [number, number] => [edges[i]!, count]), [edges.at(-1)!, counts.at(-1)!]]

const namedValues = (values: readonly { readonly class: string, readonly value: number | null }[], metric: string): string => {
  const shown = values.slice(0, 3).map((v) => (values.length === 1 ? `${metricText(metric, v.value)} for the class “${v.class}”` : `“${v.class}” ${metricText(metric, v.value)}`))
  return values.length > 3 ? `${shown.join(', ')} and ${values.length - 3} more` : shown.join(', ')
}

/** True against false positive rate, one line a class. `curves` must not be empty. */
export function rocChart(curves: readonly CurveOf<'roc'>[]): ChartDescription {
  const areas = namedValues(curves.map((c) => ({ class: c.class, value: c.auc })), 'roc_auc')
  return {
    title: 'ROC curve', square: true,
    summary: `Share of the class found against share of other rows wrongly taken in, over all thresholds. Area: ${areas}.`,
    x: { name: 'False positive rate', ...unit }, y: { name: 'True positive rate', ...unit },
    series: [...curves.map((c): ChartSeries => ({ name: c.class, look: 'line', points: pairs(c.falsePositiveRate, c.truePositiveRate) })), diagonal('Chance')],
  }
}

/** Precision against recall, one line a class. `curves` must not be empty. */
export function precisionRecallChart(curves: readonly CurveOf<'precision-recall'>[]): ChartDescription {
  const averages = namedValues(curves.map((c) => ({ class: c.class, value: c.averagePrecision })), 'average_precision')
  return {
    title: 'Precision and recall', square: true,
    summary: `How many of the rows taken in belong to the class, against how many of the class are found. Average precision: ${averages}.`,
    x: { name: 'Recall', ...unit }, y: { name: 'Precision', ...unit },
    series: curves.map((c) => ({ name: c.class, look: 'line', points: pairs(c.recall, c.precision) })),
  }
}

/** The share found or the lift at a share of selected rows, linear between the points. */
function along(curve: CurveOf<'gain'>, share: number): number {
  const i = Math.max(1, curve.selected.findIndex((x) => x >= share))
  const [x0, x1, y0, y1] = [curve.selected[i - 1]!, curve.selected[i]!, curve.found[i - 1]!, curve.found[i]!]
  return x1 === x0 ? y1 : y0 + (y1 - y0) * (share - x0) / (x1 - x0)
}

/** Share of the class found against the share of rows selected, highest scores first. */
export function gainChart(curve: CurveOf<'gain'>): ChartDescription {
  return {
    title: 'Cumulative gain', square: true, summary: `How much of ${curve.class} is found by selecting the highest scores first: ${metricText('binary.recall', along(curve, 0.1))} of it in the first tenth of the rows.`,
    x: { name: 'Share of rows selected', ...unit }, y: { name: `Share of ${curve.class} found`, ...unit },
    series: [{ name: curve.class, look: 'line', points: pairs(curve.selected, curve.found) }, diagonal('Chance')],
  }
}

/** How many times more of the class is found than by chance, against the share of rows selected. */
export function liftChart(curve: CurveOf<'gain'>): ChartDescription {
  const points = curve.selected.flatMap((x, i): [number, number][] => (curve.lift[i] === null ? [] : [[x, curve.lift[i]!]]))
  return {
    title: 'Lift', summary: `How many times more of ${curve.class} is found than by selecting at random: ${(along(curve, 0.1) / 0.1).toFixed(2)} times in the first tenth of the rows.`,
    x: { name: 'Share of rows selected', ...unit }, y: { name: 'Lift', min: 0 },
    series: [{ name: curve.class, look: 'line', points }, { name: 'Chance', look: 'guide', points: [[0, 1], [1, 1]] }],
  }
}

const calibrationTitles: Readonly<Record<string, string>> = {
  top_label_10: 'Calibration, 10 bins', top_label_15: 'Calibration, 15 bins', positive_10: 'Calibration of the positive class',
}

/** Share that is right against mean confidence, one point per bin that holds rows. */
export function calibrationChart(curve: CurveOf<'calibration'>): ChartDescription {
  const filled = curve.bins.flatMap((b): [number, number][] => b.accuracy === null || b.confidence === null ? [] : [[b.confidence, b.accuracy]])
  const positive = curve.name.startsWith('positive')
  return {
    title: calibrationTitles[curve.name] ?? `Calibration ${curve.name}`, square: true,
    summary: `${positive ? 'How often the positive class is true' : 'How often the predicted class is right'} for each level of stated probability; on the diagonal the two agree. Expected error ${metricText('ece_10', curve.expectedCalibrationError)}, largest ${metricText('ece_10', curve.maximumCalibrationError)}.`,
    x: { name: positive ? 'Mean probability of the positive class' : 'Mean confidence', ...unit }, y: { name: positive ? 'Share positive' : 'Share right', ...unit },
    series: [{ name: positive ? 'Share positive' : 'Share right', look: 'line', points: filled, marks: true }, diagonal('Perfect')],
  }
}

/** Precision, recall, F1 and accuracy over the decision threshold. */
export function thresholdChart(curve: CurveOf<'thresholds'>): ChartDescription {
  const best = curve.rows.reduce((a, b) => b.f1 > a.f1 ? b : a)
  const line = (name: string, key: 'precision' | 'recall' | 'f1' | 'accuracy'): ChartSeries => ({ name, look: 'line', marks: true, points: curve.rows.map((r) => [r.threshold, r[key]]) })
  return {
    title: 'Decision threshold', summary: `What each threshold on the probability of ${curve.positiveClass} would give. Among these, F1 is highest at ${best.threshold}: ${metricText('binary.f1', best.f1)}.`,
    x: { name: `Threshold on ${curve.positiveClass}`, ...unit }, y: { name: 'Share', ...unit },
    series: [line('Precision', 'precision'), line('Recall', 'recall'), line('F1', 'f1'), line('Accuracy', 'accuracy')],
  }
}

/** How the errors are spread. */
export function residualHistogramChart(curve: CurveOf<'residuals'>): ChartDescription {
  const { edges, counts } = curve.histogram
  const total = counts.reduce((a, b) => a + b, 0)
  return {
    title: 'Errors', summary: `Prediction minus truth of ${formatPlural(total, 'row')}, from ${metricText('residual_quantiles.0', edges[0]!)} to ${metricText('residual_quantiles.1', edges.at(-1)!)}.`,
    x: { name: 'Prediction − truth' }, y: { name: 'Rows', min: 0 },
    series: [{ name: 'Rows', look: 'area', points: histogramPoints(curve.histogram) }, { name: 'No error', look: 'guide', points: [[0, 0], [0, Math.max(...counts)]] }],
  }
}

/** Prediction against truth for the sampled rows. */
export function residualScatterChart(curve: CurveOf<'residuals'>): ChartDescription {
  let low = Infinity
  let high = -Infinity
  for (const [y, p] of curve.points) {
    low = Math.min(low, y, p)
    high = Math.max(high, y, p)
  }
  const { min, max } = axisScale(low, high, 6)
  return {
    title: 'Prediction and truth', square: true, summary: `${curve.points.length < curve.histogram.counts.reduce((a, b) => a + b, 0) ? `${formatPlural(curve.points.length, 'row')}, picked by the run’s seed` : `All ${formatPlural(curve.points.length, 'row')}`}; on the line prediction and truth agree.`,
    x: { name: 'Truth', min, max }, y: { name: 'Prediction', min, max },
    series: [{ name: 'Rows', look: 'points', points: curve.points }, { name: 'Equal', look: 'guide', points: [[min, min], [max, max]] }],
  }
}

/** How scores are spread, one histogram per true class. `curves` must not be empty. */
export function scoreChart(curves: readonly CurveOf<'scores'>[], positiveClass: string | null): ChartDescription {
  const of = positiveClass === null ? 'the true class' : positiveClass
  const counts = curves.slice(0, 4).map((c) => `${formatCount(c.histogram.counts.reduce((a, b) => a + b, 0))} of ${c.class}`)
  return {
    title: 'Scores', summary: `Probability given to ${of}, by true class: ${counts.join(', ')}${curves.length > 4 ? ` and ${curves.length - 4} more classes` : ''}.`,
    x: { name: `Probability of ${of}`, ...unit }, y: { name: 'Rows', min: 0 },
    series: curves.map((c) => ({ name: c.class, look: 'area', points: histogramPoints(c.histogram) })),
  }
}

/** How the answers of a run without true answers are spread. */
export function distributionChart(curve: CurveOf<'distribution'>): ChartDescription {
  const rows = curve.histogram.counts.reduce((a, b) => a + b, 0)
  return {
    title: curve.name, summary: `${formatPlural(rows, 'row')} without true answers; the chart shows what the model answers, not whether it is right.`,
    x: { name: curve.name }, y: { name: 'Rows', min: 0 }, series: [{ name: 'Rows', look: 'area', points: histogramPoints(curve.histogram) }],
  }
}

/** Every chart that the curves of a run give, in reading order. The confusion matrix is a table and not among them. */
export function runCharts(curves: readonly Curve[], positiveClass: string | null): ChartDescription[] {
  const of = <K extends Curve['kind']>(kind: K) => curves.filter((c): c is CurveOf<K> => c.kind === kind)
  const roc = of('roc').filter((c) => c.truePositiveRate.length > 0)
  const pr = of('precision-recall').filter((c) => c.recall.length > 0)
  const scores = of('scores')
  return [
    ...roc.length > 0 ? [rocChart(roc)] : [],
    ...pr.length > 0 ? [precisionRecallChart(pr)] : [],
    ...of('gain').flatMap((c) => [gainChart(c), liftChart(c)]),
    ...of('calibration').map(calibrationChart),
    ...of('thresholds').map(thresholdChart),
    ...scores.length > 0 ? [scoreChart(scores, positiveClass)] : [],
    ...of('distribution').map(distributionChart),
    ...of('residuals').flatMap((c) => [residualScatterChart(c), residualHistogramChart(c)]),
  ]
}

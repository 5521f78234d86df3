// The table twin of every curve: the same numbers in columns and rows, for readers and for CSV. Nothing is rounded.
import type { Curve } from '../domain/run.ts'

export interface ChartTable {
  readonly columns: readonly { readonly name: string, readonly kind: 'text' | 'number' }[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

const table = (columns: readonly string[], rows: ChartTable['rows'], texts = 0): ChartTable =>
  ({ columns: columns.map((name, i) => ({ name, kind: i < texts ? 'text' : 'number' })), rows })

/** Columns and rows of a curve; null is "not available" (or, as a threshold, the point before the first one). */
export function chartTable(curve: Curve): ChartTable {
  switch (curve.kind) {
    case 'confusion': return table(['True class', ...curve.classes, 'Rows'], curve.counts.map((row, i) => [curve.classes[i]!, ...row, row.reduce((a, b) => a + b, 0)]), 1)
    case 'roc': return table(['Threshold', 'False positive rate', 'True positive rate'], curve.threshold.map((t, i) => [t, curve.falsePositiveRate[i]!, curve.truePositiveRate[i]!]))
    case 'precision-recall': return table(['Threshold', 'Recall', 'Precision'], curve.threshold.map((t, i) => [t, curve.recall[i]!, curve.precision[i]!]))
    case 'gain': return table(['Threshold', 'Share selected', 'Share found', 'Lift'], curve.threshold.map((t, i) => [t, curve.selected[i]!, curve.found[i]!, curve.lift[i]!]))
    case 'calibration': return table(['From', 'To', 'Rows', 'Share right', 'Mean confidence'], curve.bins.map((b) => [b.low, b.high, b.count, b.accuracy, b.confidence]))
    case 'thresholds': return table(['Threshold', 'Precision', 'Recall', 'F1', 'Accuracy', 'TP', 'FP', 'FN', 'TN'], curve.rows.map((r) => [r.threshold, r.precision, r.recall, r.f1, r.accuracy, r.tp, r.fp, r.fn, r.tn]))
    case 'residuals': return table(['Truth', 'Prediction', 'Error'], curve.points.map(([y, p]) => [y, p, p - y]))
    case 'distribution':
    case 'scores': return table(['From', 'To', 'Rows'], curve.histogram.counts.map((count, i) => [curve.histogram.edges[i]!, curve.histogram.edges[i + 1]!, count]))
  }
}

/** The name of a curve among its kind: a class, or the name of a calibration table; '' where there is one only. */
export const curveName = (curve: Curve): string => 'class' in curve ? curve.class : curve.kind === 'calibration' || curve.kind === 'distribution' ? curve.name : ''

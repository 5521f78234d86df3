// Writes what the window of drift looks like into the metrics, when somebody asks for them.
import type { ReferenceFeature } from '../../../../shared/drift/reference.ts'
import { mostFeatureSeries, type ModelMetric } from '../../bundle/watch/metric-catalogue.ts'
import type { DriftWindow } from './drift-window.ts'
import type { MetricTables } from './metric-tables.ts'

type Labels = { readonly model: string; readonly version: string }

/** Series appear with the first row; until then drift is not told, rather than told as none. */
export function publishDrift(tables: MetricTables, labels: Labels, features: readonly ReferenceFeature[], window: DriftWindow, answers: DriftWindow, confidence: number): void {
  const tell = (name: ModelMetric, more: Readonly<Record<string, string>>, value: number | null): void => { if (value !== null) tables.cell(name, { ...labels, ...more }).value = value }
  tell('model_drift_window_rows', {}, Math.max(window.rows, answers.rows))
  features.slice(0, mostFeatureSeries).forEach(({ feature }, f) => {
    const drift = window.column(f)
    if (drift === null) return
    tell('model_input_drift_psi', { feature }, drift.psi)
    tell('model_input_missing_ratio', { feature }, drift.missing)
    tell('model_input_unseen_ratio', { feature }, drift.unseen)
    tell('model_input_out_of_range_ratio', { feature }, drift.outside)
  })
  for (const [c, output] of ['class', 'score'].entries()) tell('model_output_drift_psi', { output }, answers.column(c)?.psi ?? null)
  if (!Number.isNaN(confidence)) tell('model_prediction_confidence_mean', {}, confidence)
}

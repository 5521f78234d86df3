// The slices of a reference: counts and rates from the engine's `slices`, the other metrics from the stored answers of the slice's rows.
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import { readScoredColumns } from '../../main/core/engine/scored-columns.ts'
import type { PredictionPage } from '../../shared/domain/run.ts'
import { createClassificationAccumulator } from '../../shared/metrics/classification.ts'
import { json, type Conformance } from './conformance-cases.ts'
import { answersOf, evaluated } from './conformance-evaluations.ts'
import { openTally, type Tally } from './conformance-tally.ts'
import { quiet, type EvaluatedFixture } from './evaluate-case.ts'

type Slices = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number | null>>>>>>

/** Metrics over some rows of stored predictions, by name of the catalogue. */
export function metricsOver(rows: PredictionPage['rows'], { binding }: EvaluatedFixture['proposal'], seen: { readonly predicted?: readonly number[] } = {}): (metric: string, slice?: string) => number | null | undefined {
  const classes = binding.classes.map((c) => c.label)
  const place = (label: string | null): number => classes.indexOf(label ?? '')
  const accumulator = createClassificationAccumulator({ classes, positiveClass: binding.positiveClass, hasProbabilities: true, seed: 1 })
  accumulator.add({
    rows: rows.length, truth: Int32Array.from(rows, (r) => place(r.truth)), predicted: Int32Array.from(seen.predicted ?? rows.map((r) => place(r.predicted))),
    probabilities: Float64Array.from(rows.flatMap((r) => r.scores.map((s) => s ?? NaN))),
  })
  const { metrics } = accumulator.finish()
  return (metric, slice = '') => metrics.find((m) => m.metric === metric && m.slice === slice)?.value
}

const share = (rows: PredictionPage['rows'], label: string | null): number => rows.filter((r) => r.truth === label).length / rows.length

/** Every number of every slice of a reference. */
export async function checkSlices(one: Conformance): Promise<Tally> {
  const { slices } = json<{ slices: Slices }>(one.reference)
  const { data, proposal, predictions } = await evaluated(one)
  const { rows } = await answersOf(one)
  const { positiveClass } = proposal.binding
  const columns = Object.keys(slices)
  const report = await engineHandlers.slices({ predictions, source: data.source, metric: 'accuracy', positiveClass, columns, leaveOut: [], minimumRows: 1, level: 0.05, seed: 1 }, quiet)
  const wanted = columns.map((name) => data.source.columns.find((c) => c.name === name)!)
  const cells = await readScoredColumns(data.source, wanted, Uint32Array.from(rows, (r) => r.record), quiet.signal)
  const tally = openTally()
  for (const [at, column] of columns.entries()) for (const [value, want] of Object.entries(slices[column]!)) {
    const got = report.slices.find((s) => s.column === column && (s.value ?? '') === value)
    const part = rows.filter((_, i) => (cells[at]!.texts![i] ?? '') === value)
    const metric = metricsOver(part, proposal)
    const from: Readonly<Record<string, number | null | undefined>> = {
      n: got?.rows, accuracy: got?.score.value, positive_rate_predicted: got?.selection?.value, positive_rate_true: share(part, positiveClass),
      recall: got?.truePositive === null ? metric('binary.recall') : got?.truePositive.value,
      f1: metric('binary.f1'), precision: metric('binary.precision'), roc_auc: metric('roc_auc'), log_loss: metric('log_loss'), brier: metric('brier'),
    }
    for (const [name, expected] of Object.entries(want)) tally.add(`${column}=${value}.${name}`, expected, from[name], name === 'n' ? 'exact' : { within: one.tolerance })
  }
  return tally.found
}

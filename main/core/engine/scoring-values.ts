// Scores a regression: one number a row, metrics of its error, stored predictions. Owns no formula.
import type { Binding } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { MetricResult } from '../../../shared/metrics/accumulator.ts'
import { createRegressionAccumulator } from '../../../shared/metrics/regression.ts'
import { createValueDistribution } from '../../../shared/metrics/unlabelled.ts'
import { createPredictionWriter, type PredictionRows } from '../datasets/prediction-writer.ts'
import { leftOut } from './evaluate-rows.ts'
import { answered } from './class-scores.ts'
import { answeredRows, behind, pick, pickTexts, rowNotes } from './scoring-rows.ts'
import type { ScorerOptions, TaskScorer } from './scoring.ts'
import { toFloat64 } from './tensor-values.ts'

function valuePredictions(records: Uint32Array, ids: (string | null)[] | null, truth: Float64Array | null, values: Float64Array): PredictionRows {
  const loss = truth === null ? null : new Float64Array(values.length)
  if (loss !== null && truth !== null) for (let i = 0; i < values.length; i++) loss[i] = Math.abs(values[i]! - truth[i]!)
  return { records, ids, truth, predicted: values, correct: null, confidence: null, loss, scores: new Float64Array(0) }
}

/** A scorer of one number a row. Throws `binding.invalid` when no output has the role value. */
export async function openValueScorer(binding: Binding, options: ScorerOptions): Promise<TaskScorer> {
  const { ledger } = options
  const output = binding.outputs.find((o) => o.role === 'value')?.output
  if (output === undefined) throw new SlipwayError('binding.invalid', { reason: 'no output gives a prediction' })
  const writer = await createPredictionWriter(options.path, { scoreNames: [], task: binding.task })
  const withTruth = binding.target !== null
  const accumulator = withTruth ? createRegressionAccumulator({ seed: options.seed }) : null
  const distribution = withTruth ? null : createValueDistribution()
  const storing = behind(writer)
  return {
    fetches: [output],
    async add(outputs, book, rows, fed) {
      const values = toFloat64(answered(outputs, output, 1, fed), rows)
      const kept = answeredRows(book, rows, ledger, (r) => (Number.isFinite(values[r]!) ? null : leftOut.noAnswer))
      const count = kept?.length ?? rows
      ledger.scored(count)
      if (count === 0) return
      const predicted = pick(values, kept, rows, 1)
      const truth = withTruth ? pick(book.truthValue, kept, rows, 1) : null
      if (truth !== null) accumulator?.add({ rows: count, truth, predicted })
      distribution?.add({ rows: count, predicted })
      await storing.append(valuePredictions(pick(book.records, kept, rows, 1), options.ids ? pickTexts(book.ids, kept, rows) : null, truth, predicted))
    },
    headline: () => accumulator?.headline() ?? null,
    async finish() {
      await storing.settle()
      await writer.finish()
      const result: MetricResult = accumulator?.finish() ?? distribution?.finish() ?? { metrics: [], curves: [] }
      return { ...result, notes: [...rowNotes(binding, ledger), ...(result.notes ?? [])] }
    },
    abandon: () => writer.abandon(),
  }
}

// What a run without true answers can say: how the answers and their scores are spread. Refuses to say how good they are.
import type { Curve } from '../domain/run.ts'
import { quantile } from '../statistics/quantile.ts'
import { wilsonInterval } from '../statistics/wilson.ts'
import type { ClassificationBatch, ClassificationSetup, MetricResult } from './accumulator.ts'
import { FloatColumn } from './growing-arrays.ts'
import { histogramOf } from './histogram.ts'
import { classSlice, known } from './metric-values.ts'

export const answerQuantiles = ['0', '0.05', '0.25', '0.5', '0.75', '0.95', '1'] as const

const bins = 40
/** Histograms of single classes are drawn for at most this many. */
const mostHistograms = 10

export interface Distribution<Batch> {
  add(batch: Batch): void
  finish(): MetricResult
}

/** Shares of the answers with Wilson intervals, and a histogram of each class's probability in 40 equal bins from 0 to 1. */
export function createClassDistribution(setup: Pick<ClassificationSetup, 'classes' | 'positiveClass' | 'hasProbabilities'>): Distribution<Omit<ClassificationBatch, 'truth'>> {
  const k = setup.classes.length
  const answers = new Float64Array(k)
  const drawn = setup.classes.map((_, c) => c).filter((c) => (setup.positiveClass === null ? c < mostHistograms : setup.classes[c] === setup.positiveClass))
  const histograms = drawn.map(() => new Float64Array(bins))
  let [rows, confidence] = [0, 0]
  const count = (probabilities: Float64Array, row: number): void => {
    let top = -Infinity
    for (let c = 0; c < k; c++) top = Math.max(top, probabilities[row * k + c]!)
    confidence += top
    drawn.forEach((c, i) => {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor(probabilities[row * k + c]! * bins)))
      histograms[i]![bin]!++
    })
  }
  return {
    add(batch) {
      for (let r = 0; r < batch.rows; r++) {
        answers[batch.predicted[r]!]!++
        if (batch.probabilities !== null) count(batch.probabilities, r)
      }
      rows += batch.rows
    },
    finish() {
      const edges = Array.from({ length: bins + 1 }, (_, i) => i / bins)
      const shares = setup.classes.map((label, c) => known('predicted_share', answers[c]! / rows, rows, { slice: classSlice(label), ...wilsonInterval(answers[c]!, rows) }))
      const curves = drawn.map((c, i): Curve => ({ kind: 'distribution', name: `Probability of ${setup.classes[c]!}`, histogram: { edges, counts: Array.from(histograms[i]!) } }))
      return {
        metrics: rows === 0 ? [] : [known('n', rows, rows), ...setup.hasProbabilities ? [known('mean_confidence', confidence / rows, rows)] : [], ...shares],
        curves: rows === 0 || !setup.hasProbabilities ? [] : curves,
      }
    },
  }
}

/** Quantiles of the predicted numbers (definition 7 of Hyndman and Fan) and their histogram. Every value is kept: 4 or 8 bytes a row. */
export function createValueDistribution(): Distribution<{ readonly rows: number; readonly predicted: Float64Array }> {
  const values = new FloatColumn()
  return {
    add: (batch) => values.pushMany(batch.predicted, batch.rows, 0, 1),
    finish() {
      const n = values.length
      if (n === 0) return { metrics: [], curves: [] }
      const sorted = Float64Array.from(values.drainSorted())
      const quantiles = answerQuantiles.map((q) => known(`predicted_quantiles.${q}`, quantile(sorted, Number(q)), n))
      return { metrics: [known('n', n, n), ...quantiles], curves: [{ kind: 'distribution', name: 'Predicted value', histogram: histogramOf(sorted, bins) }] }
    },
  }
}

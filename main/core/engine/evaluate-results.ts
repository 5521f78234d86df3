// What comes of scored batches: metrics, stored predictions and the notes that a reader must see. Owns no inference.
import type { Binding } from '../../../shared/domain/binding.ts'
import type { Curve, MetricValue } from '../../../shared/domain/run.ts'
import { createClassificationAccumulator } from '../../../shared/metrics/classification.ts'
import { createRegressionAccumulator } from '../../../shared/metrics/regression.ts'
import { createPredictionWriter, type PredictionRows, type PredictionWriter } from '../datasets/prediction-writer.ts'
import { leftOut, type RowLedger } from './evaluate-rows.ts'
import type { ClassScores } from './evaluate-scores.ts'
import type { BatchBook } from './evaluate-source.ts'

/** Above this many classes the probabilities of a row are not stored, only its answer, confidence and loss. */
const storedScores = 64

export interface ResultSink {
  addClasses(book: BatchBook, scores: ClassScores, rows: number): Promise<void>
  addValues(book: BatchBook, values: Float64Array, rows: number): Promise<void>
  headline(): { metric: string; value: number } | null
  finish(): Promise<{ metrics: MetricValue[]; curves: Curve[]; notes: string[] }>
  abandon(): void
}

/** Indices of the rows that have an answer; the others are told to the ledger. */
function answeredRows(book: BatchBook, rows: number, ledger: RowLedger, why: (row: number) => string | null): Int32Array {
  const kept = new Int32Array(rows)
  let count = 0
  for (let r = 0; r < rows; r++) {
    const reason = why(r)
    if (reason === null) kept[count++] = r
    else ledger.leave(reason, book.records[r]!)
  }
  return kept.subarray(0, count)
}

const pickFloats = (values: Float64Array, rows: Int32Array, width: number): Float64Array => {
  if (rows.length * width === values.length) return values
  const out = new Float64Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) for (let c = 0; c < width; c++) out[i * width + c] = values[rows[i]! * width + c]!
  return out
}
const pickIndices = (values: Int32Array, rows: Int32Array): Int32Array => Int32Array.from(rows, (r) => values[r]!)

/** −ln of the share of the true class, clipped at the smallest step of a float64, as log loss is. */
function rowLoss(probabilities: Float64Array, row: number, classes: number, truth: number): number {
  let sum = 0
  for (let c = 0; c < classes; c++) sum += probabilities[row * classes + c]!
  const p = probabilities[row * classes + truth]! / (sum > 0 ? sum : 1)
  return -Math.log(Math.min(1, Math.max(p, 2.220446049250313e-16)))
}

function topOf(probabilities: Float64Array, row: number, classes: number): number {
  let top = -Infinity
  for (let c = 0; c < classes; c++) top = Math.max(top, probabilities[row * classes + c]!)
  return top
}

interface ClassRows { readonly kept: Int32Array; readonly truth: Int32Array | null; readonly predicted: Int32Array; readonly probabilities: Float64Array | null }

function classPredictions(book: BatchBook, binding: Binding, ids: boolean, rows: ClassRows, store: boolean): PredictionRows {
  const labels = binding.classes.map((c) => c.label)
  const k = labels.length
  const { kept, truth, predicted, probabilities } = rows
  const each = <T>(f: (i: number) => T): T[] => Array.from({ length: kept.length }, (_, i) => f(i))
  return {
    records: Uint32Array.from(kept, (r) => book.records[r]!),
    ids: ids ? each((i) => book.ids[kept[i]!] ?? null) : null,
    truth: truth === null ? null : each((i) => labels[truth[i]!] ?? null),
    predicted: each((i) => labels[predicted[i]!] ?? null),
    correct: truth === null ? null : Uint8Array.from(truth, (t, i) => (t === predicted[i] ? 1 : 0)),
    confidence: probabilities === null ? null : Float64Array.from(kept, (_, i) => topOf(probabilities, i, k)),
    loss: probabilities === null || truth === null ? null : Float64Array.from(kept, (_, i) => rowLoss(probabilities, i, k, truth[i]!)),
    scores: probabilities === null || !store ? new Float64Array(0) : probabilities,
  }
}

function valuePredictions(book: BatchBook, ids: boolean, kept: Int32Array, truth: Float64Array | null, values: Float64Array): PredictionRows {
  return {
    records: Uint32Array.from(kept, (r) => book.records[r]!),
    ids: ids ? Array.from(kept, (r) => book.ids[r] ?? null) : null,
    truth, predicted: values, correct: null, confidence: null,
    loss: truth === null ? null : Float64Array.from(values, (v, i) => Math.abs(v - truth[i]!)),
    scores: new Float64Array(0),
  }
}

function openAccumulators(binding: Binding, hasProbabilities: boolean, seed: number) {
  if (binding.target === null) return { classes: null, values: null }
  if (binding.task === 'regression') return { classes: null, values: createRegressionAccumulator({ seed }) }
  const labels = binding.classes.map((c) => c.label)
  return { classes: createClassificationAccumulator({ classes: labels, positiveClass: binding.task === 'binary-classification' ? binding.positiveClass : null, hasProbabilities, seed }), values: null }
}

/** Where scored rows go. `path` is the predictions file; `pictures`: file names stand as ids. */
export async function openResults(path: string, binding: Binding, hasProbabilities: boolean, seed: number, ledger: RowLedger, pictures: boolean): Promise<ResultSink> {
  const classification = binding.task !== 'regression'
  const k = binding.classes.length
  const store = classification && hasProbabilities && k <= storedScores
  const writer: PredictionWriter = await createPredictionWriter(path, { scoreNames: store ? binding.classes.map((c) => c.label) : [], task: binding.task })
  const accumulators = openAccumulators(binding, hasProbabilities, seed)
  const withTruth = binding.target !== null
  const ids = pictures || binding.idColumn !== null
  let contradictions = 0
  return {
    async addClasses(book, scores, rows) {
      const kept = answeredRows(book, rows, ledger, (r) => (scores.predicted[r] === -2 ? leftOut.noAnswer : scores.predicted[r] === -1 ? leftOut.unknownAnswer : null))
      contradictions += scores.contradictions
      ledger.scored(kept.length)
      if (kept.length === 0) return
      const probabilities = scores.probabilities === null ? null : pickFloats(scores.probabilities, kept, k)
      const truth = withTruth ? pickIndices(book.truthIndex, kept) : null
      const predicted = pickIndices(scores.predicted, kept)
      if (truth !== null) accumulators.classes?.add({ rows: kept.length, truth, predicted, probabilities })
      await writer.append(classPredictions(book, binding, ids, { kept, truth, predicted, probabilities }, store))
    },
    async addValues(book, values, rows) {
      const kept = answeredRows(book, rows, ledger, (r) => (Number.isFinite(values[r]!) ? null : leftOut.noAnswer))
      ledger.scored(kept.length)
      if (kept.length === 0) return
      const predicted = pickFloats(values, kept, 1)
      const truth = withTruth ? Float64Array.from(kept, (r) => book.truthValue[r]!) : null
      if (truth !== null) accumulators.values?.add({ rows: kept.length, truth, predicted })
      await writer.append(valuePredictions(book, ids, kept, truth, predicted))
    },
    headline: () => accumulators.classes?.headline() ?? accumulators.values?.headline() ?? null,
    async finish() {
      await writer.finish()
      const result = accumulators.classes?.finish() ?? accumulators.values?.finish() ?? { metrics: [], curves: [] }
      return { ...result, notes: resultNotes(binding, ledger, contradictions, classification && hasProbabilities && !store) }
    },
    abandon: () => writer.abandon(),
  }
}

const rowsText = (n: number): string => `${n.toLocaleString('en')} row${n === 1 ? '' : 's'}`

function resultNotes(binding: Binding, ledger: RowLedger, contradictions: number, scoresLeftOut: boolean): string[] {
  const notes: string[] = []
  if (contradictions > 0) {
    const follows = binding.decision.kind === 'label-output' ? 'The metrics follow the label output, which is what the model answers' : 'The metrics follow the decision rule of the binding, not the label output'
    notes.push(`In ${rowsText(contradictions)} the model’s label output is not the class with the largest probability. ${follows}.`)
  }
  const silent = ledger.count(leftOut.noAnswer)
  if (silent > 0) notes.push(`The model answered ${rowsText(silent)} with a value that is not a number; they are left out of every metric.`)
  const strange = ledger.count(leftOut.unknownAnswer)
  if (strange > 0) notes.push(`The model answered ${rowsText(strange)} with a class that the binding does not name; they are left out of every metric.`)
  for (const [column, count] of ledger.unknowns) notes.push(`${count.toLocaleString('en')} value${count === 1 ? '' : 's'} of “${column}” ${count === 1 ? 'is a category' : 'are categories'} that the model does not know; they were fed as they are.`)
  if (binding.target === null) notes.push('No true answers are bound, so there are predictions but no metrics.')
  if (scoresLeftOut) notes.push(`With ${binding.classes.length} classes the probabilities of each row are not stored; its answer, confidence and loss are.`)
  return notes
}

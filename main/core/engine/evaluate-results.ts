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

/** Indices of the rows that have an answer, null when all have; the others are told to the ledger. */
function answeredRows(book: BatchBook, rows: number, ledger: RowLedger, why: (row: number) => string | null): Int32Array | null {
  let kept: Int32Array | null = null
  let count = 0
  for (let r = 0; r < rows; r++) {
    const reason = why(r)
    if (reason !== null) {
      kept ??= Int32Array.from({ length: rows }, (_, i) => i)
      ledger.leave(reason, book.records[r]!)
    } else if (kept !== null) kept[count++] = r
    else count++
  }
  return kept?.subarray(0, count) ?? null
}

/** Copies of the wanted rows of a column; the batch's own arrays are written again while these are still being stored. */
function pick<T extends Int32Array | Uint32Array | Float64Array>(values: T, kept: Int32Array | null, rows: number, width: number): T {
  if (kept === null) return values.slice(0, rows * width) as T
  const out = values.slice(0, kept.length * width) as T
  for (let i = 0; i < kept.length; i++) for (let c = 0; c < width; c++) out[i * width + c] = values[kept[i]! * width + c]!
  return out
}

function pickTexts(values: readonly (string | null)[], kept: Int32Array | null, rows: number): (string | null)[] {
  if (kept === null) return values.slice(0, rows)
  const out: (string | null)[] = []
  for (const r of kept) out.push(values[r] ?? null)
  return out
}

/** Confidence and loss of each row: the top probability, and −ln of the share of the true class, clipped as log loss is. */
function confidenceAndLoss(probabilities: Float64Array, rows: number, classes: number, truth: Int32Array | null): { confidence: Float64Array; loss: Float64Array | null } {
  const confidence = new Float64Array(rows)
  const loss = truth === null ? null : new Float64Array(rows)
  for (let r = 0; r < rows; r++) {
    let sum = 0
    let top = -Infinity
    for (let c = r * classes; c < (r + 1) * classes; c++) {
      const p = probabilities[c]!
      sum += p
      if (p > top) top = p
    }
    confidence[r] = top
    if (loss !== null && truth !== null) loss[r] = -Math.log(Math.min(1, Math.max(probabilities[r * classes + truth[r]!]! / (sum > 0 ? sum : 1), 2.220446049250313e-16)))
  }
  return { confidence, loss }
}

interface ClassRows { readonly rows: number; readonly records: Uint32Array; readonly ids: (string | null)[] | null; readonly truth: Int32Array | null; readonly predicted: Int32Array; readonly probabilities: Float64Array | null }

function classPredictions(classes: number, scored: ClassRows, store: boolean): PredictionRows {
  const { rows, truth, predicted, probabilities } = scored
  const graded = probabilities === null ? null : confidenceAndLoss(probabilities, rows, classes, truth)
  const correct = truth === null ? null : new Uint8Array(rows)
  if (correct !== null && truth !== null) for (let i = 0; i < rows; i++) correct[i] = truth[i] === predicted[i] ? 1 : 0
  return {
    records: scored.records, ids: scored.ids,
    truth, predicted, correct,
    confidence: graded?.confidence ?? null, loss: graded?.loss ?? null, scores: probabilities === null || !store ? new Float64Array(0) : probabilities,
  }
}

function valuePredictions(records: Uint32Array, ids: (string | null)[] | null, truth: Float64Array | null, values: Float64Array): PredictionRows {
  const loss = truth === null ? null : new Float64Array(values.length)
  if (loss !== null && truth !== null) for (let i = 0; i < values.length; i++) loss[i] = Math.abs(values[i]! - truth[i]!)
  return { records, ids, truth, predicted: values, correct: null, confidence: null, loss, scores: new Float64Array(0) }
}

/** Stores one stretch while the next one is being scored; a failure comes out at the next call. */
function behind(writer: PredictionWriter): { append(rows: PredictionRows): Promise<void>; settle(): Promise<void> } {
  let waiting: Promise<void> = Promise.resolve()
  return {
    async append(rows) {
      await waiting
      waiting = writer.append(rows)
      waiting.catch(() => undefined)
    },
    settle: () => waiting,
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
  const labels = binding.classes.map((c) => c.label)
  const k = labels.length
  const store = classification && hasProbabilities && k <= storedScores
  const writer: PredictionWriter = await createPredictionWriter(path, { scoreNames: store ? labels : [], task: binding.task, ...(classification ? { labels } : {}) })
  const accumulators = openAccumulators(binding, hasProbabilities, seed)
  const withTruth = binding.target !== null
  const ids = pictures || binding.idColumn !== null
  const storing = behind(writer)
  let contradictions = 0
  return {
    async addClasses(book, scores, rows) {
      const kept = answeredRows(book, rows, ledger, (r) => (scores.predicted[r] === -2 ? leftOut.noAnswer : scores.predicted[r] === -1 ? leftOut.unknownAnswer : null))
      const count = kept?.length ?? rows
      contradictions += scores.contradictions
      ledger.scored(count)
      if (count === 0) return
      const probabilities = scores.probabilities === null ? null : kept === null ? scores.probabilities : pick(scores.probabilities, kept, rows, k)
      const truth = withTruth ? pick(book.truthIndex, kept, rows, 1) : null
      const predicted = pick(scores.predicted, kept, rows, 1)
      if (truth !== null) accumulators.classes?.add({ rows: count, truth, predicted, probabilities })
      await storing.append(classPredictions(k, { rows: count, records: pick(book.records, kept, rows, 1), ids: ids ? pickTexts(book.ids, kept, rows) : null, truth, predicted, probabilities }, store))
    },
    async addValues(book, values, rows) {
      const kept = answeredRows(book, rows, ledger, (r) => (Number.isFinite(values[r]!) ? null : leftOut.noAnswer))
      const count = kept?.length ?? rows
      ledger.scored(count)
      if (count === 0) return
      const predicted = pick(values, kept, rows, 1)
      const truth = withTruth ? pick(book.truthValue, kept, rows, 1) : null
      if (truth !== null) accumulators.values?.add({ rows: count, truth, predicted })
      await storing.append(valuePredictions(pick(book.records, kept, rows, 1), ids ? pickTexts(book.ids, kept, rows) : null, truth, predicted))
    },
    headline: () => accumulators.classes?.headline() ?? accumulators.values?.headline() ?? null,
    async finish() {
      await storing.settle()
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

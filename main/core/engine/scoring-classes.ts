// Scores a binary or multiclass classification: outputs to classes, metrics, stored predictions.
// Owns neither the formulas nor how outputs are read (`class-scores.ts`).
import type { Binding } from '../../../shared/domain/binding.ts'
import { calibrationNote } from '../../../shared/calibration/apply.ts'
import { createClassificationAccumulator } from '../../../shared/metrics/classification.ts'
import { fewRowsNote, rowsByClass } from '../../../shared/metrics/few-rows.ts'
import { createClassDistribution } from '../../../shared/metrics/unlabelled.ts'
import { createPredictionWriter, type PredictionRows } from '../datasets/prediction-writer.ts'
import { createScoreReader, planOutputs } from './class-scores.ts'
import { leftOut } from './evaluate-rows.ts'
import { answeredRows, behind, pick, pickTexts, rowNotes, rowsText } from './scoring-rows.ts'
import type { ScorerOptions, TaskScorer } from './scoring.ts'

/** Above this many classes the probabilities of a row are not stored, only its answer, confidence and loss. */
const storedScores = 64

/** What is worked out for the rows of one batch. The writer copies it, so the next batch may write it again. */
interface Scratch { readonly confidence: Float64Array; readonly loss: Float64Array; readonly correct: Uint8Array }

const newScratch = (rows: number): Scratch => ({ confidence: new Float64Array(rows), loss: new Float64Array(rows), correct: new Uint8Array(rows) })

/** Confidence and loss of each row: the probability of the class that was answered, and −ln of the share of the true class, clipped as log loss is. */
function gradeRows(probabilities: Float64Array, rows: number, classes: number, predicted: Int32Array, truth: Int32Array | null, { confidence, loss }: Scratch): void {
  for (let r = 0, start = 0; r < rows; r++, start += classes) {
    let sum = 0
    for (let c = start; c < start + classes; c++) sum += probabilities[c]!
    confidence[r] = probabilities[start + predicted[r]!]!
    if (truth !== null) loss[r] = -Math.log(Math.min(1, Math.max(probabilities[start + truth[r]!]! / (sum > 0 ? sum : 1), 2.220446049250313e-16)))
  }
}

/** The wanted rows of a column; the column itself where all are wanted, since writer and metrics copy what they keep before the next batch. */
const wanted = <T extends Int32Array | Uint32Array>(values: T, kept: Int32Array | null, rows: number): T => (kept === null ? values.subarray(0, rows) as T : pick(values, kept, rows, 1))

interface ClassRows { readonly rows: number; readonly records: Uint32Array; readonly ids: (string | null)[] | null; readonly truth: Int32Array | null; readonly predicted: Int32Array; readonly probabilities: Float64Array | null }

function classPredictions(classes: number, scored: ClassRows, store: boolean, scratch: Scratch): PredictionRows {
  const { rows, truth, predicted, probabilities } = scored
  if (probabilities !== null) gradeRows(probabilities, rows, classes, predicted, truth, scratch)
  if (truth !== null) for (let i = 0; i < rows; i++) scratch.correct[i] = truth[i] === predicted[i] ? 1 : 0
  return {
    records: scored.records, ids: scored.ids, truth, predicted, correct: truth === null ? null : scratch.correct,
    confidence: probabilities === null ? null : scratch.confidence, loss: probabilities === null || truth === null ? null : scratch.loss,
    scores: probabilities === null || !store ? new Float64Array(0) : probabilities,
  }
}

function contradictionNotes(binding: Binding, contradictions: number): string[] {
  if (contradictions === 0) return []
  const follows = binding.decision.kind === 'label-output' ? 'The metrics follow the label output, which is what the model answers' : 'The metrics follow the decision rule of the binding, not the label output'
  return [`In ${rowsText(contradictions)} the model’s label output is not the class with the largest probability. ${follows}.`]
}

/** A scorer of one class a row. Throws `binding.invalid` when no output gives an answer. */
export async function openClassScorer(binding: Binding, options: ScorerOptions): Promise<TaskScorer> {
  const { ledger } = options
  const plan = planOutputs(binding)
  const reader = createScoreReader(binding, plan)
  const labels = binding.classes.map((c) => c.label)
  const k = labels.length
  const hasProbabilities = plan.score !== null
  const store = hasProbabilities && k <= storedScores
  const writer = await createPredictionWriter(options.path, { scoreNames: store ? labels : [], task: binding.task, labels })
  const withTruth = binding.target !== null
  const accumulator = withTruth
    ? createClassificationAccumulator({ classes: labels, positiveClass: binding.task === 'binary-classification' ? binding.positiveClass : null, hasProbabilities, seed: options.seed })
    : null
  const distribution = withTruth ? null : createClassDistribution({ classes: labels, positiveClass: binding.positiveClass, hasProbabilities })
  const storing = behind(writer)
  let contradictions = 0
  let scratch = newScratch(0)
  return {
    fetches: plan.fetches,
    async add(outputs, book, rows, fed) {
      const scores = reader.classes(outputs, rows, fed)
      const kept = answeredRows(book, rows, ledger, (r) => (scores.predicted[r] === -2 ? leftOut.noAnswer : scores.predicted[r] === -1 ? leftOut.unknownAnswer : null))
      const count = kept?.length ?? rows
      contradictions += scores.contradictions
      ledger.scored(count)
      if (count === 0) return
      const probabilities = scores.probabilities === null ? null : kept === null ? scores.probabilities : pick(scores.probabilities, kept, rows, k)
      const truth = withTruth ? wanted(book.truthIndex, kept, rows) : null
      const predicted = wanted(scores.predicted, kept, rows)
      if (truth !== null) accumulator?.add({ rows: count, truth, predicted, probabilities })
      distribution?.add({ rows: count, predicted, probabilities })
      if (scratch.correct.length < count) scratch = newScratch(count)
      await storing.append(classPredictions(k, { rows: count, records: wanted(book.records, kept, rows), ids: options.ids ? pickTexts(book.ids, kept, rows) : null, truth, predicted, probabilities }, store, scratch))
    },
    headline: () => accumulator?.headline() ?? null,
    async finish() {
      await storing.settle()
      await writer.finish()
      const result = accumulator?.finish() ?? distribution?.finish() ?? { metrics: [], curves: [] }
      const scoresLeftOut = hasProbabilities && !store ? [`With ${k} classes the probabilities of each row are not stored; its answer, confidence and loss are.`] : []
      const recalibrated = calibrationNote(binding.calibration)
      const few = fewRowsNote(rowsByClass(result.curves))
      return { ...result, notes: [...contradictionNotes(binding, contradictions), ...rowNotes(binding, ledger), ...scoresLeftOut, ...[recalibrated, few].filter((note) => note !== null)] }
    },
    abandon: () => writer.abandon(),
  }
}

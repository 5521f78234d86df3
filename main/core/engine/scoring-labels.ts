// Scores several labels a row: outputs to probabilities, metrics, stored predictions with label sets as text. Owns no formula.
import type { Binding } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { sigmoid } from '../../../shared/metrics/decision.ts'
import { createMultilabelAccumulator } from '../../../shared/metrics/multilabel.ts'
import { fewRowsNote, rowsByLabel } from '../../../shared/metrics/few-rows.ts'
import { binaryLogLoss } from '../../../shared/metrics/multilabel-rows.ts'
import { createPredictionWriter, type PredictionRows } from '../datasets/prediction-writer.ts'
import { answered } from './class-scores.ts'
import { leftOut } from './evaluate-rows.ts'
import { answeredRows, behind, pick, pickTexts, rowNotes } from './scoring-rows.ts'
import type { ScorerOptions, TaskScorer } from './scoring.ts'
import { toFloat64 } from './tensor-values.ts'

/** Above this many labels the probabilities of a row are not stored. */
const storedScores = 64

interface LabelRows { readonly rows: number; readonly records: Uint32Array; readonly ids: (string | null)[] | null; readonly truth: Uint8Array | null; readonly probabilities: Float64Array }

function labelSet(labels: readonly string[], separator: string, has: (label: number) => boolean): string {
  return labels.filter((_, l) => has(l)).join(separator)
}

/** Right: the whole set. Confidence: mean over labels of the probability of what was decided. Loss: mean log loss of a label. */
function labelPredictions(labels: readonly string[], threshold: number, separator: string, scored: LabelRows, store: boolean): PredictionRows {
  const { rows, truth, probabilities } = scored
  const k = labels.length
  const predicted: string[] = []
  const told: string[] = []
  const correct = truth === null ? null : new Uint8Array(rows)
  const loss = truth === null ? null : new Float64Array(rows)
  const confidence = new Float64Array(rows)
  for (let r = 0; r < rows; r++) {
    const from = r * k
    let sure = 0
    let wrong = 0
    for (let l = from; l < from + k; l++) {
      const said = probabilities[l]! >= threshold
      sure += said ? probabilities[l]! : 1 - probabilities[l]!
      if (truth !== null && (truth[l] === 1) !== said) wrong++
    }
    confidence[r] = sure / k
    predicted.push(labelSet(labels, separator, (l) => probabilities[from + l]! >= threshold))
    if (truth === null || correct === null || loss === null) continue
    told.push(labelSet(labels, separator, (l) => truth[from + l] === 1))
    correct[r] = wrong === 0 ? 1 : 0
    loss[r] = binaryLogLoss(probabilities, truth, from, k)
  }
  return { records: scored.records, ids: scored.ids, truth: truth === null ? null : told, predicted, correct, confidence, loss, scores: store ? probabilities : new Float64Array(0) }
}

/** A scorer of several labels a row. Throws `binding.invalid` when no output gives label scores. */
export async function openLabelScorer(binding: Binding, options: ScorerOptions): Promise<TaskScorer> {
  const { ledger } = options
  const bound = binding.outputs.find((o) => o.role === 'label-probabilities' || o.role === 'label-logits')
  if (bound === undefined) throw new SlipwayError('binding.invalid', { reason: 'no output gives a score for every label' })
  const labels = binding.classes.map((c) => c.label)
  const k = labels.length
  const threshold = binding.decision.kind === 'threshold' ? binding.decision.threshold : 0.5
  const separator = binding.target?.kind === 'label-list' ? binding.target.separator : '|'
  const store = k <= storedScores
  const writer = await createPredictionWriter(options.path, { scoreNames: store ? labels : [], task: binding.task })
  const withTruth = binding.target !== null
  const accumulator = withTruth ? createMultilabelAccumulator({ labels, threshold }) : null
  const storing = behind(writer)
  return {
    fetches: [bound.output],
    async add(outputs, book, rows, fed) {
      const given = toFloat64(answered(outputs, bound.output, k, fed), rows * k)
      const scores = bound.role === 'label-logits' ? given.map(sigmoid) : given
      const kept = answeredRows(book, rows, ledger, (r) => {
        for (let l = r * k; l < (r + 1) * k; l++) if (!Number.isFinite(scores[l]!)) return leftOut.noAnswer
        return null
      })
      const count = kept?.length ?? rows
      ledger.scored(count)
      if (count === 0) return
      const probabilities = pick(scores, kept, rows, k)
      const truth = withTruth ? pick(book.truthLabels, kept, rows, k) : null
      if (truth !== null) accumulator?.add({ rows: count, truth, probabilities })
      await storing.append(labelPredictions(labels, threshold, separator, { rows: count, records: pick(book.records, kept, rows, 1), ids: options.ids ? pickTexts(book.ids, kept, rows) : null, truth, probabilities }, store))
    },
    headline: () => accumulator?.headline() ?? null,
    async finish() {
      await storing.settle()
      await writer.finish()
      const scoresLeftOut = store ? [] : [`With ${k} labels the probabilities of each row are not stored; its labels, confidence and loss are.`]
      const result = accumulator?.finish() ?? { metrics: [], curves: [] }
      const few = fewRowsNote(rowsByLabel(result.metrics))
      return { ...result, notes: [...rowNotes(binding, ledger), ...scoresLeftOut, ...(few === null ? [] : [few])] }
    },
    abandon: () => writer.abandon(),
  }
}

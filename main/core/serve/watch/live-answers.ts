// What the model answered, row by row, read as the evaluation reads it: class, score, confidence, or a number.
import type { Binding } from '../../../../shared/domain/binding.ts'
import type { PlainTensor } from '../../engine/engine-contract.ts'
import { createScoreReader, planOutputs } from '../../engine/class-scores.ts'
import { denseOf } from '../../engine/plain-tensors.ts'
import type { DenseTensor } from '../../engine/session.ts'
import { numberOf } from './live-codes.ts'

/** Arrays of one entry a row; NaN and −1 where there is nothing. */
export interface Answers {
  readonly rows: number
  /** Place of the answered class. */
  readonly classes: Int32Array | null
  /** Probability of the positive class of two, else of the answered class; of a regression the number. */
  readonly scores: Float64Array | null
  readonly confidence: Float64Array | null
  /** Row-major probabilities of all classes. */
  readonly probabilities: Float64Array | null
}

export interface AnswerReader {
  readonly labels: readonly string[]
  readonly positive: number
  read(outputs: readonly PlainTensor[], rows: number): Answers
}

/** The tensor as the runtime gave it, where the server still holds that. */
const dense = (tensor: PlainTensor): DenseTensor => (tensor as { readonly dense?: DenseTensor }).dense ?? denseOf(tensor)

const nothing = (rows: number): Answers => ({ rows, classes: null, scores: null, confidence: null, probabilities: null })

function classReader(binding: Binding): AnswerReader {
  const plan = planOutputs(binding)
  const reader = createScoreReader(binding, plan)
  const labels = binding.classes.map((c) => c.label)
  const positive = binding.task === 'binary-classification' ? labels.indexOf(binding.positiveClass ?? '') : -1
  // Callers may ask for one of the two outputs alone; then that one tells what it can.
  const labelOnly = plan.label === null ? null : createScoreReader({ ...binding, decision: { kind: 'label-output' } }, { ...plan, fetches: [plan.label], score: null })
  return {
    labels, positive,
    read(outputs, rows) {
      const given = Object.fromEntries(outputs.filter((t) => plan.fetches.includes(t.name)).map((t) => [t.name, dense(t)]))
      const whole = plan.fetches.every((name) => given[name] !== undefined)
      if (!whole && (labelOnly === null || plan.label === null || given[plan.label] === undefined)) return nothing(rows)
      const { probabilities, predicted } = (whole ? reader : labelOnly!).classes(given, rows, rows)
      if (probabilities === null) return { ...nothing(rows), classes: predicted }
      const count = labels.length
      const scores = new Float64Array(rows)
      const confidence = new Float64Array(rows)
      for (let r = 0; r < rows; r++) {
        confidence[r] = predicted[r]! < 0 ? NaN : probabilities[r * count + predicted[r]!]!
        scores[r] = positive < 0 ? confidence[r]! : probabilities[r * count + positive]!
      }
      return { rows, classes: predicted, scores, confidence, probabilities }
    },
  }
}

function valueReader(output: string): AnswerReader {
  return {
    labels: [], positive: -1,
    read(outputs, rows) {
      const tensor = outputs.find((t) => t.name === output)
      if (tensor === undefined || tensor.data.length < rows) return nothing(rows)
      const scores = new Float64Array(rows)
      for (let r = 0; r < rows; r++) scores[r] = numberOf(tensor.data[r])
      return { ...nothing(rows), scores }
    },
  }
}

/** A reader for one class or one number a row; null for tasks that have neither (boxes, masks, several labels). */
export function answerReader(binding: Binding): AnswerReader | null {
  if (binding.task === 'binary-classification' || binding.task === 'multiclass-classification') {
    try {
      return classReader(binding)
    } catch {
      return null
    }
  }
  const value = binding.task === 'regression' ? binding.outputs.find((o) => o.role === 'value') : undefined
  return value === undefined ? null : valueReader(value.output)
}

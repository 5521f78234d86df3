// What the model's outputs mean for each row: class and probabilities, labels, or a number, by the binding and with the evaluation's own code:
// roles, decision rule, recalibration. Owns the form of an answer; refuses tasks whose answers are pictures or boxes.
import type { Binding } from '../../../shared/domain/binding.ts'
import { sigmoid } from '../../../shared/metrics/decision.ts'
import { answered, createScoreReader, planOutputs } from '../engine/class-scores.ts'
import { leftOut } from '../engine/evaluate-rows.ts'
import type { DenseTensor } from '../engine/session.ts'
import { toFloat64 } from '../engine/tensor-values.ts'

/** One row's answer, or why it has none. */
export type RowAnswer =
  | { readonly label: string; readonly probability?: number; readonly probabilities?: Readonly<Record<string, number>> }
  | { readonly labels: readonly string[]; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly value: number }
  | { readonly error: string }

export interface AnswerReader {
  /** Outputs that every run must fetch. */
  readonly fetches: readonly string[]
  read(outputs: Readonly<Record<string, DenseTensor>>, rows: number): RowAnswer[]
}

const named = (labels: readonly string[], values: ArrayLike<number>, from: number): Record<string, number> => Object.fromEntries(labels.map((label, i) => [label, values[from + i]!]))

function classReader(binding: Binding): AnswerReader {
  const plan = planOutputs(binding)
  const reader = createScoreReader(binding, plan)
  const labels = binding.classes.map((c) => c.label)
  return {
    fetches: plan.fetches,
    read(outputs, rows) {
      const { predicted, probabilities } = reader.classes(outputs, rows, rows)
      return Array.from({ length: rows }, (_, r): RowAnswer => {
        const place = predicted[r]!
        if (place < 0) return { error: place === -1 ? leftOut.unknownAnswer : leftOut.noAnswer }
        const label = labels[place]!
        return probabilities === null ? { label } : { label, probability: probabilities[r * labels.length + place]!, probabilities: named(labels, probabilities, r * labels.length) }
      })
    },
  }
}

function labelsReader(binding: Binding): AnswerReader | null {
  const bound = binding.outputs.find((o) => o.role === 'label-probabilities' || o.role === 'label-logits')
  if (bound === undefined) return null
  const labels = binding.classes.map((c) => c.label)
  const threshold = binding.decision.kind === 'threshold' ? binding.decision.threshold : 0.5
  return {
    fetches: [bound.output],
    read(outputs, rows) {
      const given = toFloat64(answered(outputs, bound.output, labels.length, rows), rows * labels.length)
      const scores = bound.role === 'label-logits' ? given.map(sigmoid) : given
      return Array.from({ length: rows }, (_, r): RowAnswer => {
        const own = scores.subarray(r * labels.length, (r + 1) * labels.length)
        return own.every(Number.isFinite) ? { labels: labels.filter((_label, l) => own[l]! >= threshold), probabilities: named(labels, own, 0) } : { error: leftOut.noAnswer }
      })
    },
  }
}

function valueReader(binding: Binding): AnswerReader | null {
  const output = binding.outputs.find((o) => o.role === 'value')?.output
  if (output === undefined) return null
  return {
    fetches: [output],
    read: (outputs, rows) => Array.from(toFloat64(answered(outputs, output, 1, rows), rows), (value): RowAnswer => (Number.isFinite(value) ? { value } : { error: leftOut.noAnswer })),
  }
}

/** The reader for a binding's task; null where rows have no answer that a record could hold. */
export function answerReader(binding: Binding): AnswerReader | null {
  switch (binding.task) {
    case 'binary-classification':
    case 'multiclass-classification': return binding.outputs.some((o) => ['label', 'probabilities', 'logits', 'positive-probability', 'positive-logit'].includes(o.role)) ? classReader(binding) : null
    case 'multilabel-classification': return labelsReader(binding)
    case 'regression': return valueReader(binding)
    case 'semantic-segmentation':
    case 'object-detection': return null
  }
}

// From model outputs to classes: probabilities in float64 and a class index a row.
// Owns the roles and the decision rule; refuses outputs whose shape does not have one answer a row.
import type { Binding, OutputRole } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { calibrated } from '../../../shared/calibration/apply.ts'
import { argmaxRows, sigmoid, softmaxRows, twoColumns } from '../../../shared/metrics/decision.ts'
import type { DenseTensor } from './session.ts'
import { labelText, toFloat64 } from './tensor-values.ts'

export interface ClassScores {
  /** Row-major [rows, classes]; null when no output gives scores. */
  readonly probabilities: Float64Array | null
  /** Class index; -1: a class that the binding does not name; -2: no answer (NaN). */
  readonly predicted: Int32Array
  /** Rows whose label output is not the class with the largest probability. */
  readonly contradictions: number
}

export interface OutputPlan {
  readonly fetches: readonly string[]
  readonly label: string | null
  readonly score: { readonly output: string; readonly role: OutputRole } | null
}

const scoreRoles: readonly OutputRole[] = ['probabilities', 'logits', 'positive-probability', 'positive-logit']

/** Which outputs are fetched and what they mean. Throws `binding.invalid` when none of them is an answer. */
export function planOutputs(binding: Binding): OutputPlan {
  const named = (wanted: readonly OutputRole[]): { output: string; role: OutputRole } | null => binding.outputs.find((o) => wanted.includes(o.role)) ?? null
  const label = named(['label'])?.output ?? null
  const score = named(scoreRoles)
  const fetches = [label, score?.output ?? null].filter((n): n is string => n !== null)
  if (fetches.length === 0) throw new SlipwayError('binding.invalid', { reason: 'no output gives a prediction' })
  return { fetches, label, score }
}

/** The named output; throws when it does not hold exactly `perRow` values for each of the rows that were fed. */
export function answered(outputs: Readonly<Record<string, DenseTensor>>, name: string, perRow: number, fedRows: number): DenseTensor {
  const tensor = outputs[name]
  if (tensor === undefined) throw new SlipwayError('run.shapeMismatch', { reason: `the model gave no output “${name}”` })
  if (tensor.values.length === fedRows * perRow) return tensor
  throw new SlipwayError('run.shapeMismatch', { reason: `the output “${name}” has the shape [${tensor.dims.join(', ')}] for ${fedRows} rows, where ${perRow} value${perRow === 1 ? '' : 's'} a row were expected` })
}

function probabilitiesOf(tensor: DenseTensor, role: OutputRole, rows: number, classes: number, positive: 0 | 1): Float64Array {
  if (role === 'logits') return softmaxRows(toFloat64(tensor, rows * classes), rows, classes)
  if (role === 'positive-probability') return twoColumns(toFloat64(tensor, rows), rows, positive)
  if (role === 'positive-logit') return twoColumns(toFloat64(tensor, rows).map((x) => sigmoid(x)), rows, positive)
  return toFloat64(tensor, rows * classes)
}

function markUnanswered(predicted: Int32Array, probabilities: Float64Array, rows: number, classes: number): void {
  for (let r = 0; r < rows; r++) {
    let sum = 0
    for (let c = 0; c < classes; c++) sum += probabilities[r * classes + c]!
    if (!Number.isFinite(sum)) predicted[r] = -2
  }
}

export interface ScoreReader {
  /** `fedRows` rows were run (padding included), the first `rows` of them count. */
  classes(outputs: Readonly<Record<string, DenseTensor>>, rows: number, fedRows: number): ClassScores
}

/** Reads outputs by a binding's roles and decision rule. Classes are in the binding's order, which is the order of the columns. */
export function createScoreReader(binding: Binding, plan: OutputPlan): ScoreReader {
  const count = binding.classes.length
  const positive = binding.classes.findIndex((c) => c.label === binding.positiveClass) === 0 ? 0 : 1
  const byOutput = new Map(binding.classes.map((c, i) => [c.output, i]))
  const perRow = plan.score?.role.startsWith('positive-') === true ? 1 : count

  const labelsOf = (tensor: DenseTensor, rows: number): Int32Array => {
    const out = new Int32Array(rows)
    for (let r = 0; r < rows; r++) out[r] = byOutput.get(labelText(tensor, r)) ?? -1
    return out
  }
  const decide = (probabilities: Float64Array, best: Int32Array, rows: number): Int32Array => {
    if (binding.decision.kind !== 'threshold') return best
    const { threshold } = binding.decision
    const out = new Int32Array(rows)
    for (let r = 0; r < rows; r++) out[r] = probabilities[r * 2 + positive]! >= threshold ? positive : 1 - positive
    return out
  }
  return {
    classes(outputs, rows, fedRows) {
      let probabilities: Float64Array | null = null
      if (plan.score !== null) {
        const tensor = answered(outputs, plan.score.output, perRow, fedRows)
        probabilities = probabilitiesOf(tensor, plan.score.role, rows, count, positive)
        if (binding.calibration !== undefined) probabilities = calibrated(probabilities, rows, count, positive, binding.calibration)
      }
      const best = probabilities === null ? null : argmaxRows(probabilities, rows, count)
      let labels: Int32Array | null = null
      if (plan.label !== null) labels = labelsOf(answered(outputs, plan.label, 1, fedRows), rows)
      let contradictions = 0
      if (labels !== null && best !== null) for (let r = 0; r < rows; r++) if (labels[r] !== best[r]) contradictions++
      const chosen = binding.decision.kind === 'label-output' || best === null || probabilities === null ? labels : decide(probabilities, best, rows)
      if (chosen === null) throw new SlipwayError('binding.invalid', { reason: 'the decision follows the label output, but no output has the role label' })
      if (probabilities !== null) markUnanswered(chosen, probabilities, rows, count)
      return { probabilities, predicted: chosen, contradictions }
    },
  }
}

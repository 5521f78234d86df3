// Which rows two devices decide differently, by the binding's own rule. Owns the choice of what a decision is; refuses to call a value one.
import type { Binding } from '../../../shared/domain/binding.ts'
import { sigmoid } from '../../../shared/metrics/decision.ts'
import { answered, createScoreReader, planOutputs } from './class-scores.ts'
import { createMapReader } from './mask-answers.ts'
import type { DenseTensor } from './session.ts'
import { toFloat64 } from './tensor-values.ts'

type Outputs = Readonly<Record<string, DenseTensor>>

export interface Flipped { readonly row: number; readonly against: string; readonly device: string; readonly againstConfidence: number | null; readonly deviceConfidence: number | null }

/** The rows of one batch that are decided differently; `fed` rows were run, the first `rows` of them count. */
export type DecisionComparison = (against: Outputs, device: Outputs, rows: number, fed: number) => Flipped[]

const noAnswer = 'no answer'

function compareClasses(binding: Binding): DecisionComparison {
  const reader = createScoreReader(binding, planOutputs(binding))
  const k = binding.classes.length
  const name = (index: number): string => (index === -2 ? noAnswer : index < 0 ? 'a class that the binding does not name' : binding.classes[index]?.label ?? '')
  const top = (probabilities: Float64Array | null, row: number): number | null => (probabilities === null ? null : Math.max(...probabilities.subarray(row * k, (row + 1) * k)))
  const known = (value: number | null): number | null => (value === null || !Number.isFinite(value) ? null : value)
  return (against, device, rows, fed) => {
    const [a, b] = [reader.classes(against, rows, fed), reader.classes(device, rows, fed)]
    const out: Flipped[] = []
    for (let row = 0; row < rows; row++) {
      if (a.predicted[row] === b.predicted[row]) continue
      out.push({ row, against: name(a.predicted[row]!), device: name(b.predicted[row]!), againstConfidence: known(top(a.probabilities, row)), deviceConfidence: known(top(b.probabilities, row)) })
    }
    return out
  }
}

function compareLabels(binding: Binding): DecisionComparison | null {
  const bound = binding.outputs.find((o) => o.role === 'label-probabilities' || o.role === 'label-logits')
  if (bound === undefined) return null
  const labels = binding.classes.map((c) => c.label)
  const threshold = binding.decision.kind === 'threshold' ? binding.decision.threshold : 0.5
  const scores = (outputs: Outputs, rows: number, fed: number): Float64Array => {
    const given = toFloat64(answered(outputs, bound.output, labels.length, fed), rows * labels.length)
    return bound.role === 'label-logits' ? given.map(sigmoid) : given
  }
  const words = (of: Float64Array, row: number): string => labels.filter((_, l) => of[row * labels.length + l]! >= threshold).join(', ') || 'none'
  return (against, device, rows, fed) => {
    const [a, b] = [scores(against, rows, fed), scores(device, rows, fed)]
    const out: Flipped[] = []
    for (let row = 0; row < rows; row++) {
      const [left, right] = [words(a, row), words(b, row)]
      if (left !== right) out.push({ row, against: left, device: right, againstConfidence: null, deviceConfidence: null })
    }
    return out
  }
}

/** A row of masks is decided differently when any pixel is. */
function compareMaps(binding: Binding): DecisionComparison {
  const reader = createMapReader(binding)
  return (against, device, rows, fed) => {
    const out: Flipped[] = []
    for (let row = 0; row < rows; row++) {
      const [a, b] = [reader.read(against, row, fed).indices.slice(), reader.read(device, row, fed).indices]
      let pixels = 0
      for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) pixels++
      if (pixels > 0) out.push({ row, against: `${a.length} pixels`, device: `${pixels} of them otherwise`, againstConfidence: null, deviceConfidence: null })
    }
    return out
  }
}

/** How the decisions of a task are compared; null where a row has none. */
export function compareDecisions(binding: Binding): DecisionComparison | null {
  switch (binding.task) {
    case 'binary-classification':
    case 'multiclass-classification': return compareClasses(binding)
    case 'multilabel-classification': return compareLabels(binding)
    case 'semantic-segmentation': return compareMaps(binding)
    default: return null
  }
}

// One line of a difference: its group, and how severe it is, follow from what it is about and from what it does.
import type { AnswersChange, DiffChange, DiffGroup, DiffKind } from '../domain/model-diff.ts'

const groups: Readonly<Record<DiffGroup, readonly DiffKind[]>> = {
  interface: ['input-added', 'input-removed', 'input-renamed', 'input-type', 'input-shape', 'output-added', 'output-removed', 'output-renamed', 'output-type', 'output-shape', 'batch-dimension', 'zipmap-removed', 'zipmap-added', 'class-labels'],
  layers: ['layers-added', 'layers-removed', 'layers-settings', 'layers-rewired', 'layers-resized', 'layers-stored', 'layers-moved', 'layers-renamed'],
  weights: ['layers-quantised', 'layers-dequantised', 'layers-converted', 'layers-retrained'],
  usage: ['task', 'preprocessing', 'columns', 'missing-values', 'row-policy', 'output-roles', 'classes', 'positive-class', 'decision-rule', 'threshold', 'detection', 'calibration'],
  format: ['opset', 'ir-version', 'input-defaults', 'dimension-names', 'producer', 'metadata', 'documentation'],
  facts: ['size', 'speed'],
}
const groupOf = new Map(Object.entries(groups).flatMap(([group, kinds]) => kinds.map((kind) => [kind, group as DiffGroup] as const)))

export interface ChangeParts {
  readonly breaking?: boolean
  readonly answersChange?: AnswersChange
  readonly subject?: string | null
  readonly before?: string | null
  readonly after?: string | null
  readonly callerMust?: string | null
}

/** A change; what is not said is: not breaking, the same answers, nothing to do. */
export function change(kind: DiffKind, sentence: string, parts: ChangeParts = {}): DiffChange {
  const { breaking = false, answersChange = 'none', subject = null, before = null, after = null, callerMust = null } = parts
  const severity = breaking ? 'breaking' : answersChange === 'expected' ? 'major' : answersChange === 'possible' ? 'minor' : 'note'
  return { kind, group: groupOf.get(kind) ?? 'facts', severity, breaking, answersChange, sentence, subject, before, after, callerMust }
}

const order: readonly AnswersChange[] = ['none', 'possible', 'expected']

/** The strongest of several. */
export const strongest = (all: readonly AnswersChange[]): AnswersChange => order[Math.max(0, ...all.map((a) => order.indexOf(a)))]!

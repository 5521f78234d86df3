// Another task for a binding: what belongs to the old one goes, what the new one needs comes with starting values. Judges nothing.
import type { Binding, DecisionRule, DetectionSettings, OutputRole, Target } from '../../../shared/domain/binding.ts'
import type { ModelTask } from '../../../shared/domain/model.ts'

/** In the order in which a reader looks for them. */
export const tasks: readonly ModelTask[] = ['binary-classification', 'multiclass-classification', 'multilabel-classification', 'regression', 'object-detection', 'semantic-segmentation']

const classRoles: readonly OutputRole[] = ['label', 'probabilities', 'logits', 'positive-probability', 'positive-logit']

/** What an output can hold under a task, `ignored` aside. */
export const rolesOf: Readonly<Record<ModelTask, readonly OutputRole[]>> = {
  'binary-classification': classRoles, 'multiclass-classification': ['label', 'probabilities', 'logits'], 'multilabel-classification': ['label-probabilities', 'label-logits'],
  regression: ['value'], 'object-detection': ['boxes', 'box-scores', 'box-labels', 'box-count', 'yolo'], 'semantic-segmentation': ['pixel-logits', 'pixel-labels', 'pixel-probability'],
}

/** Every box as the model gives it, corners in pixels: what needs the least work where nothing is known. */
export const startDetection: DetectionSettings = { order: 'xyxy', unit: 'pixels', cells: 'last', objectness: false, minimumScore: 0, suppression: null, maximumBoxes: 300 }

export const fedByPictures = (binding: Binding): boolean => binding.inputs.some((i) => i.kind === 'image')

/** Where the true answers of a task stand, as near to where they stood before as the task allows. */
function targetFor(binding: Binding, task: ModelTask): Target | null {
  const { target } = binding
  if (target === null) return null
  if (task === 'object-detection') return { kind: 'boxes' }
  if (task === 'semantic-segmentation') return { kind: 'masks' }
  const column = target.kind === 'column' || target.kind === 'label-list' ? target.column : target.kind === 'label-columns' ? target.columns[0] : undefined
  if (task === 'multilabel-classification') return target.kind === 'label-columns' || target.kind === 'label-list' ? target : column === undefined ? null : { kind: 'label-list', column, separator: '|' }
  if (column !== undefined) return { kind: 'column', column }
  return fedByPictures(binding) && task !== 'regression' ? { kind: 'image-class' } : null
}

function decisionFor({ decision }: Binding, task: ModelTask): DecisionRule {
  switch (task) {
    case 'multilabel-classification': case 'object-detection': return decision.kind === 'threshold' ? decision : { kind: 'threshold', threshold: 0.5 }
    case 'regression': case 'semantic-segmentation': return { kind: 'argmax' }
    case 'multiclass-classification': return decision.kind === 'threshold' ? { kind: 'argmax' } : decision
    case 'binary-classification': return decision
  }
}

/** Another task; classes go for a regression, and target, decision and settings of boxes follow. Roles of outputs stay for the user to change. */
export function withTask(binding: Binding, task: ModelTask): Binding {
  const { detection, ...rest } = binding
  return {
    ...rest, task, target: targetFor(binding, task), decision: decisionFor(binding, task), classes: task === 'regression' ? [] : binding.classes,
    positiveClass: task === 'binary-classification' ? binding.positiveClass ?? binding.classes.at(-1)?.label ?? null : null,
    ...(task === 'object-detection' ? { detection: detection ?? startDetection } : {}),
  }
}

// Checks of the output side of a binding with several labels a row: one score a label, at least one label, one threshold.
import type { Binding, BindingProblem, OutputRole } from '../domain/binding.ts'
import type { Signature } from '../domain/model.ts'
import { error } from './problems.ts'
import { outputNamed, rowLayout } from './shapes.ts'

/** The roles that score labels, each independent of the others. */
export const labelRoles: readonly OutputRole[] = ['label-probabilities', 'label-logits']

function checkLabelRole(bound: Binding['outputs'][number], binding: Binding, signature: Signature): BindingProblem[] {
  const about = `outputs.${bound.output}`
  if (bound.role === 'ignored') return []
  const spec = outputNamed(signature, bound.output)
  if (spec === null) return [error(about, `The model has no output “${bound.output}”. It has: ${signature.outputs.map((o) => `“${o.name}”`).join(', ')}.`, 'Name an output of the model.')]
  if (!labelRoles.includes(bound.role)) return [error(about, `The role ${bound.role} of “${bound.output}” does not belong to a multilabel classification.`, 'Change the role or the task.')]
  if (spec.kind !== 'tensor') return [error(about, `The output “${bound.output}” is ${spec.text}, which the runtime cannot return.`, 'Rewrite the model to plain tensors first (the original is kept), or ignore this output.')]
  if (spec.dtype === 'string') return [error(about, `The output “${bound.output}” holds texts, which cannot be read as ${bound.role}.`, 'Give it another role.')]
  const width = rowLayout(spec)?.width ?? null
  return width !== null && width !== binding.classes.length ? [error(about, `The output “${bound.output}” has ${width} columns, but ${binding.classes.length} labels are bound.`, 'List one label per column, in the order of the columns.')] : []
}

function checkLabelTarget(binding: Binding): BindingProblem[] {
  const target = binding.target
  if (target === null) return []
  if (target.kind !== 'label-columns' && target.kind !== 'label-list') return [error('target', 'A multilabel classification needs several true labels a row, but the target holds one answer.', 'Name one column for each label, or a column with a separator.')]
  return target.kind === 'label-columns' && target.columns.length !== binding.classes.length
    ? [error('target', `${target.columns.length} label columns are named for ${binding.classes.length} labels.`, 'Name one column for each label, in the same order.')] : []
}

/** Problems of the outputs, labels, target and decision of a multilabel binding. */
export function checkLabels(binding: Binding, signature: Signature): BindingProblem[] {
  const problems = binding.outputs.flatMap((bound) => checkLabelRole(bound, binding, signature))
  const scores = binding.outputs.filter((o) => labelRoles.includes(o.role))
  if (scores.length !== 1) problems.push(error('outputs', scores.length === 0 ? 'No output scores the labels.' : 'More than one output scores the labels.', 'Give the role label-probabilities or label-logits to one output.'))
  const labels = binding.classes.map((c) => c.label)
  if (labels.length === 0) problems.push(error('classes', 'No labels are bound.', 'List the labels in the order of the output’s columns.'))
  const twice = labels.find((l, i) => labels.indexOf(l) !== i)
  if (twice !== undefined) problems.push(error('classes', `The label “${twice}” appears twice.`, 'Give every label its own name.'))
  if (binding.positiveClass !== null) problems.push(error('positiveClass', 'A multilabel classification has no positive class.', 'Remove it.'))
  if (binding.decision.kind !== 'threshold') problems.push(error('decision', 'Several labels can hold at once, so the decision needs a threshold.', 'Choose a threshold, such as 0.5.'))
  return [...problems, ...checkLabelTarget(binding)]
}

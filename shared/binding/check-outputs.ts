// Checks of the output side of a binding: roles that fit the task and the declared shapes, classes and the decision rule.
import type { Binding, BindingProblem, OutputBinding, OutputRole } from '../domain/binding.ts'
import type { Signature, ValueSpec } from '../domain/model.ts'
import { boxRoles, checkBoxOutputs } from './check-boxes.ts'
import { checkLabels, labelRoles } from './check-labels.ts'
import { checkMaskOutputs, pixelRoles } from './check-masks.ts'
import { error, warning } from './problems.ts'
import { isFloating, isInteger, outputNamed, rowLayout } from './shapes.ts'

const scoreRoles: readonly OutputRole[] = ['probabilities', 'logits', 'positive-probability', 'positive-logit']

function checkRole(bound: OutputBinding, spec: ValueSpec, binding: Binding): BindingProblem[] {
  const about = `outputs.${bound.output}`
  if (bound.role === 'ignored') return []
  if (spec.kind !== 'tensor') {
    return [error(about, `The output “${bound.output}” is ${spec.text}, which the runtime cannot return.`, 'Rewrite the model to plain tensors first (the original is kept), or ignore this output.')]
  }
  const problems: BindingProblem[] = []
  const width = rowLayout(spec)?.width ?? null
  const perClass = bound.role === 'probabilities' || bound.role === 'logits'
  if (bound.role !== 'label' && !isFloating(spec.dtype) && !(bound.role === 'value' && isInteger(spec.dtype))) {
    problems.push(error(about, `The output “${bound.output}” holds ${spec.dtype ?? 'unknown'} values, which cannot be read as ${bound.role}.`, 'Give it another role.'))
  }
  if (perClass && width !== null && width !== binding.classes.length) {
    problems.push(error(about, `The output “${bound.output}” has ${width} columns, but ${binding.classes.length} classes are bound.`, 'List one class per column, in the order of the columns.'))
  }
  if (!perClass && width !== null && width !== 1) problems.push(error(about, `The output “${bound.output}” has ${width} values a row, but the role ${bound.role} needs one.`, 'Give it another role.'))
  if (labelRoles.includes(bound.role)) problems.push(error(about, `The role ${bound.role} of “${bound.output}” belongs to a multilabel classification.`, 'Change the role or the task.'))
  else if ((bound.role === 'value') !== (binding.task === 'regression') || boxRoles.includes(bound.role) || pixelRoles.includes(bound.role)) {
    problems.push(error(about, `The role ${bound.role} of “${bound.output}” does not belong to a ${binding.task.replace('-', ' ')}.`, 'Change the role or the task.'))
  }
  return problems
}

function checkClasses(binding: Binding): BindingProblem[] {
  if (binding.task === 'regression') return binding.classes.length === 0 ? [] : [error('classes', 'A regression has no classes.', 'Remove the classes or change the task.')]
  const problems: BindingProblem[] = []
  const labels = binding.classes.map((c) => c.label)
  if (labels.length < 2) problems.push(error('classes', `A classification needs at least two classes, but ${labels.length === 0 ? 'none is' : 'one is'} bound.`, 'List the classes in the order of the probability columns.'))
  for (const [what, values] of [['label', labels], ['model output', binding.classes.map((c) => c.output)]] as const) {
    const twice = values.find((v, i) => values.indexOf(v) !== i)
    if (twice !== undefined) problems.push(error('classes', `The ${what} “${twice}” appears twice among the classes.`, 'Give every class its own.'))
  }
  const binary = binding.task === 'binary-classification'
  if (binary !== (labels.length === 2) && labels.length >= 2) problems.push(error('task', `${labels.length} classes make a ${labels.length === 2 ? 'binary' : 'multiclass'} classification, but the task is ${binding.task.replace('-', ' ')}.`, 'Change the task or the classes.'))
  if (binding.positiveClass !== null && !labels.includes(binding.positiveClass)) problems.push(error('positiveClass', `The positive class “${binding.positiveClass}” is not among the classes.`, 'Choose one of the classes.'))
  if (binary && binding.positiveClass === null) problems.push(error('positiveClass', 'A binary classification needs a positive class.', 'Choose one of the two classes.'))
  return problems
}

function checkDecision(binding: Binding): BindingProblem[] {
  if (binding.task === 'regression') return []
  const roles = binding.outputs.map((o) => o.role)
  const scores = roles.some((r) => scoreRoles.includes(r))
  if (binding.decision.kind === 'label-output' && !roles.includes('label')) return [error('decision', 'The decision is to follow the label output, but no output has the role label.', 'Choose another decision rule or name the label output.')]
  if (binding.decision.kind === 'argmax' && !scores) return [error('decision', 'The decision needs probabilities or scores, but no output gives any.', 'Choose the label output as decision.')]
  if (binding.decision.kind === 'threshold' && (!scores || binding.task !== 'binary-classification')) return [error('decision', 'A threshold needs a binary classification with a probability of the positive class.', 'Choose the largest probability or the label output.')]
  if (!scores) return [warning('outputs', 'No output gives probabilities, so log loss, ROC, calibration and the like will not be available.', 'Name the output with the probabilities if there is one.')]
  return []
}

/** A recalibration belongs to probabilities of one class a row; the isotonic one to two classes, and its points rise. */
function checkCalibration(binding: Binding): BindingProblem[] {
  const { calibration } = binding
  if (calibration === undefined) return []
  const remove = 'Remove the calibration, or fit it again on a run.'
  if (!binding.outputs.some((o) => scoreRoles.includes(o.role))) return [error('calibration', 'A calibration corrects probabilities, but no output gives any.', remove)]
  if (calibration.method === 'temperature') return []
  if (binding.task !== 'binary-classification') return [error('calibration', 'An isotonic calibration needs two classes.', remove)]
  const rises = calibration.points.every(([x, y], i, all) => i === 0 || (x > all[i - 1]![0] && y >= all[i - 1]![1]))
  return rises ? [] : [error('calibration', 'The points of the isotonic calibration do not rise.', remove)]
}

function checkRoleCounts(binding: Binding): BindingProblem[] {
  const problems: BindingProblem[] = []
  const used = binding.outputs.filter((o) => o.role !== 'ignored')
  const labels = used.filter((o) => o.role === 'label')
  const scores = used.filter((o) => scoreRoles.includes(o.role))
  const values = used.filter((o) => o.role === 'value')
  if (labels.length > 1) problems.push(error('outputs', 'More than one output has the role label.', 'Keep one of them.'))
  if (scores.length > 1) problems.push(error('outputs', 'More than one output gives scores.', 'Keep one of them and ignore the others.'))
  if (binding.task === 'regression' && values.length !== 1) problems.push(error('outputs', `A regression reads one output as its value, but ${values.length} are named.`, 'Give the role value to one output.'))
  if (binding.task !== 'regression' && labels.length + scores.length === 0) problems.push(error('outputs', 'No output gives a label, probabilities or scores.', 'Say which output holds the prediction.'))
  if (scores.some((s) => s.role.startsWith('positive-')) && binding.task === 'multiclass-classification') problems.push(error('outputs', 'A score of the positive class belongs to a binary classification.', 'Change the role or the task.'))
  return problems
}

/** Problems of the output side. */
export function checkOutputs(binding: Binding, signature: Signature): BindingProblem[] {
  if (binding.calibration !== undefined && binding.task !== 'binary-classification' && binding.task !== 'multiclass-classification') {
    return [error('calibration', 'A calibration belongs to probabilities of one class a row.', 'Remove the calibration.')]
  }
  if (binding.task === 'multilabel-classification') return checkLabels(binding, signature)
  if (binding.task === 'semantic-segmentation') return checkMaskOutputs(binding, signature)
  if (binding.task === 'object-detection') return checkBoxOutputs(binding, signature)
  const problems: BindingProblem[] = []
  for (const bound of binding.outputs) {
    const spec = outputNamed(signature, bound.output)
    if (spec === null) problems.push(error(`outputs.${bound.output}`, `The model has no output “${bound.output}”. It has: ${signature.outputs.map((o) => `“${o.name}”`).join(', ')}.`, 'Name an output of the model.'))
    else problems.push(...checkRole(bound, spec, binding))
  }
  for (const spec of signature.outputs) {
    if (spec.kind === 'tensor' || binding.outputs.some((b) => b.output === spec.name && b.role !== 'ignored')) continue
    problems.push(warning(`outputs.${spec.name}`, `The output “${spec.name}” is ${spec.text}, which the runtime cannot return, so it is not used.`, 'Rewrite the model to plain tensors to use it; the original is kept.'))
  }
  return [...problems, ...checkRoleCounts(binding), ...checkClasses(binding), ...checkDecision(binding), ...checkCalibration(binding)]
}

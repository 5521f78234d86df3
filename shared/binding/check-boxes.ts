// Checks of the output side of a binding that gives boxes. Owns the rules of the box roles and of the settings of a detection.
import type { Binding, BindingProblem, OutputBinding, OutputRole } from '../domain/binding.ts'
import type { Signature, ValueSpec } from '../domain/model.ts'
import { error } from './problems.ts'
import { isFloating, isInteger, outputNamed } from './shapes.ts'

export const boxRoles: readonly OutputRole[] = ['boxes', 'box-scores', 'box-labels', 'box-count', 'yolo']

/** The score from which on a box counts at the operating point. */
export const operatingScore = (binding: Binding): number => (binding.decision.kind === 'threshold' ? binding.decision.threshold : 0.5)

const wants: Readonly<Partial<Record<OutputRole, string>>> = {
  'boxes': '[rows, boxes, 4]', 'box-scores': '[rows, boxes]', 'box-labels': '[rows, boxes]', 'box-count': '[rows]', 'yolo': '[rows, 4 or 5 and the classes, cells]',
}

/** Whether a declared shape can hold the role's values; free dimensions fit everything. */
function shapeFits(role: OutputRole, shape: NonNullable<ValueSpec['shape']>, binding: Binding): boolean {
  const rank = shape.length
  const last = shape[rank - 1]
  if (role === 'boxes') return rank === 3 && (typeof last !== 'number' || last === 4)
  if (role === 'box-scores' || role === 'box-labels') return rank === 2 || (rank === 3 && (typeof last !== 'number' || last === 1))
  if (role === 'box-count') return rank === 1 || (rank === 2 && (typeof last !== 'number' || last === 1))
  const axis = shape[binding.detection?.cells === 'middle' ? 2 : 1]
  const wanted = (binding.detection?.objectness === true ? 5 : 4) + binding.classes.length
  return rank === 3 && (typeof axis !== 'number' || axis === wanted)
}

function checkBoxRole(bound: OutputBinding, spec: ValueSpec, binding: Binding): BindingProblem[] {
  const about = `outputs.${bound.output}`
  if (!boxRoles.includes(bound.role)) return [error(about, `The role ${bound.role} of “${bound.output}” does not belong to an object detection.`, 'Give it a role for boxes, or change the task.')]
  if (spec.kind !== 'tensor') return [error(about, `The output “${bound.output}” is ${spec.text}, which the runtime cannot return.`, 'Ignore this output.')]
  const whole = bound.role === 'box-labels' || bound.role === 'box-count'
  const fits = isFloating(spec.dtype) || (whole && (isInteger(spec.dtype) || (bound.role === 'box-labels' && spec.dtype === 'string')))
  if (!fits) return [error(about, `The output “${bound.output}” holds ${spec.dtype ?? 'unknown'} values, which cannot be read as ${bound.role}.`, 'Give it another role.')]
  if (spec.shape === null || shapeFits(bound.role, spec.shape, binding)) return []
  const named = bound.role === 'yolo' ? `${binding.detection?.objectness === true ? 5 : 4} numbers and ${binding.classes.length} classes a box are bound` : `the role ${bound.role} needs ${wants[bound.role] ?? 'another shape'}`
  return [error(about, `The output “${bound.output}” is ${spec.text}, but ${named}.`, bound.role === 'yolo' ? 'List one class for each score of a box, and say whether an objectness score comes before them.' : 'Give it another role.')]
}

function checkRolesTogether(binding: Binding): BindingProblem[] {
  const named = (role: OutputRole): number => binding.outputs.filter((o) => o.role === role).length
  const twice = boxRoles.find((role) => named(role) > 1)
  if (twice !== undefined) return [error('outputs', `More than one output has the role ${twice}.`, 'Keep one of them and ignore the others.')]
  const grid = named('yolo') === 1
  const decoded = ['boxes', 'box-scores', 'box-labels', 'box-count'] as const
  if (grid && decoded.some((role) => named(role) > 0)) return [error('outputs', 'Boxes are to come from one raw output and from outputs of their own at once.', 'Ignore one of them.')]
  if (grid) return []
  if (named('boxes') === 0 || named('box-scores') === 0) return [error('outputs', 'A detection needs its boxes and how sure the model is of each, but they are not both named.', 'Give the roles boxes and box-scores to two outputs, or the role yolo to one.')]
  return named('box-labels') === 0 && binding.classes.length > 1 ? [error('outputs', `No output says of which of the ${binding.classes.length} classes a box is.`, 'Give the role box-labels to an output, or bind one class only.')] : []
}

function checkBoxClasses(binding: Binding): BindingProblem[] {
  if (binding.classes.length === 0) return [error('classes', 'No classes are bound.', 'List what the boxes can hold.')]
  const problems: BindingProblem[] = []
  for (const [what, values] of [['label', binding.classes.map((c) => c.label)], ['model output', binding.classes.map((c) => c.output)]] as const) {
    const twice = values.find((v, i) => values.indexOf(v) !== i)
    if (twice !== undefined) problems.push(error('classes', `The ${what} “${twice}” appears twice among the classes.`, 'Give every class its own.'))
  }
  return problems
}

/** Problems of the outputs, classes, settings and target of an object detection. */
export function checkBoxOutputs(binding: Binding, signature: Signature): BindingProblem[] {
  const problems: BindingProblem[] = []
  for (const bound of binding.outputs) {
    const spec = outputNamed(signature, bound.output)
    if (spec === null) problems.push(error(`outputs.${bound.output}`, `The model has no output “${bound.output}”. It has: ${signature.outputs.map((o) => `“${o.name}”`).join(', ')}.`, 'Name an output of the model.'))
    else if (bound.role !== 'ignored') problems.push(...checkBoxRole(bound, spec, binding))
  }
  problems.push(...checkRolesTogether(binding), ...checkBoxClasses(binding))
  if (binding.detection === undefined) problems.push(error('detection', 'It is not said how the boxes are written.', 'Say the order of the four numbers and their unit.'))
  if (binding.decision.kind !== 'threshold') problems.push(error('decision', 'Boxes count from a score on, so the decision needs a threshold.', 'Choose a score, such as 0.5.'))
  if (binding.positiveClass !== null) problems.push(error('positiveClass', 'An object detection has no positive class.', 'Remove it.'))
  if (binding.target !== null && binding.target.kind !== 'boxes') problems.push(error('target', 'The true answers of a detection are boxes.', 'Choose a data set with a COCO file or YOLO labels beside its pictures.'))
  if (!binding.inputs.some((i) => i.kind === 'image')) problems.push(error('inputs', 'A detection needs an input that is bound to pictures.', 'Bind an input to the pictures.'))
  return problems
}

// Checks of the output side of a binding that gives a class for every pixel. Owns the rules of the pixel roles.
import type { Binding, BindingProblem, OutputBinding, OutputRole } from '../domain/binding.ts'
import type { Signature, ValueSpec } from '../domain/model.ts'
import { error } from './problems.ts'
import { isFloating, isInteger, outputNamed } from './shapes.ts'

export const pixelRoles: readonly OutputRole[] = ['pixel-logits', 'pixel-labels', 'pixel-probability']

function checkPixelRole(bound: OutputBinding, spec: ValueSpec, binding: Binding): BindingProblem[] {
  const about = `outputs.${bound.output}`
  if (!pixelRoles.includes(bound.role)) return [error(about, `The role ${bound.role} of “${bound.output}” does not belong to a segmentation.`, 'Give it a role for pixels, or change the task.')]
  if (spec.kind !== 'tensor') return [error(about, `The output “${bound.output}” is ${spec.text}, which the runtime cannot return.`, 'Ignore this output.')]
  const fits = bound.role === 'pixel-labels' ? isInteger(spec.dtype) || isFloating(spec.dtype) : isFloating(spec.dtype)
  const problems = fits ? [] : [error(about, `The output “${bound.output}” holds ${spec.dtype ?? 'unknown'} values, which cannot be read as ${bound.role}.`, 'Give it another role.')]
  if (spec.shape === null) return problems
  const k = binding.classes.length
  const [, a, b, c] = spec.shape
  const has = (channels: number): boolean => [a, c].some((d) => d === undefined || typeof d !== 'number' || d === channels)
  const maps = spec.shape.length === 3 ? bound.role !== 'pixel-logits' || k === 2 : spec.shape.length === 4 && b !== undefined
  if (!maps) return [...problems, error(about, `The output “${bound.output}” is ${spec.text}, which holds no class for every pixel.`, 'Give it another role.')]
  if (spec.shape.length === 4 && bound.role === 'pixel-logits' && !has(k) && !(k === 2 && has(1))) {
    problems.push(error(about, `The output “${bound.output}” is ${spec.text}, but ${k} classes are bound.`, 'List one class for each channel, in the order of the channels.'))
  }
  if (spec.shape.length === 4 && bound.role !== 'pixel-logits' && !has(1)) problems.push(error(about, `The output “${bound.output}” is ${spec.text}, but the role ${bound.role} needs one value a pixel.`, 'Give it the role pixel-logits.'))
  if (bound.role === 'pixel-probability' && k !== 2) problems.push(error(about, `One probability a pixel tells two classes apart, but ${k} are bound.`, 'Name two classes: what is not found, and what is.'))
  return problems
}

/** Problems of the outputs, classes and target of a semantic segmentation. */
export function checkMaskOutputs(binding: Binding, signature: Signature): BindingProblem[] {
  const problems: BindingProblem[] = []
  const used = binding.outputs.filter((o) => o.role !== 'ignored')
  for (const bound of binding.outputs) {
    const spec = outputNamed(signature, bound.output)
    if (spec === null) problems.push(error(`outputs.${bound.output}`, `The model has no output “${bound.output}”. It has: ${signature.outputs.map((o) => `“${o.name}”`).join(', ')}.`, 'Name an output of the model.'))
    else if (bound.role !== 'ignored') problems.push(...checkPixelRole(bound, spec, binding))
  }
  if (used.length !== 1) problems.push(error('outputs', `A segmentation reads one output as its masks, but ${used.length === 0 ? 'none is' : `${used.length} are`} named.`, 'Give a pixel role to one output and ignore the others.'))
  if (binding.classes.length < 2) problems.push(error('classes', 'A segmentation needs at least two classes; what is none of the objects is a class of its own.', 'List the classes in the order of the model’s channels or numbers.'))
  for (const [what, values] of [['label', binding.classes.map((c) => c.label)], ['model output', binding.classes.map((c) => c.output)]] as const) {
    const twice = values.find((v, i) => values.indexOf(v) !== i)
    if (twice !== undefined) problems.push(error('classes', `The ${what} “${twice}” appears twice among the classes.`, 'Give every class its own.'))
  }
  if (binding.target !== null && binding.target.kind !== 'masks') problems.push(error('target', 'The true answers of a segmentation are masks.', 'Choose a data set with a folder of masks beside its pictures.'))
  if (!binding.inputs.some((i) => i.kind === 'image')) problems.push(error('inputs', 'A segmentation needs an input that is bound to pictures.', 'Bind an input to the pictures.'))
  return problems
}

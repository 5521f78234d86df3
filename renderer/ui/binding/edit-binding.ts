// Edits of a binding as values: each takes a binding and gives the next one. Keeps what belongs together together; judges nothing.
import type { Binding, ImagePreprocessing, InputBinding, MissingRule, OutputRole } from '../../../shared/domain/binding.ts'
import type { TensorType, ValueSpec } from '../../../shared/domain/model.ts'

export type InputKind = InputBinding['kind']

/** Moves one element of a list by one place; at the ends nothing happens. */
export function moved<T>(list: readonly T[], index: number, by: -1 | 1): T[] {
  const next = [...list]
  const [item] = next.splice(index, 1)
  if (item === undefined || index + by < 0 || index + by > next.length) return [...list]
  next.splice(index + by, 0, item)
  return next
}

export const withInput = (binding: Binding, input: InputBinding): Binding => ({ ...binding, inputs: binding.inputs.map((i) => (i.input === input.input ? input : i)) })

export const withRole = (binding: Binding, output: string, role: OutputRole): Binding => ({ ...binding, outputs: binding.outputs.map((o) => (o.output === output ? { ...o, role } : o)) })

const plainImage = (spec: ValueSpec | undefined): ImagePreprocessing => {
  const sizes = (spec?.shape ?? []).map((d) => (typeof d === 'number' ? d : null))
  const channelsLast = sizes.length === 4 && (sizes[3] === 3 || sizes[3] === 1)
  const [height, width] = channelsLast ? [sizes[1], sizes[2]] : [sizes[2], sizes[3]]
  const gray = (channelsLast ? sizes[3] : sizes[1]) === 1
  return {
    width: width ?? 224, height: height ?? 224, resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0, color: gray ? 'grayscale' : 'rgb',
    layout: channelsLast ? 'NHWC' : 'NCHW', scale: 1, mean: gray ? [0] : [0, 0, 0], std: gray ? [1] : [1, 1, 1],
  }
}

const missingFor = (dtype: TensorType): MissingRule => (dtype === 'string' ? 'empty' : dtype.startsWith('float') ? 'nan' : 'drop')

/** Another way to feed the same input, with sensible starting values. */
export function withKind(binding: Binding, before: InputBinding, kind: InputKind, columns: readonly string[], spec: ValueSpec | undefined): Binding {
  if (before.kind === kind) return binding
  const { input, dtype } = before
  const names = before.kind === 'columns' ? before.columns : before.kind === 'column' ? [before.column] : columns
  const missing = 'missing' in before ? before.missing : missingFor(dtype)
  switch (kind) {
    case 'columns': return withInput(binding, { kind, input, dtype, columns: names.length === 0 ? [input] : [...names], missing })
    case 'column': return withInput(binding, { kind, input, dtype, column: columns.includes(input) ? input : names[0] ?? input, missing })
    case 'image': return withInput(binding, { kind, input, dtype, image: plainImage(spec) })
    case 'constant': return withInput(binding, { kind, input, dtype, value: dtype === 'string' ? '' : dtype === 'bool' ? false : 0 })
  }
}

/** Feeds an input that nothing fed before; unchanged when the model does not say what type it takes. */
export function withFed(binding: Binding, spec: ValueSpec, kind: InputKind, columns: readonly string[]): Binding {
  if (spec.dtype === null) return binding
  const first: InputBinding = { kind: 'constant', input: spec.name, dtype: spec.dtype, value: spec.dtype === 'string' ? '' : spec.dtype === 'bool' ? false : 0 }
  return withKind({ ...binding, inputs: [...binding.inputs, first] }, first, kind, columns, spec)
}

/** Other classes; a positive class that is gone is replaced by the last one. */
export function withClasses(binding: Binding, classes: Binding['classes']): Binding {
  const kept = classes.some((c) => c.label === binding.positiveClass)
  return { ...binding, classes, positiveClass: binding.positiveClass === null || kept ? binding.positiveClass : classes.at(-1)?.label ?? null }
}

/** The constant as its input's type reads it; null when the text is no such value. */
export function constantOf(dtype: TensorType, text: string): number | string | boolean | null {
  if (dtype === 'string') return text
  if (dtype === 'bool') return text === 'true' ? true : text === 'false' ? false : null
  const value = Number(text)
  return text.trim() === '' || !Number.isFinite(value) || (!dtype.startsWith('float') && !dtype.startsWith('bfloat') && !Number.isInteger(value)) ? null : value
}

/** Numbers out of `0.485, 0.456, 0.406`; null when one of them is none. */
export function numbersOf(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter((p) => p !== '')
  const values = parts.map(Number)
  return values.length > 0 && values.every(Number.isFinite) ? values : null
}

// Checks of the input side of a binding: every model input is fed, with columns or pictures that exist, in a shape it declares.
import type { Binding, BindingProblem, InputBinding } from '../domain/binding.ts'
import type { Signature, ValueSpec } from '../domain/model.ts'
import { error, warning, type ColumnShape } from './problems.ts'
import { batchLimit, declaredElements, elementLimit, inputNamed, isFeedable, isFloating, isInteger, rowLayout, tensorDims } from './shapes.ts'

const quote = (names: readonly string[]): string => names.map((n) => `“${n}”`).join(', ')

/** Why nothing can be fed to this input at all, whatever the binding says; null when something can. */
export function inputObstacle(spec: ValueSpec): BindingProblem | null {
  const about = `inputs.${spec.name}`
  if (spec.kind !== 'tensor') return error(about, `The input “${spec.name}” is a ${spec.kind}, and this runtime can only feed tensors.`, 'Export the model with tensor inputs.')
  if (!isFeedable(spec.dtype)) return error(about, `The input “${spec.name}” has the element type ${spec.dtype ?? 'undefined'}, which cannot be fed.`, 'Export the model with float, integer, boolean or string inputs.')
  const layout = rowLayout(spec)
  if (layout === null) return error(about, `The input “${spec.name}” is a scalar: it has no dimension for rows, so rows cannot be mapped to it.`, 'Bind it to a constant, or export the model with a batch dimension.')
  if (spec.shape?.includes(0) === true) return error(about, `The input “${spec.name}” is declared as ${spec.text}: a dimension of 0 holds no values, so there is nothing to map.`, 'Export the model with the real input size.')
  const elements = declaredElements(spec)
  if (elements > elementLimit || (layout.batch ?? 1) > batchLimit) {
    return error(about, `The input “${spec.name}” declares ${elements.toLocaleString('en')} elements for one call. That is too large and will not be allocated.`, 'Export the model with a realistic input shape.')
  }
  return null
}

function pictureDims(image: Extract<InputBinding, { kind: 'image' }>['image']): readonly number[] {
  const channels = image.color === 'grayscale' ? 1 : 3
  switch (image.layout) {
    case 'NCHW': return [channels, image.height, image.width]
    case 'NHWC': return [image.height, image.width, channels]
    case 'NHW': return [image.height, image.width]
    case 'flat': return [channels * image.height * image.width]
  }
}

function checkImage(bound: Extract<InputBinding, { kind: 'image' }>, spec: ValueSpec, columns: readonly ColumnShape[] | null): BindingProblem[] {
  const about = `inputs.${bound.input}`
  const problems: BindingProblem[] = []
  const { image } = bound
  const channels = image.color === 'grayscale' ? 1 : 3
  const declared = rowLayout(spec)?.trailing ?? null
  const made = pictureDims(image)
  if (declared !== null && (declared.length !== made.length || declared.some((d, i) => d !== null && d !== made[i]))) {
    problems.push(error(about, `Pictures become [${made.join(', ')}] per row, but the input “${bound.input}” is declared as ${spec.text}.`, 'Change size, colour or layout.'))
  }
  for (const [name, values] of [['mean', image.mean], ['std', image.std]] as const) {
    if (values.length !== channels) problems.push(error(about, `${name} has ${values.length} values, but the picture has ${channels} channel${channels === 1 ? '' : 's'}.`, `Give ${channels} value${channels === 1 ? '' : 's'}.`))
  }
  if (image.std.includes(0)) problems.push(error(about, 'A standard deviation of 0 would divide by zero.', 'Use a value above 0.'))
  if (bound.dtype === 'string' || bound.dtype === 'bool') problems.push(error(about, `A picture cannot become ${bound.dtype} values.`, 'Bind a column instead.'))
  if (columns !== null && !columns.some((c) => c.type === 'image')) problems.push(error(about, `The input “${bound.input}” needs pictures, but this data set is a table.`, 'Choose an image data set or bind columns.'))
  return problems
}

function columnMismatch(column: ColumnShape, bound: InputBinding): BindingProblem | null {
  const about = `inputs.${bound.input}`
  const numeric = column.type === 'number' || column.type === 'integer'
  if (column.type === 'image') return error(about, `The column “${column.name}” holds pictures, which need an image binding.`, 'Bind the input as an image.')
  if (bound.dtype === 'string') {
    return column.type === 'number' ? warning(about, `The text input “${bound.input}” is fed from the number column “${column.name}”, digits as they are written.`, 'Check that the model was trained on such texts.') : null
  }
  if (bound.dtype === 'bool') return column.type === 'boolean' || column.type === 'integer' ? null : error(about, `The input “${bound.input}” needs true or false, but the column “${column.name}” holds ${column.type} values.`, 'Bind another column.')
  if (column.type === 'boolean') return null
  if (!numeric) return error(about, `The input “${bound.input}” needs numbers, but the column “${column.name}” holds ${column.type === 'timestamp' ? 'times' : 'text'}.`, 'Bind another column or correct its type.')
  if (isInteger(bound.dtype) && column.type === 'number') return warning(about, `The input “${bound.input}” needs whole numbers; rows where “${column.name}” has decimals follow the missing rule.`, 'Check that the column is the right one.')
  return null
}

function checkMissingRule(bound: Extract<InputBinding, { kind: 'column' | 'columns' }>): BindingProblem[] {
  const about = `inputs.${bound.input}.missing`
  const rule = bound.missing
  if (rule === 'nan' && !isFloating(bound.dtype)) return [error(about, `A missing value cannot become NaN in the ${bound.dtype} input “${bound.input}”.`, 'Leave such rows out (drop) or fill in a value.')]
  if (rule === 'empty' && bound.dtype !== 'string') return [error(about, `A missing value cannot become the empty text in the ${bound.dtype} input “${bound.input}”.`, 'Use nan, drop or a value.')]
  if (typeof rule === 'object' && (typeof rule.fill === 'string') !== (bound.dtype === 'string')) {
    return [error(about, `The fill value of “${bound.input}” is a ${typeof rule.fill}, but the input holds ${bound.dtype} values.`, 'Fill in a value of the same kind.')]
  }
  if (typeof rule === 'object' && isInteger(bound.dtype) && !Number.isInteger(rule.fill)) return [error(about, `The fill value of “${bound.input}” must be a whole number.`, 'Fill in a whole number.')]
  return []
}

function checkColumns(bound: Extract<InputBinding, { kind: 'column' | 'columns' }>, spec: ValueSpec, columns: readonly ColumnShape[] | null): BindingProblem[] {
  const about = `inputs.${bound.input}`
  const names = bound.kind === 'column' ? [bound.column] : bound.columns
  const problems: BindingProblem[] = []
  const layout = rowLayout(spec)
  if (layout !== null && tensorDims(layout, 1, names.length) === null) {
    problems.push(error(about, `The input “${bound.input}” is declared as ${spec.text} and takes ${layout.width ?? 'a different number of'} values a row, but ${names.length} column${names.length === 1 ? ' is' : 's are'} bound.`, 'Bind as many columns as the model expects.'))
  }
  const repeated = names.filter((n, i) => names.indexOf(n) !== i)
  if (repeated.length > 0) problems.push(warning(about, `The column${repeated.length === 1 ? '' : 's'} ${quote([...new Set(repeated)])} ${repeated.length === 1 ? 'is' : 'are'} bound more than once.`, 'Check the order of columns.'))
  problems.push(...checkMissingRule(bound))
  if (columns === null) return problems
  const missing = names.filter((n) => !columns.some((c) => c.name === n))
  if (missing.length > 0) problems.push(error(about, `The input “${bound.input}” needs the column${missing.length === 1 ? '' : 's'} ${quote(missing)}, which the data set does not have.`, 'Bind the input to another column or choose another data set.'))
  for (const name of new Set(names)) {
    const column = columns.find((c) => c.name === name)
    const problem = column === undefined ? null : columnMismatch(column, bound)
    if (problem !== null) problems.push(problem)
  }
  return problems
}

function checkConstant(bound: Extract<InputBinding, { kind: 'constant' }>): BindingProblem[] {
  const wants = bound.dtype === 'string' ? 'string' : bound.dtype === 'bool' ? 'boolean' : 'number'
  const problems = typeof bound.value === wants ? [] : [error(`inputs.${bound.input}`, `The constant of “${bound.input}” is a ${typeof bound.value}, but the input holds ${bound.dtype} values.`, 'Give a constant of the same kind.')]
  if (typeof bound.value === 'number' && isInteger(bound.dtype) && !Number.isInteger(bound.value)) problems.push(error(`inputs.${bound.input}`, `The constant of “${bound.input}” must be a whole number.`, 'Give a whole number.'))
  return problems
}

function checkBound(bound: InputBinding, spec: ValueSpec, columns: readonly ColumnShape[] | null): BindingProblem[] {
  const about = `inputs.${bound.input}`
  const obstacle = inputObstacle(spec)
  const constantScalar = bound.kind === 'constant' && spec.shape?.length === 0
  if (obstacle !== null && !constantScalar) return [obstacle]
  const problems = spec.dtype === bound.dtype ? [] : [error(about, `The binding feeds ${bound.dtype} values, but the input “${bound.input}” is ${spec.text}.`, `Set the type to ${spec.dtype ?? 'the declared one'}.`)]
  switch (bound.kind) {
    case 'image': return [...problems, ...checkImage(bound, spec, columns)]
    case 'constant': return [...problems, ...checkConstant(bound)]
    case 'column': case 'columns': return [...problems, ...checkColumns(bound, spec, columns)]
  }
}

/** Problems of the input side. */
export function checkInputs(binding: Binding, signature: Signature, columns: readonly ColumnShape[] | null): BindingProblem[] {
  const problems: BindingProblem[] = []
  for (const spec of signature.inputs) {
    const times = binding.inputs.filter((i) => i.input === spec.name).length
    if (times > 1) problems.push(error(`inputs.${spec.name}`, `The input “${spec.name}” is bound ${times} times.`, 'Keep one of them.'))
    if (times === 0) problems.push(inputObstacle(spec) ?? error(`inputs.${spec.name}`, `Nothing is bound to the input “${spec.name}” (${spec.text}).`, 'Bind it to a column, columns, an image or a constant.'))
  }
  for (const bound of binding.inputs) {
    const spec = inputNamed(signature, bound.input)
    if (spec === null) problems.push(error(`inputs.${bound.input}`, `The model has no input “${bound.input}”. It has: ${quote(signature.inputs.map((i) => i.name))}.`, 'Name an input of the model.'))
    else problems.push(...checkBound(bound, spec, columns))
  }
  if (binding.inputs.length > 0 && binding.inputs.every((i) => i.kind === 'constant')) {
    problems.push(error('inputs', 'Every input is a constant, so every row would get the same answer.', 'Bind at least one input to a column or to images.'))
  }
  const fixed = [...new Set(signature.inputs.map((i) => rowLayout(i)?.batch ?? null).filter((b) => b !== null))]
  if (fixed.length > 1) problems.push(error('inputs', `The inputs declare different fixed batch sizes (${fixed.join(', ')}), so one row cannot be mapped to all of them.`, 'Export the model with one batch dimension.'))
  return problems
}

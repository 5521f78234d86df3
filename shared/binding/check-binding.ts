// Whether a binding fits a model and, where one is given, a data set. Pure; answers problems in sentences and never throws.
import type { Binding, BindingProblem } from '../domain/binding.ts'
import type { Column } from '../domain/dataset.ts'
import type { Signature } from '../domain/model.ts'
import { checkInputs } from './check-inputs.ts'
import { checkOutputs } from './check-outputs.ts'
import { error, warning, type ColumnShape } from './problems.ts'

const listed = (columns: readonly ColumnShape[]): string =>
  columns.length === 0 ? 'none' : `${columns.slice(0, 20).map((c) => c.name).join(', ')}${columns.length > 20 ? ` and ${columns.length - 20} more` : ''}`

/** The columns that hold true answers; none for pictures. */
export function targetColumns(target: Binding['target']): readonly string[] {
  if (target === null || target.kind === 'image-class' || target.kind === 'boxes' || target.kind === 'masks') return []
  return target.kind === 'label-columns' ? target.columns : [target.column]
}

function checkTarget(binding: Binding, columns: readonly ColumnShape[] | null): BindingProblem[] {
  const target = binding.target
  if (target === null) return [warning('target', 'No column holds the true answers, so there will be predictions and how they are spread, but no metrics of how right they are.', 'Name the label column.')]
  if (columns === null) return []
  const images = columns.some((c) => c.type === 'image')
  if (target.kind === 'image-class' || target.kind === 'boxes' || target.kind === 'masks') {
    if (!images) return [error('target', 'The true answers are to come from pictures, but this data set is a table.', 'Name the label column.')]
    const other = (target.kind === 'boxes' && binding.task !== 'object-detection') || (target.kind === 'masks' && binding.task !== 'semantic-segmentation')
    return other ? [error('target', `The true answers are ${target.kind}, which a ${binding.task.replaceAll('-', ' ')} does not answer.`, 'Choose a data set with another kind of answers, or another model.')] : []
  }
  const named = target.kind === 'label-columns' ? target.columns : [target.column]
  const missing = named.find((name) => !columns.some((c) => c.name === name))
  const column = columns.find((c) => c.name === named[0])
  if (missing !== undefined || column === undefined) {
    return [error('target', `The data set has no label column “${missing ?? ''}”. It has: ${listed(columns)}.`, 'Name the column that holds the true answers.')]
  }
  if (binding.task === 'regression' && column.type !== 'number' && column.type !== 'integer') {
    return [error('target', `A regression needs numbers as true answers, but the column “${column.name}” holds ${column.type} values.`, 'Name a number column, or choose a classification task.')]
  }
  return []
}

function checkIdColumn(binding: Binding, columns: readonly ColumnShape[] | null): BindingProblem[] {
  const id = binding.idColumn
  if (id === null) return []
  const used = binding.inputs.some((i) => (i.kind === 'column' && i.column === id) || (i.kind === 'columns' && i.columns.includes(id)))
  const problems: BindingProblem[] = []
  if (used) problems.push(error('idColumn', `The id column “${id}” is also fed to the model.`, 'Take it out of the inputs or name another id column.'))
  if (columns !== null && !columns.some((c) => c.name === id)) {
    problems.push(error('idColumn', `The data set has no id column “${id}”.`, 'Name another id column or none.'))
  }
  return problems
}

function checkLeak(binding: Binding): BindingProblem[] {
  const truths = targetColumns(binding.target)
  const target = truths.find((name) => binding.inputs.some((i) => (i.kind === 'column' && i.column === name) || (i.kind === 'columns' && i.columns.includes(name)))) ?? null
  const fed = binding.inputs.find((i) => target !== null && ((i.kind === 'column' && i.column === target) || (i.kind === 'columns' && i.columns.includes(target))))
  return fed === undefined ? [] : [error(`inputs.${fed.input}`, `The label column “${target}” is fed to the model as an input, so the model would see the answer.`, 'Bind the input to another column.')]
}

/**
 * Every reason why `binding` does not fit `signature` and, when `columns` is given, the data set with these columns.
 * Errors make a run impossible or wrong; warnings deserve a look.
 */
export function checkBinding(binding: Binding, signature: Signature, columns: readonly Pick<Column, 'name' | 'type'>[] | null): BindingProblem[] {
  return [
    ...checkInputs(binding, signature, columns),
    ...checkLeak(binding),
    ...checkOutputs(binding, signature),
    ...checkTarget(binding, columns),
    ...checkIdColumn(binding, columns),
  ]
}

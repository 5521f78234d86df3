// Whether the binding that is saved with a version can be used on a data set as it is. What the user corrected once must not be guessed again.
import { targetColumns } from '../../../shared/binding/check-binding.ts'
import { sameTarget } from '../../../shared/binding/named-targets.ts'
import type { Binding } from '../../../shared/domain/binding.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'

/** True when every column that the binding names is in the data, pictures meet pictures, and the true answers stand where they are asked for; null asks for none. */
export function fitsData(binding: Binding, dataset: Pick<Dataset, 'kind' | 'columns'>, target: string | null): boolean {
  const names = dataset.columns.map((c) => c.name)
  const truths = targetColumns(binding.target)
  const named = [...binding.inputs.flatMap((i) => (i.kind === 'columns' ? i.columns : i.kind === 'column' ? [i.column] : [])), ...truths]
  const pictures = binding.inputs.some((i) => i.kind === 'image')
  if (pictures !== (dataset.kind === 'images') || !named.every((name) => names.includes(name))) return false
  return dataset.kind === 'images' || target === null || sameTarget(binding.target, target, names)
}

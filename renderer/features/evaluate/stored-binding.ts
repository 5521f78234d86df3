// Whether the binding that is saved with a version can be used on a data set as it is. What the user corrected once must not be guessed again.
import type { Binding } from '../../../shared/domain/binding.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'

/** True when every column that the binding names is in the data, pictures meet pictures, and the true answers stand where they are asked for. */
export function fitsData(binding: Binding, dataset: Pick<Dataset, 'kind' | 'columns'>, target: string | null): boolean {
  const has = new Set(dataset.columns.map((c) => c.name))
  const named = binding.inputs.flatMap((i) => (i.kind === 'columns' ? i.columns : i.kind === 'column' ? [i.column] : []))
  const pictures = binding.inputs.some((i) => i.kind === 'image')
  if (pictures !== (dataset.kind === 'images') || !named.every((name) => has.has(name))) return false
  return dataset.kind === 'images' ? binding.target?.kind !== 'column' : target === null || (binding.target?.kind === 'column' && binding.target.column === target)
}

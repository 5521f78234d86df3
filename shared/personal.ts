// What may leave the workspace of data that is flagged as personal: names, types and counts, and no value.
import type { Column, Dataset } from './domain/dataset.ts'

/** A column without anything that was read from its cells but how many they are. */
export const withoutValues = ({ name, type, typed, rows, missing, invalid }: Column): Column => ({
  name, type, ...(typed === undefined ? {} : { typed }), rows, missing, invalid, distinct: 0, min: null, max: null, mean: null, standardDeviation: null, top: [], histogram: null,
})

/** A data set as bundles and exports may see it: flagged columns have no values; where all of it is flagged there are no classes and findings either. */
export function withoutPersonal(dataset: Dataset): Dataset {
  const { personal } = dataset
  if (personal === undefined) return dataset
  return {
    ...dataset, columns: dataset.columns.map((c) => (personal.whole || personal.columns.includes(c.name) ? withoutValues(c) : c)),
    ...(personal.whole ? { classes: [], findings: [] } : {}),
  }
}

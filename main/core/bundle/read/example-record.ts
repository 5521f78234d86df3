// A made-up row for the README's request by column names: means and most frequent values, never a row of the data.
import { bindingOf, type BundleFacts } from '../facts.ts'

/** Values that fewer rows share could point at somebody. */
const enoughRows = 10
const mostColumns = 60

/** The columns that are read, in the order of the binding; null where pictures go in, or where there are too many to write down. */
export function exampleRecord(facts: BundleFacts): Readonly<Record<string, number | string | boolean | null>> | null {
  const names = bindingOf(facts).inputs.flatMap((i) => (i.kind === 'column' ? [i.column] : i.kind === 'columns' ? i.columns : []))
  if (names.length === 0 || names.length > mostColumns || bindingOf(facts).inputs.some((i) => i.kind === 'image')) return null
  const columns = new Map(facts.dataset.columns.map((c) => [c.name, c]))
  return Object.fromEntries(names.map((name) => {
    const column = columns.get(name)
    if (column === undefined) return [name, null]
    if (column.type === 'number' && column.mean !== null) return [name, Number(column.mean.toPrecision(4))]
    if (column.type === 'integer' && column.mean !== null) return [name, Math.round(column.mean)]
    const common = column.top.find((t) => t.count >= enoughRows)?.value ?? null
    return [name, column.type === 'boolean' && common !== null ? common.toLowerCase() === 'true' : common]
  }))
}

// The label values of a data set with their counts: from the profile where it holds them all, else counted in one pass over the label column.
import type { Binding } from '../../../shared/domain/binding.ts'
import type { Column, DatasetSource } from '../../../shared/domain/dataset.ts'
import { openTable } from '../datasets/table.ts'
import type { LabelCounts } from './propose-classes.ts'

/** More different values than this are no classes; counting stops there. */
const mostLabels = 2_000

const sorted = (counts: LabelCounts): LabelCounts => [...counts].filter((c) => c.value !== '').sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))

async function countLabels(source: DatasetSource, column: string, signal: AbortSignal): Promise<LabelCounts> {
  const counts = new Map<string, number>()
  const reader = await openTable(source, { columns: [{ name: column, as: 'text' }] })
  try {
    for await (const chunk of reader.chunks(signal)) {
      const labels = chunk.columns[0]
      if (labels?.kind === 'text') for (let r = 0; r < chunk.rows; r++) { const v = labels.values[r]; if (v !== null && v !== undefined) counts.set(v, (counts.get(v) ?? 0) + 1) }
      if (counts.size > mostLabels) break
    }
  } finally {
    reader.close()
  }
  return [...counts].map(([value, count]) => ({ value, count }))
}

/** Every label value, the most common first. A profile keeps only the most common values of a column, so more of them are counted here. */
export async function labelCounts(source: DatasetSource, target: Binding['target'], columns: readonly Column[], classes: LabelCounts, signal: AbortSignal): Promise<LabelCounts> {
  if (target === null) return []
  if (target.kind === 'image-class') return sorted(classes)
  if (target.kind !== 'column') return []
  const column = columns.find((c) => c.name === target.column)
  if (column === undefined) return []
  const complete = column.distinct <= column.top.length
  // Thousands of different numbers are a regression target, whose values nobody needs one by one.
  return sorted(complete || column.distinct > mostLabels ? column.top : await countLabels(source, column.name, signal))
}

// Which rows a segment holds, from its conditions and the grouped columns that it was found in. Owns no search.
import type { SegmentCondition } from '../domain/slices.ts'
import type { GroupedColumn } from './grouped-column.ts'

function groupsInside(column: GroupedColumn, condition: SegmentCondition): boolean[] {
  if (condition.kind === 'values') return column.labels.map((label) => condition.values.includes(label))
  return column.labels.map((_, g) => {
    const edges = column.edges?.[g] ?? null
    return edges === null ? condition.missing : (condition.low === null || edges[0] >= condition.low) && (condition.high === null || edges[1] <= condition.high)
  })
}

/** 1 for every row that meets all conditions. A column that is not among `columns` holds no row. */
export function rowsOfSegment(columns: readonly GroupedColumn[], conditions: readonly SegmentCondition[], rows: number): Uint8Array {
  const inside = new Uint8Array(rows).fill(1)
  for (const condition of conditions) {
    const column = columns.find((c) => c.name === condition.column)
    const groups = column === undefined ? [] : groupsInside(column, condition)
    for (let row = 0; row < rows; row++) if (column === undefined || !groups[column.groups[row]!]) inside[row] = 0
  }
  return inside
}

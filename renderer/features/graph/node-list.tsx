// The twin of the drawing: the same nodes as a table, for reading, sorting and screen readers.
import { useMemo, type ReactNode } from 'react'
import type { GraphNode } from '../../../shared/domain/graph.ts'
import { formatBytes, formatCount, formatDuration } from '../../../shared/format.ts'
import { formatFlops, nodeLabel } from '../../../shared/graph/graph-words.ts'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import type { Painting } from './look.ts'

const markWords = { added: 'added', changed: 'changed', moved: 'moved or renamed', same: '' } as const

function columnsFor(p: Painting): readonly TableColumn<GraphNode>[] {
  return [
    { key: 'name', header: 'Node', value: nodeLabel, mono: true, clip: true, width: '30%' },
    { key: 'op', header: 'Operator', value: (n) => n.op },
    { key: 'output', header: 'First output', value: (n) => n.output, mono: true, most: '260px' },
    { key: 'inputs', header: 'Takes', value: (n) => n.inputs.filter((i) => i !== '').join(', '), mono: true, clip: true, width: '20%', sortable: false },
    { key: 'parameters', header: 'Parameters', align: 'end', value: (n) => n.parameters, cell: (n) => formatCount(n.parameters) },
    { key: 'flops', header: 'FLOPs', align: 'end', value: (n) => n.flops, cell: (n) => (n.flops === null ? 'not known' : formatFlops(n.flops)) },
    { key: 'memory', header: 'Outputs take', align: 'end', value: (n) => n.outputBytes, cell: (n) => (n.outputBytes === null ? 'not known' : formatBytes(n.outputBytes)) },
    ...(p.times.size === 0 ? [] : [{ key: 'time', header: 'Time', align: 'end' as const, value: (n: GraphNode) => p.times.get(n.id)?.ms ?? null, cell: (n: GraphNode) => { const t = p.times.get(n.id); return t === undefined ? '' : formatDuration(t.ms) } }]),
    ...(p.paint !== 'diff' ? [] : [{ key: 'diff', header: 'Difference', value: (n: GraphNode) => markWords[p.marks.get(n.id) ?? 'same'] }]),
  ]
}

export function NodeList({ nodes, painting, selected, onSelect }: { readonly nodes: readonly GraphNode[]; readonly painting: Painting; readonly selected: number | null; readonly onSelect: (node: number) => void }): ReactNode {
  const columns = useMemo(() => columnsFor(painting), [painting])
  return <Table label="Nodes" columns={columns} rows={nodes} rowId={(n) => String(n.id)} selectedId={selected === null ? null : String(selected)} onOpen={(n) => onSelect(n.id)} empty="No node fits." maxHeight="100%" />
}

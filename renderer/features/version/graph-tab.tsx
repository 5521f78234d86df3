// What the graph holds: operators to search and sort, opsets, metadata, vocabularies of its encoders.
import { useMemo, useState, type ReactNode } from 'react'
import type { GraphSummary } from '../../../shared/domain/model.ts'
import { formatCount, formatShare } from '../../../shared/format.ts'
import { Facts } from '../../ui/facts.tsx'
import { TextField } from '../../ui/field.tsx'
import { href } from '../../route.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Columns, Row, Section, Stack } from '../../ui/page.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'

type Operator = GraphSummary['operators'][number]

const operatorColumns = (total: number): readonly TableColumn<Operator>[] => [
  { key: 'type', header: 'Operator', value: (o) => o.type, mono: true },
  { key: 'domain', header: 'Domain', value: (o) => (o.domain === '' ? 'ai.onnx' : o.domain) },
  { key: 'count', header: 'Count', align: 'end', value: (o) => o.count, cell: (o) => formatCount(o.count) },
  { key: 'share', header: 'Share', align: 'end', value: (o) => o.count / total, cell: (o) => formatShare(o.count / total) },
]

const vocabularyColumns: readonly TableColumn<GraphSummary['vocabularies'][number]>[] = [
  { key: 'input', header: 'Input', value: (v) => v.input, mono: true },
  { key: 'count', header: 'Known values', align: 'end', value: (v) => v.values.length },
  { key: 'values', header: 'Values', clip: true, width: '60%', sortable: false, value: (v) => v.values.join(', ') },
]

export function GraphTab({ graph, versionId }: { readonly graph: GraphSummary; readonly versionId: string }): ReactNode {
  const [search, setSearch] = useState('')
  const total = graph.operators.reduce((sum, o) => sum + o.count, 0)
  const columns = useMemo(() => operatorColumns(Math.max(1, total)), [total])
  const shown = useMemo(() => graph.operators.filter((o) => `${o.domain} ${o.type}`.toLowerCase().includes(search.trim().toLowerCase())), [graph, search])
  return (
    <Stack>
    <Row><ButtonLink look="primary" icon="graph" href={href({ screen: 'graph', versionId })}>Open the drawing</ButtonLink></Row>
    <Columns min={420}>
      <Section title="Operators" count={`${formatCount(graph.operators.length)} kinds, ${formatCount(total)} nodes`} actions={<TextField label="Find an operator" quietLabel type="search" placeholder="Find an operator" value={search} onText={setSearch} />}>
        <Table label="Operators" columns={columns} rows={shown} rowId={(o) => `${o.domain} ${o.type}`} sort={{ key: 'count', descending: true }} empty="No operator of this name in the graph." />
      </Section>
      <div>
        <Section title="Graph">
          <Facts facts={[
            { name: 'Name', value: graph.graphName === '' ? 'not named' : graph.graphName },
            { name: 'Domain', value: graph.domain === '' ? 'not named' : graph.domain },
            { name: 'Model version field', value: graph.modelVersion },
            { name: 'Initialisers', value: formatCount(graph.initializerCount) },
            { name: 'Functions', value: formatCount(graph.functionCount) },
            ...(graph.description === '' ? [] : [{ name: 'Description', value: graph.description }]),
          ]} />
        </Section>
        <Section title="Metadata" count={graph.metadata.length}>
          {graph.metadata.length === 0 ? <p>The exporter wrote none.</p> : <Facts facts={graph.metadata.map((m) => ({ name: m.key, value: m.value }))} />}
        </Section>
        {graph.vocabularies.length > 0 && (
          <Section title="Categories that the graph knows" note="Any other text is an unknown category; the strict row policy leaves such rows out.">
            <Table label="Vocabularies" columns={vocabularyColumns} rows={graph.vocabularies} rowId={(v) => v.input} />
          </Section>
        )}
      </div>
    </Columns>
    </Stack>
  )
}

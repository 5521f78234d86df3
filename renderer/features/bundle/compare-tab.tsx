// A bundle beside another one of its model: what callers and operations have to know, the numbers, and the files.
import { useState, type ReactNode } from 'react'
import type { BundleDifference, BundleFact, BundleOverview } from '../../../shared/domain/bundle-overview.ts'
import { formatBytes, formatDelta } from '../../../shared/format.ts'
import { metricName } from '../../../shared/metrics/catalogue.ts'
import { metricText } from '../../../shared/metrics/metric-text.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { CheckField, SelectField } from '../../ui/field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'

type Metric = BundleDifference['metrics'][number]
type File = BundleDifference['files'][number]

const facts: readonly TableColumn<BundleFact>[] = [
  { key: 'name', header: 'What', width: '150px', value: (f) => f.name },
  { key: 'before', header: 'Before', most: '420px', value: (f) => f.before ?? 'not recorded' },
  { key: 'after', header: 'After', most: '420px', value: (f) => f.after ?? 'not recorded' },
]
const figure = (m: Metric, value: number | null): string => (value === null ? 'not available' : metricText(m.metric, value))
const tones = { better: 'good', worse: 'bad', same: 'neutral', 'not-comparable': 'neutral' } as const
const metrics: readonly TableColumn<Metric>[] = [
  { key: 'metric', header: 'Metric', width: '220px', value: (m) => metricName(m.metric) },
  { key: 'before', header: 'Before', align: 'end', value: (m) => m.before, cell: (m) => figure(m, m.before) },
  { key: 'after', header: 'After', align: 'end', value: (m) => m.after, cell: (m) => figure(m, m.after) },
  { key: 'delta', header: 'Change', align: 'end', value: (m) => m.delta, cell: (m) => (m.delta === null ? '' : formatDelta(m.delta)) },
  { key: 'verdict', header: 'Verdict', value: (m) => m.verdict, cell: (m) => (m.verdict === 'not-comparable' ? '' : <Badge tone={tones[m.verdict]}>{m.verdict === 'same' ? 'Same' : m.verdict === 'better' ? 'Better' : 'Worse'}</Badge>) },
]
const files: readonly TableColumn<File>[] = [
  { key: 'path', header: 'File', most: '520px', value: (f) => f.path },
  { key: 'change', header: 'Change', value: (f) => f.change, cell: (f) => <Badge tone={f.change === 'added' ? 'good' : f.change === 'removed' ? 'warn' : 'neutral'}>{f.change === 'added' ? 'Added' : f.change === 'removed' ? 'Removed' : 'Changed'}</Badge> },
  { key: 'before', header: 'Before', align: 'end', value: (f) => f.before, cell: (f) => (f.before === null ? '' : formatBytes(f.before)) },
  { key: 'after', header: 'After', align: 'end', value: (f) => f.after, cell: (f) => (f.after === null ? '' : formatBytes(f.after)) },
]

function Difference({ found }: { readonly found: BundleDifference }): ReactNode {
  const [all, setAll] = useState(false)
  const shown = found.facts.filter((f) => all || !f.same)
  const moved = found.metrics.filter((m) => all || m.delta !== 0)
  return (
    <Stack>
      <p role="status">{found.breaking && <><Badge tone="bad" icon="warning">Callers break</Badge>{' '}</>}{found.sentence}</p>
      <CheckField label="Show also what is the same" checked={all} onCheck={setAll} />
      <Section title="Facts" count={String(shown.length)}><Table label="Facts" columns={facts} rows={shown} rowId={(f) => f.name} empty="Nothing differs." /></Section>
      <Section title="Metrics" {...(found.sameData ? {} : { note: 'The two were evaluated on different data, so the numbers do not compare.' })}><Table label="Metrics" columns={metrics} rows={moved} rowId={(m) => m.metric} empty="No metric moved." /></Section>
      <Section title="Files" count={`${found.filesSame} the same`}><Table label="Files" columns={files} rows={found.files} rowId={(f) => f.path} empty="No file differs." /></Section>
    </Stack>
  )
}

function Compared({ left, right }: { readonly left: BundleOverview; readonly right: BundleOverview }): ReactNode {
  const asked = useCall('bundle.compare', { left: left.id, right: right.id })
  return <Answer of={asked} label="Comparing">{(found) => <Difference found={found} />}</Answer>
}

export function CompareTab({ bundle, all }: { readonly bundle: BundleOverview; readonly all: readonly BundleOverview[] }): ReactNode {
  const others = all.filter((b) => b.id !== bundle.id)
  const own = others.filter((b) => b.modelName === bundle.modelName)
  const [chosen, setChosen] = useState<string>(bundle.previousId ?? own[0]?.id ?? others[0]?.id ?? '')
  const left = others.find((b) => b.id === chosen)
  if (left === undefined) return <EmptyState icon="compare" title="There is nothing to compare it with">It is the only bundle of this workspace.</EmptyState>
  return (
    <Stack>
      <Row><SelectField label="Compared with" value={chosen} choices={others.map((b) => ({ value: b.id, label: `${b.fileName} (serial ${b.serial})` }))} onChoose={setChosen} /></Row>
      <Compared left={left} right={bundle} />
    </Stack>
  )
}

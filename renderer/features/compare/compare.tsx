// Two versions side by side: what callers would notice, what the graphs hold, and the metrics on the same data.
import type { ReactNode } from 'react'
import type { Comparison, FactChange, MetricChange, SignatureChange } from '../../../shared/domain/compare.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { formatDelta } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go, href, type Route } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Code } from '../../ui/facts.tsx'
import { MetricFigure, MetricName } from '../../ui/metric/metric-number.tsx'
import { sliceWords } from '../../ui/metric/definition-of.ts'
import { Page, Section, Stack } from '../../ui/page.tsx'
import { Badge, Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { VersionPicker } from '../../ui/version-picker.tsx'
import styles from './compare.module.css'

type CompareRoute = Extract<Route, { screen: 'compare' }>

/** The arrow follows the number, the colour and the word say whether that is good. */
function Verdict({ change }: { readonly change: MetricChange }): ReactNode {
  const icon = (change.delta ?? 0) < 0 ? 'down' : 'up'
  switch (change.verdict) {
    case 'better': return <Mark tone="good" icon={icon}>Better</Mark>
    case 'worse': return <Mark tone="bad" icon={icon}>Worse</Mark>
    case 'same': return <Mark tone="neutral" icon="check">Same</Mark>
    case 'not-comparable': return <Mark tone="neutral" icon="stopped">Not comparable</Mark>
  }
}

const metricColumns: readonly TableColumn<MetricChange>[] = [
  { key: 'metric', header: 'Metric', value: (m) => m.metric, cell: (m) => <MetricName metric={m.metric} slice={m.slice} /> },
  { key: 'slice', header: 'Class', most: '200px', value: (m) => (m.slice === '' ? 'all rows' : sliceWords(m.slice)), cell: (m) => (m.slice === '' ? <span className={styles['quiet']}>all rows</span> : sliceWords(m.slice)) },
  { key: 'before', header: 'Before', align: 'end', value: (m) => m.before, cell: (m) => <MetricFigure metric={m.metric} value={m.before} /> },
  { key: 'after', header: 'After', align: 'end', value: (m) => m.after, cell: (m) => <MetricFigure metric={m.metric} value={m.after} /> },
  { key: 'delta', header: 'Change', align: 'end', value: (m) => m.delta, cell: (m) => (m.delta === null ? '' : formatDelta(m.delta)) },
  { key: 'verdict', header: 'Verdict', width: '140px', value: (m) => m.verdict, cell: (m) => <Verdict change={m} /> },
]

const signatureColumns: readonly TableColumn<SignatureChange>[] = [
  { key: 'where', header: 'Where', width: '80px', value: (s) => s.where },
  { key: 'name', header: 'Name', most: '280px', value: (s) => s.name, mono: true },
  { key: 'change', header: 'Change', value: (s) => s.change, cell: (s) => (s.change === 'same' ? <span className={styles['quiet']}>the same</span> : <Badge tone={s.breaking ? 'bad' : 'accent'}>{s.change}{s.breaking ? ', breaks callers' : ''}</Badge>) },
  { key: 'before', header: 'Before', value: (s) => s.before, cell: (s) => (s.before === null ? '' : <Code>{s.before}</Code>) },
  { key: 'after', header: 'After', value: (s) => s.after, cell: (s) => (s.after === null ? '' : <Code>{s.after}</Code>) },
]

const factColumns: readonly TableColumn<FactChange>[] = [
  { key: 'fact', header: 'Fact', value: (f) => f.fact },
  { key: 'before', header: 'Before', value: (f) => f.before, clip: true, width: '34%' },
  { key: 'after', header: 'After', value: (f) => f.after, clip: true, width: '34%' },
  { key: 'same', header: 'Changed', hiddenHeader: true, value: (f) => (f.same ? '' : 'changed'), cell: (f) => (f.same ? '' : <Badge tone="accent">changed</Badge>) },
]

const operatorColumns: readonly TableColumn<Comparison['operators'][number]>[] = [
  { key: 'type', header: 'Operator', value: (o) => o.type, mono: true },
  { key: 'before', header: 'Before', align: 'end', value: (o) => o.before },
  { key: 'after', header: 'After', align: 'end', value: (o) => o.after },
]

function OnData({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const { onData, missing, left, right } = comparison
  if (onData === null) {
    return (
      <EmptyState icon="metric" title="No results on the same data yet" actions={<>
        <ButtonLink icon="run" href={href({ screen: 'evaluate', versionId: left.id })}>Evaluate v{left.number}</ButtonLink>
        <ButtonLink icon="run" href={href({ screen: 'evaluate', versionId: right.id })}>Evaluate v{right.number}</ButtonLink>
      </>}>{missing ?? 'Evaluate both versions on one data set and their metrics appear here.'}</EmptyState>
    )
  }
  return (
    <Section title={`Metrics on ${onData.datasetName}`} note={onData.caveats.length === 0 ? 'Verdicts go by the numbers alone; whether a difference is more than chance is not tested here.' : onData.caveats.join(' ')}>
      <Table label="Metrics" columns={metricColumns} rows={onData.metrics} rowId={(m) => `${m.metric} ${m.slice}`} />
    </Section>
  )
}

function Compared({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const breaking = comparison.signature.filter((s) => s.breaking).length
  return (
    <Stack>
      <OnData comparison={comparison} />
      <Section title="Inputs and outputs" note={breaking === 0 ? 'A caller of the first version can call the second without a change.' : `${breaking === 1 ? 'One change breaks' : `${breaking} changes break`} callers of the first version.`}>
        <Table label="Inputs and outputs" columns={signatureColumns} rows={comparison.signature} rowId={(s) => `${s.where} ${s.name}`} />
      </Section>
      <div className={styles['facts']}>
        <div><Section title="Facts"><Table label="Facts" columns={factColumns} rows={comparison.facts} rowId={(f) => f.fact} /></Section></div>
        <div><Section title="Operators"><Table label="Operators" columns={operatorColumns} rows={comparison.operators} rowId={(o) => `${o.domain} ${o.type}`} empty="Both graphs hold the same operators." /></Section></div>
      </div>
    </Stack>
  )
}

export function CompareScreen({ route }: { readonly route: CompareRoute }): ReactNode {
  const { left, right } = route
  const chosen = left !== undefined && right !== undefined
  const asked = useCall('version.compare', { left: (left ?? '') as VersionId, right: (right ?? '') as VersionId }, { enabled: chosen })
  return (
    <Page title="Compare" crumbs={[{ label: 'Library', href: href({ screen: 'library' }) }]}>
      <Stack>
        <div className={styles['choices']}>
          <VersionPicker archived role="Before" value={left ?? null} onChoose={(id) => go({ ...route, left: id }, 'replace')} />
          <VersionPicker archived role="After" value={right ?? null} onChoose={(id) => go({ ...route, right: id }, 'replace')} />
        </div>
        {chosen
          ? <Answer of={asked} label="Comparing">{(comparison) => <Compared comparison={comparison} />}</Answer>
          : <EmptyState icon="compare" title="Choose two versions">Pick what to compare from, and what to compare to.</EmptyState>}
      </Stack>
    </Page>
  )
}

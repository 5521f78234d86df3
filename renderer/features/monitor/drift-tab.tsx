// Drift column by column, what matters first; one column in full.
import type { ReactNode } from 'react'
import type { DriftColumn, DriftReport } from '../../../shared/domain/drift.ts'
import type { MonitorOverview } from '../../../shared/domain/monitor.ts'
import { formatPlural, formatShare } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Figure } from '../../ui/charts/figure.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Columns, Section, Stack } from '../../ui/page.tsx'
import { Badge, Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { cellsChart, columnChart } from './monitor-charts.ts'
import { driftWords, effect } from './monitor-words.ts'
import type { MonitorRoute } from './watched.tsx'

type Of = 'input' | 'answer'

const rate = (column: DriftColumn, key: 'missing' | 'unseen' | 'outside'): ReactNode => {
  const found = column.rates?.[key]
  if (found === null || found === undefined) return '–'
  return found.over ? <Badge tone="warn">{formatShare(found.live)}</Badge> : formatShare(found.live)
}

const columnsOf = (link: (column: string) => string, last: DriftReport | null): readonly TableColumn<DriftColumn>[] => [
  { key: 'column', header: 'Column', most: '240px', value: (c) => c.column, cell: (c) => <a href={link(c.column)}>{c.column}</a> },
  { key: 'verdict', header: 'Whole stretch', value: (c) => driftWords[c.verdict].words, cell: (c) => <Mark tone={c.severity === 'critical' ? 'bad' : driftWords[c.verdict].tone} icon={driftWords[c.verdict].icon}>{driftWords[c.verdict].words}</Mark> },
  { key: 'psi', header: 'PSI', align: 'end', value: (c) => c.psi, cell: (c) => effect(c.psi) },
  { key: 'limit', header: 'Limit', align: 'end', value: (c) => c.limit?.warn ?? null, cell: (c) => effect(c.limit?.warn ?? null) },
  ...(last === null ? [] : [{ key: 'last', header: 'PSI, last rows', align: 'end' as const, value: (c: DriftColumn) => last.columns.find((l) => l.column === c.column)?.psi ?? null, cell: (c: DriftColumn) => effect(last.columns.find((l) => l.column === c.column)?.psi ?? null) }]),
  { key: 'missing', header: 'Missing', align: 'end', value: (c) => c.rates?.missing.live ?? null, cell: (c) => rate(c, 'missing') },
  { key: 'unseen', header: 'Unseen', align: 'end', value: (c) => c.rates?.unseen?.live ?? null, cell: (c) => rate(c, 'unseen') },
  { key: 'outside', header: 'Out of range', align: 'end', value: (c) => c.rates?.outside?.live ?? null, cell: (c) => rate(c, 'outside') },
  { key: 'importance', header: 'Model rests on it', align: 'end', value: (c) => c.importance, cell: (c) => (c.importance === null ? '–' : formatShare(c.importance)) },
]

/** One column: how it was spread and is now, window by window. */
function ColumnDetail({ found, column, of }: { readonly found: MonitorOverview; readonly column: string; readonly of: Of }): ReactNode {
  const asked = useCall('monitor.column', { monitorId: found.id, column, of })
  return (
    <Answer of={asked} label="Loading the column">
      {(detail) => {
        const measures = detail.whole.measures
        return (
          <Stack>
            <p role="status"><strong>{detail.whole.sentence}</strong>{detail.last !== null && <> Of the last rows: {detail.last.sentence}</>}</p>
            {detail.personal && <p>This column holds personal data. Its values are not shown.</p>}
            <Columns min={460}>
              {!detail.personal && detail.cells.length > 0 && <Figure chart={cellsChart(detail)} />}
              <Figure chart={columnChart(detail)} />
            </Columns>
            {measures !== null && (
              <Facts label="Measures" facts={[
                { name: 'PSI', value: effect(measures.psi) }, { name: 'Jensen–Shannon', value: effect(measures.jensenShannon) }, { name: 'Total variation', value: effect(measures.totalVariation) },
                { name: 'Chi-square', value: `${measures.chiSquare.statistic.toFixed(1)} with ${measures.chiSquare.freedom} degrees of freedom` },
                ...(measures.shape === null ? [] : [{ name: 'Kolmogorov–Smirnov', value: `${effect(measures.shape.kolmogorovSmirnov.statistic)}${measures.shape.from === 'bins' ? ', between the edges of bins' : ''}` }, { name: 'Wasserstein', value: `${effect(measures.shape.wassersteinScaled)} standard deviations` }]),
              ]} />
            )}
          </Stack>
        )
      }}
    </Answer>
  )
}

export function DriftTab({ found, route }: { readonly found: MonitorOverview; readonly route: MonitorRoute }): ReactNode {
  const { column: chosen, ...rest } = route
  const link = (of: Of) => (column: string): string => href({ ...rest, tab: 'drift', column: `${of}:${column}` })
  if (chosen !== undefined) {
    const of: Of = chosen.startsWith('answer:') ? 'answer' : 'input'
    const column = chosen.slice(chosen.indexOf(':') + 1)
    return <Section title={column} actions={<ButtonLink icon="previous" href={href({ ...rest, tab: 'drift' })}>All columns</ButtonLink>}><ColumnDetail found={found} column={column} of={of} /></Section>
  }
  const joint = found.joint.auc === null ? found.joint.reason : `Told apart with an area of ${found.joint.auc.value.toFixed(3)}; 0.5 is chance. ${found.joint.columns.slice(0, 3).map((c) => c.column).join(', ')}`
  return (
    <Stack>
      <Section title="Inputs" note={`Looked at together: ${joint}${found.data.detectable === null ? '' : ` A PSI of ${found.data.detectable.toFixed(3)} in one column would be found in 9 of 10 cases.`}`}>
        <Table label="Inputs" columns={columnsOf(link('input'), found.last.data)} rows={found.data.columns} rowId={(c) => c.column} empty="No input is watched." />
      </Section>
      <Section title="Answers"><Table label="Answers" columns={columnsOf(link('answer'), found.last.answers)} rows={found.answers.columns} rowId={(c) => c.column} empty="No answers are watched." /></Section>
      <p>{formatPlural(found.windows.length, 'window')} of equal length were told apart. A column opens in full.</p>
    </Stack>
  )
}

// How the service answered over time: load, time, failures and confidence, with what is usual and where it changed.
import type { ReactNode } from 'react'
import type { MonitorOverview } from '../../../shared/domain/monitor.ts'
import { formatCount } from '../../../shared/format.ts'
import { Figure } from '../../ui/charts/figure.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Columns, Section, Stack } from '../../ui/page.tsx'
import { controlChart, serviceValue } from './monitor-charts.ts'

export function ServiceTab({ found }: { readonly found: MonitorOverview }): ReactNode {
  const charts = found.charts.flatMap((chart) => { const value = serviceValue(chart.measure); return value === null ? [] : [{ chart, value }] })
  const changes = found.charts.flatMap((chart) => chart.changes.map((change) => ({ name: chart.name, sentence: change.sentence })))
  return (
    <Stack>
      <Facts label="Answers" facts={[
        { name: 'Outcomes', value: found.source.outcomes.map((o) => `${o.outcome} ${formatCount(o.rows)}`).join(', ') }, { name: 'Arms', value: found.source.arms.map((a) => `${a.arm} ${formatCount(a.rows)}`).join(', ') },
        { name: 'Changes of level', value: changes.length === 0 ? 'none' : changes.map((c) => c.sentence).join(' ') },
      ]} />
      {charts.length === 0 ? <EmptyState icon="run" title="The logs do not tell how the service ran">They hold no times of answering.</EmptyState> : <Section title="Over time"><Columns min={460}>{charts.map(({ chart, value }) => <Figure key={chart.measure} chart={controlChart(chart, found.windows, value)} />)}</Columns></Section>}
    </Stack>
  )
}

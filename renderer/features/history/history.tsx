// The record of the workspace: whether it holds, and what happened, to what, when, by whom and why. Only ever added to.
import type { ReactNode } from 'react'
import type { HistoryEvent } from '../../../shared/domain/history.ts'
import { useCall } from '../../bridge/use-call.ts'
import { href, routeOfId } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Moment } from '../../ui/facts.tsx'
import { Page, Section } from '../../ui/page.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { ChainPanel } from './chain-panel.tsx'
import { verbWord } from './event-words.ts'
import styles from './history.module.css'
import { filterOf, HistoryFilters, isFiltered, type HistoryRoute } from './history-filters.tsx'

const most = 1000

/** The screen of the thing an event is about; null when it has none. */
function subjectHref(event: HistoryEvent): string | null {
  const route = routeOfId(event.subject)
  return route === null ? null : href(route)
}

const columns: readonly TableColumn<HistoryEvent>[] = [
  { key: 'at', header: 'When', width: '150px', value: (e) => e.at, cell: (e) => <Moment at={e.at} exact /> },
  { key: 'who', header: 'Who', width: '170px', value: (e) => e.who?.name ?? 'not known', cell: (e) => <span title={e.who?.keyId == null ? undefined : `Key ${e.who.keyId}`}>{e.who?.name ?? 'not known'}</span> },
  { key: 'verb', header: 'What', width: '140px', value: (e) => verbWord(e.verb) },
  { key: 'sentence', header: 'What happened, and why', wrap: true, value: (e) => `${e.sentence} ${e.why ?? ''}`, cell: (e) => <>{e.sentence}{e.why !== null && <em className={styles['why']}> {e.why}</em>}</> },
]

export function HistoryScreen({ route }: { readonly route: HistoryRoute }): ReactNode {
  const state = useCall('audit.state', {})
  const events = useCall('history.list', { limit: most, ...filterOf(route) })
  const filtered = isFiltered(route)
  return (
    <Page title="History" lead="Who did what, when and why, newest first. Lines are only ever added, and each is tied to all before it.">
      <Answer of={state} label="Loading the record">{(now) => <ChainPanel state={now} />}</Answer>
      <Section title="What happened">
        {state.data !== undefined && <HistoryFilters route={route} state={state.data} />}
        <Answer of={events} label="Loading the history">
          {(all) => (all.length === 0 && !filtered
            ? <EmptyState icon="history" title="Nothing has happened yet">Import a model and the record begins.</EmptyState>
            : <Table label="History" columns={columns} rows={all} rowId={(e) => e.id} rowHref={subjectHref} sort={{ key: 'at', descending: true }} empty="No event fits these filters." />)}
        </Answer>
      </Section>
    </Page>
  )
}

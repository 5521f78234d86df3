// The record of the workspace: what happened, to what, when. Only ever added to.
import type { ReactNode } from 'react'
import type { HistoryEvent } from '../../../shared/domain/history.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go, href, routeOfId, type Route } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Moment } from '../../ui/facts.tsx'
import { Page } from '../../ui/page.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'

const most = 1000

/** The screen of the thing an event is about; null when it has none. */
function subjectHref(event: HistoryEvent): string | null {
  const route = routeOfId(event.subject)
  return route === null ? null : href(route)
}

/** What the verbs of the record are called on screen; one without a word keeps its own. */
const verbs: Readonly<Record<string, string>> = {
  'version.import': 'Import', 'version.rewrite': 'Rewrite', 'version.annotate': 'Note', 'model.rename': 'Rename', 'model.archive': 'Archive', 'dataset.add': 'Data set', 'binding.save': 'Binding',
  'run.evaluate': 'Evaluation', 'gate.save': 'Gate policy', 'gate.check': 'Gate check', 'bundle.export': 'Export', 'sample.open': 'Sample',
}

const columns: readonly TableColumn<HistoryEvent>[] = [
  { key: 'at', header: 'When', width: '150px', value: (e) => e.at, cell: (e) => <Moment at={e.at} exact /> },
  { key: 'verb', header: 'What', width: '150px', value: (e) => verbs[e.verb] ?? e.verb },
  { key: 'who', header: 'Who', width: '150px', value: (e) => e.who?.name ?? 'unknown' },
  { key: 'sentence', header: 'What happened', wrap: true, value: (e) => (e.why === null ? e.sentence : `${e.sentence} Why: ${e.why}`) },
]

export function HistoryScreen({ route }: { readonly route: Extract<Route, { screen: 'history' }> }): ReactNode {
  const { subject } = route
  const events = useCall('history.list', { limit: most, ...(subject === undefined ? {} : { subject }) })
  return (
    <Page
      title="History" lead="Everything that was imported, evaluated, checked and exported in this workspace, newest first. Lines are only ever added."
      actions={subject === undefined ? undefined : <Button onClick={() => go({ screen: 'history' })}>Show everything</Button>}
    >
      <Answer of={events} label="Loading the history">
        {(all) => (all.length === 0
          ? <EmptyState icon="history" title="Nothing has happened yet">Import a model and the record begins.</EmptyState>
          : <Table label="History" columns={columns} rows={all} rowId={(e) => e.id} rowHref={subjectHref} sort={{ key: 'at', descending: true }} />)}
      </Answer>
    </Page>
  )
}

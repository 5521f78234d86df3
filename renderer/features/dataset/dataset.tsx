// One data set: what its columns hold, what to know before trusting it, its rows or pictures, and how its file is read.
import { useCallback, useState, type ReactNode } from 'react'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { formatBytes, formatCount, formatPlural } from '../../../shared/format.ts'
import type { DatasetId } from '../../../shared/ids.ts'
import { useAsk, useCall } from '../../bridge/use-call.ts'
import { go, href, type DatasetTab, type Route } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Facts, Hash, Moment } from '../../ui/facts.tsx'
import { Page, Row, Section, Stack } from '../../ui/page.tsx'
import { ReadAgainDialog } from '../../ui/reading/read-again-dialog.tsx'
import { RunTable } from '../../ui/run-table.tsx'
import { Badge } from '../../ui/status.tsx'
import { Tabs, type Tab } from '../../ui/tabs.tsx'
import { notify } from '../../ui/toast.tsx'
import { ClassTable, ColumnTable } from './column-table.tsx'
import styles from './dataset.module.css'
import { Findings } from './findings.tsx'
import { formatFacts, formatName } from './format-words.ts'
import { ImageGrid } from './image-grid.tsx'
import { ForgottenNote, PersonalPanel } from './personal-panel.tsx'
import { QueueTab } from './queue-tab.tsx'
import { RowsTable } from './rows-table.tsx'

type DatasetRoute = Extract<Route, { screen: 'dataset' }>

export function DatasetScreen({ route, datasetId }: { readonly route: DatasetRoute; readonly datasetId: DatasetId }): ReactNode {
  const asked = useCall('dataset.get', { datasetId })
  const set = asked.data
  return (
    <Page
      title={set?.name ?? 'Data set'} crumbs={[{ label: 'Data sets', href: href({ screen: 'datasets' }) }]}
      mark={set === undefined ? undefined : <><Badge>{formatName(set.format)}</Badge>{set.personal !== undefined && <Badge>personal data</Badge>}{set.forgotten !== undefined && <Badge>forgotten</Badge>}</>}
      actions={<><ButtonLink icon="places" href={href({ screen: 'leaderboard', datasetId })}>Leaderboard</ButtonLink><ButtonLink look="primary" icon="run" href={href({ screen: 'evaluate', datasetId })}>Evaluate on this data</ButtonLink></>}
    >
      <Answer of={asked} label="Loading the data set">{(dataset) => <DatasetBody route={route} dataset={dataset} />}</Answer>
    </Page>
  )
}

function tabsOf(route: DatasetRoute, dataset: Dataset): readonly Tab<DatasetTab>[] {
  const page = route.page ?? 1
  const onPage = (next: number): void => go({ ...route, page: next }, 'replace')
  const images = dataset.kind === 'images'
  return [
    { key: 'columns', label: images ? 'Classes' : 'Columns', count: images ? dataset.classes.length : dataset.columns.length, content: images ? <ClassTable dataset={dataset} /> : <ColumnTable dataset={dataset} /> },
    ...(images ? [{ key: 'images' as const, label: 'Images', count: dataset.rows, content: <ImageGrid dataset={dataset} page={page} onPage={onPage} /> }] : []),
    { key: 'rows', label: images ? 'Files' : 'Rows', count: dataset.rows, content: <RowsTable dataset={dataset} page={page} onPage={onPage} /> },
    { key: 'queue', label: 'Evaluate several', content: <QueueTab dataset={dataset} /> },
    { key: 'format', label: 'Source and format', content: <Source dataset={dataset} /> },
  ]
}

function DatasetBody({ route, dataset }: { readonly route: DatasetRoute; readonly dataset: Dataset }): ReactNode {
  const runs = useCall('run.list', { datasetId: dataset.id })
  return (
    <Stack>
      <p className={styles['lead']}>{formatPlural(dataset.rows, dataset.kind === 'images' ? 'picture' : 'row')}{dataset.kind === 'table' && `, ${formatPlural(dataset.columns.length, 'column')}`}, {formatBytes(dataset.bytes)}</p>
      <ForgottenNote dataset={dataset} />
      <Findings findings={dataset.findings} />
      <Tabs<DatasetTab> label={`Parts of ${dataset.name}`} value={route.tab ?? 'columns'} onChange={(tab) => go({ ...route, tab, page: 1 }, 'replace')} tabs={tabsOf(route, dataset)} />
      <Section title="Runs on this data" count={runs.data?.length}>
        <Answer of={runs} lines={3}>{(all) => <RunTable runs={all} hide="data" empty="No model has been evaluated on this data yet." />}</Answer>
      </Section>
    </Stack>
  )
}

/** What is known of the file, and the way to have it read differently. */
function Source({ dataset }: { readonly dataset: Dataset }): ReactNode {
  const ask = useAsk()
  const [open, setOpen] = useState(false)
  const file = useCallback(() => ask('dataset.file', { datasetId: dataset.id }), [ask, dataset.id])
  const onAdded = useCallback((added: Dataset) => {
    setOpen(false)
    if (added.id === dataset.id) notify('This is how the file is read already.')
    else go({ screen: 'dataset', datasetId: added.id, tab: 'format' })
  }, [dataset.id])
  return (
    <Stack>
      <SourceFacts dataset={dataset} />
      {dataset.kind === 'table' && dataset.forgotten === undefined && <Row><Button icon="settings" onClick={() => setOpen(true)}>Read again with other settings…</Button></Row>}
      <PersonalPanel dataset={dataset} />
      {open && <ReadAgainDialog fileName={dataset.sourceName} file={file} known={dataset} onAdded={onAdded} onClose={() => setOpen(false)} />}
    </Stack>
  )
}

function SourceFacts({ dataset }: { readonly dataset: Dataset }): ReactNode {
  return (
    <Facts facts={[
      { name: dataset.kind === 'images' ? 'Folder' : 'File', value: dataset.folder === undefined ? dataset.sourceName : `${dataset.sourceName}, in the folder “${dataset.folder}”` },
      { name: 'Kept', value: dataset.copied ? 'copied into the workspace' : 'linked where it is; its content is checked again before every run' },
      { name: 'Fingerprint', value: <Hash whole sha256={dataset.sha256} /> },
      { name: 'Size', value: `${formatBytes(dataset.bytes)} (${formatCount(dataset.bytes)} bytes)` },
      ...formatFacts(dataset),
      { name: 'Added', value: <Moment at={dataset.createdAt} exact /> },
    ]} />
  )
}

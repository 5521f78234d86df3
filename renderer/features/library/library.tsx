// The library: every model with its newest version and headline metric. Its empty state is the first thing a new user sees.
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react'
import type { ModelSummary } from '../../../shared/domain/model.ts'
import { formatPlural, taskName } from '../../../shared/format.ts'
import { useAsk, useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Moment } from '../../ui/facts.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { MetricFigure } from '../../ui/metric/metric-number.tsx'
import { metricWords } from '../../ui/metric/definition-of.ts'
import { Page, Row } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notifyError } from '../../ui/toast.tsx'
import styles from './library.module.css'

const columns: readonly TableColumn<ModelSummary>[] = [
  { key: 'name', header: 'Model', most: '240px', value: (m) => m.name, cell: (m) => <span className={styles['name']}><a href={href({ screen: 'model', modelId: m.id })}>{m.name}</a>{m.archivedAt !== null && <Badge>Archived</Badge>}{m.latest.needsRewrite && <Badge tone="warn" icon="warning">Map output</Badge>}</span> },
  { key: 'task', header: 'Task', value: (m) => (m.task === null ? null : taskName(m.task).replace(' classification', '')) },
  { key: 'version', header: 'Latest', align: 'end', value: (m) => m.latest.number, cell: (m) => <a href={href({ screen: 'version', versionId: m.latest.id })} aria-label={`v${m.latest.number} of ${m.name}`}>v{m.latest.number}</a> },
  { key: 'headline', header: 'Headline metric', align: 'end', value: (m) => m.headline?.value ?? null, cell: (m) => (m.headline === null ? <span className={styles['quiet']}>not evaluated</span> : <MetricFigure metric={m.headline.metric} value={m.headline.value} />) },
  { key: 'metric', header: 'Metric', most: '140px', value: (m) => (m.headline === null ? null : metricWords(m.headline.metric).title) },
  { key: 'data', header: 'On data set', most: '150px', value: (m) => m.headline?.datasetName ?? null },
  { key: 'runs', header: 'Runs', align: 'end', value: (m) => m.runCount },
  { key: 'bundles', header: 'Bundles', align: 'end', value: (m) => m.bundleCount },
  { key: 'changed', header: 'Last version', align: 'end', value: (m) => m.latest.createdAt, cell: (m) => <Moment at={m.latest.createdAt} /> },
]

/** Opens the dialog for model files and starts the import; the report of what came in appears above every screen. */
function useImportDialog(): () => void {
  const ask = useAsk()
  const start = async (): Promise<void> => {
    const files = await ask('shell.openFiles', { what: 'model' })
    if (files.length > 0) await ask('version.import', { files: files.map((f) => f.token) })
  }
  return () => { start().catch(notifyError) }
}

function FirstRun({ onChoose }: { readonly onChoose: () => void }): ReactNode {
  const about = useCall('app.about', {})
  const sample = useJobHandle('sample.open')
  const offered = about.data?.sampleAvailable ?? false
  return (
    <EmptyState icon="library" title="Drop a model to begin" actions={(
      <>
        <Button look={offered ? 'secondary' : 'primary'} icon="import" onClick={onChoose}>Import a model…</Button>
        {offered && <Button look="primary" busy={sample.running} onClick={() => void sample.start({})}>Open the sample workspace</Button>}
      </>
    )}>
      <p>Drop an ONNX file anywhere on this window, or several, or a folder. Slipway reads its signature, evaluates it on your data, compares its versions, and exports a signed bundle.</p>
      {offered && <p className={styles['sample']}>New here? The sample workspace has a real model in two versions with a real data set.</p>}
      {sample.error !== null && <ErrorPanel error={sample.error} />}
    </EmptyState>
  )
}

export function LibraryScreen(): ReactNode {
  const [search, setSearch] = useState('')
  const [archived, setArchived] = useState(false)
  const wanted = useDeferredValue(search)
  const models = useCall('model.list', { archived, search: '' })
  const choose = useImportDialog()
  const shown = useMemo(() => (models.data ?? []).filter((m) => m.name.toLowerCase().includes(wanted.trim().toLowerCase())), [models.data, wanted])
  return (
    <Page title="Library" actions={models.data?.length === 0 && !archived ? undefined : <Button look="primary" icon="import" onClick={choose}>Import a model…</Button>}>
      <Answer of={models} label="Loading models">
        {(all) => (all.length === 0 && !archived ? <FirstRun onChoose={choose} /> : (
          <>
            <div className={styles['bar']}>
              <TextField label="Find a model" quietLabel type="search" placeholder="Find a model" value={search} onText={setSearch} className={styles['search']} />
              <Row>
                <CheckField label="Show archived" checked={archived} onCheck={setArchived} />
                <span className={styles['quiet']}>{formatPlural(shown.length, 'model')}</span>
              </Row>
            </div>
            <Table label="Models" columns={columns} rows={shown} rowId={(m) => m.id} rowHref={(m) => href({ screen: 'model', modelId: m.id })} sort={{ key: 'changed', descending: true }} empty="No model has this name." />
          </>
        ))}
      </Answer>
    </Page>
  )
}

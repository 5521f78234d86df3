// The library: every model with its newest version and headline metric, and the search over all versions. Its empty state is the first thing a new user sees.
import { useDeferredValue, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { ModelSummary } from '../../../shared/domain/model.ts'
import { formatPlural, taskName } from '../../../shared/format.ts'
import { dataWithPart } from '../../../shared/row-words.ts'
import { useAsk, useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { go, href, type Route } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Moment } from '../../ui/facts.tsx'
import { CheckField, SelectField } from '../../ui/field.tsx'
import { AliasBadges } from '../../ui/life/life-badges.tsx'
import { MetricFigure } from '../../ui/metric/metric-number.tsx'
import { metricWords } from '../../ui/metric/definition-of.ts'
import { Page, Row } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notifyError } from '../../ui/toast.tsx'
import styles from './library.module.css'
import { SavedViews } from './saved-views.tsx'
import { searchMistake, SearchBox } from './search-box.tsx'
import { SearchResults } from './search-results.tsx'

const columns: readonly TableColumn<ModelSummary>[] = [
  { key: 'name', header: 'Model', most: '220px', value: (m) => m.name, cell: (m) => <span className={styles['name']}><a href={href({ screen: 'model', modelId: m.id })}>{m.name}</a>{m.archivedAt !== null && <Badge>Archived</Badge>}{m.latest.needsRewrite && <Badge tone="warn" icon="warning">Map output</Badge>}</span> },
  { key: 'task', header: 'Task', value: (m) => (m.task === null ? null : taskName(m.task).replace(' classification', '')) },
  { key: 'version', header: 'Latest', align: 'end', value: (m) => m.latest.number, cell: (m) => <a href={href({ screen: 'version', versionId: m.latest.id })} aria-label={`v${m.latest.number} of ${m.name}`}>v{m.latest.number}</a> },
  { key: 'aliases', header: 'Aliases', most: '170px', sortable: false, value: (m) => (m.aliases ?? []).map((a) => `${a.alias} v${a.number}`).join(', '), cell: (m) => <AliasBadges aliases={(m.aliases ?? []).map((a) => `${a.alias} v${a.number}`)} /> },
  { key: 'headline', header: 'Headline metric', align: 'end', value: (m) => m.headline?.value ?? null, cell: (m) => (m.headline === null ? <span className={styles['quiet']}>not evaluated</span> : <MetricFigure metric={m.headline.metric} value={m.headline.value} />) },
  { key: 'metric', header: 'Metric', most: '140px', value: (m) => (m.headline === null ? null : metricWords(m.headline.metric).title) },
  { key: 'data', header: 'On data set', most: '150px', value: (m) => (m.headline === null ? null : dataWithPart(m.headline.datasetName, m.headline.part)) },
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

type LibraryRoute = Extract<Route, { screen: 'library' }>

const orders: readonly { readonly value: string; readonly label: string }[] = [
  { value: '', label: 'Newest first' }, { value: 'name', label: 'By name' }, { value: 'evaluated', label: 'Evaluated last' }, { value: '-size', label: 'Smallest first' },
  ...['accuracy', 'auc', 'f1', 'log_loss', 'rmse', 'r2'].map((metric) => ({ value: metric, label: `Best ${metric === 'auc' ? 'AUC' : metric === 'f1' ? 'F1' : metricWords(metric).title}` })),
]

/** Every model, newest version first; the table draws only what is in view. */
function AllModels({ models }: { readonly models: readonly ModelSummary[] }): ReactNode {
  return <Table label="Models" columns={columns} rows={models} rowId={(m) => m.id} rowHref={(m) => href({ screen: 'model', modelId: m.id })} sort={{ key: 'changed', descending: true }} empty="There is no model here; archived ones are hidden." />
}

const restMs = 300

interface SearchText { readonly text: string; readonly type: (text: string) => void; readonly ask: (find: string, sort: string) => void }

/**
 * The text of the search. It goes into the route when typing rests, so that going back brings it back; a route that comes from
 * elsewhere (a link, a step back) becomes the text, and the one that was sent from here does not undo what was typed meanwhile.
 */
function useSearchText(route: LibraryRoute): SearchText {
  const find = route.find ?? ''
  const [text, setText] = useState(find)
  const [seen, setSeen] = useState(find)
  const [told, setTold] = useState(find)
  if (find !== seen) {
    setSeen(find)
    if (find !== told) {
      setTold(find)
      setText(find)
    }
  }
  const ask = (next: string, sort: string): void => {
    setText(next)
    setTold(next)
    go({ screen: 'library', ...(next === '' ? {} : { find: next }), ...(sort === '' ? {} : { sort }) }, 'replace')
  }
  useEffect(() => {
    if (text === told) return
    const timer = setTimeout(() => ask(text, route.sort ?? ''), restMs)
    return () => clearTimeout(timer)
  })
  return { text, type: setText, ask }
}

export function LibraryScreen({ route }: { readonly route: LibraryRoute }): ReactNode {
  const { text, type, ask } = useSearchText(route)
  const sort = route.sort ?? ''
  const [archived, setArchived] = useState(false)
  const models = useCall('model.list', { archived, search: '' })
  const choose = useImportDialog()
  const wanted = useDeferredValue(text)
  const wrong = searchMistake(wanted) !== null
  // A search that is not understood yet leaves on screen what was found before it.
  const [understood, setUnderstood] = useState(wrong ? '' : wanted)
  if (!wrong && understood !== wanted) setUnderstood(wanted)
  const asked = useMemo(() => ({ query: understood, sort, page: route.page ?? 1, archived }), [understood, sort, route.page, archived])
  const choices = orders.some((o) => o.value === sort) ? orders : [...orders, { value: sort, label: `By ${sort}` }]
  return (
    <Page title="Library" actions={models.data?.length === 0 && !archived ? undefined : <Button look="primary" icon="import" onClick={choose}>Import a model…</Button>}>
      <Answer of={models} label="Loading models">
        {(all) => (all.length === 0 && !archived ? <FirstRun onChoose={choose} /> : (
          <>
            <div className={styles['bar']}>
              <SearchBox value={text} onText={type} />
              <Row>
                <SelectField label="Order" quietLabel value={sort} choices={choices} onChoose={(next) => ask(text, next)} className={styles['order']} />
                <CheckField label="Show archived" checked={archived} onCheck={setArchived} />
                <span className={styles['quiet']}>{formatPlural(all.length, 'model')}</span>
              </Row>
            </div>
            <SavedViews query={text} sort={sort} savable={!wrong} onAsk={(view) => ask(view.query, view.sort)} />
            {asked.query.trim() === '' && sort === '' ? <AllModels models={all} /> : <SearchResults asked={asked} />}
          </>
        ))}
      </Answer>
    </Page>
  )
}

// What a search found: versions grouped by model, with the numbers that the search names. Says why nothing was found, where that can be known.
import { useMemo, type ReactNode } from 'react'
import type { FoundModel, FoundVersion, SearchAnswer } from '../../../shared/domain/search.ts'
import { formatBytes, formatCount, formatPlural } from '../../../shared/format.ts'
import { dataWithPart } from '../../../shared/row-words.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go, href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Moment } from '../../ui/facts.tsx'
import { Interval, MetricFigure } from '../../ui/metric/metric-number.tsx'
import { metricWords } from '../../ui/metric/definition-of.ts'
import { Stack } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Badge } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './search.module.css'

interface Line { readonly model: FoundModel; readonly version: FoundVersion; readonly first: boolean }
export interface AskedSearch { readonly query: string; readonly sort: string; readonly page: number; readonly archived: boolean }

const modelsOnPage = 25
/** Of each model, until one model alone is asked for. */
const versionsOfEach = 3
const mostVersions = 1000
const mostMetrics = 3

const words = (state: string): string => `${state.charAt(0).toUpperCase()}${state.slice(1).replace('-', ' ')}`
const quoted = (name: string): string => `"${name.replace(/["\\]/g, '\\$&')}"`
/** The same search in one model. */
const narrowed = (query: string, model: string): string => (query.trim() === '' ? `model = ${quoted(model)}` : `model = ${quoted(model)} and (${query.trim()})`)

function ModelCell({ line, asked }: { readonly line: Line; readonly asked: AskedSearch }): ReactNode {
  const { model, first } = line
  if (!first) return <span className="visually-hidden">{model.modelName}</span>
  const more = model.found - model.versions.length
  return (
    <span className={styles['model']}>
      <a href={href({ screen: 'model', modelId: model.modelId })}>{model.modelName}</a>
      {model.archived && <Badge>Archived</Badge>}
      {more > 0 && <a className={styles['more']} href={href({ screen: 'library', find: narrowed(asked.query, model.modelName), ...(asked.sort === '' ? {} : { sort: asked.sort }) })}>all {formatCount(model.found)}</a>}
    </span>
  )
}

const metricColumn = (metric: string): TableColumn<Line> => ({
  key: metric, header: metricWords(metric).title, align: 'end', sortable: false, value: (l) => l.version.metrics.find((m) => m.metric === metric)?.value ?? null,
  cell: (l) => {
    const found = l.version.metrics.find((m) => m.metric === metric)
    return found === undefined ? <span className={styles['quiet']}>–</span> : <span title={`on ${dataWithPart(found.datasetName, found.part)}`}><MetricFigure metric={metric} value={found.value} /> <span className={styles['interval']}><Interval metric={metric} low={found.low} high={found.high} /></span></span>
  },
})

function columnsOf(answer: SearchAnswer, asked: AskedSearch): readonly TableColumn<Line>[] {
  const metrics = [...new Set(answer.found.flatMap((m) => m.versions.flatMap((v) => v.metrics.map((x) => x.metric))))].slice(0, mostMetrics)
  return [
    { key: 'model', header: 'Model', most: '300px', sortable: false, value: (l) => l.model.modelName, cell: (l) => <ModelCell line={l} asked={asked} /> },
    { key: 'version', header: 'Version', align: 'end', sortable: false, value: (l) => l.version.number, cell: (l) => <a href={href({ screen: 'version', versionId: l.version.versionId })} aria-label={`v${l.version.number} of ${l.model.modelName}`}>v{l.version.number}</a> },
    { key: 'state', header: 'State', sortable: false, value: (l) => words(l.version.state) },
    { key: 'aliases', header: 'Aliases', most: '180px', sortable: false, value: (l) => l.version.aliases.join(', '), cell: (l) => <>{l.version.aliases.map((a) => <span key={a} className={styles['mark']}><Badge tone="accent">{a}</Badge></span>)}</> },
    ...metrics.map(metricColumn),
    { key: 'data', header: 'On data set', most: '220px', sortable: false, value: (l) => { const found = l.version.metrics[0]; return found === undefined ? null : dataWithPart(found.datasetName, found.part) } },
    { key: 'tags', header: 'Tags and note', clip: true, width: '18%', sortable: false, value: (l) => [...l.version.tags, l.version.note].join(' ').trim(), cell: (l) => <>{l.version.tags.map((t) => <span key={t} className={styles['mark']}><Badge>{t}</Badge></span>)}{l.version.note}</> },
    { key: 'size', header: 'Size', align: 'end', sortable: false, value: (l) => l.version.bytes, cell: (l) => formatBytes(l.version.bytes) },
    { key: 'at', header: 'Imported', align: 'end', sortable: false, value: (l) => l.version.createdAt, cell: (l) => <Moment at={l.version.createdAt} /> },
  ]
}

function Found({ answer, asked }: { readonly answer: SearchAnswer; readonly asked: AskedSearch }): ReactNode {
  const columns = useMemo(() => columnsOf(answer, asked), [answer, asked])
  const lines = useMemo(() => answer.found.flatMap((model) => model.versions.map((version, i): Line => ({ model, version, first: i === 0 }))), [answer])
  if (answer.versions === 0) return (
    <EmptyState icon="search" title="No version fulfils this search">
      {answer.notes.length > 0 ? answer.notes.map((note) => <p key={note}>{note}</p>) : <p>Loosen a condition, or look on other data: a metric means the newest finished run of a version, unless the search says “on” which data set.</p>}
    </EmptyState>
  )
  return (
    <Stack>
      <p className={styles['notes']} role="status">{formatPlural(answer.versions, 'version')} of {formatPlural(answer.models, 'model')}</p>
      <Table label="Versions found" columns={columns} rows={lines} rowId={(l) => l.version.versionId} rowHref={(l) => href({ screen: 'version', versionId: l.version.versionId })} />
      {answer.models > modelsOnPage && <Pager page={asked.page} size={modelsOnPage} total={answer.models} noun="models" onPage={(page) => go({ screen: 'library', find: asked.query, sort: asked.sort, page }, 'replace')} />}
    </Stack>
  )
}

export function SearchResults({ asked }: { readonly asked: AskedSearch }): ReactNode {
  const one = /^model = "/.test(asked.query)
  const answer = useCall('search.run', {
    query: asked.query, sort: asked.sort, archived: asked.archived, offset: (asked.page - 1) * modelsOnPage, limit: modelsOnPage, versions: one ? mostVersions : versionsOfEach,
  }, { keepPrevious: true })
  return <Answer of={answer} label="Searching">{(found) => <Found answer={found} asked={asked} />}</Answer>
}

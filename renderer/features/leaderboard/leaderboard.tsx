// The leaderboard: every version of every model on one data set by one metric, each with its interval and the places that the intervals allow.
import { useMemo, useState, type ReactNode } from 'react'
import type { Leaderboard, LeaderboardEntry } from '../../../shared/domain/search.ts'
import { formatCount } from '../../../shared/format.ts'
import type { DatasetId } from '../../../shared/ids.ts'
import { metricText } from '../../../shared/metrics/metric-text.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go, href, type Route } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Moment } from '../../ui/facts.tsx'
import { SelectField } from '../../ui/field.tsx'
import { IntervalPlot, scaleOf, type PlotScale } from '../../ui/interval-plot.tsx'
import { directionWords, metricWords } from '../../ui/metric/definition-of.ts'
import { Interval, MetricFigure, MetricName } from '../../ui/metric/metric-number.tsx'
import { Page, Row, Stack } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { AliasBadge } from '../../ui/life/life-badges.tsx'
import { Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './leaderboard.module.css'

type BoardRoute = Extract<Route, { screen: 'leaderboard' }>
const pageSize = 50

const place = (e: LeaderboardEntry): string => (e.best === null || e.worst === null ? '–' : e.best === e.worst ? String(e.best) : `${e.best}–${e.worst}`)
const placeWords = (e: LeaderboardEntry): string => (e.best === null ? 'no place: the number is not available' : e.best === e.worst ? `place ${e.best}` : `between place ${e.best} and ${e.worst ?? ''}: the intervals overlap`)

/** The interval on the scale of the page, beside the first value. */
function Drawn({ entry, metric, scale, first }: { readonly entry: LeaderboardEntry; readonly metric: string; readonly scale: PlotScale; readonly first: number }): ReactNode {
  const { value, low, high } = entry
  if (value === null || low === null || high === null) return null
  return <span className={styles['plot']}><IntervalPlot value={value} low={low} high={high} reference={first} scale={scale} strong={false} words={`${metricText(metric, value)}, interval ${metricText(metric, low)} to ${metricText(metric, high)}`} /></span>
}

function columnsOf(board: Leaderboard, metric: string): readonly TableColumn<LeaderboardEntry>[] {
  const drawn = board.entries.flatMap((e) => (e.value === null || e.low === null || e.high === null ? [] : [{ low: e.low, high: e.high }]))
  const scale = drawn.length === 0 ? null : scaleOf(drawn)
  const first = board.entries.find((e) => e.value !== null)?.value ?? 0
  const others = [...new Set(board.entries.flatMap((e) => e.others.map((o) => o.metric)))].slice(0, 1)
  return [
    { key: 'place', header: 'Place', align: 'end', sortable: false, value: (e) => place(e), cell: (e) => <span className={e.withFirst ? styles['first'] : undefined} title={placeWords(e)}>{place(e)}</span> },
    { key: 'model', header: 'Model', most: '180px', sortable: false, value: (e) => e.modelName, cell: (e) => <a href={href({ screen: 'model', modelId: e.modelId })}>{e.modelName}</a> },
    { key: 'version', header: 'Version', align: 'end', sortable: false, value: (e) => e.number, cell: (e) => <a href={href({ screen: 'version', versionId: e.versionId })} aria-label={`v${e.number} of ${e.modelName}`}>v{e.number}</a> },
    { key: 'aliases', header: 'Aliases', most: '150px', sortable: false, value: (e) => e.aliases.join(', '), cell: (e) => <>{e.aliases.map((a) => <span key={a} className={styles['mark']}><AliasBadge alias={a} /></span>)}</> },
    { key: 'value', header: metricWords(metric).title, align: 'end', sortable: false, value: (e) => e.value, cell: (e) => <MetricFigure metric={metric} value={e.value} /> },
    { key: 'interval', header: '95 % interval', sortable: false, value: (e) => (e.low === null || e.high === null ? null : `${e.low} to ${e.high}`), cell: (e) => <Interval metric={metric} low={e.low} high={e.high} /> },
    ...(scale === null ? [] : [{ key: 'plot', header: 'Beside the first', width: '130px', sortable: false, value: () => null, cell: (e: LeaderboardEntry) => <Drawn entry={e} metric={metric} scale={scale} first={first} /> }]),
    ...others.map((other): TableColumn<LeaderboardEntry> => ({ key: other, header: metricWords(other).title, most: '110px', align: 'end', sortable: false, value: (e) => e.others.find((o) => o.metric === other)?.value ?? null, cell: (e) => <MetricFigure metric={other} value={e.others.find((o) => o.metric === other)?.value ?? null} /> })),
    { key: 'rows', header: 'Rows', align: 'end', sortable: false, value: (e) => e.n, cell: (e) => formatCount(e.n) },
    ...(board.entries.some((e) => e.conditions.length > 0) ? [{ key: 'conditions', header: 'Conditions', most: '220px', sortable: false, value: (e: LeaderboardEntry) => e.conditions.join(', ') }] : []),
    { key: 'at', header: 'Evaluated', align: 'end', sortable: false, value: (e) => e.at, cell: (e) => <Moment at={e.at} /> },
  ]
}

/** Two entries to compare with a test on the same rows; the first two, until others are chosen. */
function ComparePair({ board }: { readonly board: Leaderboard }): ReactNode {
  const names = board.entries.map((e) => ({ value: e.versionId as string, label: `${place(e)}  ${e.modelName} v${e.number}` }))
  const [left, setLeft] = useState<string | null>(null)
  const [right, setRight] = useState<string | null>(null)
  const [a, b] = [left ?? names[0]?.value ?? '', right ?? names[1]?.value ?? '']
  if (names.length < 2) return null
  return (
    <Row>
      <SelectField label="Compare" quietLabel className={styles['pick']} value={names.some((n) => n.value === a) ? a : names[0]!.value} choices={names} onChoose={setLeft} />
      <SelectField label="With" quietLabel className={styles['pick']} value={names.some((n) => n.value === b) ? b : names[1]!.value} choices={names} onChoose={setRight} />
      <ButtonLink icon="compare" href={href({ screen: 'compare', left: a, right: b, datasetId: board.datasetId })}>Test on the same rows</ButtonLink>
    </Row>
  )
}

function Board({ board, route }: { readonly board: Leaderboard; readonly route: BoardRoute }): ReactNode {
  const metric = board.metric
  const columns = useMemo(() => (metric === null ? [] : columnsOf(board, metric)), [board, metric])
  if (metric === null) return (
    <EmptyState icon="places" title="No version has been evaluated on this data" actions={<ButtonLink look="primary" icon="run" href={href({ screen: 'evaluate', datasetId: board.datasetId })}>Evaluate on this data</ButtonLink>}>
      A leaderboard needs the finished run of at least one version on {board.datasetName}.
    </EmptyState>
  )
  const page = route.page ?? 1
  return (
    <Stack>
      <p className={styles['sentence']} role="status"><MetricName metric={metric} />, {directionWords[metricWords(metric).direction]}. {board.sentence}</p>
      {board.caveats.map((caveat) => <p key={caveat} className={styles['sentence']}><Mark tone="warn" icon="warning">{caveat}</Mark></p>)}
      <ComparePair key={`${metric} ${page}`} board={board} />
      <Table label={`Leaderboard on ${board.datasetName}`} columns={columns} rows={board.entries} rowId={(e) => e.versionId} rowHref={(e) => href({ screen: 'run', runId: e.runId })} />
      {board.total > pageSize && <Pager page={page} size={pageSize} total={board.total} noun="versions" onPage={(next) => go({ ...route, page: next }, 'replace')} />}
    </Stack>
  )
}

function BoardOf({ route, datasetId, choose }: { readonly route: BoardRoute; readonly datasetId: DatasetId; readonly choose: ReactNode }): ReactNode {
  const board = useCall('leaderboard.get', { datasetId, ...(route.metric === undefined ? {} : { metric: route.metric }), offset: ((route.page ?? 1) - 1) * pageSize, limit: pageSize }, { keepPrevious: true })
  const offered = board.data?.metrics ?? []
  const metric = board.data?.metric ?? ''
  return (
    <Stack>
      <Row>
        {choose}
        {offered.length > 0 && <SelectField label="Metric" quietLabel className={styles['pick']} value={metric} choices={[...new Set([...offered, metric])].map((m) => ({ value: m, label: metricWords(m).title }))} onChoose={(next) => go({ screen: 'leaderboard', datasetId, metric: next }, 'replace')} />}
      </Row>
      <Answer of={board} label="Loading the leaderboard">{(found) => <Board board={found} route={route} />}</Answer>
    </Stack>
  )
}

export function LeaderboardScreen({ route }: { readonly route: BoardRoute }): ReactNode {
  const sets = useCall('dataset.list', {})
  return (
    <Page title="Leaderboard">
      <Answer of={sets} label="Loading data sets">
        {(all) => {
          const chosen = all.find((d) => d.id === route.datasetId) ?? all[0]
          if (chosen === undefined) return <EmptyState icon="data" title="There is no data set yet" actions={<ButtonLink look="primary" href={href({ screen: 'datasets' })}>Add a data set</ButtonLink>}>Versions are ranked on the same data. Add one with true answers, and evaluate versions on it.</EmptyState>
          const choose = <SelectField label="Data set" quietLabel className={styles['pick']} value={chosen.id as string} choices={all.map((d) => ({ value: d.id as string, label: d.name }))} onChoose={(next) => go({ screen: 'leaderboard', datasetId: next }, 'replace')} />
          return <BoardOf key={chosen.id} route={route} datasetId={chosen.id} choose={choose} />
        }}
      </Answer>
    </Page>
  )
}

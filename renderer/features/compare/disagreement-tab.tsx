// The rows on which two versions differ: how many of each kind, the parts of the data where they differ most, and the rows themselves.
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import type { Comparison } from '../../../shared/domain/compare.ts'
import type { DisagreementKind, DisagreementPage, DisagreementReport, DisagreementRow, DisagreementSegment } from '../../../shared/domain/verdict.ts'
import type { RunId } from '../../../shared/ids.ts'
import { formatCount, formatNumber, formatPlural } from '../../../shared/format.ts'
import { segmentWords } from '../../../shared/slices/segment-words.ts'
import { percentText } from '../../../shared/verdict/verdict-words.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { go } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Progress } from '../../ui/progress.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import type { CompareRoute } from './compare.tsx'
import styles from './compare.module.css'
import { RowDialog } from './disagreement-row.tsx'
import { NoCommonData } from './verdict-tab.tsx'

const size = 100

export function kindWords(kind: DisagreementKind, [first, second]: readonly [string, string]): string {
  switch (kind) {
    case 'any': return 'all that differ'
    case 'first-right': return `${first} right, ${second} wrong`
    case 'second-right': return `${second} right, ${first} wrong`
    case 'both-wrong': return 'neither better, in different ways'
    case 'first-closer': return `${first} closer`
    case 'second-closer': return `${second} closer`
  }
}

interface Line { readonly row: DisagreementRow; readonly cells: readonly (string | null)[] }

const lineColumns = (names: readonly [string, string], cells: readonly string[]): readonly TableColumn<Line>[] => {
  const columns: readonly TableColumn<Line>[] = [
    { key: 'record', header: '#', align: 'end', width: '64px', value: (l) => l.row.record },
    { key: 'truth', header: 'True', most: '180px', value: (l) => l.row.truth ?? '' },
    { key: 'first', header: names[0], most: '200px', value: (l) => l.row.first.predicted, cell: (l) => <span className={l.row.kind === 'second-right' || l.row.kind === 'both-wrong' ? styles['wrong'] : undefined}>{l.row.first.predicted}</span> },
    { key: 'second', header: names[1], most: '200px', value: (l) => l.row.second.predicted, cell: (l) => <span className={l.row.kind === 'first-right' || l.row.kind === 'both-wrong' ? styles['wrong'] : undefined}>{l.row.second.predicted}</span> },
    { key: 'kind', header: 'Kind', most: '240px', value: (l) => kindWords(l.row.kind, names) },
    { key: 'difference', header: 'Difference', align: 'end', width: '96px', value: (l) => l.row.difference, cell: (l) => (l.row.difference === null ? '' : formatNumber(l.row.difference)) },
    ...cells.map((name, i): TableColumn<Line> => ({ key: `c${i}`, header: name, most: '200px', value: (l) => l.cells[i] ?? null, cell: (l) => l.cells[i] ?? <span className={styles['missing']}>missing</span> })),
  ]
  return columns.map((column) => ({ ...column, sortable: false }))
}

function Lines({ comparison, names, page, from }: { readonly comparison: Comparison, readonly names: readonly [string, string], readonly page: DisagreementPage, readonly from: number }): ReactNode {
  const [open, setOpen] = useState<number | null>(null)
  const datasetId = comparison.onData!.datasetId
  const records = useMemo(() => page.rows.map((r) => r.record), [page])
  const dataset = useCall('dataset.get', { datasetId })
  const pictures = dataset.data?.kind === 'images'
  const cells = useCall('dataset.rows', { datasetId, records, limit: size }, { enabled: records.length > 0 && dataset.data?.kind === 'table', keepPrevious: true })
  const lines = useMemo(() => {
    const byRecord = new Map(cells.data?.records.map((record, i) => [record, cells.data.rows[i] ?? []]))
    return page.rows.map((row): Line => ({ row, cells: byRecord.get(row.record) ?? [] }))
  }, [page, cells.data])
  const columns = useMemo(() => lineColumns(names, cells.data?.columns ?? []), [names, cells.data])
  const index = open === null ? -1 : lines.findIndex((l) => l.row.record === open)
  const line = lines[index]
  const step = (by: -1 | 1): (() => void) | null => { const next = lines[index + by]; return next === undefined ? null : () => setOpen(next.row.record) }
  return (
    <>
      <Table label="Rows that differ" columns={columns} rows={lines} rowId={(l) => String(l.row.record)} onOpen={(l) => setOpen(l.row.record)} maxHeight="max(300px, calc(100vh - 420px))" empty="No row is like that." />
      {line !== undefined && <RowDialog datasetId={datasetId} pictures={pictures} names={names} row={line.row} columns={cells.data?.columns ?? []} cells={line.cells} place={from + index + 1} total={page.total} onStep={{ back: step(-1), on: step(1) }} onClose={() => setOpen(null)} />}
    </>
  )
}

function segmentFacts({ rows, differing, firstBetter, secondBetter, value, low, high, elsewhere }: DisagreementSegment, decisions: boolean, names: readonly [string, string]): string {
  const share = (v: number): string => (decisions ? percentText(Number(v.toPrecision(3))) : formatNumber(v))
  const measured = decisions ? `Measured on the half that it was not found on, they differ in ${share(value)} (${share(low)} to ${share(high)}) of its rows and in ${share(elsewhere)} elsewhere.` : `Measured on the half that it was not found on, the difference is ${share(value)} (${share(low)} to ${share(high)}) on average and ${share(elsewhere)} elsewhere.`
  return `${measured} In both halves ${formatCount(differing)} of ${formatPlural(rows, 'row')} differ: ${names[0]} better in ${formatCount(firstBetter)}, ${names[1]} in ${formatCount(secondBetter)}.`
}

function Segments({ report, names, chosen, onChoose }: { readonly report: DisagreementReport, readonly names: readonly [string, string], readonly chosen: number | null, readonly onChoose: (at: number | null) => void }): ReactNode {
  const decisions = report.kinds.some((k) => k.kind === 'first-right')
  return (
    <Section title="Where they differ most" count={report.segments.length} note={report.segments.length === 0 ? report.notes.join(' ') : 'Parts of the data found on one half of the rows and measured on the other. Choose one to see only its rows.'}>
      {report.segments.length > 0 && (
        <ul className={styles['segments']}>
          {report.segments.map((segment, i) => (
            <li key={i}><button type="button" aria-pressed={chosen === i} onClick={() => onChoose(chosen === i ? null : i)}>
              <strong>{segmentWords(segment.conditions)}</strong>
              <span>{segmentFacts(segment, decisions, names)}</span>
            </button></li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Explorer({ comparison, route, runs, names }: { readonly comparison: Comparison, readonly route: CompareRoute, readonly runs: readonly [RunId, RunId], readonly names: readonly [string, string] }): ReactNode {
  const [first, second] = runs
  const job = useJobHandle('run.differ')
  const { start } = job
  useEffect(() => { void start({ first, second }) }, [start, first, second])
  const [kind, setKind] = useState<DisagreementKind>('any')
  const [segment, setSegment] = useState<number | null>(null)
  const report = job.result
  const conditions = segment === null ? [] : report?.segments[segment]?.conditions ?? []
  const page = route.page ?? 1
  const found = useCall('run.disagreements', { first, second, kind, conditions, offset: (page - 1) * size, limit: size }, { keepPrevious: true })
  const { page: _, ...firstPage } = route
  const narrow = (change: () => void): void => { change(); go(firstPage, 'replace') }
  const kinds = (report?.kinds ?? []).filter((k) => k.rows > 0)
  return (
    <Stack>
      {job.running && <div className={styles['running']}><Progress label="Comparing the answers" fraction={job.job?.fraction ?? null} /><p role="status">{job.progress?.step ?? 'Pairing the rows'}</p><div><Button onClick={() => job.cancel(job.job?.state === 'cancelling')}>Cancel</Button></div></div>}
      {job.error !== null && <ErrorPanel error={job.error} onRetry={() => void start({ first, second })} />}
      {report !== null && <p role="status">{names[0]} and {names[1]} differ in {formatCount(report.differing)} of {formatPlural(report.paired, 'row')}{kinds.length === 0 ? '' : `: ${kinds.map((k) => `${formatCount(k.rows)} ${kindWords(k.kind, names)}`).join('; ')}`}.</p>}
      {report !== null && report.differing > 0 && <Segments report={report} names={names} chosen={segment} onChoose={(at) => narrow(() => setSegment(at))} />}
      <Section title="Rows that differ" count={found.data?.total} actions={<SelectField label="Show" value={kind} onChoose={(next: DisagreementKind) => narrow(() => setKind(next))} choices={[{ value: 'any' as const, label: kindWords('any', names) }, ...kinds.map((k) => ({ value: k.kind, label: kindWords(k.kind, names) }))]} />}>
        <Answer of={found} label="Loading the rows" lines={8}>{(answer) => <><Lines comparison={comparison} names={names} page={answer} from={(page - 1) * size} /><Pager page={page} size={size} total={answer.total} onPage={(next) => go({ ...route, page: next }, 'replace')} noun="rows" /></>}</Answer>
      </Section>
    </Stack>
  )
}

export function DisagreementTab({ comparison, route }: { readonly comparison: Comparison, readonly route: CompareRoute }): ReactNode {
  const { left, right, onData } = comparison
  const same = left.id === right.id
  const run = useCall('run.get', { runId: onData?.leftRunId as RunId }, { enabled: onData !== null })
  const names = useMemo((): readonly [string, string] => (left.modelName === right.modelName ? [`v${left.number}`, `v${right.number}`] : [`${left.modelName} v${left.number}`, `${right.modelName} v${right.number}`]), [left, right])
  const runs = useMemo((): readonly [RunId, RunId] | null => (onData === null ? null : [onData.leftRunId, onData.rightRunId]), [onData])
  if (runs === null) return <NoCommonData comparison={comparison} />
  if (same) return <EmptyState icon="compare" title="One and the same version">It gives the same answers as itself.</EmptyState>
  if (run.data?.binding.target === null) return <EmptyState icon="metric" title="No true answers">Without true answers nobody can be right where the two differ.</EmptyState>
  return <Explorer key={runs.join(' ')} comparison={comparison} route={route} runs={runs} names={names} />
}


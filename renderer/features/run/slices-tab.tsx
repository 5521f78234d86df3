// How the model does on every part of its data: weak slices first, the worst segments in words, all of it against the whole.
import { Fragment, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { Run } from '../../../shared/domain/run.ts'
import type { Slice, SliceReport } from '../../../shared/domain/slices.ts'
import { sliceMeasureName, sliceMeasures, sliceNoun, slicesSentence } from '../../../shared/slices/slice-measures.ts'
import { segmentWords } from '../../../shared/slices/segment-words.ts'
import { formatCount, formatDelta, formatNumber, formatPlural } from '../../../shared/format.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { href } from '../../route.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField } from '../../ui/field.tsx'
import { IntervalPlot, scaleOf, type PlotScale } from '../../ui/interval-plot.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { FairnessSection } from './fairness-section.tsx'
import styles from './run.module.css'

const intervalWords = ({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }): string => `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})`
const rateCell = (rate: Slice['selection']): ReactNode => (rate === null ? '' : formatNumber(rate.value))

function sliceColumns(report: SliceReport, scale: PlotScale, binary: boolean): readonly TableColumn<Slice>[] {
  const rates: readonly (readonly [string, 'selection' | 'truePositive' | 'falsePositive'])[] = binary ? [['Selected', 'selection'], ['Found', 'truePositive'], ['False alarms', 'falsePositive']] : []
  return [
    { key: 'column', header: 'Column', width: '128px', value: (s) => s.column, clip: true },
    { key: 'value', header: 'Value', width: '176px', value: (s) => s.value, clip: true, cell: (s) => s.value ?? <span className={styles['missing']}>missing</span> },
    { key: 'rows', header: 'Rows', align: 'end', width: '80px', value: (s) => s.rows, cell: (s) => formatCount(s.rows) },
    { key: 'score', header: sliceMeasures[report.metric].short, align: 'end', width: '96px', value: (s) => s.score.value, cell: (s) => formatNumber(s.score.value) },
    { key: 'plot', header: '95 % interval', width: '180px', sortable: false, value: (s) => `${s.score.low} to ${s.score.high}`, cell: (s) => <IntervalPlot {...s.score} reference={report.overall.value} scale={scale} strong={s.weak} words={intervalWords(s.score)} /> },
    { key: 'difference', header: 'Against the rest', align: 'end', width: '116px', value: (s) => s.difference, cell: (s) => formatDelta(s.difference) },
    { key: 'adjusted', header: 'Adjusted p', align: 'end', width: '92px', value: (s) => s.adjusted, cell: (s) => (s.adjusted < 0.0001 ? '< 0.0001' : s.adjusted.toFixed(4)) },
    { key: 'weak', header: 'Verdict', width: '76px', value: (s) => (s.weak ? 'weak' : ''), cell: (s) => (s.weak ? <Mark tone="bad" icon="warning">weak</Mark> : '') },
    ...rates.map(([header, key]): TableColumn<Slice> => ({ key, header, align: 'end', width: '92px', value: (s) => s[key]?.value ?? null, cell: (s) => rateCell(s[key]) })),
  ]
}

/** Rows on a page of the data set's screen. */
const pageRows = 100

/** The page of the data set that holds a record. */
const recordHref = (run: Run, record: number): string => href({ screen: 'dataset', datasetId: run.datasetId, tab: 'rows', page: Math.ceil(record / pageRows) })

function Segments({ run, report }: { readonly run: Run; readonly report: SliceReport }): ReactNode {
  return (
    <Section title="Weak segments" count={report.segments.length}>
      <p className={styles['quiet']}>Found on one half of the rows and measured on the other, so that the search does not flatter itself.</p>
      <ul className={styles['segments']}>
        {report.segments.map((segment, i) => (
          <li key={i} className={styles['card']}>
            <strong>{segmentWords(segment.conditions)}</strong>
            <span>{sliceMeasures[report.metric].short} {intervalWords(segment.score)}, {formatDelta(segment.difference)} against the rest; measured on {formatCount(segment.score.rows)} of its {formatPlural(segment.rows, 'row')}.</span>
            {segment.examples.length > 0 && <span className={styles['quiet']}>The worst are records {segment.examples.map((record, at) => <Fragment key={record}>{at > 0 && ', '}<a href={recordHref(run, record)}>{record}</a></Fragment>)}.</span>}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Report({ run, report }: { readonly run: Run; readonly report: SliceReport }): ReactNode {
  const weak = report.slices.filter((s) => s.weak)
  const [column, setColumn] = useState(weak.length > 0 ? '\u0000weak' : '')
  const shown = useMemo(() => report.slices.filter((s) => (column === '' ? true : column === '\u0000weak' ? s.weak : s.column === column)), [report, column])
  const scale = useMemo(() => scaleOf([report.overall, ...shown.map((s) => s.score)]), [report, shown])
  const columns = useMemo(() => sliceColumns(report, scale, report.slices.some((s) => s.selection !== null)), [report, scale])
  const names = [...new Set(report.slices.map((s) => s.column))]
  return (
    <Stack>
      <p role="status">
        {report.metric === 'mae' ? 'The mean absolute error' : sliceMeasureName(report.metric)} on all {formatPlural(report.overall.rows, sliceNoun(report.metric))} is {intervalWords(report.overall)}.
        {' '}{slicesSentence(report)}{report.slices.length > 0 && ` The dashed line is the value of all ${sliceNoun(report.metric)}s.`}
      </p>
      {report.segments.length > 0 && <Segments run={run} report={report} />}
      <Section title="Slices" count={shown.length} actions={<SelectField label="Show" value={column} onChoose={setColumn} choices={[{ value: '\u0000weak', label: 'weak ones' }, { value: '', label: 'all' }, ...names.map((n) => ({ value: n, label: n }))]} />}>
        <Table label="Slices" columns={columns} rows={shown} rowId={(s) => `${s.column}\u0000${s.value ?? '\u0001'}`} maxHeight="62vh" empty="No slice is like that." />
      </Section>
      {report.skipped.length > 0 && <p className={styles['quiet']}>Not cut: {report.skipped.map((s) => `${s.column} (${s.reason.replace(/\.$/, '').toLowerCase()})`).join(', ')}.</p>}
    </Stack>
  )
}

export function SlicesTab({ run }: { readonly run: Run }): ReactNode {
  const slices = useJobHandle('run.slices')
  const { start } = slices
  useEffect(() => { void start({ runId: run.id }) }, [start, run.id])
  if (slices.error !== null) return <ErrorPanel error={slices.error} onRetry={() => void start({ runId: run.id })} />
  if (slices.job?.state === 'cancelled') return <EmptyState icon="stopped" title="Slicing was stopped" actions={<Button icon="refresh" onClick={() => void start({ runId: run.id })}>Slice again</Button>}>Nothing was changed.</EmptyState>
  if (slices.result === null) {
    return (
      <Stack>
        <Progress label="Slicing the run" fraction={slices.job?.fraction ?? null} />
        <p role="status">{slices.progress?.step ?? 'Cutting the rows by every column'}</p>
        <div><Button onClick={() => slices.cancel(slices.job?.state === 'cancelling')}>Cancel</Button></div>
      </Stack>
    )
  }
  return <Stack><Report run={run} report={slices.result} />{run.task !== 'regression' && run.binding.target?.kind === 'column' && <FairnessSection run={run} />}</Stack>
}

// Groups of a chosen column side by side: rates with intervals, and each group against a reference. Says facts; calls nothing fair or unfair.
import { useMemo, useState, type ReactNode } from 'react'
import type { FairnessGap, FairnessGroup, FairnessRate, FairnessReport, FairnessTable } from '../../../shared/domain/fairness.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { formatCount, formatDelta, formatNumber, formatPlural } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField } from '../../ui/field.tsx'
import { IntervalPlot, scaleOf, type PlotScale } from '../../ui/interval-plot.tsx'
import { Section } from '../../ui/page.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './reading.module.css'

const rates: readonly (readonly [FairnessRate, string])[] = [['selection', 'Selected'], ['truePositive', 'True positive rate'], ['falsePositive', 'False positive rate'], ['precision', 'Precision']]
const rateTitle = (rate: FairnessRate): string => rates.find(([key]) => key === rate)?.[1] ?? rate
const groupWords = (value: string | null): string => value ?? 'missing'
const end = (value: number | null): string => (value === null ? '∞' : formatNumber(value))

const groupColumns: readonly TableColumn<FairnessGroup>[] = [
  { key: 'value', header: 'Group', clip: true, value: (g) => groupWords(g.value) },
  { key: 'rows', header: 'Rows', align: 'end', width: '84px', value: (g) => g.rows, cell: (g) => formatCount(g.rows) },
  { key: 'positives', header: 'Truly yes', align: 'end', width: '92px', value: (g) => g.positives, cell: (g) => formatCount(g.positives) },
  ...rates.map(([key, header]): TableColumn<FairnessGroup> => ({
    key, header, align: 'end', width: '200px', value: (g) => g[key]?.value ?? null,
    cell: (g) => { const rate = g[key]; return rate === null ? 'no rows' : <>{formatNumber(rate.value)} <span className={styles['quiet']}>{formatNumber(rate.low)} to {formatNumber(rate.high)}</span></> },
  })),
]

interface Line { readonly group: string | null; readonly gap: FairnessGap }

const gapColumns = (scale: PlotScale): readonly TableColumn<Line>[] => [
  { key: 'group', header: 'Group', clip: true, value: (l) => groupWords(l.group) },
  { key: 'rate', header: 'Rate', width: '160px', value: (l) => rateTitle(l.gap.rate) },
  { key: 'difference', header: 'Difference', align: 'end', width: '100px', value: (l) => l.gap.difference.value, cell: (l) => formatDelta(l.gap.difference.value) },
  { key: 'plot', header: '95 % interval, 0 dashed', width: '220px', sortable: false, value: (l) => `${l.gap.difference.low} to ${l.gap.difference.high}`, cell: (l) => <IntervalPlot {...l.gap.difference} reference={0} scale={scale} strong={l.gap.difference.low > 0 || l.gap.difference.high < 0} words={`${formatDelta(l.gap.difference.value)} (${formatNumber(l.gap.difference.low)} to ${formatNumber(l.gap.difference.high)})`} /> },
  { key: 'ratio', header: 'Ratio', align: 'end', width: '92px', value: (l) => l.gap.ratio.value, cell: (l) => (l.gap.ratio.value === null ? 'not available' : formatNumber(l.gap.ratio.value)) },
  { key: 'ratioInterval', header: '95 % interval', align: 'end', width: '150px', sortable: false, value: (l) => `${l.gap.ratio.low ?? ''} to ${l.gap.ratio.high ?? ''}`, cell: (l) => (l.gap.ratio.low === null ? '' : `${end(l.gap.ratio.low)} to ${end(l.gap.ratio.high)}`) },
]

function Groups({ table }: { readonly table: FairnessTable }): ReactNode {
  const lines = useMemo(() => table.groups.flatMap((g) => g.gaps.map((gap): Line => ({ group: g.value, gap }))), [table])
  const columns = useMemo(() => gapColumns(scaleOf([{ low: 0, high: 0 }, ...lines.map((l) => l.gap.difference)])), [lines])
  return (
    <>
      {table.sentences.map((sentence) => <p key={sentence} className={styles['fact']}>{sentence}</p>)}
      <Table label="Rates by group" columns={groupColumns} rows={table.groups} rowId={(g) => g.value ?? '\u0000'} />
      <h3 className={styles['sub']}>Against {groupWords(table.reference)}</h3>
      <Table label="Differences between groups" columns={columns} rows={lines} rowId={(l) => `${l.group ?? '\u0000'} ${l.gap.rate}`} />
      <p className={styles['quiet']}>
        The smallest group shown is {groupWords(table.smallest.value)} with {formatPlural(table.smallest.rows, 'row')}.
        {table.leftOut.length > 0 && ` Left out as too small: ${table.leftOut.map((g) => `${groupWords(g.value)} (${g.rows})`).join(', ')}.`}
      </p>
    </>
  )
}

function Report({ report }: { readonly report: FairnessReport }): ReactNode {
  return (
    <>
      <p role="status" className={styles['quiet']}>“Yes” is the class {report.class}; {formatPlural(report.rows, 'row')} with a true answer.</p>
      {report.tables.map((table) => <Groups key={table.column} table={table} />)}
      {report.skipped.map((s) => <p key={s.column}>{s.column} is not compared. {s.reason}</p>)}
      {report.notes.map((note) => <p key={note} className={styles['quiet']}>{note}</p>)}
    </>
  )
}

export function FairnessSection({ run }: { readonly run: Run }): ReactNode {
  const job = useJobHandle('run.fairness')
  const dataset = useCall('dataset.get', { datasetId: run.datasetId })
  const [column, setColumn] = useState('')
  const [yes, setYes] = useState(run.binding.positiveClass ?? run.binding.classes[0]?.label ?? '')
  const [reference, setReference] = useState('')
  const names = (dataset.data?.columns ?? []).filter((c) => c.distinct > 1 && c.name !== run.binding.idColumn && !(run.binding.target?.kind === 'column' && run.binding.target.column === c.name)).map((c) => c.name)
  const groups = job.result?.tables.find((t) => t.column === column)?.groups ?? []
  const start = (wanted: string, against: string): void => { void job.start({ runId: run.id, columns: [wanted], class: yes, ...(against === '' ? {} : { reference: against }) }) }
  return (
    <Section title="Groups side by side">
      <div className={styles['fields']}>
        <SelectField label="Group by" value={column} choices={[{ value: '', label: 'Choose a column' }, ...names.map((n) => ({ value: n, label: n }))]} onChoose={(next) => { setColumn(next); setReference(''); if (next !== '') start(next, '') }} />
        {run.binding.classes.length > 2 && <SelectField label="Yes is" value={yes} choices={run.binding.classes.map((c) => ({ value: c.label, label: c.label }))} onChoose={setYes} />}
        <SelectField label="Compare with" value={reference} disabled={groups.length === 0} choices={[{ value: '', label: 'The largest group' }, ...groups.flatMap((g) => (g.value === null ? [] : [{ value: g.value, label: g.value }]))]} onChoose={(next) => { setReference(next); start(column, next) }} />
        <Button busy={job.running} disabled={column === ''} onClick={() => start(column, reference)}>Compare groups</Button>
      </div>
      {job.error !== null && <ErrorPanel error={job.error} />}
      {job.result !== null && <Report report={job.result} />}
    </Section>
  )
}

// What the model goes by: which columns matter, how the answer follows each, and what made a single answer. Shows the cost before it starts.
import { useMemo, useState, type ReactNode } from 'react'
import type { Dependence, Explanation, FeatureImportance, RowExplanation } from '../../../shared/domain/explanation.ts'
import { ExplainBudget } from '../../../shared/domain/explanation.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { modelRows } from '../../../shared/explain/explainable.ts'
import { formatCount, formatDelta, formatDuration, formatNumber, formatPlural } from '../../../shared/format.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import type { ChartDescription } from '../../../shared/charts/description.ts'
import { Figure } from '../../ui/charts/figure.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { IntervalPlot, scaleOf, type PlotScale } from '../../ui/interval-plot.tsx'
import { metricWords } from '../../ui/metric/definition-of.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './run.module.css'

const plain = (value: number | string | null): string => (value === null ? 'missing' : typeof value === 'string' ? value || '(empty)' : String(Number(value.toPrecision(6))).replace('-', '−'))
const budget = ExplainBudget.parse({})

/** The columns that the binding feeds, each once. */
const fedColumns = (run: Run): readonly string[] => [...new Set(run.binding.inputs.flatMap((i) => (i.kind === 'columns' ? i.columns : i.kind === 'column' ? [i.column] : [])))]

function importanceColumns(scale: PlotScale): readonly TableColumn<FeatureImportance>[] {
  return [
    { key: 'feature', header: 'Column', width: '180px', value: (f) => f.feature, clip: true },
    { key: 'rise', header: 'Rise', align: 'end', width: '110px', value: (f) => f.rise, cell: (f) => formatNumber(f.rise) },
    { key: 'plot', header: '95 % interval, 0 dashed', sortable: false, value: (f) => `${f.low} to ${f.high}`, cell: (f) => <IntervalPlot value={f.rise} low={f.low} high={f.high} reference={0} scale={scale} strong={false} words={`${formatNumber(f.rise)} (${formatNumber(f.low)} to ${formatNumber(f.high)})`} /> },
  ]
}

function dependenceChart(curve: Dependence, answer: string): ChartDescription {
  const sorted = [...curve.points].sort((a, b) => a.mean - b.mean)
  const [low, high] = [sorted[0]!, sorted.at(-1)!]
  return {
    title: curve.feature,
    summary: `Lowest at ${plain(low.value)} (${formatNumber(low.mean)}), highest at ${plain(high.value)} (${formatNumber(high.mean)}).`,
    x: curve.kind === 'text' ? { name: curve.feature, categories: curve.points.map((p) => plain(p.value)) } : { name: curve.feature },
    y: { name: `Mean of ${answer}` },
    series: [{ name: 'Mean answer', look: curve.kind === 'text' ? 'points' : 'line', marks: true, points: curve.points.map((p, i) => [curve.kind === 'text' ? i : Number(p.value), p.mean] as const) }],
  }
}

function contributionColumns(scale: PlotScale): readonly TableColumn<RowExplanation['contributions'][number]>[] {
  return [
    { key: 'feature', header: 'Column', width: '180px', value: (c) => c.feature, clip: true },
    { key: 'value', header: 'Value', width: '170px', value: (c) => c.value, cell: (c) => plain(c.value), clip: true },
    { key: 'share', header: 'Share', align: 'end', width: '110px', value: (c) => c.share, cell: (c) => formatDelta(c.share) },
    { key: 'plot', header: 'Two standard errors, 0 dashed', sortable: false, value: (c) => c.standardError, cell: (c) => <IntervalPlot value={c.share} low={c.share - 2 * c.standardError} high={c.share + 2 * c.standardError} reference={0} scale={scale} strong={false} words={`${formatDelta(c.share)}, standard error ${formatNumber(c.standardError)}`} /> },
  ]
}

/** Whether the shares add up, with the error of their sum. */
function sumWords(row: RowExplanation): string {
  const sum = row.contributions.reduce((total, c) => total + c.share, 0)
  const off = Math.abs(row.answer - row.base - sum)
  const parts = `The shares add up to ${formatDelta(sum)}, the difference is ${formatDelta(row.answer - row.base)}`
  if (row.sumError === undefined) return `${parts}.`
  if (off <= row.sumError * 1e-6 + 1e-9) return `${parts}: the same.`
  return `${parts}: ${formatNumber(off)} apart, where the drawn rows leave the sum a standard error of ${formatNumber(row.sumError)}${off <= 2 * row.sumError ? ', so this is within what drawing explains' : '; this is more than two of them, so explain with more orders'}.`
}

function OneRow({ row, answer }: { readonly row: RowExplanation; readonly answer: string }): ReactNode {
  const scale = useMemo(() => scaleOf([{ low: 0, high: 0 }, ...row.contributions.map((c) => ({ low: c.share - 2 * c.standardError, high: c.share + 2 * c.standardError }))]), [row])
  const columns = useMemo(() => contributionColumns(scale), [scale])
  return (
    <Section title={`Record ${row.record}`}>
      <p>For this row {answer} is {formatNumber(row.answer)}; the mean is {formatNumber(row.base)}. {sumWords(row)}</p>
      <Table label={`Shares of record ${row.record}`} columns={columns} rows={row.contributions} rowId={(c) => c.feature} />
    </Section>
  )
}

function Result({ explanation }: { readonly explanation: Explanation }): ReactNode {
  const scale = useMemo(() => scaleOf([{ low: 0, high: 0 }, ...explanation.importance]), [explanation])
  const columns = useMemo(() => importanceColumns(scale), [scale])
  return (
    <Stack>
      <p role="status">About {explanation.answer}, from {formatPlural(explanation.rows, 'row')}. The model scored {formatCount(explanation.modelRows)} mixed rows in {formatDuration(explanation.seconds * 1000)}.</p>
      {explanation.explained.map((row) => <OneRow key={row.record} row={row} answer={explanation.answer} />)}
      {explanation.importance.length > 0 && (
        <Section title={`Importance: rise of ${metricWords(explanation.loss).title.toLowerCase()} when a column is shuffled`}>
          <Table label="Importance" columns={columns} rows={explanation.importance} rowId={(f) => f.feature} />
        </Section>
      )}
      {explanation.dependence.length > 0 && (
        <Section title="Dependence: the mean answer when a column has one value in every row">
          <div className={styles['charts']}>{explanation.dependence.map((curve) => <Figure key={curve.feature} chart={dependenceChart(curve, explanation.answer)} height={200} />)}</div>
        </Section>
      )}
      {explanation.notes.map((note) => <p key={note} className={styles['quiet']}>{note}</p>)}
    </Stack>
  )
}

/** The newest explanation of each run, kept while the window is open: coming back to the tab shows it again. */
const kept = new Map<Run['id'], Explanation>()

export function ExplainTab({ run }: { readonly run: Run }): ReactNode {
  const job = useJobHandle('run.explain')
  const [record, setRecord] = useState<number | null>(null)
  const cost = modelRows(fedColumns(run).length, Math.min(budget.rows, run.rows?.scored ?? budget.rows), record === null ? 0 : 1, budget)
  const rate = run.timing?.rowsPerSecond ?? null
  if (job.result !== null && kept.get(run.id) !== job.result) kept.set(run.id, job.result)
  const shown = kept.get(run.id)
  return (
    <Stack>
      <p>Shuffles and mixes the cells of {formatPlural(Math.min(budget.rows, run.rows?.scored ?? budget.rows), 'row')} and asks the model again: at most {formatCount(cost)} mixed rows, fewer where columns have few values{rate === null || rate <= 0 ? '' : `; at this run’s pace, reading included, at most ${formatDuration(Math.max(1, cost / rate) * 1000)}`}.</p>
      <Row>
        <NumberField label="Explain this record too" value={record} onNumber={setRecord} optional whole min={1} placeholder="none" />
        <Button look="primary" icon="guess" busy={job.running} onClick={() => void job.start({ runId: run.id, records: record === null ? [] : [record] })}>Explain</Button>
        {job.running && <Button onClick={() => job.cancel(job.job?.state === 'cancelling')}>Cancel</Button>}
      </Row>
      {job.running && <Progress label="Explaining the run" fraction={job.job?.fraction ?? null} />}
      {job.error !== null && <ErrorPanel error={job.error} />}
      {shown !== undefined && <Result explanation={shown} />}
    </Stack>
  )
}

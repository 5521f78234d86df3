// The numbers at the threshold where the slider stands: confusion matrix, measures beside those of the run and of the best, curves.
import { useMemo, type ReactNode } from 'react'
import type { Run } from '../../../shared/domain/run.ts'
import type { MeasureEstimate, ThresholdCounts, ThresholdMeasure, ThresholdReport } from '../../../shared/domain/thresholds.ts'
import { formatNumber } from '../../../shared/format.ts'
import { costsOf } from '../../../shared/thresholds/best-threshold.ts'
import { measureNames, measuresOf, pointAt } from '../../../shared/thresholds/measures.ts'
import { countsOf } from '../../../shared/thresholds/score-table.ts'
import { costLine, measureLines } from '../../../shared/thresholds/threshold-charts.ts'
import { Figure } from '../../ui/charts/figure.tsx'
import { HeatMap } from '../../ui/heat-map.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './run.module.css'

interface Line { readonly measure: ThresholdMeasure; readonly here: number | null; readonly run: number | null; readonly best: MeasureEstimate | null }

const number = (measure: ThresholdMeasure, value: number | null): string => (value === null ? '—' : formatNumber(value, measure === 'cost'))

/** The best threshold's value, with its 95 % interval below it: a column of its own does not fit beside the matrix. */
function Best({ line: { measure, best } }: { readonly line: Line }): ReactNode {
  if (best === null) return '—'
  return <span className={styles['stacked']}>{number(measure, best.value)}{best.low !== null && best.high !== null && <small>{number(measure, best.low)} to {number(measure, best.high)}</small>}</span>
}

function columnsOf(withRun: boolean, withBest: boolean): readonly TableColumn<Line>[] {
  return [
    { key: 'measure', header: 'Measure', width: '110px', value: (l) => measureNames[l.measure] },
    { key: 'here', header: 'Here', align: 'end', width: '90px', value: (l) => l.here, cell: (l) => <strong>{number(l.measure, l.here)}</strong> },
    ...(withRun ? [{ key: 'run', header: 'This run', align: 'end' as const, width: '90px', value: (l: Line) => l.run, cell: (l: Line) => number(l.measure, l.run) }] : []),
    ...(withBest ? [
      { key: 'best', header: 'Best, 95 % interval', align: 'end' as const, width: '140px', value: (l: Line) => l.best?.value ?? null, cell: (l: Line) => <Best line={l} /> },
      { key: 'corrected', header: 'On new rows', align: 'end' as const, width: '100px', value: (l: Line) => l.best?.corrected ?? null, cell: (l: Line) => number(l.measure, l.best?.corrected ?? null) },
    ] : []),
  ]
}

/** The names and counts of a two-by-two matrix, in the order of the binding's classes where it has two. */
function matrixOf(run: Run, label: string, { tp, fp, fn, tn }: ThresholdCounts): { readonly names: readonly string[]; readonly counts: readonly (readonly number[])[] } {
  const labels = run.binding.classes.map((c) => c.label)
  const other = run.task === 'binary-classification' ? labels.find((l) => l !== label) ?? 'other' : run.task === 'multilabel-classification' ? 'without' : 'all others'
  return labels.length === 2 && labels[0] === label ? { names: [label, other], counts: [[tp, fn], [fp, tn]] } : { names: [other, label], counts: [[tn, fp], [fn, tp]] }
}

export function ThresholdNumbers({ run, report, threshold, at }: { readonly run: Run; readonly report: ThresholdReport; readonly threshold: number; readonly at: number }): ReactNode {
  const costs = costsOf(report.best.goal)
  const counts = countsOf(report, report.points.tp[at]!, report.points.fp[at]!)
  const runAt = report.current === null ? null : pointAt(report.points, report.current).at
  const matrix = matrixOf(run, report.class, counts)
  const here = measuresOf(counts, costs)
  const ran = runAt === null ? null : measuresOf(countsOf(report, report.points.tp[runAt]!, report.points.fp[runAt]!), costs)
  const lines = (Object.keys(measureNames) as ThresholdMeasure[]).filter((m) => m !== 'cost' || costs !== null)
    .map((measure): Line => ({ measure, here: here[measure], run: ran?.[measure] ?? null, best: report.best.found?.measures.find((m) => m.measure === measure) ?? null }))
  const columns = useMemo(() => columnsOf(report.current !== null, report.best.found !== null), [report])
  const measures = useMemo(() => measureLines(report), [report])
  const cost = useMemo(() => { const given = costsOf(report.best.goal); return given === null ? null : costLine(report, given) }, [report])
  const chart = useMemo(() => measures(threshold), [measures, threshold])
  const costChart = useMemo(() => cost?.(threshold) ?? null, [cost, threshold])
  return (
    <div className={styles['charts']}>
      <section aria-label="Confusion matrix" className={styles['card']}>
        <h2>Confusion matrix at {threshold}</h2>
        <HeatMap classes={matrix.names} counts={matrix.counts} cellHref={null} />
      </section>
      <section aria-label="Measures" className={styles['card']}>
        <h2>Measures</h2>
        <Table label="Measures at the threshold" columns={columns} rows={lines} rowId={(l) => l.measure} />
        {report.best.found !== null && <p className={styles['quiet']}>The interval keeps the best threshold and draws the rows again. “On new rows” takes off what choosing it on these rows adds.</p>}
      </section>
      <Figure chart={chart} height={260} />
      {costChart !== null && <Figure chart={costChart} height={260} />}
    </div>
  )
}

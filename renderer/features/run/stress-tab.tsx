// How the run's numbers fall as its data is spoiled on purpose: the cost beforehand, the verdict, a curve for every kind. Kept results are shown again without computing.
import { useMemo, useState, type ReactNode } from 'react'
import type { Run } from '../../../shared/domain/run.ts'
import { mostLevels, type StressCurve, type StressKind, type StressPoint, type StressTest } from '../../../shared/domain/stress.ts'
import { formatCount, formatDuration, formatPlural, formatShare, formatTime } from '../../../shared/format.ts'
import { metricName } from '../../../shared/metrics/catalogue.ts'
import { stressKinds } from '../../../shared/stress/kinds.ts'
import { budgetWords, kindsFor, planStress, stressBudget } from '../../../shared/stress/plan.ts'
import { firstHurt, refusesRows } from '../../../shared/stress/verdict.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Figure } from '../../ui/charts/figure.tsx'
import { CheckField, SelectField } from '../../ui/field.tsx'
import { Interval, MetricFigure } from '../../ui/metric/metric-number.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Popover } from '../../ui/popover.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { pointsOf, severityWords, stressChart } from './stress-charts.ts'
import styles from './stress.module.css'

/** More rows than this are offered as a drawn part. */
const manyRows = 20_000

function columnsOf(test: StressTest, curve: StressCurve): readonly TableColumn<StressPoint>[] {
  const metrics = test.clean.metrics.map((m) => m.metric)
  return [
    { key: 'severity', header: 'Severity', width: '150px', value: (p) => p.severity, cell: (p) => severityWords(curve, p) },
    { key: 'unanswered', header: 'Not answered', align: 'end', width: '108px', value: (p) => p.notAnswered, cell: (p) => (p.notAnswered === 0 ? '0' : `${formatCount(p.notAnswered)} (${formatShare(p.notAnswered / (p.answered + p.notAnswered))})`) },
    ...metrics.map((metric): TableColumn<StressPoint> => {
      const found = (p: StressPoint): StressPoint['metrics'][number] | undefined => p.metrics.find((m) => m.metric === metric)
      return {
        key: metric, header: metricName(metric).replace(/ of the positive class$/, ''), align: 'end', width: '132px', value: (p) => found(p)?.value ?? null,
        cell: (p) => { const m = found(p); return m === undefined ? '' : <span className={styles['cell']}><MetricFigure metric={metric} value={m.value} reason={m.reason} /><small><Interval metric={metric} low={m.low} high={m.high} /></small></span> },
      }
    }),
  ]
}

function Kind({ test, curve }: { readonly test: StressTest; readonly curve: StressCurve }): ReactNode {
  const { title, definition } = stressKinds[curve.kind]
  const chart = useMemo(() => stressChart(test, curve), [test, curve])
  const columns = useMemo(() => columnsOf(test, curve), [test, curve])
  const hurts = firstHurt(test, curve)
  return (
    <Section title={title} actions={<Popover label={`What is done: ${title}`} trigger={<Button look="quiet" icon="note">What is done</Button>}><div className={styles['definition']}><h3>{title}</h3><p>{definition}</p>{curve.columns.length > 0 && <p>{curve.kind === 'swapped-columns' ? 'Pairs, in the order in which they are swapped' : 'Columns'}: {curve.columns.join(', ')}.</p>}</div></Popover>}>
      <p className={styles['quiet']}>{curve.columns.length > 0 ? `${curve.kind === 'swapped-columns' ? formatPlural(curve.columns.length, 'pair') : formatPlural(curve.columns.length, 'column')} touched. ` : ''}{hurts === null ? (refusesRows(curve) ? <Mark tone="warn" icon="warning">rows go unanswered</Mark> : <Mark tone="good" icon="good">holds</Mark>) : <Mark tone="bad" icon="warning">hurts from {severityWords(curve, hurts.point)} on: {[hurts.worst, ...hurts.others].map((w) => metricName(w.metric)).join(', ')}</Mark>}</p>
      <div className={styles['pair']}>
        <Figure chart={chart} height={220} />
        <Table label={`${title}, all steps`} columns={columns} rows={pointsOf(test, curve)} rowId={(p) => String(p.severity)} />
      </div>
    </Section>
  )
}

function Result({ test }: { readonly test: StressTest }): ReactNode {
  const tried = test.curves.filter((c) => c.skipped === null)
  const skipped = test.curves.filter((c) => c.skipped !== null)
  return (
    <Stack>
      <div role="status" className={styles['verdict']}>{test.verdict.map((sentence, i) => <p key={sentence} data-first={i === 0 || undefined}>{sentence}</p>)}</div>
      {tried.map((curve) => <Kind key={curve.kind} test={test} curve={curve} />)}
      {skipped.length > 0 && <p className={styles['quiet']}>Not tried: {skipped.map((c) => `${stressKinds[c.kind].title.toLowerCase()} (${c.skipped!.replace(/\.$/, '').replace(/^./, (first) => first.toLowerCase())})`).join(', ')}.</p>}
      <p className={styles['quiet']}>{formatPlural(test.rows, 'row')}, seed {test.seed}, {test.environment.runtime} on {test.environment.providerUsed}; {formatCount(test.modelRows)} rows through the model in {formatDuration(test.seconds * 1000)}, {formatTime(test.createdAt)}.</p>
    </Stack>
  )
}

function useChoice(run: Run): { readonly kinds: readonly StressKind[]; readonly picked: ReadonlySet<StressKind>; readonly toggle: (kind: StressKind, on: boolean) => void } {
  const kinds = kindsFor(run.binding)
  const [left, setLeft] = useState<ReadonlySet<StressKind>>(new Set())
  const toggle = (kind: StressKind, on: boolean): void => { setLeft((before) => { const next = new Set(before); if (on) next.delete(kind); else next.add(kind); return next }) }
  return { kinds, picked: new Set(kinds.filter((k) => !left.has(k))), toggle }
}

export function StressTab({ run }: { readonly run: Run }): ReactNode {
  const job = useJobHandle('run.stress')
  const kept = useCall('run.stressTests', { runId: run.id })
  const { kinds, picked, toggle } = useChoice(run)
  const [levels, setLevels] = useState<number>(mostLevels)
  const [limit, setLimit] = useState<number | null>((run.rows?.read ?? 0) > manyRows ? manyRows : null)
  const [chosen, setChosen] = useState<string | null>(null)
  const budget = stressBudget(run, planStress(run.binding, [...picked], levels), limit)
  const tests = kept.data ?? []
  const shown = tests.find((t) => t.id === chosen) ?? tests[0]
  const start = (): void => { setChosen(null); void job.start({ runId: run.id, kinds: [...picked], levels, ...(limit === null ? {} : { limit }) }) }
  return (
    <Stack>
      <fieldset className={styles['kinds']}>
        <legend>Spoil the data by</legend>
        {kinds.map((kind) => <CheckField key={kind} label={stressKinds[kind].title} checked={picked.has(kind)} onCheck={(on) => toggle(kind, on)} />)}
      </fieldset>
      <Row>
        <NumberField label="Steps of each" value={levels} onNumber={(n) => setLevels(n ?? mostLevels)} whole min={1} max={mostLevels} />
        <NumberField label="Rows drawn" value={limit} onNumber={setLimit} optional whole min={1} placeholder="all of the run" />
        <Button look="primary" icon="run" busy={job.running} disabled={picked.size === 0} onClick={start}>Stress the run</Button>
        {job.running && <Button onClick={() => job.cancel(job.job?.state === 'cancelling')}>Cancel</Button>}
        {tests.length > 1 && <SelectField label="Kept results" value={shown?.id ?? ''} onChoose={setChosen} choices={tests.map((t) => ({ value: t.id, label: `${formatTime(t.createdAt)}, seed ${t.seed}` }))} />}
      </Row>
      <p className={styles['quiet']}>{picked.size === 0 ? 'Choose at least one kind.' : `${budgetWords(budget)} The result is kept with the run.`}</p>
      {job.running && <Progress label={job.progress === null ? 'Stressing the run' : `Stressing the run: ${job.progress.step}`} fraction={job.job?.fraction ?? null} />}
      {job.error !== null && <ErrorPanel error={job.error} />}
      {kept.error !== null && <ErrorPanel error={kept.error} />}
      {shown !== undefined ? <Result key={shown.id} test={shown} /> : !job.running && kept.data !== undefined && <EmptyState icon="metric" title="Not stressed yet">Real data is never as clean as a test set. Find out which fault hurts this model first.</EmptyState>}
    </Stack>
  )
}

// A recalibration of the run's probabilities: fitted on request, shown before and after on rows that did not help, saved into the binding.
import { useMemo, useState, type ReactNode } from 'react'
import { calibrationGuesses } from '../../../shared/binding/saved-guesses.ts'
import { calibratedBinding, calibrationWords } from '../../../shared/calibration/apply.ts'
import { calibrationChange } from '../../../shared/calibration/calibration-charts.ts'
import type { CalibrationMethod, CalibrationReport } from '../../../shared/domain/calibration.ts'
import type { MetricValue, Run } from '../../../shared/domain/run.ts'
import { formatPlural } from '../../../shared/format.ts'
import { metricName } from '../../../shared/metrics/catalogue.ts'
import { metricText } from '../../../shared/metrics/metric-text.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { Figure } from '../../ui/charts/figure.tsx'
import { classes } from '../../ui/classes.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import styles from './run.module.css'

interface Line { readonly metric: string; readonly before: MetricValue; readonly after: MetricValue | null }

const cell = (m: MetricValue | null): string => m === null ? '—' : `${metricText(m.metric, m.value)}${m.low === null || m.high === null ? '' : ` (${metricText(m.metric, m.low)} to ${metricText(m.metric, m.high)})`}`

const columns: readonly TableColumn<Line>[] = [
  { key: 'metric', header: 'Metric', value: (l) => metricName(l.metric) },
  { key: 'before', header: 'Before', align: 'end', value: (l) => l.before.value, cell: (l) => cell(l.before) },
  { key: 'after', header: 'After', align: 'end', value: (l) => l.after?.value ?? null, cell: (l) => cell(l.after) },
]

function Fitted({ run, report }: { readonly run: Run; readonly report: CalibrationReport }): ReactNode {
  const version = useCall('version.get', { versionId: run.versionId })
  const save = useCommand('binding.save')
  const chart = useMemo(() => calibrationChange(report), [report])
  const lines = report.before.metrics.map((before): Line => ({ metric: before.metric, before, after: report.after.metrics.find((m) => m.metric === before.metric) ?? null }))
  const stored = version.data?.binding ?? null
  const onSave = (): void => {
    try {
      const binding = calibratedBinding(run.binding, stored?.binding ?? null, report.calibration)
      save.mutate({ versionId: run.versionId, binding, guesses: calibrationGuesses(stored?.binding ?? run.binding, binding, stored?.guesses ?? run.guesses) }, {
        onSuccess: (saved) => notify(`Saved the calibration as revision ${saved.revision} of the binding. Earlier runs keep theirs.`), onError: notifyError,
      })
    } catch (thrown) { notifyError(thrown) }
  }
  const already = stored?.binding.calibration !== undefined
  return (
    <Stack>
      <p role="status">
        Fitted on {formatPlural(report.rows, 'row')}{report.rows < report.available ? `, a sample of ${formatPlural(report.available, 'row')}` : ''}: <strong>{calibrationWords(report.calibration)}</strong>.
        {' '}After: every row corrected by a fit on the other {report.folds - 1} of {report.folds} parts of the rows, so that nothing is flattered.
      </p>
      <div className={styles['note']}>
        <Button look="primary" disabled={version.data === undefined || already} busy={save.isPending} onClick={onSave}>Use this calibration</Button>
        <span className={styles['quiet']}>{already ? 'The binding is recalibrated already.' : 'New runs of this version will be corrected by it; a threshold moves along, and earlier runs keep theirs.'}</span>
      </div>
      <div className={styles['charts']}>
        <section aria-label="Before and after" className={classes(styles['card'], styles['wide'])}>
          <h2>Before and after</h2>
          <Table label="Before and after the calibration" columns={columns} rows={lines} rowId={(l) => l.metric} />
        </section>
        <Figure chart={chart} height={280} />
      </div>
    </Stack>
  )
}

export function CalibrationSection({ run }: { readonly run: Run }): ReactNode {
  const job = useJobHandle('run.calibrate')
  const [method, setMethod] = useState<CalibrationMethod>('temperature')
  const start = (): void => { void job.start({ runId: run.id, method }) }
  const own = run.binding.calibration
  if (own !== undefined) return <Section title="Calibration"><p>This run’s probabilities are recalibrated: {calibrationWords(own)}, fitted on {formatPlural(own.fitted.rows, 'row')} of {own.fitted.dataset}.</p></Section>
  return (
    <Section title="Calibration" note="Corrects probabilities that say too much or too little, from what happened in this run. A temperature keeps every ranking and most probable class; an isotonic fit follows any rising curve and needs more rows.">
      <Stack>
        <Row>
          <SelectField label="Method" value={method} onChoose={setMethod} choices={[{ value: 'temperature', label: 'temperature' }, ...(run.task === 'binary-classification' ? [{ value: 'isotonic' as const, label: 'isotonic' }] : [])]} />
          <Button icon="metric" busy={job.running} onClick={start}>Fit</Button>
          {job.running && <Button onClick={() => job.cancel(job.job?.state === 'cancelling')}>Cancel</Button>}
        </Row>
        {job.error !== null && <ErrorPanel error={job.error} onRetry={start} />}
        {job.result !== null && <Fitted run={run} report={job.result} />}
      </Stack>
    </Section>
  )
}

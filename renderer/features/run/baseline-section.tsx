// Is the run better than nothing: the answer in a sentence, every comparison under it, and a training file or a time column for stronger ones.
import { useMemo, useState, type ReactNode } from 'react'
import type { BaselineReport, BaselineScore } from '../../../shared/domain/baseline.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { formatPlural } from '../../../shared/format.ts'
import type { DatasetId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Interval, MetricFigure, MetricName } from '../../ui/metric/metric-number.tsx'
import { metricWords } from '../../ui/metric/definition-of.ts'
import { Section } from '../../ui/page.tsx'
import { Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { TrainingField } from './training-field.tsx'
import styles from './reading.module.css'

interface Line { readonly does: string; readonly score: BaselineScore }

const marks = { better: ['good', 'good', 'better'], worse: ['bad', 'bad', 'worse'], unclear: ['warn', 'alert', 'not clear'] } as const
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const columns: readonly TableColumn<Line>[] = [
  { key: 'does', header: 'Compared with', wrap: true, value: (l) => capital(l.does) },
  { key: 'metric', header: 'Metric', width: '190px', clip: true, value: (l) => metricWords(l.score.metric).title, cell: (l) => <MetricName metric={l.score.metric} /> },
  { key: 'baseline', header: 'Baseline', align: 'end', width: '92px', value: (l) => l.score.baseline, cell: (l) => <MetricFigure metric={l.score.metric} value={l.score.baseline} /> },
  { key: 'model', header: 'Model', align: 'end', width: '92px', value: (l) => l.score.model, cell: (l) => <MetricFigure metric={l.score.metric} value={l.score.model} /> },
  { key: 'gain', header: 'Gain', align: 'end', width: '92px', value: (l) => l.score.gain, cell: (l) => <MetricFigure metric={l.score.metric} value={l.score.gain} /> },
  { key: 'interval', header: '95 % interval', align: 'end', width: '150px', sortable: false, value: (l) => `${l.score.low ?? ''} to ${l.score.high ?? ''}`, cell: (l) => <Interval metric={l.score.metric} low={l.score.low} high={l.score.high} /> },
  { key: 'verdict', header: 'The model is', width: '104px', value: (l) => marks[l.score.verdict][2], cell: (l) => { const [tone, icon, words] = marks[l.score.verdict]; return <Mark tone={tone} icon={icon}>{words}</Mark> } },
]

function Report({ report }: { readonly report: BaselineReport }): ReactNode {
  const lines = useMemo(() => report.baselines.flatMap((b) => b.scores.map((score): Line => ({ does: b.does, score }))), [report])
  const tree = report.baselines.find((b) => b.kind === 'tree')
  return (
    <>
      <p role="status" className={styles['verdict']} data-verdict={report.verdict}>{report.sentence}{tree === undefined ? '' : ` ${tree.sentence}`}</p>
      <Table label="Baselines" columns={columns} rows={lines} rowId={(l) => `${l.does} ${l.score.metric}`} />
      {report.tree !== null && (
        <details className={styles['more']}>
          <summary>The tree, fitted on {formatPlural(report.tree.trainedOn, 'training row')}</summary>
          <ul className={styles['tree']} aria-label="The small tree">{report.tree.lines.map((line, i) => <li key={i} style={{ paddingInlineStart: line.depth * 20 }}><span>{line.text}</span><span className={styles['quiet']}>{formatPlural(line.rows, 'row')}</span></li>)}</ul>
        </details>
      )}
      {report.notes.map((note) => <p key={note} className={styles['quiet']}>{note}</p>)}
    </>
  )
}

function Stronger({ run, running, onCompare }: { readonly run: Run; readonly running: boolean; readonly onCompare: (trainingId: DatasetId | null, timeColumn: string | null) => void }): ReactNode {
  const [training, setTraining] = useState('')
  const [time, setTime] = useState('')
  const own = useCall('dataset.get', { datasetId: run.datasetId }).data
  const times = (own?.columns ?? []).filter((c) => ['number', 'integer', 'timestamp'].includes(c.type) && !(run.binding.target?.kind === 'column' && run.binding.target.column === c.name))
  if (own?.kind !== 'table') return null
  return (
    <div className={styles['fields']}>
      <TrainingField run={run} value={training} onChoose={setTraining} />
      <SelectField label="Time column" value={time} onChoose={setTime} choices={[{ value: '', label: 'None' }, ...times.map((c) => ({ value: c.name, label: c.name }))]} />
      <Button busy={running} disabled={training === '' && time === ''} onClick={() => onCompare(training === '' ? null : training as DatasetId, time === '' ? null : time)}>Compare</Button>
    </div>
  )
}

export function BaselineSection({ run }: { readonly run: Run }): ReactNode {
  const trivial = useCall('run.trivial', { runId: run.id })
  const job = useJobHandle('run.baseline')
  return (
    <Section title="Better than nothing?">
      {job.result === null ? <Answer of={trivial} label="Comparing with baselines" lines={3}>{(report) => <Report report={report} />}</Answer> : <Report report={job.result} />}
      {job.error !== null && <ErrorPanel error={job.error} />}
      <Stronger run={run} running={job.running} onCompare={(trainingId, timeColumn) => void job.start({ runId: run.id, ...(trainingId === null ? {} : { trainingId }), ...(timeColumn === null ? {} : { timeColumn }) })} />
    </Section>
  )
}

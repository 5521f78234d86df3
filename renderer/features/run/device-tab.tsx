// Devices for this run's version and data: does another one answer alike, and how fast is each. Says the cost before it starts; shows what is stored.
import { useState, type ReactNode } from 'react'
import { deviceNames } from '../../../shared/device-names.ts'
import type { ParityReport, SpeedReport } from '../../../shared/domain/device-report.ts'
import { ExecutionProvider, type Run } from '../../../shared/domain/run.ts'
import { formatDuration, formatPlural, formatTime } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobHandle, type JobHandle } from '../../bridge/use-jobs.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField } from '../../ui/field.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { ParityView } from './device-parity.tsx'
import { SpeedView } from './device-speed.tsx'
import styles from './run.module.css'

const devices = ExecutionProvider.options

function DeviceField({ value, without, onChoose }: { readonly value: ExecutionProvider; readonly without?: ExecutionProvider; readonly onChoose: (device: ExecutionProvider) => void }): ReactNode {
  const probed = useCall('app.providers', {})
  const stateOf = (device: ExecutionProvider): string => {
    const found = probed.data?.find((p) => p.provider === device)
    return found === undefined ? ' (not tried yet)' : found.status === 'works' ? '' : ' (does not work here)'
  }
  return <SelectField label="Device" value={value} choices={devices.filter((d) => d !== without).map((d) => ({ value: d, label: `${deviceNames[d]}${stateOf(d)}` }))} onChoose={onChoose} />
}

/** What every job here shows while it goes, and when it could not be done. */
function JobState({ job, label }: { readonly job: Pick<JobHandle<'version.parity'>, 'job' | 'running' | 'progress' | 'error'>; readonly label: string }): ReactNode {
  return (
    <>
      {job.running && <><Progress label={label} fraction={job.job?.fraction ?? null} /><p role="status">{job.progress?.step ?? (job.job?.state === 'queued' ? 'Waiting for another job that runs a model; this one is next in its queue.' : 'Starting the engine')}</p></>}
      {job.error !== null && <ErrorPanel error={job.error} />}
    </>
  )
}

function Older<T extends ParityReport | SpeedReport>({ reports, running, children }: { readonly reports: readonly T[]; readonly running: boolean; readonly children: (report: T) => ReactNode }): ReactNode {
  const [chosen, setChosen] = useState<string | null>(null)
  const shown = reports.find((r) => r.id === chosen) ?? reports[0]
  if (shown === undefined) return null
  const nameOf = (r: T): string => `${formatTime(r.createdAt)}, ${deviceNames[r.options.device]}`
  return (
    <>
      {reports.length > 1 && <SelectField label="Report" value={shown.id as string} choices={reports.map((r) => ({ value: r.id as string, label: nameOf(r) }))} onChoose={(id) => setChosen(id === reports[0]?.id ? null : id)} />}
      {running && <p role="note" className={styles['note']}>From before: {formatPlural(shown.rows, 'row')} on {deviceNames[shown.options.device]}, {formatTime(shown.createdAt)}. A new report is on its way.</p>}
      {children(shown)}
      <p className={styles['quiet']}>Measured {formatTime(shown.createdAt)} in {formatDuration(shown.seconds * 1000)} on {shown.machine.cpu}, {formatPlural(shown.machine.threads, 'thread')}, {shown.machine.runtime}.</p>
    </>
  )
}

function Parity({ run, reports }: { readonly run: Run; readonly reports: readonly ParityReport[] }): ReactNode {
  const job = useJobHandle('version.parity')
  const [device, setDevice] = useState<ExecutionProvider>('webgpu')
  const [limit, setLimit] = useState(1000)
  const rows = Math.min(limit, run.rows?.read ?? limit)
  const rate = run.timing?.rowsPerSecond ?? null
  return (
    <Section title="Does another device answer alike?" note={`The first ${formatPlural(rows, 'row')} run on the CPU and on the device${rate === null || run.environment?.providerUsed !== 'cpu' ? '' : `: ${formatDuration(Math.max(1, rows / rate * 1000))} on the CPU at this run’s pace, the device’s own is not known yet`}.`}>
      <div className={styles['filters']}>
        <DeviceField value={device} without="cpu" onChoose={setDevice} />
        <NumberField label="Only the first rows" value={limit} whole min={1} max={10_000_000} onNumber={(n) => { if (n !== null) setLimit(n) }} />
        <Button look="primary" busy={job.running} onClick={() => void job.start({ versionId: run.versionId, datasetId: run.datasetId, binding: run.binding, options: { device, limit } })}>Compare with the CPU</Button>
        {job.running && <Button onClick={() => job.cancel(job.job?.state === 'cancelling')}>Cancel</Button>}
      </div>
      <JobState job={job} label="Comparing devices" />
      <Older reports={reports} running={job.running}>{(report) => <ParityView report={report} />}</Older>
    </Section>
  )
}

const secondsChoices = ['0.5', '2', '10', '60'] as const

function Speed({ run, reports }: { readonly run: Run; readonly reports: readonly SpeedReport[] }): ReactNode {
  const job = useJobHandle('version.speed')
  const [device, setDevice] = useState<ExecutionProvider>('cpu')
  const [seconds, setSeconds] = useState<(typeof secondsChoices)[number]>('2')
  const sizes = run.binding.inputs.some((i) => i.kind === 'image') ? 3 : 5
  return (
    <Section title="How fast is it?" note={`Times up to ${sizes} batch sizes for ${seconds} s each on rows of ${run.datasetName}: about ${formatDuration(sizes * (Number(seconds) + 0.2) * 1000 + 2000)}, and longer where single calls are slow.`}>
      <div className={styles['filters']}>
        <DeviceField value={device} onChoose={setDevice} />
        <SelectField label="Seconds a batch size" value={seconds} choices={secondsChoices.map((s) => ({ value: s, label: s }))} onChoose={setSeconds} />
        <Button look="primary" busy={job.running} onClick={() => void job.start({ versionId: run.versionId, datasetId: run.datasetId, binding: run.binding, options: { device, seconds: Number(seconds) } })}>Time it</Button>
        {job.running && <Button onClick={() => job.cancel(job.job?.state === 'cancelling')}>Cancel</Button>}
      </div>
      <JobState job={job} label="Timing the model" />
      <Older reports={reports} running={job.running}>{(report) => <SpeedView report={report} />}</Older>
    </Section>
  )
}

function Devices(): ReactNode {
  const job = useJobHandle('app.probe')
  const probed = useCall('app.providers', {})
  return (
    <Section title="Devices of this machine">
      <ul className={styles['quiet']}>{probed.data?.map((p) => <li key={p.provider}>{p.sentence}</li>)}</ul>
      <Row><Button busy={job.running} onClick={() => void job.start({})}>Try the devices</Button></Row>
      <JobState job={job} label="Trying the devices" />
    </Section>
  )
}

export function DeviceTab({ run }: { readonly run: Run }): ReactNode {
  const stored = useCall('version.devices', { versionId: run.versionId, datasetId: run.datasetId })
  return (
    <Stack>
      <Answer of={stored} label="Loading the reports">{({ parity, speed }) => <><Parity run={run} reports={parity} /><Speed run={run} reports={speed} /></>}</Answer>
      <Devices />
    </Stack>
  )
}

// Trying a bundle: its own server is started on this machine, a row goes in by a form, and the answer and the server's metrics come back.
import { useEffect, useState, type ReactNode } from 'react'
import type { BundleOverview } from '../../../shared/domain/bundle-overview.ts'
import type { Trial, TrialAnswer, TrialField, TrialMetrics } from '../../../shared/domain/trial.ts'
import { formatBytes, formatCount } from '../../../shared/format.ts'
import { useAsk, useCall, useCommand } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField, TextAreaField, TextField } from '../../ui/field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Badge } from '../../ui/status.tsx'
import { notifyError } from '../../ui/toast.tsx'
import styles from './bundle.module.css'

type Values = Readonly<Record<string, string>>

function Field({ field, value, onText }: { readonly field: TrialField; readonly value: string; readonly onText: (text: string) => void }): ReactNode {
  if (field.kind === 'tensor') return <div className={styles['whole']}><TextAreaField label={field.name} hint="Values as a list; empty: those of the golden request." value={value} onText={onText} /></div>
  if (field.choices.length > 0) return <SelectField label={field.name} value={value} choices={[...(field.choices.includes(value) ? [] : [{ value, label: value === '' ? '(missing)' : value }]), ...field.choices.map((c) => ({ value: c, label: c }))]} onChoose={onText} />
  return <TextField label={field.name} value={value} onText={onText} inputMode={field.kind === 'number' ? 'decimal' : 'text'} placeholder="missing" />
}

const number = (value: number): string => String(Number(value.toPrecision(6)))

function Prediction({ answer }: { readonly answer: TrialAnswer }): ReactNode {
  const { prediction, outputs } = answer
  if (answer.error !== null) return <ErrorText>{answer.error}</ErrorText>
  if (prediction === null) return <ul className={styles['values']}>{outputs.map((o) => <li key={o.name}><strong>{o.name}</strong> {o.datatype} [{o.shape.join(', ')}]: {o.values.map((v) => (typeof v === 'number' ? number(v) : String(v))).join(', ')}</li>)}</ul>
  return (
    <>
      <p className={styles['predicted']} aria-label="Prediction">{prediction.label ?? (prediction.value !== null ? number(prediction.value) : prediction.labels === null || prediction.labels.length === 0 ? 'no label' : prediction.labels.join(', '))}</p>
      {prediction.probabilities.length > 0 && (
        <ul className={styles['bars']} aria-label="Probabilities">
          {prediction.probabilities.slice(0, 10).map((p) => <li key={p.label}><span title={p.label}>{p.label}</span><span className={styles['bar']}><i style={{ width: `${100 * Math.min(1, Math.max(0, p.probability))}%` }} /></span><b>{p.probability.toFixed(4)}</b></li>)}
        </ul>
      )}
    </>
  )
}

const ErrorText = ({ children }: { readonly children: ReactNode }): ReactNode => <p role="alert"><Badge tone="bad" icon="bad">Not answered</Badge> {children}</p>

const units: Readonly<Record<TrialMetrics['figures'][number]['unit'], (value: number) => string>> = {
  count: (v) => formatCount(v), milliseconds: (v) => `${number(v < 10 ? Math.round(v * 100) / 100 : Math.round(v))} ms`, bytes: formatBytes, share: (v) => `${(100 * v).toFixed(1)} %`,
}

function Metrics({ metrics }: { readonly metrics: TrialMetrics }): ReactNode {
  if (metrics.reason !== null) return <p className={styles['quiet']}>Not available: {metrics.reason}.</p>
  return <dl className={styles['figures']} aria-label="Metrics of the server">{metrics.figures.map((f) => <div key={f.name}><dt title={f.name}>{f.name}</dt><dd>{units[f.unit](f.value)}</dd></div>)}</dl>
}

function TrialForm({ trial, bundle }: { readonly trial: Trial; readonly bundle: BundleOverview }): ReactNode {
  const first = (): Values => Object.fromEntries(trial.fields.map((f) => [f.name, f.value]))
  const [values, setValues] = useState<Values>(first)
  const ask = useAsk()
  const send = useCommand('trial.send')
  const [metrics, setMetrics] = useState<TrialMetrics | null>(null)
  const go = (): void => send.mutate({ bundleId: bundle.id, values }, { onSettled: () => { ask('trial.metrics', { bundleId: bundle.id }).then(setMetrics, () => undefined) } })
  return (
    <div className={styles['try']}>
      <Section title="Row" note="Filled in from a golden request of the bundle. An empty field is a missing value.">
        <form onSubmit={(event) => { event.preventDefault(); go() }}>
          <Stack>
            <div className={styles['fields']}>{trial.fields.map((f) => <Field key={f.name} field={f} value={values[f.name] ?? ''} onText={(text) => setValues({ ...values, [f.name]: text })} />)}</div>
            <Row><Button look="primary" type="submit" icon="run" busy={send.isPending}>Send</Button><Button onClick={() => setValues(first())}>Golden values again</Button></Row>
          </Stack>
        </form>
      </Section>
      <Stack>
        <Section title="Answer" {...(send.data === undefined ? {} : { count: `${send.data.milliseconds.toFixed(1)} ms, ${send.data.route}` })}>
          <div className={styles['answer']} role="status" aria-label="Answer">
            {send.error !== null ? <ErrorPanel error={send.error} /> : send.data === undefined ? <p className={styles['quiet']}>Send the row to see what the bundle’s own server answers.</p> : <Prediction answer={send.data} />}
          </div>
        </Section>
        <Section title="Metrics of the server">{metrics === null ? <p className={styles['quiet']}>After the first answer.</p> : <Metrics metrics={metrics} />}</Section>
      </Stack>
    </div>
  )
}

/** The server ends when the tab is left; a job that is still starting it is cancelled by the next start or the end of the program. */
export function TryTab({ bundle }: { readonly bundle: BundleOverview }): ReactNode {
  const ask = useAsk()
  const job = useJobHandle('trial.start')
  const trial = useCall('trial.get', { bundleId: bundle.id }).data ?? null
  useEffect(() => () => { ask('trial.stop', { bundleId: bundle.id }).catch(() => undefined) }, [ask, bundle.id])
  const start = (): void => void job.start({ bundleId: bundle.id })
  const stop = (): void => { job.clear(); ask('trial.stop', { bundleId: bundle.id }).catch(notifyError) }
  if (trial !== null && trial.state === 'running') {
    return (
      <Stack>
        <Row>
          <Badge tone="good" icon="good">Running on this machine</Badge>
          <span className={styles['quiet']}>{trial.verified ? 'verified: signed by this workspace' : 'intact; its publisher was not checked'}, ready after {(trial.startedMs / 1000).toFixed(1)} s</span>
          <Button icon="stop" onClick={stop}>Stop</Button>
        </Row>
        <TrialForm key={trial.startedMs} trial={trial} bundle={bundle} />
      </Stack>
    )
  }
  return (
    <Stack>
      {trial?.reason != null && <ErrorText>The server ended: {trial.reason}.</ErrorText>}
      {job.error !== null && <ErrorPanel error={job.error} />}
      {job.running ? <div role="status"><Progress label="Starting the server" fraction={job.job?.fraction ?? null} /><p className={styles['quiet']}>{job.progress?.step ?? 'waiting'}</p></div> : (
        <EmptyState icon="run" title="Try what the receivers will run" actions={<Button look="primary" icon="run" disabled={bundle.place === 'gone'} onClick={start}>Start the server</Button>}>
          Slipway unpacks the bundle into a folder of its own, starts the server inside on this machine alone, and stops it when you leave.
        </EmptyState>
      )}
    </Stack>
  )
}

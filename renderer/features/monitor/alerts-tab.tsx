// The limits of the bundle held against the last rows: what fires, why, what to look at first, and what was decided.
import { useState, type ReactNode } from 'react'
import type { Alert, AlertAction } from '../../../shared/domain/monitor.ts'
import { formatCount, formatNumber } from '../../../shared/format.ts'
import type { MonitorId, VersionId } from '../../../shared/ids.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Moment } from '../../ui/facts.tsx'
import { SelectField, TextAreaField, TextField } from '../../ui/field.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Badge, Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './monitor.module.css'
import { useRollback } from './roll-back.tsx'
import { actionWords, alertWords } from './monitor-words.ts'

const against = (a: Alert): string => `${a.op} ${formatNumber(a.limit)}`

function DecideDialog({ alert, monitorId, versionId, onClose }: { readonly alert: Alert; readonly monitorId: MonitorId; readonly versionId: VersionId; readonly onClose: () => void }): ReactNode {
  const possible = alert.actions.filter((a) => a.available)
  const [action, setAction] = useState<AlertAction>(possible[0]?.action ?? 'accept')
  const [reason, setReason] = useState('')
  const [limit, setLimit] = useState(String(alert.limit))
  const decide = useCommand('alert.decide')
  const back = useRollback(versionId)
  const number = Number(limit.replace(',', '.'))
  const wrong = action === 'threshold' && (limit.trim() === '' || !Number.isFinite(number))
  const save = (): void => decide.mutate({ monitorId, thresholdId: alert.thresholdId, action, reason, ...(action === 'threshold' ? { limit: number } : {}), ...(action === 'roll-back' && back.rollback !== null ? { rollback: back.rollback } : {}) }, { onSuccess: onClose })
  return (
    <Dialog open onClose={onClose} title="Decide about this alert" lead={alert.summary} actions={<><Button onClick={onClose}>Cancel</Button><Button look="primary" busy={decide.isPending} disabled={wrong || reason.trim().length < 3} onClick={save}>{action === 'roll-back' && back.rollback !== null ? 'Roll back' : 'Write down'}</Button></>}>
      <Stack>
        <SelectField label="Decision" value={action} onChoose={setAction} choices={alert.actions.map((a) => ({ value: a.action, label: a.available ? a.label : `${a.label}, not possible`, disabled: !a.available }))} hint={alert.actions.find((a) => a.action === action)?.reason} />
        {action === 'threshold' && <TextField label="New limit, for later analyses" inputMode="decimal" value={limit} onText={setLimit} {...(wrong ? { error: 'A number.' } : {})} />}
        <TextAreaField label="Why" value={reason} onText={setReason} hint="Stays in the record with your name." />
        {action === 'roll-back' && back.fields}
        {decide.error !== null && <ErrorPanel error={decide.error} />}
      </Stack>
    </Dialog>
  )
}

function Firing({ alert, onDecide }: { readonly alert: Alert; readonly onDecide: () => void }): ReactNode {
  return (
    <li className={styles['alert']} data-severity={alert.severity}>
      <div className={styles['head']}>
        <Badge tone={alert.severity === 'critical' ? 'bad' : 'warn'} icon="alert">{alert.severity === 'critical' ? 'Critical' : 'Warning'}</Badge>
        <h2>{alert.summary}</h2>
        <Button onClick={onDecide}>{alert.decision === null ? 'Decide…' : 'Decide anew…'}</Button>
      </div>
      <p><strong>{alert.value === null ? '' : formatNumber(alert.value)}</strong> over the last {formatCount(alert.window.rows)} rows; fires when {against(alert)}. {alert.cause}</p>
      {alert.decision !== null && <p className={styles['decided']}><Mark tone="good" icon="check">{actionWords[alert.decision.action]}</Mark> {alert.decision.reason} <span className={styles['quiet']}>{alert.decision.who ?? ''} <Moment at={alert.decision.at} /></span></p>}
      <details>
        <summary>Evidence and first checks</summary>
        <ul>{alert.evidence.map((line) => <li key={line}>{line}</li>)}</ul>
        <ol>{alert.firstChecks.map((line) => <li key={line}>{line}</li>)}</ol>
        <p className={styles['quiet']}>The limit: {alert.origin.formula}. In Prometheus it is called {alert.alert}.</p>
      </details>
    </li>
  )
}

const columns: readonly TableColumn<Alert>[] = [
  { key: 'state', header: 'State', value: (a) => alertWords[a.state].words, cell: (a) => <Mark tone={alertWords[a.state].tone} icon={alertWords[a.state].icon}>{alertWords[a.state].words}</Mark> },
  { key: 'limit', header: 'Limit of', most: '340px', value: (a) => a.thresholdId, mono: true },
  { key: 'value', header: 'Value', align: 'end', value: (a) => a.value, cell: (a) => (a.value === null ? '–' : formatNumber(a.value)) },
  { key: 'fires', header: 'Fires when', align: 'end', value: (a) => against(a) },
  { key: 'severity', header: 'Severity', value: (a) => a.severity },
]

export function AlertsTab({ monitorId }: { readonly monitorId: MonitorId }): ReactNode {
  const asked = useCall('monitor.alerts', { monitorId })
  const [deciding, setDeciding] = useState<string | null>(null)
  return (
    <Answer of={asked} label="Loading the alerts">
      {({ alerts, versionId }) => {
        const firing = alerts.filter((a) => a.state === 'firing')
        const chosen = alerts.find((a) => a.thresholdId === deciding)
        return (
          <Stack>
            {firing.length === 0 ? <p role="status"><Mark tone="good" icon="good">No alert fires.</Mark></p> : <ul className={styles['alerts']} aria-label="Alerts that fire">{firing.map((alert) => <Firing key={alert.thresholdId} alert={alert} onDecide={() => setDeciding(alert.thresholdId)} />)}</ul>}
            <Section title="All limits" note="The same limits, with the same numbers, as the bundle’s Prometheus rules."><Table label="All limits" columns={columns} rows={alerts.filter((a) => a.state !== 'firing')} rowId={(a) => a.thresholdId} empty="Every limit fires." /></Section>
            {chosen !== undefined && <DecideDialog alert={chosen} monitorId={monitorId} versionId={versionId} onClose={() => setDeciding(null)} />}
          </Stack>
        )
      }}
    </Answer>
  )
}

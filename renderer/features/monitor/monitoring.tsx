// What serves where, what its logs say, and the logs that came home.
import type { ReactNode } from 'react'
import type { Deployment, DeploymentStep } from '../../../shared/domain/deployment.ts'
import type { LogBatch } from '../../../shared/domain/log-batch.ts'
import type { MonitorSummary } from '../../../shared/domain/monitor.ts'
import { formatBytes, formatCount, formatShare } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Moment } from '../../ui/facts.tsx'
import { Page, Section, Stack } from '../../ui/page.tsx'
import { Badge, Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { LogIntake } from './log-intake.tsx'
import { driftWords, period } from './monitor-words.ts'
import { RecordDeployment } from './record-deployment.tsx'

const watchHref = (versionId: string): string => href({ screen: 'monitor', versionId })

const deploymentColumns: readonly TableColumn<Deployment>[] = [
  { key: 'version', header: 'Version', most: '260px', value: (d) => `${d.modelName} v${d.versionNumber}`, cell: (d) => <a href={watchHref(d.versionId)}>{d.modelName} v{d.versionNumber}</a> },
  { key: 'environment', header: 'Environment', value: (d) => d.environment },
  { key: 'target', header: 'Target', most: '180px', value: (d) => d.target },
  { key: 'state', header: 'Now', value: (d) => (d.until === null ? 'serves' : d.end ?? 'ended'), cell: (d) => (d.until === null ? <Mark tone="good" icon="good">Serves</Mark> : <Mark tone="neutral" icon="stopped">{d.end === 'rolled-back' ? 'Rolled back' : d.end === 'replaced' ? 'Replaced' : 'Ended'}</Mark>) },
  { key: 'since', header: 'Since', align: 'end', value: (d) => d.since, cell: (d) => <Moment at={d.since} /> },
  { key: 'share', header: 'Traffic', align: 'end', value: (d) => d.share, cell: (d) => (d.share === null ? 'not told' : formatShare(d.share)) },
  { key: 'incidents', header: 'Incidents', align: 'end', value: (d) => d.incidents, cell: (d) => (d.incidents === 0 ? '0' : <Badge tone="bad">{d.incidents}</Badge>) },
  { key: 'rows', header: 'Log rows', align: 'end', value: (d) => d.logRows, cell: (d) => formatCount(d.logRows) },
]

const analysisColumns: readonly TableColumn<MonitorSummary>[] = [
  { key: 'version', header: 'Version', most: '260px', value: (m) => `${m.modelName} v${m.versionNumber}`, cell: (m) => <a href={watchHref(m.versionId)}>{m.modelName} v{m.versionNumber}</a> },
  { key: 'verdict', header: 'Inputs', value: (m) => driftWords[m.verdict].words, cell: (m) => <Mark tone={driftWords[m.verdict].tone} icon={driftWords[m.verdict].icon}>{driftWords[m.verdict].words}</Mark> },
  { key: 'alerts', header: 'Alerts', value: (m) => m.firing, cell: (m) => (m.firing === 0 ? 'none' : <Badge tone={m.critical > 0 ? 'bad' : 'warn'} icon="alert">{m.undecided === 0 ? `${m.firing}, all decided` : `${m.firing}, ${m.undecided} undecided`}</Badge>) },
  { key: 'sentence', header: 'In words', wrap: true, value: (m) => m.sentence },
  { key: 'rows', header: 'Rows', align: 'end', value: (m) => m.rows, cell: (m) => formatCount(m.rows) },
  { key: 'at', header: 'Analysed', align: 'end', value: (m) => m.createdAt, cell: (m) => <><Moment at={m.createdAt} />{m.stale && <Badge tone="warn">older than the logs</Badge>}</> },
]

const batchColumns: readonly TableColumn<LogBatch>[] = [
  { key: 'name', header: 'Batch', most: '220px', value: (b) => b.name },
  { key: 'version', header: 'Of', most: '200px', value: (b) => `${b.modelName}${b.versionNumber === null ? '' : ` v${b.versionNumber}`}` },
  { key: 'rows', header: 'Rows', align: 'end', value: (b) => b.rows, cell: (b) => formatCount(b.rows) },
  { key: 'time', header: 'Time', value: (b) => period(b.from, b.to) },
  { key: 'left', header: 'Not taken', align: 'end', value: (b) => b.account.read - b.account.kept, cell: (b) => <span title={b.account.reasons.map((r) => `${formatCount(r.count)}: ${r.sentence}`).join('\n')}>{formatCount(b.account.read - b.account.kept)}</span> },
  { key: 'holds', header: 'Holds', wrap: true, value: (b) => b.holds.sentence },
  { key: 'size', header: 'Files', align: 'end', value: (b) => b.account.bytes, cell: (b) => formatBytes(b.account.bytes) },
  { key: 'at', header: 'Came home', align: 'end', value: (b) => b.createdAt, cell: (b) => <Moment at={b.createdAt} /> },
]

const stepColumns: readonly TableColumn<DeploymentStep>[] = [
  { key: 'at', header: 'When', width: '150px', value: (s) => s.at, cell: (s) => <Moment at={s.at} exact /> },
  { key: 'what', header: 'What', width: '130px', value: (s) => s.kind, cell: (s) => <Mark tone={s.outcome === 'bad' ? 'bad' : s.outcome === 'good' ? 'good' : 'neutral'} icon={s.kind === 'incident' ? 'alert' : s.kind === 'end' ? 'stopped' : 'run'}>{{ start: 'Began', share: 'Share', end: 'Ended', incident: 'Incident' }[s.kind]}</Mark> },
  { key: 'sentence', header: 'In words', wrap: true, value: (s) => `${s.sentence} ${s.reason ?? ''}`.trim() },
  { key: 'who', header: 'Who', width: '140px', clip: true, value: (s) => s.who ?? 'not known' },
]

/** Newest first comes in: the first of each version. */
const newestOfEach = (all: readonly MonitorSummary[]): readonly MonitorSummary[] => all.filter((m, i) => all.findIndex((n) => n.versionId === m.versionId) === i)

export function MonitoringScreen(): ReactNode {
  const deployments = useCall('deployment.list', {})
  const analyses = useCall('monitor.list', {})
  const batches = useCall('logs.list', {})
  const timeline = useCall('deployment.timeline', {})
  const empty = deployments.data?.length === 0 && batches.data?.length === 0
  return (
    <Page title="Monitoring" lead="Where versions serve, and what their logs say. Nothing is asked over the network: logs come home as files." actions={<><RecordDeployment /><LogIntake /></>}>
      {empty ? (
        <EmptyState icon="monitor" title="Nothing is deployed yet, as far as Slipway knows">
          <p>Export a bundle and serve it. Its server writes a prediction log; <code>bin/feedback.mjs pack</code> makes one file of it. Bring that file home here, and drift, quality and alerts appear. A deployment can also be recorded by hand.</p>
        </EmptyState>
      ) : (
        <Stack>
          <Section title="What serves"><Answer of={deployments} label="Loading deployments">{(all) => <Table label="Deployments" columns={deploymentColumns} rows={all} rowId={(d) => d.id} rowHref={(d) => watchHref(d.versionId)} empty="No deployment is recorded." />}</Answer></Section>
          <Section title="What the logs say"><Answer of={analyses} label="Loading analyses">{(all) => <Table label="Analyses" columns={analysisColumns} rows={newestOfEach(all)} rowId={(m) => m.id} rowHref={(m) => watchHref(m.versionId)} empty="No logs were analysed yet. Open a version above." />}</Answer></Section>
          <Section title="Logs that came home"><Answer of={batches} label="Loading logs">{(all) => <Table label="Logs" columns={batchColumns} rows={all} rowId={(b) => b.id} empty="No logs came home yet." />}</Answer></Section>
          <Section title="Line of time"><Answer of={timeline} label="Loading the line of time">{({ steps, more }) => <><Table label="Line of time" columns={stepColumns} rows={steps} rowId={(s) => s.id} empty="Nothing happened yet." />{more && <p>Earlier steps are told by <code>slipway deployments timeline</code>.</p>}</>}</Answer></Section>
        </Stack>
      )}
    </Page>
  )
}

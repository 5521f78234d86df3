// What the logs of one version say: drift, quality over time, service, and the alerts that its bundle's own limits raise.
import type { ReactNode } from 'react'
import type { MonitorOverview } from '../../../shared/domain/monitor.ts'
import { formatCount, formatPlural, formatShare } from '../../../shared/format.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { metricName } from '../../../shared/metrics/catalogue.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobHandle, type JobHandle } from '../../bridge/use-jobs.ts'
import { go, href, type MonitorTab, type Route } from '../../route.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Facts, Moment } from '../../ui/facts.tsx'
import { Page, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Badge } from '../../ui/status.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { AlertsTab } from './alerts-tab.tsx'
import { DriftTab } from './drift-tab.tsx'
import { period, valued } from './monitor-words.ts'
import { QualityTab } from './quality-tab.tsx'
import { ServiceTab } from './answering-tab.tsx'

export type MonitorRoute = Extract<Route, { screen: 'monitor' }>

function Summary({ found }: { readonly found: MonitorOverview }): ReactNode {
  const { source, headline } = found
  return (
    <Facts label="In short" facts={[
      { name: 'Rows', value: `${formatCount(source.rows)} of ${formatPlural(source.batches, 'import')}, ${period(source.from, source.to)}` },
      { name: 'Held against', value: source.profile.sentence },
      { name: 'Inputs', value: found.data.sentence }, { name: 'Answers', value: found.answers.sentence },
      { name: 'The last rows', value: found.last.data.sentence },
      { name: metricName(headline.metric), value: headline.seen === null ? `no labels; the evaluation gave ${valued(headline.metric, headline.expected)}` : `${valued(headline.metric, headline.seen)} on ${formatPlural(headline.labelled, 'labelled row')}; the evaluation gave ${valued(headline.metric, headline.expected)}` },
      { name: 'False alarms', value: `at most ${formatShare(found.data.falseAlarm)} of windows without drift, all inputs together` },
    ]} />
  )
}

function Analysed({ found, route }: { readonly found: MonitorOverview; readonly route: MonitorRoute }): ReactNode {
  return (
    <Stack>
      {found.stale && <p role="status"><Badge tone="warn" icon="warning">Logs came home, or were forgotten, after this analysis</Badge></p>}
      <Summary found={found} />
      {found.notes.map((note) => <p key={note}>{note}</p>)}
      <Tabs<MonitorTab> label="Parts of the analysis" value={route.tab ?? 'alerts'} onChange={(tab) => { const { column: _, ...rest } = route; go({ ...rest, tab }, 'replace') }} tabs={[
        { key: 'alerts', label: 'Alerts', count: found.firing, content: <AlertsTab monitorId={found.id} /> },
        { key: 'drift', label: 'Drift', count: found.data.columnsDrifted, content: <DriftTab found={found} route={route} /> },
        { key: 'quality', label: 'Quality', content: <QualityTab monitorId={found.id} /> },
        { key: 'service', label: 'Service', content: <ServiceTab found={found} /> },
      ]} />
    </Stack>
  )
}

function Analysing({ job }: { readonly job: JobHandle<'monitor.analyse'> }): ReactNode {
  return (
    <>
      {job.running && <div><Progress label="Analysing the logs" fraction={job.job?.fraction ?? null} /><p role="status">{job.progress?.step ?? 'Reading the logs'}</p><Button onClick={() => job.cancel()}>Stop</Button></div>}
      {job.error !== null && <ErrorPanel error={job.error} />}
    </>
  )
}

export function WatchedScreen({ route, versionId }: { readonly route: MonitorRoute; readonly versionId: VersionId }): ReactNode {
  const version = useCall('version.get', { versionId }).data?.version
  const analyses = useCall('monitor.list', { versionId, limit: 1 })
  const batches = useCall('logs.list', { versionId })
  const newest = analyses.data?.[0]
  const found = useCall('monitor.overview', newest === undefined ? { versionId } : { monitorId: newest.id }, { enabled: newest !== undefined, keepPrevious: true })
  const job = useJobHandle('monitor.analyse')
  const analyse = (): void => void job.start({ versionId })
  const hasLogs = (batches.data?.length ?? 0) > 0
  return (
    <Page
      title={version === undefined ? 'Monitoring' : `${version.modelName} v${version.number} in service`} crumbs={[{ label: 'Monitoring', href: href({ screen: 'monitoring' }) }]}
      mark={newest === undefined ? undefined : <>analysed <Moment at={newest.createdAt} /></>}
      actions={<><ButtonLink href={href({ screen: 'version', versionId })}>The version</ButtonLink>{hasLogs && <ButtonLink href={href({ screen: 'decide', versionId })}>A/B and rollout</ButtonLink>}{hasLogs && <Button look="primary" icon="refresh" busy={job.running} onClick={analyse}>{newest === undefined ? 'Analyse' : 'Analyse again'}</Button>}</>}
    >
      <Stack>
        <Analysing job={job} />
        {found.data !== undefined ? <Analysed found={found.data} route={route} />
          : found.error !== null ? <ErrorPanel error={found.error} />
            : analyses.data === undefined || batches.data === undefined || newest !== undefined ? <Skeleton label="Loading the analysis" />
              : hasLogs ? <EmptyState icon="monitor" title="Its logs are here" actions={<Button look="primary" busy={job.running} onClick={analyse}>Analyse</Button>}>Slipway holds them against the profile of the evaluation and the limits of the bundle.</EmptyState>
                : <EmptyState icon="monitor" title="No logs of this version came home" actions={<ButtonLink href={href({ screen: 'monitoring' })}>To Monitoring</ButtonLink>}>Its bundle’s server writes them; <code>bin/feedback.mjs pack</code> makes one file of them, and “Bring home” takes it.</EmptyState>}
      </Stack>
    </Page>
  )
}

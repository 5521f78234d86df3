// A run without a result: still going, waiting, cancelled, failed or interrupted. Each says what happened and what to do next.
import type { ReactNode } from 'react'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { OutputOf } from '../../../shared/contract-kit.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { jobEnded } from '../../../shared/domain/job.ts'
import { formatCount, formatDuration, formatRate } from '../../../shared/format.ts'
import { metricText } from '../../../shared/metrics/metric-text.ts'
import { progressOf, useJobHandle, useJobs } from '../../bridge/use-jobs.ts'
import { useCommand } from '../../bridge/use-call.ts'
import { go, href } from '../../route.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Facts } from '../../ui/facts.tsx'
import { metricWords } from '../../ui/metric/definition-of.ts'
import { Row } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { isPaused } from '../../ui/status.tsx'
import { notifyError } from '../../ui/toast.tsx'
import styles from './run.module.css'

type StoredRun = OutputOf<SlipwayContract['run.get']>

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

function Going({ run }: { readonly run: Run }): ReactNode {
  const job = useJobs().find((j) => j.subject === run.id && !jobEnded(j.state)) ?? null
  const cancel = useCommand('job.cancel')
  const pause = useCommand('job.pause')
  const p = progressOf('run.evaluate', job)
  const stopping = job?.state === 'cancelling'
  return (
    <section className={styles['progress']} aria-label="Progress">
      <Progress label="Evaluating" fraction={job?.fraction ?? null} />
      <Facts label="Progress of the run" facts={[
        { name: 'Now', value: capitalised(stopping ? 'stopping' : p?.phase ?? 'waiting') },
        { name: 'Rows', value: p === null ? '–' : `${formatCount(p.rowsDone)}${p.rowsTotal === null ? '' : ` of ${formatCount(p.rowsTotal)}`}` },
        { name: 'Rate', value: p?.rowsPerSecond == null ? '–' : `${formatRate(p.rowsPerSecond)} rows/s` },
        { name: 'Time left', value: p?.secondsLeft == null ? '–' : formatDuration(p.secondsLeft * 1000) },
        ...(p?.headline == null ? [] : [{ name: `${metricWords(p.headline.metric).title} so far`, value: metricText(p.headline.metric, p.headline.value) }]),
      ]} />
      <Row>
        {job !== null && job.pausable && job.state === 'running' && <Button look="secondary" icon="pause" onClick={() => pause.mutate({ jobId: job.id }, { onError: notifyError })}>Pause the run</Button>}
        {job !== null && <Button look={stopping ? 'danger' : 'secondary'} icon="stop" onClick={() => cancel.mutate({ jobId: job.id, now: stopping }, { onError: notifyError })}>{stopping ? 'Stop now' : 'Cancel the run'}</Button>}
      </Row>
    </section>
  )
}

/** Goes on from what the run has kept, as a run of its own; a run that kept nothing begins again. */
function Resume({ run }: { readonly run: StoredRun }): ReactNode {
  const job = useJobHandle('run.resume')
  const start = async (again: boolean): Promise<void> => {
    const started = await job.start({ runId: run.id, again })
    if (started !== null && started.subject !== null) go({ screen: 'run', runId: started.subject })
  }
  const asks = job.error?.code === 'run.crashedBefore'
  return (
    <>
      <Button look={run.kept ? 'primary' : 'secondary'} icon="run" busy={job.running} onClick={() => { start(asks).catch(notifyError) }}>{asks ? 'Go on all the same' : run.kept ? 'Go on' : 'Begin again as it was'}</Button>
      {job.error !== null && <ErrorPanel error={job.error} />}
    </>
  )
}

const kept = (run: StoredRun): string => run.kept ? 'What its model has answered is kept for two weeks, and it goes on from there.' : 'It had not run for three seconds, so nothing was kept and it begins again.'

export function UnfinishedRun({ run }: { readonly run: StoredRun }): ReactNode {
  const again = <><Resume run={run} /><ButtonLink icon="refresh" href={href({ screen: 'evaluate', versionId: run.versionId, datasetId: run.datasetId })}>Evaluate again</ButtonLink></>
  switch (run.status) {
    case 'queued': case 'running': return <Going run={run} />
    case 'failed': return <ErrorPanel error={run.error} actions={again} />
    case 'cancelled': return isPaused(run)
      ? <EmptyState icon="pause" title="This run is paused" actions={again}>{kept(run)}</EmptyState>
      : <EmptyState icon="stopped" title="This run was cancelled" actions={again}>Half an evaluation is no evaluation, so it has no result. {kept(run)}</EmptyState>
    case 'interrupted': return <EmptyState icon="alert" title="This run was interrupted" actions={again}>Slipway ended while it was going, so it has no result. {kept(run)}</EmptyState>
    case 'done': return null
  }
}

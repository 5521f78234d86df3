// One job as a line: title, state in words, progress, and the ways to stop it or to see its result.
import { useEffect, useState, type ReactNode } from 'react'
import { jobEnded, type JobSnapshot } from '../../../shared/domain/job.ts'
import { useCommand } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Button } from '../../ui/button.tsx'
import { Moment } from '../../ui/facts.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Progress } from '../../ui/progress.tsx'
import { notifyError } from '../../ui/toast.tsx'
import styles from './jobs.module.css'
import { jobRoute, jobWords, silence } from './job-words.ts'

/** Cancels a job; pressing again while it stops ends the engine at once. */
export function CancelButton({ job }: { readonly job: JobSnapshot }): ReactNode {
  const cancel = useCommand('job.cancel')
  const again = job.state === 'cancelling'
  if (jobEnded(job.state)) return null
  return (
    <Button look={again ? 'danger' : 'secondary'} aria-label={again ? `Stop ${job.title} now` : `Cancel ${job.title}`} onClick={() => cancel.mutate({ jobId: job.id, now: again }, { onError: notifyError })}>
      {again ? 'Stop now' : 'Cancel'}
    </Button>
  )
}

/** Pauses an evaluation that runs; absent where nothing would be kept. */
export function PauseButton({ job }: { readonly job: JobSnapshot }): ReactNode {
  const pause = useCommand('job.pause')
  if (!job.pausable || job.state !== 'running') return null
  return <Button look="secondary" aria-label={`Pause ${job.title}`} onClick={() => pause.mutate({ jobId: job.id }, { onError: notifyError })}>Pause</Button>
}

/** The time, once a second, while something runs. */
export function useNow(active: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!active) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [active])
  return now
}

const marks = { queued: 'waiting', running: 'busy', cancelling: 'busy', done: 'good', failed: 'bad', cancelled: 'stopped', paused: 'pause' } as const

export function JobLine({ job }: { readonly job: JobSnapshot }): ReactNode {
  const ended = jobEnded(job.state)
  const quiet = silence(job, useNow(!ended))
  const route = job.state === 'done' || job.state === 'paused' ? jobRoute(job) : null
  return (
    <li className={styles['job']} data-state={job.state}>
      <Icon name={marks[job.state]} className={styles['jobMark']} />
      <div className={styles['jobMain']}>
        <div className={styles['jobTitle']}>{job.title}</div>
        <div className={styles['jobWords']}>
          {jobWords(job)}
          {job.state === 'failed' && job.error !== null && <> {job.error.next}</>}
          {quiet !== null && <span className={styles['silent']}> · No sign for {quiet} s. One large batch may take that long.</span>}
        </div>
        {!ended && job.state !== 'queued' && <Progress thin label={`Progress of ${job.title}`} fraction={job.fraction} />}
      </div>
      {ended ? <span className={styles['when']}>{job.endedAt !== null && <Moment at={job.endedAt} />}</span> : <><PauseButton job={job} /><CancelButton job={job} /></>}
      {route !== null && <a href={href(route)} aria-label={job.state === 'paused' ? `Show the paused run of ${job.title}` : `Show the result of ${job.title}`}>Show</a>}
    </li>
  )
}

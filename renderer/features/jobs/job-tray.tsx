// The line at the foot of the window: what is running, how far, and a way to stop it; opens into the list of all jobs.
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { jobEnded, type JobSnapshot } from '../../../shared/domain/job.ts'
import { formatPlural } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobs } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { announce } from '../../ui/live-region.tsx'
import { Progress } from '../../ui/progress.tsx'
import { CancelButton, JobLine } from './job-line.tsx'
import { newsOf } from './job-news.ts'
import { jobWords } from './job-words.ts'
import styles from './jobs.module.css'

const engineWords = { idle: 'Engine idle', starting: 'Engine starting', ready: 'Engine ready', busy: 'Engine busy', down: 'Engine stopped, starts with the next job', unstable: 'Engine stopped after repeated crashes' } as const

/** Shows one job, or how many failed, or that all is quiet. */
function Now({ current, failed }: { readonly current: JobSnapshot | undefined; readonly failed: number }): ReactNode {
  if (current !== undefined) {
    return (
      <>
        <span className={styles['trayTitle']}>{current.title}</span>
        <div className={styles['trayBar']}><Progress label={`Progress of ${current.title}`} fraction={current.fraction} /></div>
        <span className={styles['trayWords']}>{jobWords(current)}</span>
        <CancelButton job={current} />
      </>
    )
  }
  if (failed > 0) return <span className={styles['trayFailed']}><Icon name="alert" size={14} /> {formatPlural(failed, 'job')} failed</span>
  return <span className={styles['trayWords']}>No jobs running</span>
}

/** Has every job that ends read out, once. */
function useJobNews(jobs: readonly JobSnapshot[]): void {
  const seen = useRef<ReadonlyMap<string, JobSnapshot> | null>(null)
  useEffect(() => {
    for (const sentence of newsOf(seen.current, jobs)) announce(sentence)
    seen.current = new Map(jobs.map((job) => [job.id, job]))
  }, [jobs])
}

export function JobTray(): ReactNode {
  const jobs = useJobs()
  const about = useCall('app.about', {})
  const [open, setOpen] = useState(false)
  const [seen, setSeen] = useState(0)
  const active = jobs.filter((j) => !jobEnded(j.state))
  const current = active.find((j) => j.state !== 'queued') ?? active[0]
  const failed = jobs.filter((j) => j.state === 'failed' && (j.endedAt ?? 0) > seen).length
  useJobNews(jobs)
  const toggle = (): void => { setOpen(!open); setSeen(Date.now()) }
  return (
    <section aria-label="Jobs" className={styles['tray']}>
      {open && (
        <div className={styles['list']}>
          {jobs.length === 0 ? <p className={styles['none']}>Jobs of this session appear here: imports, evaluations, exports.</p> : <ul>{jobs.slice(0, 30).map((j) => <JobLine key={j.id} job={j} />)}</ul>}
        </div>
      )}
      <div className={styles['bar']}>
        <Now current={current} failed={failed} />
        <span className={styles['fill']} />
        {about.data !== undefined && <span className={styles['engine']} data-engine={about.data.engine}>{engineWords[about.data.engine]}</span>}
        <Button look="quiet" icon={open ? 'open' : 'more'} aria-expanded={open} onClick={toggle}>{active.length > 1 ? `Jobs (${active.length})` : 'Jobs'}</Button>
      </div>
    </section>
  )
}

// All jobs of this session, as a screen of their own.
import type { ReactNode } from 'react'
import { jobEnded } from '../../../shared/domain/job.ts'
import { useJobs } from '../../bridge/use-jobs.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { JobLine } from './job-line.tsx'
import styles from './jobs.module.css'

export function JobsScreen(): ReactNode {
  const jobs = useJobs()
  const active = jobs.filter((j) => !jobEnded(j.state))
  const ended = jobs.filter((j) => jobEnded(j.state))
  return (
    <Page title="Jobs" narrow>
      {jobs.length === 0 && <EmptyState icon="waiting" title="Nothing has run yet">Imports, evaluations and exports of this session appear here with their progress.</EmptyState>}
      {active.length > 0 && <Section title="Running and waiting" count={active.length}><ul className={styles['plain']}>{active.map((j) => <JobLine key={j.id} job={j} />)}</ul></Section>}
      {ended.length > 0 && <Section title="Ended" count={ended.length}><ul className={styles['plain']}>{ended.map((j) => <JobLine key={j.id} job={j} />)}</ul></Section>}
    </Page>
  )
}

// What came of the files that were handed over since the window opened: where they are now, or why they were refused. Never a modal.
import { useState, type ReactNode } from 'react'
import type { ImportOutcome } from '../../../shared/contract.ts'
import type { JobSnapshot } from '../../../shared/domain/job.ts'
import { formatPlural } from '../../../shared/format.ts'
import { resultOf, useJobs } from '../../bridge/use-jobs.ts'
import { href } from '../../route.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Icon } from '../../ui/icon.tsx'
import styles from './intake.module.css'

const openedAt = Date.now()

function Outcome({ outcome }: { readonly outcome: ImportOutcome }): ReactNode {
  const { version, error } = outcome
  if (error !== null) return <ErrorPanel compact error={error} />
  if (version === null) return null
  return (
    <p className={styles['outcome']}>
      <Icon name={outcome.outcome === 'created' ? 'good' : 'note'} className={styles['good']} />
      <span>
        <a href={href({ screen: 'version', versionId: version.id })}>{version.modelName} {version.number}</a>
        {outcome.outcome === 'created' ? ` was imported from ${outcome.fileName}.` : ` already holds exactly the bytes of ${outcome.fileName}.`}
        {version.needsRewrite && <> Its output is a map that no runtime here can return. <a href={href({ screen: 'version', versionId: version.id })}>Rewrite it to plain tensors</a>.</>}
      </span>
    </p>
  )
}

function Report({ job }: { readonly job: JobSnapshot }): ReactNode {
  if (job.error !== null) return <ErrorPanel compact error={job.error} />
  const outcomes = resultOf('version.import', job.method === 'version.import' ? job : null)
  if (outcomes !== null) return outcomes.map((o, i) => <Outcome key={`${o.fileName} ${i}`} outcome={o} />)
  const dataset = resultOf('dataset.add', job.method === 'dataset.add' ? job : null)
  if (dataset === null) return null
  return (
    <p className={styles['outcome']}>
      <Icon name="good" className={styles['good']} />
      <span><a href={href({ screen: 'dataset', datasetId: dataset.id })}>{dataset.name}</a> was added with {formatPlural(dataset.rows, 'row')} and {formatPlural(dataset.columns.length, 'column')}.</span>
    </p>
  )
}

export function IntakeReport(): ReactNode {
  const jobs = useJobs()
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set())
  const shown = jobs.filter((j) => ['version.import', 'dataset.add'].includes(j.method) && (j.state === 'done' || j.state === 'failed') && (j.endedAt ?? 0) >= openedAt && !seen.has(j.id)).slice(0, 4)
  if (shown.length === 0) return null
  return (
    <section aria-label="What came in" className={styles['report']}>
      <div className={styles['lines']}>{shown.map((job) => <Report key={job.id} job={job} />)}</div>
      <Button look="quiet" icon="close" onClick={() => setSeen(new Set([...seen, ...shown.map((j) => j.id)]))}>Dismiss</Button>
    </section>
  )
}

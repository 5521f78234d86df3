// What came of the files that were handed over since the window opened: where they are now, or why they were refused. Never a modal.
import { useEffect, useState, type ReactNode } from 'react'
import type { ImportOutcome } from '../../../shared/contract.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { JobSnapshot } from '../../../shared/domain/job.ts'
import type { ErrorRecord } from '../../../shared/domain/run.ts'
import { formatPlural } from '../../../shared/format.ts'
import { resultOf, useJobs } from '../../bridge/use-jobs.ts'
import { href } from '../../route.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { copyText } from '../../ui/clipboard.ts'
import { Icon } from '../../ui/icon.tsx'
import { notify } from '../../ui/toast.tsx'
import styles from './intake.module.css'

const openedAt = Date.now()

const contentWords = (dataset: Dataset): string => (dataset.kind === 'images'
  ? `${formatPlural(dataset.rows, 'picture')} in ${formatPlural(dataset.classes.length, 'class', 'classes')}`
  : `${formatPlural(dataset.rows, 'row')} and ${formatPlural(dataset.columns.length, 'column')}`)

/** Why a file did not come in, and what to do: as much as an error panel says, in the height of its words. */
function Refusal({ error }: { readonly error: ErrorRecord }): ReactNode {
  const copy = (): void => { void copyText(JSON.stringify(error, null, 2)).then((ok) => { if (ok) notify('Copied the details.') }) }
  return (
    <div role="alert" aria-label={error.title} className={styles['outcome']}>
      <Icon name="alert" className={styles['bad']} />
      <p className={styles['refusal']}><strong>{error.title}.</strong> {error.message} <span className={styles['next']}>{error.next}</span></p>
      <Button look="quiet" onClick={copy}>Copy details</Button>
    </div>
  )
}

function Outcome({ outcome }: { readonly outcome: ImportOutcome }): ReactNode {
  const { version, error } = outcome
  if (error !== null) return <Refusal error={error} />
  if (version === null) return null
  return (
    <p className={styles['outcome']}>
      <Icon name={outcome.outcome === 'created' ? 'good' : 'note'} className={styles['good']} />
      <span>
        <a href={href({ screen: 'version', versionId: version.id })}>{version.modelName} v{version.number}</a>
        {outcome.outcome === 'created' ? ` was imported from ${outcome.fileName}.` : ` already holds exactly the bytes of ${outcome.fileName}.`}
        {version.needsRewrite && <> Its output is a map that no runtime here can return. <a href={href({ screen: 'version', versionId: version.id })}>Rewrite it to plain tensors</a>.</>}
      </span>
    </p>
  )
}

function Added({ dataset }: { readonly dataset: Dataset }): ReactNode {
  return (
    <p className={styles['outcome']}>
      <Icon name="good" className={styles['good']} />
      <span><a href={href({ screen: 'dataset', datasetId: dataset.id })}>{dataset.name}</a> was added with {contentWords(dataset)}.</span>
    </p>
  )
}

/** What a job brought in or refused, a line a file; refusals before the rest. */
function linesOf(job: JobSnapshot): readonly ReactNode[] {
  if (job.error !== null) return [<Refusal key={job.id} error={job.error} />]
  const outcomes = resultOf('version.import', job.method === 'version.import' ? job : null)
  if (outcomes !== null) return [...outcomes].sort((a, b) => Number(b.error !== null) - Number(a.error !== null)).map((o, i) => <Outcome key={`${job.id} ${i}`} outcome={o} />)
  const dataset = resultOf('dataset.add', job.method === 'dataset.add' ? job : null)
  return dataset === null ? [] : [<Added key={job.id} dataset={dataset} />]
}

/** So many lines are shown before the rest is asked for: the screen below keeps its room. */
const atFirst = 3

const refused = (job: JobSnapshot): boolean => job.state === 'failed' || (resultOf('version.import', job.method === 'version.import' ? job : null)?.some((o) => o.error !== null) ?? false)

/** Reports that were dismissed, or that said only good things before the reader went on to another screen. */
function useSeen(shown: readonly JobSnapshot[], seen: ReadonlySet<string>, setSeen: (seen: ReadonlySet<string>) => void): void {
  useEffect(() => {
    const onLeave = (): void => setSeen(new Set([...seen, ...shown.filter((j) => !refused(j)).map((j) => j.id)]))
    window.addEventListener('hashchange', onLeave)
    return () => window.removeEventListener('hashchange', onLeave)
  }, [shown, seen, setSeen])
}

export function IntakeReport(): ReactNode {
  const jobs = useJobs()
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set())
  const [all, setAll] = useState(false)
  const shown = jobs.filter((j) => ['version.import', 'dataset.add'].includes(j.method) && (j.state === 'done' || j.state === 'failed') && (j.endedAt ?? 0) >= openedAt && !seen.has(j.id))
    .sort((a, b) => Number(refused(b)) - Number(refused(a)))
  useSeen(shown, seen, setSeen)
  if (shown.length === 0) return null
  const lines = shown.flatMap(linesOf)
  const drawn = all ? lines : lines.slice(0, atFirst)
  return (
    <section aria-label="What came in" className={styles['report']}>
      <div className={styles['lines']}>{drawn}</div>
      <div className={styles['ways']}>
        {lines.length > atFirst && <Button look="quiet" aria-expanded={all} onClick={() => setAll(!all)}>{all ? 'Show fewer' : `Show all ${lines.length}`}</Button>}
        <IconButton label="Dismiss" icon="close" onClick={() => { setAll(false); setSeen(new Set([...seen, ...shown.map((j) => j.id)])) }} />
      </div>
    </section>
  )
}

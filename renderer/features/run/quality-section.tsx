// What the evaluated rows have wrong with them, beside the numbers: what the profile saw at once, and a closer look on request.
import { useState, type ReactNode } from 'react'
import type { DatasetFinding } from '../../../shared/domain/dataset.ts'
import type { QualityExample, QualityFinding, QualityReport } from '../../../shared/domain/quality.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { formatPlural } from '../../../shared/format.ts'
import type { DatasetId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Section } from '../../ui/page.tsx'
import { TrainingField } from './training-field.tsx'
import styles from './reading.module.css'

/** What the profile of a file says about its rows; how it is written does not matter here. */
const ofRows: readonly DatasetFinding['kind'][] = ['duplicate-rows', 'constant-column', 'mixed-types', 'ragged-rows', 'unreadable-files']

const exampleWords = (e: QualityExample): string => `${e.record}${e.other === null ? '' : ` like ${e.other.where === 'training' ? 'training record ' : ''}${e.other.record}`}${e.shows === '' ? '' : ` (${e.shows})`}`

function Line({ severity, children }: { readonly severity: 'note' | 'warning'; readonly children: ReactNode }): ReactNode {
  return <li data-severity={severity}><Icon name={severity === 'warning' ? 'warning' : 'note'} size={14} /><div>{children}</div></li>
}

function Finding({ finding }: { readonly finding: QualityFinding }): ReactNode {
  return (
    <Line severity={finding.severity}>
      <p>{finding.sentence}</p>
      {finding.examples.length > 0 && <p className={styles['quiet']}>Records {finding.examples.map(exampleWords).join(', ')}.</p>}
      <p className={styles['quiet']}>{finding.next}</p>
    </Line>
  )
}

function Report({ report }: { readonly report: QualityReport }): ReactNode {
  return (
    <>
      <p role="status" className={styles['verdict']}>{report.findings.length === 0 ? 'Nothing was found' : formatPlural(report.findings.length, 'finding')} in {formatPlural(report.rows, 'scored row')}{report.trainingName === null ? '' : `, beside the training file ${report.trainingName}`}.</p>
      <ul className={styles['findings']} aria-label="Findings">{report.findings.map((f) => <Finding key={`${f.kind} ${f.column ?? ''}`} finding={f} />)}</ul>
      {report.clear.length > 0 && <p className={styles['quiet']}>Looked for and not found: {report.clear.join('; ')}.</p>}
      {report.notes.map((note) => <p key={note} className={styles['quiet']}>{note}</p>)}
    </>
  )
}

/** The findings of the file's profile that speak of rows; null while they are on their way. */
function useProfile(run: Run): readonly DatasetFinding[] | null {
  const dataset = useCall('dataset.get', { datasetId: run.datasetId })
  return dataset.data === undefined ? null : dataset.data.findings.filter((f) => ofRows.includes(f.kind))
}

function Profile({ run }: { readonly run: Run }): ReactNode {
  const findings = useProfile(run)
  if (findings === null) return null
  if (findings.length === 0) return <p className={styles['quiet']}>{run.binding.inputs.some((i) => i.kind === 'image') ? 'The profile found no repeated and no unreadable pictures.' : 'The file’s profile found no repeated rows, no constant columns and no mixed types.'}</p>
  return <ul className={styles['findings']} aria-label="Findings">{findings.map((f) => <Line key={f.sentence} severity={f.severity}><p>{f.sentence}</p></Line>)}</ul>
}

const sectionTitle = 'The evaluated rows'

/** One line beside the numbers: what is wrong with the rows, and the way to all of it. */
export function QualityLine({ run }: { readonly run: Run }): ReactNode {
  const findings = useProfile(run)
  if (findings === null) return null
  const [first] = [...findings].sort((a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning'))
  const show = (): void => { document.querySelector(`section[aria-label="${sectionTitle}"]`)?.scrollIntoView({ block: 'start' }) }
  return (
    <div className={styles['line']} data-severity={first?.severity ?? 'none'}>
      <Icon name={first?.severity === 'warning' ? 'warning' : 'note'} size={14} />
      <p>{first === undefined ? 'The file’s profile found nothing wrong with the evaluated rows.' : `${formatPlural(findings.length, 'finding')} about the evaluated rows: ${first.sentence}`}</p>
      <Button look="quiet" onClick={show}>{findings.length > 1 ? 'All findings' : 'Look closer'}</Button>
    </div>
  )
}

export function QualitySection({ run }: { readonly run: Run }): ReactNode {
  const job = useJobHandle('run.quality')
  const [training, setTraining] = useState('')
  return (
    <Section title={sectionTitle}>
      {job.result === null ? <Profile run={run} /> : <Report report={job.result} />}
      {job.error !== null && <ErrorPanel error={job.error} />}
      <div className={styles['fields']}>
        {run.binding.inputs.every((i) => i.kind !== 'image') && <TrainingField run={run} value={training} onChoose={setTraining} />}
        <Button busy={job.running} onClick={() => void job.start({ runId: run.id, ...(training === '' ? {} : { trainingId: training as DatasetId }) })}>Look closer</Button>
      </div>
    </Section>
  )
}

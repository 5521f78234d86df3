// The first lines of a result: where it ran, whether that is what was asked for, and what a reader must know before the numbers.
import type { ReactNode } from 'react'
import { guessNote } from '../../../shared/binding/binding-account.ts'
import { deviceLine, fallenBack } from '../../../shared/device-names.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { formatCount, formatRate } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Icon } from '../../ui/icon.tsx'
import styles from './run.module.css'

/** A classification that read labels only, of a model whose probabilities lie in a map that nobody rewrote: how to get at them. */
function MapAdvice({ run }: { readonly run: Run }): ReactNode {
  const labelsOnly = run.task.endsWith('classification') && run.binding.outputs.some((o) => o.role === 'ignored') && run.binding.outputs.every((o) => o.role === 'label' || o.role === 'ignored')
  const asked = useCall('version.get', { versionId: run.versionId }, { enabled: labelsOnly })
  const version = asked.data?.version
  if (!labelsOnly || version === undefined || !version.needsRewrite) return null
  return (
    <p className={styles['note']}>
      <Icon name="note" size={14} />
      <span>{version.derivation === null ? 'The probabilities of this model lie in a map output, which cannot be read.' : 'The outputs of this model were rewritten to plain tensors after this run.'}{' '}
      <a href={href(version.derivation === null ? { screen: 'version', versionId: version.id } : { screen: 'evaluate', versionId: version.id, datasetId: run.datasetId })}>{version.derivation === null ? 'Rewrite it to plain tensors' : 'Evaluate again'}</a></span>
    </p>
  )
}

/** A note; the id of a run in it is a link to that run. */
function Linked({ text }: { readonly text: string }): ReactNode {
  const [before, runId, ...after] = text.split(/(run_[0-9a-z]{20})/)
  return runId === undefined ? text : <>{before}<a href={href({ screen: 'run', runId })}>{runId}</a>{after.join('')}</>
}

export function RunBanner({ run }: { readonly run: Run }): ReactNode {
  const { rows, timing, environment } = run
  const guesses = guessNote(run.guesses)
  const disagrees = environment !== null && fallenBack(environment) !== 0
  return (
    <div className={styles['banner']}>
      <p data-warn={disagrees || undefined}>
        {environment === null ? 'The device was not recorded.' : deviceLine(environment)}
        {rows !== null && ` ${formatCount(rows.scored)} of ${formatCount(rows.read)} rows scored${rows.scored === rows.read ? '' : `, ${formatCount(rows.read - rows.scored)} left out`}.`}
        {timing?.rowsPerSecond != null && ` ${formatRate(timing.rowsPerSecond)} rows per second.`}
      </p>
      {run.notes.map((note) => <p key={note} className={styles['note']}><Icon name="note" size={14} /><span><Linked text={note} /></span></p>)}
      {guesses !== null && <p className={styles['note']}><Icon name="guess" size={14} /><span>{guesses} They stand under <a href={href({ screen: 'run', runId: run.id, tab: 'conditions' })}>Conditions</a>.</span></p>}
      <MapAdvice run={run} />
    </div>
  )
}

// The first lines of a result: where it ran, whether that is what was asked for, and what a reader must know before the numbers.
import type { ReactNode } from 'react'
import { deviceNames } from '../../../shared/device-names.ts'
import type { ExecutionProvider, Run } from '../../../shared/domain/run.ts'
import { formatCount, formatRate } from '../../../shared/format.ts'
import { Icon } from '../../ui/icon.tsx'
import styles from './run.module.css'

/** `the CPU`, but `CUDA`. */
const deviceWord = (provider: ExecutionProvider): string => (provider === 'cpu' ? 'the CPU' : deviceNames[provider])

function deviceWords(run: Run): string {
  const e = run.environment
  if (e === null) return 'The device was not recorded.'
  if (e.providerAsked !== e.providerUsed) return `Asked for ${deviceWord(e.providerAsked)}, but ran on ${deviceWord(e.providerUsed)}.`
  return `Ran on ${deviceWord(e.providerUsed)}, as asked.`
}

export function RunBanner({ run }: { readonly run: Run }): ReactNode {
  const { rows, timing, environment } = run
  const disagrees = environment !== null && environment.providerAsked !== environment.providerUsed
  return (
    <div className={styles['banner']}>
      <p data-warn={disagrees || undefined}>
        {deviceWords(run)}
        {rows !== null && ` ${formatCount(rows.scored)} of ${formatCount(rows.read)} rows scored${rows.scored === rows.read ? '' : `, ${formatCount(rows.read - rows.scored)} left out`}.`}
        {timing?.rowsPerSecond != null && ` ${formatRate(timing.rowsPerSecond)} rows per second.`}
      </p>
      {run.notes.map((note) => <p key={note} className={styles['note']}><Icon name="note" size={14} />{note}</p>)}
    </div>
  )
}

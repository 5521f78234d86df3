// The first lines of a result: where it ran, whether that is what was asked for, and what a reader must know before the numbers.
import type { ReactNode } from 'react'
import { deviceLine, fallenBack } from '../../../shared/device-names.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { formatCount, formatRate } from '../../../shared/format.ts'
import { Icon } from '../../ui/icon.tsx'
import styles from './run.module.css'

export function RunBanner({ run }: { readonly run: Run }): ReactNode {
  const { rows, timing, environment } = run
  const disagrees = environment !== null && fallenBack(environment) !== 0
  return (
    <div className={styles['banner']}>
      <p data-warn={disagrees || undefined}>
        {environment === null ? 'The device was not recorded.' : deviceLine(environment)}
        {rows !== null && ` ${formatCount(rows.scored)} of ${formatCount(rows.read)} rows scored${rows.scored === rows.read ? '' : `, ${formatCount(rows.read - rows.scored)} left out`}.`}
        {timing?.rowsPerSecond != null && ` ${formatRate(timing.rowsPerSecond)} rows per second.`}
      </p>
      {run.notes.map((note) => <p key={note} className={styles['note']}><Icon name="note" size={14} />{note}</p>)}
    </div>
  )
}

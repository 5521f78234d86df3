// Small marks of state: a badge with words, and a dot with words. Colour repeats what the words say.
import type { ReactNode } from 'react'
import type { RunStatus } from '../../shared/domain/run.ts'
import { classes } from './classes.ts'
import { Icon, type IconName } from './icon.tsx'
import styles from './status.module.css'

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent'

export function Badge({ tone = 'neutral', icon, children }: { readonly tone?: Tone; readonly icon?: IconName; readonly children: ReactNode }): ReactNode {
  return <span className={classes(styles['badge'], styles[tone])}>{icon !== undefined && <Icon name={icon} size={12} />}{children}</span>
}

const runWords: Readonly<Record<RunStatus, { readonly words: string; readonly icon: IconName; readonly tone: Tone }>> = {
  queued: { words: 'Waiting', icon: 'waiting', tone: 'neutral' },
  running: { words: 'Running', icon: 'busy', tone: 'accent' },
  done: { words: 'Finished', icon: 'good', tone: 'good' },
  failed: { words: 'Failed', icon: 'bad', tone: 'bad' },
  cancelled: { words: 'Cancelled', icon: 'stopped', tone: 'neutral' },
  interrupted: { words: 'Interrupted', icon: 'alert', tone: 'warn' },
}

/** The state of a run in one word with its mark. */
export function RunState({ status }: { readonly status: RunStatus }): ReactNode {
  const { words, icon, tone } = runWords[status]
  return <Mark tone={tone} icon={icon}>{words}</Mark>
}

/** Words with a coloured mark before them. */
export function Mark({ tone, icon, children }: { readonly tone: Tone; readonly icon: IconName; readonly children: ReactNode }): ReactNode {
  return <span className={styles['mark']}><Icon name={icon} size={14} className={styles[`ink-${tone}`]} />{children}</span>
}

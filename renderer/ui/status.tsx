// Small marks of state: a badge with words, and a dot with words. Colour repeats what the words say.
import type { ReactNode } from 'react'
import type { RunStatus, RunSummary } from '../../shared/domain/run.ts'
import { classes } from './classes.ts'
import { Icon, type IconName } from './icon.tsx'
import styles from './status.module.css'

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent'

export function Badge({ tone = 'neutral', icon, children }: { readonly tone?: Tone; readonly icon?: IconName; readonly children: ReactNode }): ReactNode {
  return <span className={classes(styles['badge'], styles[tone])}>{icon !== undefined && <Icon name={icon} size={12} />}{children}</span>
}

interface StateWords { readonly words: string; readonly icon: IconName; readonly tone: Tone }

const runWords: Readonly<Record<RunStatus, StateWords>> = {
  queued: { words: 'Waiting', icon: 'waiting', tone: 'neutral' },
  running: { words: 'Running', icon: 'busy', tone: 'accent' },
  done: { words: 'Finished', icon: 'good', tone: 'good' },
  failed: { words: 'Failed', icon: 'bad', tone: 'bad' },
  cancelled: { words: 'Cancelled', icon: 'stopped', tone: 'neutral' },
  interrupted: { words: 'Interrupted', icon: 'alert', tone: 'warn' },
}

const pausedWords: StateWords = { words: 'Paused', icon: 'pause', tone: 'neutral' }

/** Whether a run without a result was paused, not given up. */
export const isPaused = (run: Pick<RunSummary, 'status' | 'error'>): boolean => run.status === 'cancelled' && run.error?.code === 'job.paused'

/** The state of a run in one word with its mark. */
export function RunState({ run }: { readonly run: Pick<RunSummary, 'status' | 'error'> }): ReactNode {
  const { words, icon, tone } = isPaused(run) ? pausedWords : runWords[run.status]
  return <Mark tone={tone} icon={icon}>{words}</Mark>
}

/** Words with a coloured mark before them. */
export function Mark({ tone, icon, children }: { readonly tone: Tone; readonly icon: IconName; readonly children: ReactNode }): ReactNode {
  return <span className={styles['mark']}><Icon name={icon} size={14} className={styles[`ink-${tone}`]} />{children}</span>
}

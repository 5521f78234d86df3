// One estimate with its interval on a shared scale, beside a reference line: the shape of a table column. Owns no numbers.
import type { ReactNode } from 'react'
import styles from './interval-plot.module.css'

export interface PlotScale { readonly low: number; readonly high: number }

/** A scale that holds every interval, with a little room at both ends. */
export function scaleOf(intervals: readonly { readonly low: number; readonly high: number }[]): PlotScale {
  const low = Math.min(...intervals.map((i) => i.low))
  const high = Math.max(...intervals.map((i) => i.high))
  const room = (high - low || 1) * 0.03
  return { low: low - room, high: high + room }
}

interface Props { readonly value: number; readonly low: number; readonly high: number; readonly reference: number; readonly scale: PlotScale; readonly strong: boolean; /** strong in the good sense; absent: in the bad one */ readonly good?: boolean; readonly words: string }

/** The interval as a line, the estimate as a dot, the reference as an upright hairline; `words` says the same to those who do not see it. */
export function IntervalPlot({ value, low, high, reference, scale, strong, good = false, words }: Props): ReactNode {
  const at = (x: number): number => 100 * Math.min(1, Math.max(0, (x - scale.low) / (scale.high - scale.low)))
  return (
    <svg className={styles['plot']} data-strong={strong ? (good ? 'good' : 'bad') : undefined} role="img" aria-label={words} preserveAspectRatio="none">
      <line className={styles['reference']} x1={`${at(reference)}%`} x2={`${at(reference)}%`} y1="0" y2="100%" />
      <line className={styles['interval']} x1={`${at(low)}%`} x2={`${at(high)}%`} y1="50%" y2="50%" />
      <circle className={styles['value']} cx={`${at(value)}%`} cy="50%" r="3.5" />
    </svg>
  )
}

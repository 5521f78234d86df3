// A progress bar that names what it measures. Without a known end it moves instead of lying about a share.
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './progress.module.css'

export function Progress({ label, fraction, thin = false }: { readonly label: string; /** 0 to 1; null: the end is not known */ readonly fraction: number | null; readonly thin?: boolean }): ReactNode {
  const percent = fraction === null ? undefined : Math.round(fraction * 100)
  return (
    <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className={classes(styles['track'], thin && styles['thin'])}>
      <div className={classes(styles['bar'], fraction === null && styles['unknown'])} style={fraction === null ? undefined : { width: `${fraction * 100}%` }} />
    </div>
  )
}

// What stands where content will be, but only after 150 ms: a quick answer must not flicker.
import { useEffect, useState, type ReactNode } from 'react'
import styles from './skeleton.module.css'

/** Renders its children once the wait has become noticeable. */
export function AfterAWhile({ children, ms = 150 }: { readonly children: ReactNode; readonly ms?: number }): ReactNode {
  const [due, setDue] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return due ? children : null
}

export function Skeleton({ lines = 6, label = 'Loading' }: { readonly lines?: number; readonly label?: string }): ReactNode {
  return (
    <AfterAWhile>
      <div role="status" aria-label={label} className={styles['skeleton']}>
        {Array.from({ length: lines }, (_, i) => <div key={i} className={styles['line']} style={{ width: `${[92, 78, 85, 64, 88, 71][i % 6] ?? 80}%` }} />)}
      </div>
    </AfterAWhile>
  )
}

// Steps through pages of a long answer; says which part is in view.
import type { ReactNode } from 'react'
import { formatCount } from '../../shared/format.ts'
import { Button } from './button.tsx'
import styles from './pager.module.css'

export function Pager({ page, size, total, onPage, noun }: { readonly page: number; readonly size: number; readonly total: number; readonly onPage: (page: number) => void; readonly noun: string }): ReactNode {
  const last = Math.max(1, Math.ceil(total / size))
  const from = total === 0 ? 0 : (page - 1) * size + 1
  return (
    <nav aria-label={`Pages of ${noun}`} className={styles['pager']}>
      <span>{formatCount(from)} to {formatCount(Math.min(total, page * size))} of {formatCount(total)} {noun}</span>
      <Button disabled={page <= 1} onClick={() => onPage(1)}>First</Button>
      <Button disabled={page <= 1} onClick={() => onPage(page - 1)}>Previous</Button>
      <Button disabled={page >= last} onClick={() => onPage(page + 1)}>Next</Button>
      <Button disabled={page >= last} onClick={() => onPage(last)}>Last</Button>
    </nav>
  )
}

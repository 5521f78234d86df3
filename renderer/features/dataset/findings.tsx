// What a reader should know before trusting the data: one sentence each, with where.
import type { ReactNode } from 'react'
import type { DatasetFinding } from '../../../shared/domain/dataset.ts'
import { Icon } from '../../ui/icon.tsx'
import styles from './dataset.module.css'

/** Where it was found, unless the sentence says so itself. */
const where = (finding: DatasetFinding): string => (finding.where.every((place) => finding.sentence.includes(place)) ? '' : ` (${finding.where.slice(0, 8).join(', ')}${finding.where.length > 8 ? `, and ${finding.where.length - 8} more` : ''})`)

export function Findings({ findings }: { readonly findings: readonly DatasetFinding[] }): ReactNode {
  if (findings.length === 0) return null
  const ordered = [...findings].sort((a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning'))
  return (
    <section aria-label="Findings" className={styles['findings']}>
      <ul>
        {ordered.map((f) => (
          <li key={f.sentence} data-severity={f.severity}>
            <Icon name={f.severity === 'warning' ? 'warning' : 'note'} size={14} />
            <span>{f.sentence}<span className={styles['quiet']}>{where(f)}</span></span>
          </li>
        ))}
      </ul>
    </section>
  )
}

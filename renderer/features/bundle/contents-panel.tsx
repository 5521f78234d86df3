// What goes into a bundle, part by part: what each was proven by, how many files, how large. The files open below their part.
import type { ReactNode } from 'react'
import { bundleParts, partOf, type BundlePart } from '../../../shared/bundle-parts.ts'
import type { BundleTarget } from '../../../shared/domain/bundle-target.ts'
import { formatBytes, formatPlural } from '../../../shared/format.ts'
import styles from './bundle.module.css'
import { ProofBadge } from './verdict-mark.tsx'

export interface PlannedFile { readonly path: string; readonly bytes: number | null }
interface Group { readonly part: BundlePart | null; readonly files: readonly PlannedFile[] }

/** Files by their part, in the order of the parts; what no part claims comes last. */
export function groupsOf(files: readonly PlannedFile[]): Group[] {
  const found = new Map<BundlePart | null, PlannedFile[]>()
  for (const file of files) {
    const part = partOf(file.path)
    found.set(part, [...(found.get(part) ?? []), file])
  }
  return [...bundleParts, null].flatMap((part) => { const own = found.get(part); return own === undefined ? [] : [{ part, files: own }] })
}

const sizeOf = (files: readonly PlannedFile[]): string => {
  const known = files.reduce((sum, f) => sum + (f.bytes ?? 0), 0)
  return known === 0 ? '' : formatBytes(known)
}

function PartLine({ part, files }: Group): ReactNode {
  return (
    <li>
      <details className={styles['part']}>
        <summary>
          <span className={styles['partTitle']}>{part?.title ?? 'Other files'}</span>
          <span>{part !== null && <ProofBadge proof={part.proof} />}</span>
          <span className={styles['partSize']}>{formatPlural(files.length, 'file')}{sizeOf(files) === '' ? '' : `, ${sizeOf(files)}`}</span>
        </summary>
        {part !== null && <p className={styles['how']}>{part.how}</p>}
        <ul className={styles['paths']}>
          {files.slice(0, 200).map((f) => <li key={f.path}><code>{f.path}</code><span>{f.bytes === null ? 'made at export' : formatBytes(f.bytes)}</span></li>)}
          {files.length > 200 && <li>and {files.length - 200} more</li>}
        </ul>
      </details>
    </li>
  )
}

/** `targets`: parts for them that are only made during the export are named, too. */
export function ContentsPanel({ files, targets }: { readonly files: readonly PlannedFile[]; readonly targets: readonly BundleTarget[] }): ReactNode {
  const groups = groupsOf(files)
  const later = bundleParts.filter((p) => (p.targets === undefined || p.targets.some((t) => targets.includes(t))) && !groups.some((g) => g.part === p))
  return (
    <div className={styles['contents']}>
      <ul aria-label="Parts of the bundle">
        {groups.map((g) => <PartLine key={g.part?.id ?? 'other'} {...g} />)}
      </ul>
      {later.length > 0 && <p className={styles['quiet']}>Made at export where the facts are there: {later.map((p) => p.title).join(', ')}.</p>}
    </div>
  )
}

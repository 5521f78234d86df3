// The state of a version and its aliases as badges, wherever a version is named. Colour repeats what the words say.
import type { ReactNode } from 'react'
import { servingAliases, stateMeaning, stateName, type VersionState } from '../../../shared/domain/life.ts'
import { Badge, type Tone } from '../status.tsx'
import styles from './life.module.css'

const tones: Readonly<Record<VersionState, Tone>> = { draft: 'neutral', evaluated: 'neutral', 'in-review': 'warn', approved: 'good', released: 'good', retired: 'neutral', archived: 'neutral' }

/** The state in one word; what it means on hover. */
export const StateBadge = ({ state }: { readonly state: VersionState }): ReactNode => <span title={stateMeaning[state]} className={styles['badge']}><Badge tone={tones[state]}>{stateName(state)}</Badge></span>

/** The aliases that point to a version; those that serve stand out. */
export function AliasBadges({ aliases }: { readonly aliases: readonly string[] | undefined }): ReactNode {
  return (aliases ?? []).map((alias) => <AliasBadge key={alias} alias={alias} />)
}

export const AliasBadge = ({ alias }: { readonly alias: string }): ReactNode => <span className={styles['alias']} title={alias}><Badge tone={servingAliases.includes(alias.split(' ')[0] ?? '') ? 'accent' : 'neutral'} icon="tag"><span className={styles['aliasName']}>{alias}</span></Badge></span>

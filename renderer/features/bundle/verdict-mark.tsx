// How a verdict of the preflight and the proof of a part look: an icon, words and a tone, the same everywhere.
import type { ReactNode } from 'react'
import { proofWords, type PartProof } from '../../../shared/bundle-parts.ts'
import type { PreflightVerdict } from '../../../shared/domain/preflight.ts'
import { verdictWords } from '../../../shared/preflight/target-words.ts'
import type { IconName } from '../../ui/icon.tsx'
import { Badge, Mark, type Tone } from '../../ui/status.tsx'

const verdicts: Readonly<Record<PreflightVerdict, { readonly tone: Tone; readonly icon: IconName }>> = {
  loads: { tone: 'good', icon: 'good' }, 'loads-with-limits': { tone: 'accent', icon: 'note' }, 'not-known': { tone: 'warn', icon: 'help' }, 'needs-repair': { tone: 'warn', icon: 'warning' }, refused: { tone: 'bad', icon: 'bad' },
}

export const VerdictMark = ({ verdict }: { readonly verdict: PreflightVerdict }): ReactNode => <Mark {...verdicts[verdict]}>{verdictWords[verdict]}</Mark>

const proofs: Readonly<Record<PartProof, Tone>> = { executed: 'good', 'schema-checked': 'accent', 'type-checked': 'neutral', 'not-checked': 'warn' }

export const ProofBadge = ({ proof }: { readonly proof: PartProof }): ReactNode => <Badge tone={proofs[proof]}>{proofWords[proof]}</Badge>

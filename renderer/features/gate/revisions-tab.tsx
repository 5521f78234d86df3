// The revisions of a policy: who reads two of them sees what changed, rule by rule, and may go on from any.
import { useState, type ReactNode } from 'react'
import type { Gate } from '../../../shared/domain/gate.ts'
import type { GateRule } from '../../../shared/domain/gate-rules.ts'
import { formatPlural, formatTime } from '../../../shared/format.ts'
import { policyDiff, type RuleChange } from '../../../shared/gate/policy-diff.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Row, Stack } from '../../ui/page.tsx'
import { Badge, type Tone } from '../../ui/status.tsx'
import styles from './gate.module.css'

const tones: Readonly<Record<RuleChange['change'], Tone>> = { added: 'good', removed: 'bad', changed: 'warn', same: 'neutral' }

const label = (gate: Gate): string => `Revision ${gate.revision}, ${formatTime(gate.createdAt)}, ${formatPlural(gate.policy.rules.length, 'rule')}${gate.saved === false ? ', only used for a check' : ''}`

function Difference({ before, after }: { readonly before: Gate; readonly after: Gate }): ReactNode {
  const changes = policyDiff(before.policy, after.policy)
  const changed = changes.filter((c) => c.change !== 'same')
  if (changed.length === 0) return <p className={styles['quiet']}>Both say the same.</p>
  return (
    <ul className={styles['changes']} aria-label="What changed">
      {changed.map((c, i) => <li key={i}><Badge tone={tones[c.change]}>{c.change}</Badge><span><strong>{c.rule}</strong>{c.words === '' ? '' : `: ${c.words}`}</span></li>)}
      {changed.length < changes.length && <li className={styles['quiet']}>{formatPlural(changes.length - changed.length, 'rule')} unchanged.</li>}
    </ul>
  )
}

function RevisionsOf({ gates, onUse }: { readonly gates: readonly Gate[]; readonly onUse: (rules: readonly GateRule[]) => void }): ReactNode {
  const [newest, second] = gates
  const [chosen, setChosen] = useState<{ readonly after: string; readonly before: string }>({ after: newest?.id ?? '', before: second?.id ?? newest?.id ?? '' })
  const find = (id: string): Gate | undefined => gates.find((g) => g.id === id)
  const [after, before] = [find(chosen.after) ?? newest, find(chosen.before) ?? second ?? newest]
  if (after === undefined || before === undefined) return <p className={styles['quiet']}>No policy was kept for this model yet. Checking the gate keeps the first revision.</p>
  const choices = gates.map((g) => ({ value: g.id as string, label: label(g) }))
  return (
    <Stack>
      <SelectField label="Revision" value={after.id} choices={choices} onChoose={(id) => setChosen({ ...chosen, after: id })} />
      <SelectField label="Compared with" value={before.id} choices={choices} onChoose={(id) => setChosen({ ...chosen, before: id })} />
      <Difference before={before} after={after} />
      <Row><Button icon="edit" onClick={() => onUse(after.policy.rules)}>Go on from revision {after.revision}</Button></Row>
    </Stack>
  )
}

export function RevisionsTab({ modelId, onUse }: { readonly modelId: ModelId; readonly onUse: (rules: readonly GateRule[]) => void }): ReactNode {
  const gates = useCall('gate.revisions', { modelId })
  return <Answer of={gates} label="Loading the revisions">{(all) => <RevisionsOf key={all.length} gates={all} onUse={onUse} />}</Answer>
}

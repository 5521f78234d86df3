// Where a version is in its life, the steps that may follow and why others may not, and how it came there.
import { useState, type ReactNode } from 'react'
import { stateMeaning, stateName, stepWords, type NextStep, type VersionLife } from '../../../shared/domain/life.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { TextDialog } from '../../ui/editable-text.tsx'
import { Moment } from '../../ui/facts.tsx'
import { AliasBadges, StateBadge } from '../../ui/life/life-badges.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { notify } from '../../ui/toast.tsx'
import styles from './version.module.css'

export function LifePanel({ version }: { readonly version: Version }): ReactNode {
  const asked = useCall('version.life', { versionId: version.id })
  const transition = useCommand('version.transition')
  const [step, setStep] = useState<NextStep | null>(null)
  const take = async (reason: string): Promise<void> => {
    if (step === null || asked.data === undefined) return
    const life = await transition.mutateAsync({ versionId: version.id, action: step.action, reason, expected: asked.data.state })
    notify(`Version ${version.number} is ${stateName(life.state).toLowerCase()} now.`)
  }
  return (
    <Section title="Life">
      <Answer of={asked} label="Loading its life">{(life) => <LifeBody life={life} onStep={setStep} />}</Answer>
      {step !== null && <TextDialog title={`${stepWords(step.action).verb} · version ${version.number}`} label="Why" long start="" hint="In your words; it stays in the record for ever." onSave={take} onClose={() => setStep(null)} />}
    </Section>
  )
}

function LifeBody({ life, onStep }: { readonly life: VersionLife; readonly onStep: (step: NextStep) => void }): ReactNode {
  const allowed = life.next.filter((n) => n.to !== null)
  const refused = life.next.filter((n) => n.to === null)
  return (
    <Stack>
      <Row><StateBadge state={life.state} /><AliasBadges aliases={life.aliases} /><span className={styles['quiet']}>{stateMeaning[life.state]}</span></Row>
      {allowed.length > 0 && <Row>{allowed.map((n) => <Button key={n.action} onClick={() => onStep(n)}>{stepWords(n.action).verb}…</Button>)}</Row>}
      {refused.length > 0 && (
        <details className={styles['refused']}>
          <summary>What is not possible now</summary>
          <dl>{refused.map((n) => <div key={n.action}><dt>{stepWords(n.action).verb}</dt><dd>{capital(n.why ?? '')}. {n.next}</dd></div>)}</dl>
        </details>
      )}
      {life.history.length > 0 && (
        <ol className={styles['steps']} aria-label="How it came there">
          {life.history.map((c) => <li key={c.revision}><StateBadge state={c.state} /><span className={styles['why']}>{c.reason}</span><span className={styles['when']}>{c.who !== null && `${c.who.name} · `}<Moment at={c.at} /></span></li>)}
        </ol>
      )}
    </Stack>
  )
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

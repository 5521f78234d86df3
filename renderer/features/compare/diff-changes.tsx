// The difference of two models in words: its class with what it means for callers, what they must do, and every change by group.
import type { ReactNode } from 'react'
import { LayerStatus, type DiffChange, type DiffGroup, type ModelDiff } from '../../../shared/domain/model-diff.ts'
import { formatBytes, formatCount, formatPlural } from '../../../shared/format.ts'
import { groupTitles, statusWords } from '../../../shared/model-diff/diff-words.ts'
import { weightWords } from '../../../shared/model-diff/layer-changes.ts'
import { classWords } from '../../../shared/model-diff/model-diff.ts'
import { Section } from '../../ui/page.tsx'
import { Badge, Mark, type Tone } from '../../ui/status.tsx'
import styles from './diff.module.css'

const answers: Readonly<Record<ModelDiff['answersChange'], { readonly tone: Tone; readonly words: string }>> = {
  none: { tone: 'good', words: 'Same answers' }, possible: { tone: 'warn', words: 'Answers may change' }, expected: { tone: 'warn', words: 'Answers change' },
}

function layerWords(d: ModelDiff): string {
  const { counts, before, after } = d.graph
  const parts = LayerStatus.options.filter((s) => s !== 'same' && (counts[s] ?? 0) > 0).map((s) => `${formatCount(counts[s] ?? 0)} ${statusWords[s]}`)
  const all = before === after ? formatPlural(after, 'layer') : `${formatCount(before)} → ${formatPlural(after, 'layer')}`
  return parts.length === 0 ? `${all}, all the same` : `${all}: ${parts.join(', ')}`
}

const both = (a: string, b: string): string => (a === b ? a : `${a} → ${b}`)

/** The class as the headline, and the figures behind it. */
export function DiffHead({ diff }: { readonly diff: ModelDiff }): ReactNode {
  const { left, right, graph } = diff
  const figures: readonly (readonly [string, string])[] = [
    ['Layers', layerWords(diff)], ['Weights', graph.weights === null ? 'none that can be compared number by number' : graph.weights.changed === 0 ? `all ${formatCount(graph.weights.compared)} the same` : weightWords(graph.weights)],
    ['Parameters', both(formatCount(left.parameters), formatCount(right.parameters))], ['Size', both(formatBytes(left.bytes), formatBytes(right.bytes))],
  ]
  return (
    <section className={styles['head']} aria-label="What differs">
      <div className={styles['title']} role="status">
        <h2>{classWords[diff.class].title}</h2>
        {diff.breaking ? <Badge tone="bad" icon="warning">Breaking</Badge> : <Badge tone="good" icon="check">Not breaking</Badge>}
        <Badge tone={answers[diff.answersChange].tone}>{answers[diff.answersChange].words}</Badge>
      </div>
      <p>{diff.sentence}</p>
      {diff.also.length > 0 && <p className={styles['also']}>Also: {diff.also.map((c) => classWords[c].also).join(', ')}.</p>}
      <dl className={styles['figures']}>{figures.map(([name, value]) => <div key={name} className={styles['figure']}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
    </section>
  )
}

/** What callers of the first must do before they can call the second. */
export function CallerMust({ diff }: { readonly diff: ModelDiff }): ReactNode {
  const all = diff.changes.flatMap((c) => c.callerMust ?? [])
  return all.length === 0 ? null : <Section title="What a caller must change"><ul className={styles['must']}>{all.map((m) => <li key={m}>{m}</li>)}</ul></Section>
}

function Severity({ change }: { readonly change: DiffChange }): ReactNode {
  switch (change.severity) {
    case 'breaking': return <Mark tone="bad" icon="warning">Breaking</Mark>
    case 'major': return <Mark tone="warn" icon="alert">Answers change</Mark>
    case 'minor': return <Mark tone="warn" icon="alert">May change</Mark>
    case 'note': return <Mark tone="neutral" icon="note">Note</Mark>
  }
}

const groups: readonly DiffGroup[] = ['interface', 'weights', 'layers', 'usage', 'format', 'facts']

/** Every change in its group; empty groups are left out. */
export function DiffChanges({ diff }: { readonly diff: ModelDiff }): ReactNode {
  const filled = groups.flatMap((group) => { const changes = diff.changes.filter((c) => c.group === group); return changes.length === 0 ? [] : [{ group, changes }] })
  if (filled.length === 0) return null
  return (
    <Section title="Changes" count={diff.changes.length}>
      <div className={styles['groups']}>
        {filled.map(({ group, changes }) => (
          <div key={group} className={styles['group']}>
            <h3>{groupTitles[group]}</h3>
            <ul className={styles['lines']} aria-label={groupTitles[group]}>{changes.map((c, i) => <li key={i}><Severity change={c} /><span>{c.sentence}</span></li>)}</ul>
          </div>
        ))}
      </div>
    </Section>
  )
}

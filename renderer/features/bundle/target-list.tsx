// The targets of an export: which of them, for which version of the engine, and whether the model loads there, told while it is chosen.
import type { ReactNode } from 'react'
import type { BundleTarget } from '../../../shared/domain/bundle-target.ts'
import type { PreflightFinding, TargetPreflight } from '../../../shared/domain/preflight.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { targetWords } from '../../../shared/preflight/target-words.ts'
import { href } from '../../route.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { CheckField, SelectField } from '../../ui/field.tsx'
import styles from './bundle.module.css'
import { VerdictMark } from './verdict-mark.tsx'

export interface TargetRow { readonly target: BundleTarget; readonly chosen: boolean; readonly engine: string | null }

interface ListProps {
  readonly run: Run
  readonly rows: readonly TargetRow[]
  readonly judged: readonly TargetPreflight[] | undefined
  readonly onChange: (target: BundleTarget, change: Partial<TargetRow>) => void
}

/** The way round a finding, where it leads somewhere on this machine. */
function Way({ finding, run, onChange }: { readonly finding: PreflightFinding; readonly run: Run; readonly onChange: ListProps['onChange'] }): ReactNode {
  const { repair } = finding
  if (repair === null) return null
  const choice = repair.choice
  if (choice !== undefined) return <><span>{repair.sentence}</span><Button look="quiet" onClick={() => onChange(choice.target, { engine: choice.engine, chosen: true })}>Use {choice.engine}</Button></>
  if (repair.kind === 'rewrite') return <span>{repair.sentence} <a href={href({ screen: 'version', versionId: run.versionId })}>Open the version</a></span>
  if (repair.kind === 'measure') return <span>{repair.sentence} <a href={href({ screen: 'run', runId: run.id, tab: 'device' })}>Measure it</a></span>
  return <span>{repair.sentence}</span>
}

/** `said`: sentences of chosen targets above this one, which need not be read again. */
function Findings({ judged, run, onChange, said }: { readonly judged: TargetPreflight; readonly run: Run; readonly said: ReadonlySet<string>; readonly onChange: ListProps['onChange'] }): ReactNode {
  const limits = judged.findings.filter((f) => f.verdict !== 'loads')
  const shown = limits.filter((f) => !said.has(f.sentence))
  if (limits.length > 0 && shown.length === 0) return <p className={styles['quiet']}>Runs on {judged.engine}. What is said above holds here too.</p>
  if (shown.length === 0) return <p className={styles['quiet']}>Runs on {judged.engine}. {judged.findings.find((f) => f.about === 'opset')?.sentence}</p>
  return (
    <ul className={styles['findings']}>
      {shown.map((f) => (
        <li key={f.sentence}>
          <p>{f.sentence}</p>
          {f.repair !== null && <p className={styles['way']}><Way finding={f} run={run} onChange={onChange} /></p>}
        </li>
      ))}
    </ul>
  )
}

function OneTarget({ row, judged, run, onChange, said }: Omit<ListProps, 'rows' | 'judged'> & { readonly row: TargetRow; readonly said: ReadonlySet<string>; readonly judged: TargetPreflight | undefined }): ReactNode {
  const words = targetWords[row.target]
  return (
    <li className={classes(styles['target'], row.chosen && styles['chosen'], row.chosen && judged?.blocked != null && styles['blocked'])}>
      <CheckField label={words.name} hint={words.meaning} checked={row.chosen} onCheck={(chosen) => onChange(row.target, { chosen })} />
      <div className={styles['engine']}>
        {words.oldest !== null && <SelectField label={`Version for ${words.name}`} quietLabel value={row.engine ?? words.oldest} choices={words.versions.map((v) => ({ value: v, label: v }))} onChoose={(engine) => onChange(row.target, { engine })} />}
      </div>
      <div className={styles['verdict']} aria-label={`Verdict for ${words.name}`} role="status">{judged !== undefined && <VerdictMark verdict={judged.verdict} />}</div>
      {row.chosen && judged !== undefined && <div className={styles['told']}><Findings judged={judged} run={run} onChange={onChange} said={said} /></div>}
    </li>
  )
}

export function TargetList({ rows, judged, run, onChange }: ListProps): ReactNode {
  const of = (row: TargetRow): TargetPreflight | undefined => judged?.find((j) => j.choice.target === row.target)
  const saidBefore = (place: number): ReadonlySet<string> => new Set(rows.slice(0, place).filter((r) => r.chosen).flatMap((r) => of(r)?.findings.map((f) => f.sentence) ?? []))
  return (
    <ul className={styles['targets']} aria-label="Targets">
      {rows.map((row, place) => <OneTarget key={row.target} row={row} judged={of(row)} said={saidBefore(place)} run={run} onChange={onChange} />)}
    </ul>
  )
}

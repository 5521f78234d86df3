// The editor of a model's policy: the rules as a form, and beside it what they would find, the text and the revisions.
import { useState, type ReactNode } from 'react'
import { targetColumns } from '../../../shared/binding/check-binding.ts'
import type { Gate } from '../../../shared/domain/gate.ts'
import type { GateRule, RuleKind } from '../../../shared/domain/gate-rules.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { proposePolicy } from '../../../shared/gate/propose.ts'
import { newRule, ruleForms, ruleKinds } from '../../../shared/gate/rule-forms.ts'
import { policyTemplates } from '../../../shared/gate/templates.ts'
import { RunId } from '../../../shared/ids.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField, type Choice } from '../../ui/field.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Section } from '../../ui/page.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import styles from './gate.module.css'
import { MissingPanel } from './missing-panel.tsx'
import { PolicyText } from './policy-text.tsx'
import { RevisionsTab } from './revisions-tab.tsx'
import { RuleFields } from './rule-fields.tsx'
import type { Names } from './rule-inputs.tsx'
import { usePolicy, type EditedPolicy } from './use-policy.ts'

/** The other finished runs on the same data, which a no-regression rule may be compared with. */
function useBaselines(run: Run): readonly Choice<string>[] {
  const runs = useCall('run.list', { modelId: run.modelId, limit: 500 })
  return (runs.data ?? []).filter((r) => r.id !== run.id && r.status === 'done' && r.datasetSha256 === run.datasetSha256)
    .map((r) => ({ value: r.id as string, label: `v${r.versionNumber} on ${r.datasetName}` }))
}

function useNames(run: Run, runs: readonly Choice<string>[]): Names & { readonly groups: readonly string[] } {
  const datasets = useCall('dataset.list', {})
  const own = datasets.data?.find((d) => d.id === run.datasetId)
  const left = new Set([...targetColumns(run.binding.target), ...(run.binding.idColumn === null ? [] : [run.binding.idColumn])])
  const columns = (own?.columns ?? []).filter((c) => !left.has(c.name))
  const known = useCall('alias.list', { modelId: run.modelId })
  const aliases = [...new Set([...(known.data ?? []).map((a) => a.alias), 'champion', 'challenger', 'staging'])].map((name) => ({ value: name, label: name }))
  return {
    run, columns: columns.map((c) => c.name), datasets: (datasets.data ?? []).map((d) => d.name), runs: [...aliases, ...runs],
    groups: columns.filter((c) => (c.type === 'string' || c.type === 'boolean') && c.distinct >= 2 && c.distinct <= 6).sort((a, b) => a.distinct - b.distinct).map((c) => c.name),
  }
}

const kindChoices: readonly Choice<RuleKind>[] = ruleKinds.map((kind) => ({ value: kind, label: `${ruleForms[kind].group}: ${ruleForms[kind].title}` }))

function RuleList({ edited, names }: { readonly edited: EditedPolicy; readonly names: Names }): ReactNode {
  const { rules, preview, setRules } = edited
  const findingOf = (rule: GateRule, i: number) => { const finding = preview?.findings[i]; return finding?.rule.kind === rule.kind ? finding : null }
  return (
    <ol className={styles['rules']} aria-label="Rules" data-fresh={edited.fresh}>
      {rules.map((rule, i) => (
        <li key={`${i} ${rule.kind}`} className={styles['rule']}>
          <RuleFields rule={rule} number={i + 1} names={names} finding={findingOf(rule, i)} onChange={(next) => setRules(rules.map((r, at) => (at === i ? next : r)))} onRemove={() => setRules(rules.filter((_, at) => at !== i))} />
        </li>
      ))}
    </ol>
  )
}

/** What stands beside the form. */
function Beside({ run, edited, baseline }: { readonly run: Run; readonly edited: EditedPolicy; readonly baseline: RunId | null }): ReactNode {
  const [tab, setTab] = useState<'result' | 'text' | 'revisions'>('result')
  const { preview } = edited
  return (
    <div className={styles['beside']}>
      <Tabs label="Policy" value={tab} onChange={setTab} tabs={[
        { key: 'result', label: 'Live result', content: preview === null ? (edited.rules.length === 0 ? <p className={styles['quiet']}>Add a rule to see what it finds.</p> : <Skeleton lines={4} label="Judging the run" />) : <MissingPanel runId={run.id} baseline={baseline} policy={edited.policy} preview={preview} fresh={edited.fresh} /> },
        { key: 'text', label: 'Text', count: edited.faults.length > 0 ? edited.faults.length : undefined, content: edited.text === null ? <Skeleton label="Writing the policy" /> : <PolicyText text={edited.text} faults={edited.faults} onText={edited.setText} /> },
        { key: 'revisions', label: 'Revisions', content: <RevisionsTab modelId={run.modelId} onUse={edited.setRules} /> },
      ]} />
    </div>
  )
}

export function PolicyPanel({ run, stored }: { readonly run: Run; readonly stored: Gate | null }): ReactNode {
  const [baseline, setBaseline] = useState<RunId | null>(null)
  const [kind, setKind] = useState<RuleKind>('metric')
  const baselines = useBaselines(run)
  const names = useNames(run, baselines)
  const edited = usePolicy(run.id, baseline, stored?.policy ?? proposePolicy(run))
  const save = useCommand('gate.save')
  const check = useCommand('gate.check')
  const judge = async (): Promise<void> => {
    const { policy } = edited
    await save.mutateAsync({ modelId: run.modelId, policy })
    await check.mutateAsync({ runId: run.id, policy, ...(baseline === null ? {} : { baselineRunId: baseline }) })
  }
  const error = save.error ?? check.error
  const unusable = edited.rules.length === 0 || edited.faults.length > 0
  return (
    <Section
      title="Rules" count={edited.rules.length}
      note={stored === null ? 'Proposed from what this run reached, and from what a constant answer would. Change them to what this model must show, then check.' : `Revision ${stored.revision} of this model’s policy. Checking a changed list stores a new revision.`}
      actions={(
        <>
          <Menu label="Start from a template" trigger={<Button icon="guess">Start from…</Button>} items={policyTemplates(run, names.groups).map((t) => ({ label: `${t.title}: ${t.note}`, onSelect: () => edited.setRules(t.rules) }))} />
          <Button look="primary" icon="gate" busy={save.isPending || check.isPending} disabled={unusable} onClick={() => { judge().catch(() => undefined) }}>Check the gate</Button>
        </>
      )}
    >
      <div className={styles['columns']}>
        <div className={styles['form']}>
          <RuleList edited={edited} names={names} />
          <div className={styles['foot']}>
            <SelectField label="Kind of rule" quietLabel value={kind} choices={kindChoices} onChoose={setKind} />
            <Button icon="add" onClick={() => edited.setRules([...edited.rules, newRule(kind, { run, columns: names.groups })])}>Add rule</Button>
            {edited.rules.some((r) => r.kind === 'no-regression' && r.against === undefined) && <SelectField label="Baseline of “No regression”" value={baseline ?? ''} choices={[{ value: '', label: baselines.length === 0 ? 'No other run on the same data' : 'Choose a run' }, ...baselines]} onChoose={(id) => setBaseline(RunId.safeParse(id).data ?? null)} />}
          </div>
          {error !== null && <ErrorPanel error={error} />}
        </div>
        <Beside run={run} edited={edited} baseline={baseline} />
      </div>
    </Section>
  )
}

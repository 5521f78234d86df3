// The rules of a model's gate as a form. They start from the stored policy, or from what this run reached.
import { useState, type ReactNode } from 'react'
import type { Gate } from '../../../shared/domain/gate.ts'
import type { GateRule } from '../../../shared/domain/gate-rules.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { proposePolicy } from '../../../shared/gate/propose.ts'
import type { RunId } from '../../../shared/ids.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import styles from './gate.module.css'
import { newRule, RuleFields, ruleNames } from './rule-fields.tsx'

/** The other finished runs on the same data, which a no-regression rule may be compared with. */
function useBaselines(run: Run): readonly { readonly value: string; readonly label: string }[] {
  const runs = useCall('run.list', { modelId: run.modelId, limit: 500 })
  return (runs.data ?? []).filter((r) => r.id !== run.id && r.status === 'done' && r.datasetSha256 === run.datasetSha256)
    .map((r) => ({ value: r.id as string, label: `v${r.versionNumber} on ${r.datasetName}` }))
}

export function PolicyPanel({ run, stored }: { readonly run: Run; readonly stored: Gate | null }): ReactNode {
  const [rules, setRules] = useState<readonly GateRule[]>(() => stored?.policy.rules ?? proposePolicy(run).rules)
  const [baseline, setBaseline] = useState('')
  const [kind, setKind] = useState<GateRule['kind']>('metric')
  const baselines = useBaselines(run)
  const save = useCommand('gate.save')
  const check = useCommand('gate.check')
  const metrics = [...new Set(run.metrics.map((m) => m.metric))]
  const change = (at: number, rule: GateRule): void => setRules(rules.map((r, i) => (i === at ? rule : r)))
  const judge = async (): Promise<void> => {
    const policy = { schema: 'slipway.gate/2' as const, rules: [...rules] }
    await save.mutateAsync({ modelId: run.modelId, policy })
    await check.mutateAsync({ runId: run.id, policy, ...(baseline === '' ? {} : { baselineRunId: baseline as RunId }) })
  }
  const error = save.error ?? check.error
  return (
    <Section
      title="Rules" count={rules.length}
      note={stored === null ? 'Proposed from what this run reached, and from what a constant answer would. Change them to what this model must show, then check.' : `Revision ${stored.revision} of this model’s policy. Checking a changed list stores a new revision.`}
      actions={<Button look="primary" icon="gate" busy={save.isPending || check.isPending} disabled={rules.length === 0} onClick={() => { judge().catch(() => undefined) }}>Check the gate</Button>}
    >
      <Stack>
        <ol className={styles['rules']} aria-label="Rules">
          {rules.map((rule, i) => (
            <li key={`${i} ${rule.kind}`} className={styles['rule']}>
              <RuleFields rule={rule} number={i + 1} metrics={metrics} run={run} onChange={(next) => change(i, next)} onRemove={() => setRules(rules.filter((_, at) => at !== i))} />
            </li>
          ))}
        </ol>
        <div className={styles['foot']}>
          <SelectField label="Kind of rule" quietLabel value={kind} choices={Object.entries(ruleNames).map(([value, label]) => ({ value: value as GateRule['kind'], label }))} onChoose={setKind} />
          <Button icon="add" onClick={() => setRules([...rules, newRule(kind, run)])}>Add rule</Button>
          {rules.some((r) => r.kind === 'no-regression') && <SelectField label="Baseline of “No regression”" value={baseline} choices={[{ value: '', label: baselines.length === 0 ? 'No other run on the same data' : 'Choose a run' }, ...baselines]} onChoose={setBaseline} />}
        </div>
        {error !== null && <ErrorPanel error={error} />}
      </Stack>
    </Section>
  )
}

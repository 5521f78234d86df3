// What each rule found, one sentence each; and the override, which needs a name and a reason and stays visible for ever.
import { useState, type ReactNode } from 'react'
import type { GateCheck, GateFact, GateFinding } from '../../../shared/domain/gate.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { decides } from '../../../shared/gate-evaluation.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { shownError } from '../../ui/error-panel.tsx'
import { Code, Moment } from '../../ui/facts.tsx'
import { TextAreaField, TextField } from '../../ui/field.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { ReportMenu } from '../../ui/report-menu.tsx'
import { Badge, Mark } from '../../ui/status.tsx'
import styles from './gate.module.css'

const marks: Readonly<Record<GateFinding['verdict'], ReactNode>> = {
  pass: <Mark tone="good" icon="good">Holds</Mark>, fail: <Mark tone="bad" icon="bad">Fails</Mark>, 'not-established': <Mark tone="warn" icon="help">Not established</Mark>,
}

const factNames: Readonly<Record<GateFact['fact'], string>> = {
  run: 'run', slices: 'slices', fairness: 'groups', quality: 'look at the rows', baselines: 'baselines', paired: 'row-by-row comparison', 'newest-time': 'newest time',
  'stress-test': 'stress test', 'speed-report': 'timing', 'parity-report': 'parity report', 'data-set': 'data set', version: 'version', approvals: 'approvals',
}

/** Which stored fact a finding goes by. */
function Because({ facts }: { readonly facts: readonly GateFact[] }): ReactNode {
  return <span className={styles['quiet']}>By {facts.map((f, i) => <span key={i}>{i > 0 && ', '}{factNames[f.fact]}{f.id !== null && <> <Code>{f.id}</Code></>}{f.at !== null && <> of <Moment at={f.at} exact /></>}</span>)}</span>
}

function Finding({ finding }: { readonly finding: GateFinding }): ReactNode {
  return (
    <li>
      {marks[finding.verdict]}
      <span className={styles['because']}>
        <span>{!decides(finding.rule) && <><Badge>advisory</Badge> </>}{finding.sentence}</span>
        {'why' in finding.rule && finding.rule.why !== undefined && <span className={styles['quiet']}>Why the rule is there: {finding.rule.why}</span>}
        {finding.facts !== undefined && finding.facts.some((f) => f.id !== null) && <Because facts={finding.facts} />}
      </span>
    </li>
  )
}

function OverrideDialog({ run, check, onClose }: { readonly run: Run; readonly check: GateCheck; readonly onClose: () => void }): ReactNode {
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  const again = useCommand('gate.check')
  const gates = useCall('gate.revisions', { modelId: run.modelId })
  const judgedBy = gates.data?.find((gate) => gate.id === check.gateId)
  const ready = judgedBy !== undefined && name.trim() !== '' && reason.trim().length >= 3
  const override = (): void => again.mutate({
    runId: run.id, override: { name, reason }, ...(judgedBy === undefined ? {} : { policy: judgedBy.policy }), ...(check.baselineRunId === null ? {} : { baselineRunId: check.baselineRunId }),
  }, { onSuccess: onClose })
  return (
    <Dialog open onClose={onClose} title="Override the gate" actions={<><Button onClick={onClose}>Cancel</Button><Button look="danger" busy={again.isPending} disabled={!ready} onClick={override}>Override</Button></>}>
      <Stack>
        <p>The version may then be exported although it does not meet its rules. Your name and reason stay in the record and in every bundle made from it.</p>
        <TextField label="Your name" value={name} onText={setName} autoFocus />
        <TextAreaField label="Reason" value={reason} onText={setReason} error={again.error === null ? null : shownError(again.error).message} />
      </Stack>
    </Dialog>
  )
}

export function FindingsPanel({ run, check }: { readonly run: Run; readonly check: GateCheck }): ReactNode {
  const [overriding, setOverriding] = useState(false)
  const held = check.findings.filter((f) => f.verdict === 'pass').length
  return (
    <Section
      title="Findings" count={<>checked <Moment at={check.checkedAt} /></>}
      actions={<><ReportMenu about={{ kind: 'gate', checkId: check.id }} name={`${run.modelName} v${run.versionNumber} gate`} />{!check.passed && check.override === null && <Button onClick={() => setOverriding(true)}>Override…</Button>}</>}
    >
      <div className={styles['verdict']} role="status">
        {check.passed ? <Badge tone="good" icon="good">Passed</Badge> : check.override === null ? <Badge tone="bad" icon="bad">Not passed</Badge> : <Badge tone="warn" icon="warning">Overridden</Badge>}
        <span>{held} of {check.findings.length} rules hold</span>
      </div>
      {check.override !== null && <p className={styles['override']}>Overridden by {check.override.name}: {check.override.reason}</p>}
      <ul className={styles['findings']} aria-label="Findings">{check.findings.map((f, i) => <Finding key={i} finding={f} />)}</ul>
      {overriding && <OverrideDialog run={run} check={check} onClose={() => setOverriding(false)} />}
    </Section>
  )
}

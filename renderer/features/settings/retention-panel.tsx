// Retention on the settings screen: a rule by age and size for stored predictions, what it would remove, and removing exactly that.
import { useState, type ReactNode } from 'react'
import type { RetainedRun, RetentionPlan, RetentionRule, RetentionShield } from '../../../shared/domain/retention.ts'
import { formatBytes, formatPlural } from '../../../shared/format.ts'
import { shieldWords } from '../../../shared/retention.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { TextDialog } from '../../ui/editable-text.tsx'
import { Moment } from '../../ui/facts.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Columns, Section, Stack } from '../../ui/page.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notify } from '../../ui/toast.tsx'

const gibibyte = 1024 ** 3

type Line = RetainedRun & { readonly shield?: RetentionShield }

const columns: readonly TableColumn<Line>[] = [
  { key: 'version', header: 'Version', value: (run) => `${run.modelName} ${run.versionNumber}` },
  { key: 'data', header: 'Data set', value: (run) => run.datasetName },
  { key: 'at', header: 'Evaluated', width: '170px', value: (run) => run.endedAt, cell: (run) => <Moment at={run.endedAt} /> },
  { key: 'bytes', header: 'Predictions', width: '120px', align: 'end', value: (run) => run.bytes, cell: (run) => formatBytes(run.bytes) },
]
const shieldedColumns: readonly TableColumn<Line>[] = [...columns, { key: 'because', header: 'Stays because', value: (run) => (run.shield === undefined ? '' : shieldWords[run.shield]) }]

/** Runs with the very same predictions share one file, which goes with the last of them. */
const freed = (plan: RetentionPlan): string => (plan.freedBytes === 0 ? 'which frees nothing: other runs share their files' : `which frees ${formatBytes(plan.freedBytes)}`)

function Plan({ plan }: { readonly plan: RetentionPlan }): ReactNode {
  const [asking, setAsking] = useState(false)
  const run = useCommand('retention.run')
  const remove = async (reason: string): Promise<void> => {
    const done = await run.mutateAsync({ rule: plan.rule, runs: plan.remove.map((r) => r.runId), reason })
    notify(`Removed the predictions of ${formatPlural(done.remove.length, 'run')}, ${freed(done)}.`)
  }
  const sentence = plan.remove.length === 0 ? 'This rule would remove nothing.' : `This rule would remove the predictions of ${formatPlural(plan.remove.length, 'run')}, ${freed(plan)}.`
  return (
    <Stack>
      <p role="status">{sentence} Left: the predictions of {formatPlural(plan.keptRuns, 'run')}, {formatBytes(plan.keptBytes)}.</p>
      {plan.remove.length > 0 && <>
        <Table label="Predictions that would be removed" columns={columns} rows={plan.remove} rowId={(r) => r.runId} empty="" />
        <div><Button icon="remove" look="danger" onClick={() => setAsking(true)}>Remove them…</Button></div>
      </>}
      {plan.shielded.length > 0 && <details><summary>{formatPlural(plan.shielded.length, 'run')} that the rule does not touch</summary><Table label="Predictions that stay" columns={shieldedColumns} rows={plan.shielded} rowId={(r) => r.runId} empty="" /></details>}
      {asking && <TextDialog title="Remove these predictions?" label="Reason" danger="Remove" hint="Cannot be undone. The reason and your name stay in the record; metrics, charts and reports stay too." start="" onClose={() => setAsking(false)} onSave={remove} />}
    </Stack>
  )
}

function Preview({ rule }: { readonly rule: RetentionRule }): ReactNode {
  const asked = useCall('retention.preview', rule)
  return <Answer of={asked} label="Looking at stored predictions" lines={2}>{(plan) => <Plan plan={plan} />}</Answer>
}

export function RetentionPanel(): ReactNode {
  const [days, setDays] = useState<number | null>(null)
  const [gibibytes, setGibibytes] = useState<number | null>(null)
  const rule: RetentionRule = { olderThanDays: days, keepBytes: gibibytes === null ? null : Math.floor(gibibytes * gibibyte) }
  return (
    <Section title="Retention" note="Row-by-row predictions take the most room. A rule removes old ones when you say so, never by itself; models, runs, metrics, charts and the record stay.">
      <Stack>
        <Columns>
          <NumberField label="Older than, days" whole optional min={0} max={36_500} value={days} onNumber={setDays} placeholder="any age" hint="Predictions of runs that ended longer ago." />
          <NumberField label="Keep at most, GiB" optional min={0} value={gibibytes} onNumber={setGibibytes} placeholder="any size" hint="Then the oldest go until this much is left." />
        </Columns>
        {days === null && gibibytes === null ? <p>Give an age, a size or both to see what would be removed.</p> : <Preview rule={rule} />}
      </Stack>
    </Section>
  )
}

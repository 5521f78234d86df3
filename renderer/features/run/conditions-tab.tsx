// What the numbers depend on: where every row went, every assumption, the machine, and the hashes.
import type { ReactNode } from 'react'
import { bindingAccount, type AccountLine } from '../../../shared/binding/binding-account.ts'
import { batchSentence } from '../../../shared/batch-words.ts'
import { deviceNames } from '../../../shared/device-names.ts'
import type { Run, RunEnvironment } from '../../../shared/domain/run.ts'
import { formatCount, formatDuration } from '../../../shared/format.ts'
import { thresholdText } from '../../../shared/thresholds/save-threshold.ts'
import { columnsText } from '../../../shared/row-words.ts'
import { Sureness } from '../../ui/binding/notes.tsx'
import { Facts, Hash, Moment } from '../../ui/facts.tsx'
import { Columns, Section, Stack } from '../../ui/page.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'

interface Loss { readonly reason: string; readonly column: string; readonly count: number; readonly records: string }

const lossColumns = (losses: readonly Loss[]): readonly TableColumn<Loss>[] => [
  { key: 'reason', header: 'Why', value: (l) => l.reason },
  { key: 'column', header: 'Column', value: (l) => l.column },
  { key: 'count', header: 'Rows', align: 'end', value: (l) => l.count, cell: (l) => formatCount(l.count) },
  ...(losses.some((l) => l.records !== '') ? [{ key: 'records', header: 'First records', value: (l: Loss) => l.records, clip: true, width: '34%' }] : []),
]

const assumptionColumns: readonly TableColumn<AccountLine>[] = [
  { key: 'about', header: 'About', most: '220px', value: (l) => l.about, mono: true },
  { key: 'value', header: 'Bound to', wrap: true, width: '30%', value: (l) => l.value },
  { key: 'confidence', header: 'How sure', value: (l) => l.confidence ?? '', cell: (l) => (l.confidence === null ? 'stated' : <Sureness confidence={l.confidence} />) },
  { key: 'reason', header: 'Why', wrap: true, width: '40%', value: (l) => l.reason },
]

function Rows({ run }: { readonly run: Run }): ReactNode {
  if (run.rows === null) return null
  const { read, scored, leftOut, replaced } = run.rows
  const losses: Loss[] = [
    ...leftOut.map((l) => ({ reason: `Left out: ${l.reason}`, column: columnsText(l), count: l.count, records: l.records.slice(0, 12).join(', ') })),
    ...replaced.map((r) => ({ reason: `Scored with the rule for missing cells: ${r.reason}`, column: r.column, count: r.count, records: '' })),
  ]
  return (
    <Section title="Rows" note={`${formatCount(read)} rows read = ${formatCount(scored)} scored + ${formatCount(read - scored)} left out.`}>
      <Table label="Rows left out or changed" columns={lossColumns(losses)} rows={losses} rowId={(l) => `${l.reason} ${l.column}`} empty="Every row was scored as it stands." />
    </Section>
  )
}

const environmentFacts = (e: RunEnvironment): readonly { name: string; value: ReactNode }[] => [
  { name: 'Device asked for', value: deviceNames[e.providerAsked] }, { name: 'Device used', value: deviceNames[e.providerUsed] },
  { name: 'Nodes by provider', value: e.nodesByProvider.length === 0 ? 'not profiled' : e.nodesByProvider.map((n) => `${n.provider}: ${n.nodes}`).join(', ') },
  ...(e.fellBack === undefined || e.fellBack.length === 0 ? [] : [{ name: 'Operators that fell back', value: e.fellBack.map((f) => `${f.operator}: ${f.nodes}`).join(', ') }]),
  ...(e.copies === undefined || e.copies === 0 ? [] : [{ name: 'Copies between devices', value: e.copies }]),
  { name: 'ONNX Runtime', value: e.runtime }, { name: 'Slipway', value: e.slipway }, { name: 'Node', value: e.node }, { name: 'Platform', value: e.platform }, { name: 'Processor', value: e.cpu },
  { name: 'Threads', value: e.threads }, { name: 'Batch sizes', value: e.batchSizes.join(', ') }, ...(batchSentence(e) === null ? [] : [{ name: 'Repeats', value: batchSentence(e) }]), { name: 'Optimisation', value: e.optimization }, { name: 'Seed', value: e.seed },
]

export function ConditionsTab({ run }: { readonly run: Run }): ReactNode {
  return (
    <Stack>
      <Rows run={run} />
      <Section title="Assumptions" note="Every part of the binding that this run used."><Table label="Assumptions" columns={assumptionColumns} rows={bindingAccount(run.binding, run.guesses)} rowId={(l) => l.about} empty="None." /></Section>
      <Columns>
        <Section title="Machine">{run.environment === null ? 'Not recorded.' : <Facts label="Machine" facts={environmentFacts(run.environment)} />}</Section>
        <Section title="What ran">
          <Facts label="What ran" facts={[
            { name: 'Model SHA-256', value: <Hash sha256={run.modelSha256} /> }, { name: 'Data SHA-256', value: <Hash sha256={run.datasetSha256} /> }, { name: 'Started', value: <Moment at={run.startedAt ?? run.createdAt} exact /> },
            ...(run.timing === null ? [] : [{ name: 'Whole run', value: formatDuration(run.timing.totalMs) }, { name: 'Opening the model', value: formatDuration(run.timing.loadMs) }, { name: 'Inference alone', value: formatDuration(run.timing.inferenceMs) }]),
            { name: 'Row policy', value: run.options.rows ?? run.binding.rows }, { name: 'Decision', value: run.binding.decision.kind === 'threshold' ? `positive from ${thresholdText(run.binding.decision.threshold)}` : run.binding.decision.kind },
          ]} />
        </Section>
      </Columns>
    </Stack>
  )
}

// What changed between two versions as stored facts: inputs and outputs with what breaks callers, facts, operators.
import type { ReactNode } from 'react'
import type { Comparison, FactChange, SignatureChange } from '../../../shared/domain/compare.ts'
import { Code } from '../../ui/facts.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './compare.module.css'

const signatureColumns: readonly TableColumn<SignatureChange>[] = [
  { key: 'where', header: 'Where', width: '80px', value: (s) => s.where },
  { key: 'name', header: 'Name', most: '280px', value: (s) => s.name, mono: true },
  { key: 'change', header: 'Change', value: (s) => s.change, cell: (s) => (s.change === 'same' ? <span className={styles['quiet']}>the same</span> : <Badge tone={s.breaking ? 'bad' : 'accent'}>{s.change}{s.breaking ? ', breaks callers' : ''}</Badge>) },
  { key: 'before', header: 'Before', value: (s) => s.before, cell: (s) => (s.before === null ? '' : <Code>{s.before}</Code>) },
  { key: 'after', header: 'After', value: (s) => s.after, cell: (s) => (s.after === null ? '' : <Code>{s.after}</Code>) },
]

const factColumns: readonly TableColumn<FactChange>[] = [
  { key: 'fact', header: 'Fact', value: (f) => f.fact },
  { key: 'before', header: 'Before', value: (f) => f.before, clip: true, width: '34%' },
  { key: 'after', header: 'After', value: (f) => f.after, clip: true, width: '34%' },
  { key: 'same', header: 'Changed', hiddenHeader: true, value: (f) => (f.same ? '' : 'changed'), cell: (f) => (f.same ? '' : <Badge tone="accent">changed</Badge>) },
]

const operatorColumns: readonly TableColumn<Comparison['operators'][number]>[] = [
  { key: 'type', header: 'Operator', value: (o) => o.type, mono: true },
  { key: 'before', header: 'Before', align: 'end', value: (o) => o.before },
  { key: 'after', header: 'After', align: 'end', value: (o) => o.after },
]

export function DiffTab({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const breaking = comparison.signature.filter((s) => s.breaking).length
  return (
    <Stack>
      <Section title="Inputs and outputs" note={breaking === 0 ? 'A caller of the first version can call the second without a change.' : `${breaking === 1 ? 'One change breaks' : `${breaking} changes break`} callers of the first version.`}>
        <Table label="Inputs and outputs" columns={signatureColumns} rows={comparison.signature} rowId={(s) => `${s.where} ${s.name}`} />
      </Section>
      <div className={styles['facts']}>
        <div><Section title="Facts"><Table label="Facts" columns={factColumns} rows={comparison.facts} rowId={(f) => f.fact} /></Section></div>
        <div><Section title="Operators"><Table label="Operators" columns={operatorColumns} rows={comparison.operators} rowId={(o) => `${o.domain} ${o.type}`} empty="Both graphs hold the same operators." /></Section></div>
      </div>
    </Stack>
  )
}

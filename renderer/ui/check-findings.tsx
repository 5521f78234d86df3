// What a check of the workspace found, on any screen: the verdict, the faults with their next steps, and the leftovers in a table.
import type { ReactNode } from 'react'
import type { WorkspaceCheck, WorkspaceFinding } from '../../shared/domain/workspace.ts'
import { formatBytes, formatCount, formatPlural } from '../../shared/format.ts'
import { Facts } from './facts.tsx'
import { Stack } from './page.tsx'
import { Mark } from './status.tsx'
import type { TableColumn } from './table/columns.ts'
import { Table } from './table/table.tsx'

interface Line extends WorkspaceFinding { readonly id: string }

const severities: Readonly<Record<WorkspaceFinding['severity'], { readonly tone: 'bad' | 'neutral'; readonly icon: 'bad' | 'stopped'; readonly label: string }>> = {
  fault: { tone: 'bad', icon: 'bad', label: 'Fault' }, leftover: { tone: 'neutral', icon: 'stopped', label: 'Leftover' }, note: { tone: 'neutral', icon: 'stopped', label: 'Note' },
}

const columns: readonly TableColumn<Line>[] = [
  { key: 'severity', header: 'Kind', width: '120px', value: (f) => f.severity, cell: (f) => <Mark tone={severities[f.severity].tone} icon={severities[f.severity].icon}>{severities[f.severity].label}</Mark> },
  { key: 'about', header: 'What', most: '220px', value: (f) => f.about },
  { key: 'sentence', header: 'What was found', wrap: true, value: (f) => `${f.sentence} ${f.next}`, cell: (f) => <>{f.sentence} <em>{f.next}</em></> },
  { key: 'bytes', header: 'Size', width: '90px', align: 'end', value: (f) => f.bytes, cell: (f) => (f.bytes === null ? '–' : formatBytes(f.bytes)) },
]

export function CheckFindings({ check }: { readonly check: WorkspaceCheck }): ReactNode {
  const { counts, swept } = check
  return (
    <Stack>
      <p role="status"><Mark tone={check.healthy ? 'good' : 'bad'} icon={check.healthy ? 'good' : 'bad'}>{check.sentence}</Mark></p>
      {swept !== null && <p>Removed {formatPlural(swept.count, 'leftover')} ({formatBytes(swept.bytes)}).</p>}
      {/* A database that cannot be read does not tell how much it holds. */}
      {counts.models + counts.files + counts.runs > 0 && <Facts label="What was checked" facts={[
        { name: 'Models', value: formatCount(counts.models) }, { name: 'Versions', value: formatCount(counts.versions) }, { name: 'Runs', value: formatCount(counts.runs) },
        { name: 'Stored files', value: `${formatCount(counts.files)} (${formatBytes(counts.bytes)})` },
      ]} />}
      {check.findings.length > 0 && <Table label="What was found" columns={columns} rows={check.findings.map((f, i) => ({ ...f, id: String(i) }))} rowId={(f) => f.id} empty="Nothing was found." />}
    </Stack>
  )
}

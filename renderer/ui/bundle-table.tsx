// Exported bundles as a table, wherever they are listed.
import type { ReactNode } from 'react'
import type { Bundle } from '../../shared/domain/bundle.ts'
import { formatBytes } from '../../shared/format.ts'
import { Hash, Moment } from './facts.tsx'
import { Badge } from './status.tsx'
import type { TableColumn } from './table/columns.ts'
import { Table } from './table/table.tsx'

const bundleHref = (bundle: Bundle): string => `#/bundle/${bundle.id}`

const columns: readonly TableColumn<Bundle>[] = [
  { key: 'name', header: 'Bundle', most: '320px', value: (b) => b.fileName, cell: (b) => <a href={bundleHref(b)}>{b.fileName}</a> },
  { key: 'version', header: 'Release', value: (b) => b.version },
  { key: 'of', header: 'From', value: (b) => b.versionNumber, cell: (b) => `v${b.versionNumber}` },
  { key: 'gate', header: 'Gate', value: (b) => (b.overridden ? 'overridden' : 'passed'), cell: (b) => (b.overridden ? <Badge tone="warn" icon="warning">Overridden</Badge> : <Badge tone="good" icon="check">Passed</Badge>) },
  { key: 'root', header: 'Root digest', sortable: false, value: (b) => b.rootDigest, cell: (b) => <Hash sha256={b.rootDigest} /> },
  { key: 'size', header: 'Size', align: 'end', value: (b) => b.bytes, cell: (b) => formatBytes(b.bytes) },
  { key: 'at', header: 'Exported', align: 'end', value: (b) => b.createdAt, cell: (b) => <Moment at={b.createdAt} /> },
]

export function BundleTable({ bundles }: { readonly bundles: readonly Bundle[] }): ReactNode {
  return <Table label="Bundles" columns={columns} rows={bundles} rowId={(b) => b.id} rowHref={bundleHref} sort={{ key: 'at', descending: true }} empty="Nothing has been exported yet. A finished run leads to the gate, and the gate to a bundle." />
}

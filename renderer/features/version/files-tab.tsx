// Where the bytes came from: stored files with their hashes, and the derived file with its proof.
import type { ReactNode } from 'react'
import type { ModelFile, Version } from '../../../shared/domain/model.ts'
import { formatBytes, formatCount, formatNumber } from '../../../shared/format.ts'
import { Facts, Hash, Moment } from '../../ui/facts.tsx'
import { Section } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'

const columns: readonly TableColumn<ModelFile>[] = [
  { key: 'name', header: 'File', value: (f) => f.name, mono: true },
  { key: 'role', header: 'Role', value: (f) => (f.role === 'model' ? 'Model' : 'External weights') },
  { key: 'bytes', header: 'Size', align: 'end', value: (f) => f.bytes, cell: (f) => formatBytes(f.bytes) },
  { key: 'sha', header: 'SHA-256', sortable: false, value: (f) => f.sha256, cell: (f) => <Hash whole sha256={f.sha256} /> },
]

export function FilesTab({ version }: { readonly version: Version }): ReactNode {
  const { derivation } = version
  return (
    <>
      <Section title="Stored files" count={version.files.length} note="Copied into the workspace when the version was imported, and addressed by their content.">
        <Table label="Stored files" columns={columns} rows={version.files} rowId={(f) => f.name} />
      </Section>
      {derivation !== null && (
        <Section title="Derived file" note="What is evaluated and exported in place of the original, which stays stored.">
          <Facts facts={[
            { name: 'Edits', value: <ul>{derivation.edits.map((e) => <li key={e}>{e}</li>)}</ul> },
            { name: 'SHA-256', value: <Hash whole sha256={derivation.sha256} /> },
            { name: 'Made from', value: <Hash whole sha256={derivation.sourceSha256} /> },
            { name: 'Size', value: formatBytes(derivation.bytes) },
            { name: 'Proof', value: <>{derivation.proof.equal ? <Badge tone="good" icon="check">Equal</Badge> : <Badge tone="bad">Different</Badge>} {derivation.proof.statement}</> },
            { name: 'Compared', value: `${derivation.proof.comparedOutputs.join(', ')} on ${formatCount(derivation.proof.rows)} rows; largest difference ${formatNumber(derivation.proof.maxAbsDifference)}` },
            { name: 'Made', value: <Moment at={derivation.createdAt} exact /> },
          ]} />
        </Section>
      )}
    </>
  )
}

// Inputs or outputs of a model: name, element type and shape, aligned so that shapes can be compared by eye.
import type { ReactNode } from 'react'
import type { ValueSpec } from '../../shared/domain/model.ts'
import { Code } from './facts.tsx'
import { Badge } from './status.tsx'
import type { TableColumn } from './table/columns.ts'
import { Table } from './table/table.tsx'

/** `[N, 4]`; an undeclared rank is said, not guessed. */
export const shapeText = (spec: ValueSpec): string => (spec.shape === null ? 'rank not declared' : `[${spec.shape.map((d) => d ?? '?').join(', ')}]`)

const columns: readonly TableColumn<ValueSpec>[] = [
  { key: 'name', header: 'Name', width: '44%', most: '320px', value: (s) => s.name, cell: (s) => <Code>{s.name}</Code> },
  { key: 'type', header: 'Type', width: '28%', most: '190px', value: (s) => s.dtype ?? s.kind, cell: (s) => <Code>{s.dtype ?? s.text}</Code> },
  { key: 'shape', header: 'Shape', value: (s) => (s.kind === 'tensor' ? shapeText(s) : ''), cell: (s) => (s.kind === 'tensor' ? <Code>{shapeText(s)}</Code> : <Badge tone="warn">not a tensor</Badge>) },
]

export function SignatureTable({ label, specs }: { readonly label: string; readonly specs: readonly ValueSpec[] }): ReactNode {
  return <Table label={label} columns={columns} rows={specs} rowId={(s) => s.name} />
}

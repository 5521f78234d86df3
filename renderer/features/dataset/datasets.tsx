// All data sets, and the ways to add one.
import type { ReactNode } from 'react'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { formatBytes, formatCount } from '../../../shared/format.ts'
import { useAddDataset } from '../../bridge/use-add-dataset.ts'
import { useAsk, useCall } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Hash, Moment } from '../../ui/facts.tsx'
import { Page } from '../../ui/page.tsx'
import { Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notifyError } from '../../ui/toast.tsx'
import { formatName } from './format-words.ts'

const warnings = (d: Dataset): number => d.findings.filter((f) => f.severity === 'warning').length

const columns: readonly TableColumn<Dataset>[] = [
  { key: 'name', header: 'Data set', most: '360px', value: (d) => d.name, cell: (d) => <a href={href({ screen: 'dataset', datasetId: d.id })}>{d.name}</a> },
  { key: 'folder', header: 'Folder', most: '160px', value: (d) => d.folder ?? null, cell: (d) => d.folder ?? (d.copied ? 'a copy' : '–') },
  { key: 'format', header: 'Format', value: (d) => formatName(d.format) },
  { key: 'rows', header: 'Rows', align: 'end', value: (d) => d.rows, cell: (d) => formatCount(d.rows) },
  { key: 'columns', header: 'Columns', align: 'end', value: (d) => (d.kind === 'images' ? null : d.columns.length) },
  { key: 'classes', header: 'Classes', align: 'end', value: (d) => (d.classes.length === 0 ? null : d.classes.length) },
  { key: 'findings', header: 'Findings', value: (d) => warnings(d), cell: (d) => (warnings(d) > 0 ? <Mark tone="warn" icon="warning">{warnings(d)} to look at</Mark> : <Mark tone="good" icon="good">none</Mark>) },
  { key: 'sha', header: 'Fingerprint', sortable: false, value: (d) => d.sha256, cell: (d) => <Hash sha256={d.sha256} /> },
  { key: 'size', header: 'Size', align: 'end', value: (d) => d.bytes, cell: (d) => formatBytes(d.bytes) },
  { key: 'at', header: 'Added', align: 'end', value: (d) => d.createdAt, cell: (d) => <Moment at={d.createdAt} /> },
]

/** Opens the dialog for a table or a folder of images and adds what was chosen. */
function useAddDialog(): (what: 'dataset' | 'image-folder') => void {
  const ask = useAsk()
  const addDataset = useAddDataset()
  const add = async (what: 'dataset' | 'image-folder'): Promise<void> => {
    for (const file of await ask('shell.openFiles', { what })) await addDataset(file)
  }
  return (what) => { add(what).catch(notifyError) }
}

export function DatasetsScreen(): ReactNode {
  const sets = useCall('dataset.list', {})
  const add = useAddDialog()
  const buttons = (
    <>
      <Button icon="image" onClick={() => add('image-folder')}>Add images…</Button>
      <Button look="primary" icon="add" onClick={() => add('dataset')}>Add a table…</Button>
    </>
  )
  return (
    <Page title="Data sets" actions={buttons}>
      <Answer of={sets} label="Loading data sets">
        {(all) => (all.length === 0 ? (
          <EmptyState icon="data" title="Drop a table to begin" actions={buttons}>
            CSV, TSV, JSON lines or Parquet, or a folder of images with one folder per class. Files stay where they are: Slipway links them and notices when their content changes.
          </EmptyState>
        ) : <Table label="Data sets" columns={columns} rows={all} rowId={(d) => d.id} rowHref={(d) => href({ screen: 'dataset', datasetId: d.id })} sort={{ key: 'at', descending: true }} />)}
      </Answer>
    </Page>
  )
}

// The columns that fill one tensor, in order. Order matters as much as choice, so both are seen at once.
import { useState, type ReactNode } from 'react'
import { Button, IconButton } from '../button.tsx'
import { Dialog } from '../dialog.tsx'
import { SelectField } from '../field.tsx'
import styles from './binding.module.css'
import { moved } from './edit-binding.ts'

interface ColumnOrderProps {
  readonly input: string
  readonly chosen: readonly string[]
  /** All columns of the data set; empty when none is at hand. */
  readonly columns: readonly string[]
  readonly onChange: (columns: string[]) => void
}

export function ColumnOrder({ input, chosen, columns, onChange }: ColumnOrderProps): ReactNode {
  const [editing, setEditing] = useState(false)
  return (
    <div>
      <ol className={styles['chips']} aria-label={`Columns of ${input}, in order`}>
        {chosen.map((name, i) => <li key={name}><span>{i}</span>{name}</li>)}
      </ol>
      <Button icon="edit" onClick={() => setEditing(true)}>Edit columns…</Button>
      {editing && <ColumnsDialog title={`Columns of ${input}`} lead="The model meets them in this order: position 0 first." chosen={chosen} columns={columns} onChange={onChange} onClose={() => setEditing(false)} />}
    </div>
  )
}

interface ColumnsDialogProps extends Omit<ColumnOrderProps, 'input'> { readonly title: string; readonly lead: string; readonly onClose: () => void }

/** Chooses columns and their order; nothing changes before it is confirmed. */
export function ColumnsDialog({ title, lead, chosen, columns, onChange, onClose }: ColumnsDialogProps): ReactNode {
  const [list, setList] = useState<readonly string[]>(chosen)
  const left = columns.filter((c) => !list.includes(c))
  const use = (): void => { onChange([...list]); onClose() }
  return (
    <Dialog
      open onClose={onClose} title={title} lead={lead}
      actions={<><Button onClick={onClose}>Cancel</Button><Button look="primary" disabled={list.length === 0} onClick={use}>Use these {list.length} columns</Button></>}
    >
      <ol className={styles['order']} aria-label="Chosen columns">
        {list.map((name, i) => (
          <li key={name}>
            <span className={styles['position']}>{i}</span>
            <span className={styles['orderName']}>{name}</span>
            <IconButton label={`Move ${name} up`} icon="up" disabled={i === 0} onClick={() => setList(moved(list, i, -1))} />
            <IconButton label={`Move ${name} down`} icon="down" disabled={i === list.length - 1} onClick={() => setList(moved(list, i, 1))} />
            <IconButton label={`Remove ${name}`} icon="close" onClick={() => setList(list.filter((c) => c !== name))} />
          </li>
        ))}
      </ol>
      {left.length > 0 && (
        <div className={styles['add']}>
          <SelectField label="Add a column" value="" choices={[{ value: '', label: 'Choose a column' }, ...left.map((c) => ({ value: c, label: c }))]} onChoose={(c) => { if (c !== '') setList([...list, c]) }} />
          <Button onClick={() => setList([...list, ...left])}>Add all {left.length}</Button>
        </div>
      )}
    </Dialog>
  )
}

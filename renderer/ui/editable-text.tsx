// Text that becomes a field when it is to be changed: names and notes. Enter saves, Escape leaves it as it was.
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { TextAreaField, TextField } from './field.tsx'
import { shownError } from './error-panel.tsx'

interface TextDialogProps {
  readonly title: string
  readonly label: string
  readonly start: string
  readonly long?: boolean
  readonly hint?: string
  /** What the main button says where it is not “Save”: then it does something that cannot be undone, and looks like it. */
  readonly danger?: string
  /** Saves; a rejection is shown at the field. */
  readonly onSave: (text: string) => Promise<unknown>
  readonly onClose: () => void
}

/** A small dialog for one text. */
export function TextDialog({ title, label, start, long = false, hint, danger, onSave, onClose }: TextDialogProps): ReactNode {
  const [text, setText] = useState(start)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const save = (): void => {
    setBusy(true)
    onSave(text).then(onClose, (thrown: unknown) => { setError(shownError(thrown).message); setBusy(false) })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (!long || event.ctrlKey || event.metaKey)) { event.preventDefault(); save() }
  }
  const field = { label, value: text, onText: setText, error, onKeyDown, autoFocus: true, ...(hint === undefined ? {} : { hint }) }
  return (
    <Dialog open onClose={onClose} title={title} actions={<><Button onClick={onClose}>Cancel</Button><Button look={danger === undefined ? 'primary' : 'danger'} busy={busy} onClick={save}>{danger ?? 'Save'}</Button></>}>
      {long ? <TextAreaField {...field} rows={6} /> : <TextField {...field} />}
    </Dialog>
  )
}

// The binding as text: seen, copied, saved, and read back from a file. The words come from the core; this file only carries them.
import { useEffect, useState, type ReactNode } from 'react'
import type { Binding } from '../../../shared/domain/binding.ts'
import { Button } from '../button.tsx'
import { copyText } from '../clipboard.ts'
import { Dialog } from '../dialog.tsx'
import { ErrorPanel } from '../error-panel.tsx'
import { fileNameOf, useSaveFile } from '../save-file.ts'
import { notify, notifyError } from '../toast.tsx'
import styles from './binding.module.css'

export interface BindingTextWays {
  /** Writes a binding as YAML. */
  write(binding: Binding): Promise<string>
  /** Lets the user choose a file and reads the binding in it; null when nothing was chosen. */
  read(): Promise<Binding | null>
}

interface BindingTextProps { readonly binding: Binding; readonly name: string; readonly ways: BindingTextWays; readonly onRead: (binding: Binding) => void }

/** The buttons that lead to the text form. */
export function BindingText({ binding, name, ways, onRead }: BindingTextProps): ReactNode {
  const [open, setOpen] = useState(false)
  const read = (): void => { ways.read().then((found) => { if (found !== null) { onRead(found); notify('Read the binding from the file. It is not saved yet.') } }, notifyError) }
  return (
    <>
      <Button onClick={() => setOpen(true)}>View as YAML</Button>
      <Button icon="import" onClick={read}>Read from a file…</Button>
      {open && <TextView binding={binding} name={name} ways={ways} onClose={() => setOpen(false)} />}
    </>
  )
}

function TextView({ binding, name, ways, onClose }: Omit<BindingTextProps, 'onRead'> & { readonly onClose: () => void }): ReactNode {
  const [text, setText] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const save = useSaveFile()
  useEffect(() => { ways.write(binding).then(setText, setError) }, [ways, binding])
  const toFile = (): void => {
    if (text !== null) save?.({ what: 'binding', suggestedName: fileNameOf(`${name} binding`, 'yaml'), text }).then((file) => { if (file !== null) notify(`Saved ${file}.`) }, notifyError)
  }
  return (
    <Dialog
      open wide onClose={onClose} title="Binding as YAML" lead="The same document is stored with the version, read by the command line and shipped in the bundle."
      actions={<><Button icon="copy" onClick={() => { if (text !== null) void copyText(text).then((ok) => { if (ok) notify('Copied the binding.') }) }}>Copy</Button><Button look="primary" icon="download" onClick={toFile}>Save to a file…</Button></>}
    >
      {error !== null ? <ErrorPanel error={error} /> : <pre className={styles['text']} tabIndex={0} aria-label="Binding text">{text ?? ''}</pre>}
    </Dialog>
  )
}

// Personal data of a data set: which columns hold it, and the end of every value that was derived from it.
import { useMemo, useState, type ReactNode } from 'react'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { formatPlural } from '../../../shared/format.ts'
import { useCommand } from '../../bridge/use-call.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextDialog } from '../../ui/editable-text.tsx'
import { shownError } from '../../ui/error-panel.tsx'
import { Moment } from '../../ui/facts.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { notify } from '../../ui/toast.tsx'
import styles from './dataset.module.css'

const mostShown = 200

function FlagDialog({ dataset, onClose }: { readonly dataset: Dataset; readonly onClose: () => void }): ReactNode {
  const [whole, setWhole] = useState(dataset.personal?.whole ?? false)
  const [flagged, setFlagged] = useState<ReadonlySet<string>>(new Set(dataset.personal?.columns ?? []))
  const [search, setSearch] = useState('')
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string | null>(null)
  const flag = useCommand('dataset.flag')
  const found = useMemo(() => dataset.columns.filter((c) => c.name.toLowerCase().includes(search.toLowerCase())), [dataset.columns, search])
  const toggle = (name: string, on: boolean): void => setFlagged((before) => new Set(on ? [...before, name] : [...before].filter((n) => n !== name)))
  const save = (): void => {
    flag.mutateAsync({ datasetId: dataset.id, whole, columns: [...flagged], ...(reason.trim() === '' ? {} : { reason }) }).then(() => { notify('Personal data flagged.'); onClose() }, (thrown: unknown) => setError(shownError(thrown).message))
  }
  return (
    <Dialog open onClose={onClose} title="Which of it is personal data?" lead="Flagged values enter no bundle, no log and no export."
      actions={<><Button onClick={onClose}>Cancel</Button><Button look="primary" busy={flag.isPending} onClick={save}>Save</Button></>}>
      <Stack>
        <CheckField label={dataset.kind === 'images' ? 'All of it: the pictures show people' : 'All of it'} checked={whole} onCheck={setWhole} />
        {dataset.kind === 'table' && <>
          {dataset.columns.length > 12 && <TextField label="Find a column" value={search} onText={setSearch} />}
          <div className={styles['pickList']} role="group" aria-label="Columns">
            {found.slice(0, mostShown).map((c) => <CheckField key={c.name} label={c.name} checked={whole || flagged.has(c.name)} disabled={whole} onCheck={(on) => toggle(c.name, on)} />)}
          </div>
          {found.length > mostShown && <p>The first {mostShown} of {found.length} columns: search for the others.</p>}
        </>}
        <TextField label="Reason (optional)" value={reason} onText={setReason} error={error} />
      </Stack>
    </Dialog>
  )
}

function flagSentence({ personal, name }: Dataset): string {
  if (personal === undefined) return `Nothing of ${name} is flagged as personal data.`
  return personal.whole ? `All of ${name} is personal data: none of its values enters a bundle, a log or an export.` : `${formatPlural(personal.columns.length, 'column')} with personal data: ${personal.columns.join(', ')}. Their values enter no bundle, no log and no export.`
}

/** Says that the values are gone, when, by whom and why; nothing where they are here. */
export function ForgottenNote({ dataset }: { readonly dataset: Dataset }): ReactNode {
  if (dataset.forgotten === undefined) return null
  const { at, who, reason } = dataset.forgotten
  return <p role="status" className={styles['forgotten']}>The values of this data set were forgotten <Moment at={at} />{who !== null && <> by {who}</>}{reason !== null && <>: {reason.replace(/\.$/, '')}</>}. Metrics of earlier runs remain.</p>
}

export function PersonalPanel({ dataset }: { readonly dataset: Dataset }): ReactNode {
  const [open, setOpen] = useState<'flag' | 'forget' | null>(null)
  const forget = useCommand('dataset.forget')
  if (dataset.forgotten !== undefined) return <Section title="Personal data"><ForgottenNote dataset={dataset} /></Section>
  return (
    <Section title="Personal data" note="Flags keep values out of what leaves this workspace. Forgetting removes what was derived from the data: profiles, stored predictions and the workspace’s copy.">
      <Stack>
        <p>{flagSentence(dataset)}</p>
        <Row><Button icon="edit" onClick={() => setOpen('flag')}>Flag personal data…</Button><Button icon="remove" look="danger" onClick={() => setOpen('forget')}>Forget its values…</Button></Row>
      </Stack>
      {open === 'flag' && <FlagDialog dataset={dataset} onClose={() => setOpen(null)} />}
      {open === 'forget' && <TextDialog title={`Forget the values of ${dataset.name}?`} label="Reason" danger="Forget" start="" onClose={() => setOpen(null)} onSave={(reason) => forget.mutateAsync({ datasetId: dataset.id, reason })}
        hint="Cannot be undone. Profiles, stored predictions and the workspace’s copy are removed; metrics stay, and who did it and why stays in the record. The file it came from is not touched." />}
    </Section>
  )
}

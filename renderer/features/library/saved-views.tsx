// Saved searches as chips: one click asks again, another removes; and the way to keep the search that is shown.
import { useState, type ReactNode } from 'react'
import { SlipwayError } from '../../../shared/errors.ts'
import { useAsk, useCall, useCommand } from '../../bridge/use-call.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { TextDialog } from '../../ui/editable-text.tsx'
import { Icon } from '../../ui/icon.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import styles from './search.module.css'

interface Asked { readonly query: string; readonly sort: string }
interface Props extends Asked { readonly savable: boolean; readonly onAsk: (view: Asked) => void }

export function SavedViews({ query, sort, savable, onAsk }: Props): ReactNode {
  const views = useCall('view.list', {})
  const remove = useCommand('view.remove')
  const ask = useAsk()
  const [naming, setNaming] = useState(false)
  const shown = views.data ?? []
  const current = shown.find((v) => v.query === query && v.sort === sort)
  // The same name once more, on purpose, replaces the view.
  const [taken, setTaken] = useState<string | null>(null)
  const save = async (name: string): Promise<void> => {
    try { await ask('view.save', { name, query, sort, replace: taken === name }) } catch (thrown) {
      if (thrown instanceof SlipwayError && thrown.code === 'input.nameTaken') {
        setTaken(name)
        throw new SlipwayError('input.invalid', { reason: `there is a view “${name}” already; save once more to replace it` })
      }
      throw thrown
    }
    notify(`Saved the view ${name}.`)
  }
  const onRemove = (name: string): void => remove.mutate({ name }, { onError: notifyError, onSuccess: () => notify(`Removed the view ${name}.`) })
  const canSave = savable && (query.trim() !== '' || sort !== '') && current === undefined
  if (shown.length === 0 && !canSave) return null
  return (
    <div className={styles['views']} role="group" aria-label="Saved views">
      {shown.map((v) => (
        <span key={v.name} className={classes(styles['chip'], v === current && styles['on'])}>
          <button type="button" aria-pressed={v === current} title={`${v.name}: ${v.query}${v.sort === '' ? '' : `, by ${v.sort}`}`} onClick={() => onAsk(v === current ? { query: '', sort: '' } : v)}>{v.name}</button>
          <button type="button" aria-label={`Remove the view ${v.name}`} onClick={() => onRemove(v.name)}><Icon name="close" size={12} /></button>
        </span>
      ))}
      {canSave && <Button look="quiet" icon="add" onClick={() => { setTaken(null); setNaming(true) }}>Save this search…</Button>}
      {naming && <TextDialog title="Save this search" label="Name of the view" start="" hint={query === '' ? `Every version, by ${sort}` : query} onClose={() => setNaming(false)} onSave={save} />}
    </div>
  )
}

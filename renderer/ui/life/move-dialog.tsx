// Promote, roll back or take off an alias: what would change first, then the reason, then the move. Refuses to overwrite what moved meanwhile.
import { useState, type ReactNode } from 'react'
import { AliasName, usualAliases, type AliasAction } from '../../../shared/domain/alias.ts'
import type { AliasPreview } from '../../../shared/domain/alias-preview.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { ModelId, VersionId } from '../../../shared/ids.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { Answer } from '../answer.tsx'
import { Button } from '../button.tsx'
import { Dialog } from '../dialog.tsx'
import { ErrorPanel } from '../error-panel.tsx'
import { SelectField, TextAreaField, TextField } from '../field.tsx'
import { Stack } from '../page.tsx'
import { notify } from '../toast.tsx'
import styles from './life.module.css'
import { PreviewBody, PreviewNumbers } from './preview.tsx'

export interface WantedMove { readonly action: AliasAction; readonly alias?: string; readonly versionId?: VersionId }

interface MoveDialogProps { readonly modelId: ModelId; readonly modelName: string; readonly versions: readonly Version[]; readonly start: WantedMove; readonly onClose: () => void }

const titles: Readonly<Record<AliasAction, string>> = { set: 'Promote a version', rollback: 'Roll back', remove: 'Take an alias off' }

/** The button that does it says what it does. */
function verb(p: AliasPreview | undefined, action: AliasAction): string {
  if (p === undefined) return titles[action]
  if (action === 'remove') return `Take ${p.alias} off`
  return `${action === 'set' ? 'Make' : 'Roll back to'} version ${p.to?.number ?? ''}${action === 'set' ? ` ${p.alias}` : ''}`
}

function useMove(): { readonly busy: boolean; readonly error: unknown; readonly move: (p: AliasPreview, reason: string) => Promise<unknown>; readonly forget: () => void } {
  const [set, rollback, remove] = [useCommand('alias.set'), useCommand('alias.rollback'), useCommand('alias.remove')]
  const move = (p: AliasPreview, reason: string): Promise<unknown> => {
    const said = { modelId: p.modelId, alias: p.alias, expected: p.from?.versionId ?? null, reason }
    if (p.action === 'remove') return remove.mutateAsync(said)
    const versionId = p.to?.versionId
    if (p.action === 'rollback') return rollback.mutateAsync({ ...said, ...(versionId === undefined ? {} : { to: versionId }) })
    return versionId === undefined ? Promise.resolve() : set.mutateAsync({ ...said, versionId })
  }
  const all = [set, rollback, remove]
  return { busy: all.some((m) => m.isPending), error: all.find((m) => m.error !== null)?.error ?? null, move, forget: () => { for (const m of all) m.reset() } }
}

export function MoveDialog({ modelId, modelName, versions, start, onClose }: MoveDialogProps): ReactNode {
  const { action } = start
  const [alias, setAlias] = useState(start.alias ?? 'champion')
  const [versionId, setVersionId] = useState<VersionId | undefined>(start.versionId ?? versions[0]?.id)
  const [reason, setReason] = useState('')
  const name = AliasName.safeParse(alias)
  const named = { modelId, alias: name.success ? name.data : 'champion' }
  const input = action === 'set' ? { action, ...named, versionId: versionId! } : { action, ...named }
  const asked = useCall('alias.preview', input, { enabled: name.success && (action !== 'set' || versionId !== undefined) })
  const { busy, error, move, forget } = useMove()
  const preview = asked.data
  const ready = preview !== undefined && preview.refusal === null && name.success && reason.trim().length >= 3
  const save = (): void => {
    if (preview === undefined) return
    forget()
    move(preview, reason.trim()).then(() => { notify(done(preview)); onClose() }, () => undefined)
  }
  return (
    <Dialog open wide onClose={onClose} title={`${titles[action]} · ${modelName}`} lead="What would change, before anything does." actions={<><Button onClick={onClose}>Cancel</Button><Button look={action === 'remove' ? 'danger' : 'primary'} busy={busy} disabled={!ready} onClick={save}>{verb(preview, action)}</Button></>}>
      <Stack>
        {action === 'set' && <Target {...{ alias, setAlias, versionId, setVersionId, versions }} fault={name.success ? null : 'Letters, digits, dots, dashes and underscores; a letter first.'} fixedAlias={start.alias !== undefined && start.alias !== ''} />}
        {name.success && <Answer of={asked} label="Looking what would change">{(p) => <PreviewBody preview={p} />}</Answer>}
        {error !== null && <ErrorPanel error={error} compact />}
        {preview?.refusal === null && <TextAreaField label="Why" rows={2} value={reason} onText={setReason} maxLength={2000} hint="In your words; it stays in the record for ever." />}
        {preview !== undefined && <PreviewNumbers preview={preview} />}
      </Stack>
    </Dialog>
  )
}

const done = (p: AliasPreview): string => `${p.alias} of ${p.modelName} points to ${p.to === null ? 'nothing' : `version ${p.to.number}`} now.`

interface TargetProps {
  readonly alias: string; readonly setAlias: (alias: string) => void; readonly fault: string | null; readonly fixedAlias: boolean
  readonly versionId: VersionId | undefined; readonly setVersionId: (id: VersionId) => void; readonly versions: readonly Version[]
}

function Target({ alias, setAlias, fault, fixedAlias, versionId, setVersionId, versions }: TargetProps): ReactNode {
  return (
    <div className={styles['fields']}>
      <TextField label="Alias" value={alias} onText={setAlias} error={fault} readOnly={fixedAlias} list="usual-aliases" spellCheck={false} {...(fixedAlias ? {} : { hint: 'Any name, such as champion, challenger or staging.' })} />
      <datalist id="usual-aliases">{usualAliases.map((a) => <option key={a} value={a} />)}</datalist>
      <SelectField label="Version" value={versionId ?? ''} onChoose={(id) => setVersionId(id as VersionId)} choices={[...versions].sort((a, b) => b.number - a.number).map((v) => ({ value: v.id as string, label: `v${v.number}${v.aliases === undefined || v.aliases.length === 0 ? '' : ` (${v.aliases.join(', ')})`} · ${v.sourceName}` }))} />
    </div>
  )
}

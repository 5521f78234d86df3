// Records by hand that a version serves somewhere.
import { useState, type ReactNode } from 'react'
import type { VersionId } from '../../../shared/ids.ts'
import { useCommand } from '../../bridge/use-call.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { Stack } from '../../ui/page.tsx'
import { VersionPicker } from '../../ui/version-picker.tsx'

function RecordDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [versionId, setVersionId] = useState<string | null>(null)
  const [environment, setEnvironment] = useState('production')
  const [target, setTarget] = useState('default')
  const [share, setShare] = useState('100')
  const [reason, setReason] = useState('')
  const [replace, setReplace] = useState(true)
  const record = useCommand('deployment.record')
  const percent = Number(share.replace(',', '.'))
  const wrong = share.trim() === '' || !(percent >= 0 && percent <= 100)
  const save = (): void => record.mutate({ versionId: versionId as VersionId, environment, target, share: percent / 100, replace, reason }, { onSuccess: onClose })
  return (
    <Dialog open onClose={onClose} title="Record a deployment" lead="What you write down stays in the record, with your name." actions={<><Button onClick={onClose}>Cancel</Button><Button look="primary" busy={record.isPending} disabled={versionId === null || wrong || reason.trim().length < 3} onClick={save}>Record</Button></>}>
      <Stack>
        <VersionPicker value={versionId} onChoose={setVersionId} />
        <TextField label="Environment" value={environment} onText={setEnvironment} />
        <TextField label="Target" hint="The host, service or cluster." value={target} onText={setTarget} />
        <TextField label="Share of the traffic, in percent" inputMode="decimal" value={share} onText={setShare} {...(wrong ? { error: 'A number from 0 to 100.' } : {})} />
        <CheckField label="It takes the place of what serves there now" checked={replace} onCheck={setReplace} />
        <TextField label="Why" value={reason} onText={setReason} hint="At least three letters." />
        {record.error !== null && <ErrorPanel error={record.error} />}
      </Stack>
    </Dialog>
  )
}

export function RecordDeployment(): ReactNode {
  const [open, setOpen] = useState(false)
  return <><Button icon="add" onClick={() => setOpen(true)}>Record a deployment…</Button>{open && <RecordDialog onClose={() => setOpen(false)} />}</>
}

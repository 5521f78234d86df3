// Bringing logs and labels home: files are looked at first; what does not say whose it is, is asked about.
import { useState, type ReactNode } from 'react'
import type { AdmittedFile } from '../../../shared/contract.ts'
import type { LogLook } from '../../../shared/domain/log-batch.ts'
import { formatCount } from '../../../shared/format.ts'
import type { ModelId, VersionId } from '../../../shared/ids.ts'
import { useAsk, useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Facts } from '../../ui/facts.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { notifyError } from '../../ui/toast.tsx'
import { VersionPicker } from '../../ui/version-picker.tsx'

/** How the columns would be read, as far as they were recognised. */
const mappingFacts = ({ mapping }: LogLook): readonly { name: string; value: string }[] =>
  Object.entries(mapping).flatMap(([role, column]) => (typeof column === 'string' && !role.endsWith('Unit') && role !== 'bodyEncoding' ? [{ name: role, value: column }] : []))

function LogsDialog({ files, look, onClose }: { readonly files: readonly AdmittedFile[]; readonly look: LogLook; readonly onClose: () => void }): ReactNode {
  const [versionId, setVersionId] = useState<string | null>(look.bundle?.versionId ?? null)
  const [environment, setEnvironment] = useState('production')
  const job = useJobHandle('logs.import')
  const own = look.format === 'feedback'
  const unknown = own && look.bundle !== null && look.bundle.versionId === null
  const start = (): void => void job.start({ files: files.map((f) => f.token), format: look.format, environment, ...(own || versionId === null ? {} : { versionId: versionId as VersionId }), ...(look.format === 'table' || look.format === 'requests' ? { mapping: look.mapping } : {}) })
  const done = job.result
  return (
    <Dialog open onClose={onClose} wide title="Bring logs home" lead={look.sentence} actions={done !== null ? <Button look="primary" onClick={onClose}>Done</Button> : <><Button onClick={() => { if (job.running) job.cancel(); else onClose() }}>{job.running ? 'Stop' : 'Cancel'}</Button><Button look="primary" busy={job.running} disabled={unknown || (!own && versionId === null) || look.missing.length > 0} onClick={start}>Bring home</Button></>}>
      <Stack>
        {done === null && !own && <VersionPicker value={versionId} onChoose={setVersionId} />}
        {done === null && <TextField label="Environment" value={environment} onText={setEnvironment} hint="Where these answers were given." />}
        {done === null && mappingFacts(look).length > 0 && <Facts label="How the columns are read" facts={mappingFacts(look)} />}
        {look.missing.length > 0 && <p role="alert">Not recognised: {look.missing.join(', ')}. On the command line <code>slipway logs import</code> takes them by its option <code>--map</code>.</p>}
        {job.running && <Progress label="Bringing logs home" fraction={job.job?.fraction ?? null} />}
        {job.error !== null && <ErrorPanel error={job.error} />}
        {done !== null && (
          <Facts label="Where every record went" facts={[
            { name: 'Read', value: formatCount(done.account.read) }, { name: 'Kept', value: `${formatCount(done.account.kept)}, as ${formatCount(done.account.rows)} rows` }, { name: 'Duplicates', value: formatCount(done.account.duplicates) },
            { name: 'Rejected', value: done.account.rejected === 0 ? '0' : `${formatCount(done.account.rejected)}: ${done.account.reasons.map((r) => r.sentence).join(' ')}` },
            { name: 'Halves', value: formatCount(done.account.unmatchedRequests + done.account.unmatchedResponses) }, { name: 'Holds', value: done.holds.sentence },
          ]} />
        )}
        {done?.warnings.map((warning) => <p key={warning}>{warning}</p>)}
      </Stack>
    </Dialog>
  )
}

function LabelsDialog({ files, onClose }: { readonly files: readonly AdmittedFile[]; readonly onClose: () => void }): ReactNode {
  const models = useCall('model.list', {})
  const [modelId, setModelId] = useState('')
  const [id, setId] = useState('request_id')
  const [label, setLabel] = useState('label')
  const job = useJobHandle('logs.labels')
  const done = job.result
  const start = (): void => void job.start({ files: files.map((f) => f.token), modelId: modelId as ModelId, mapping: { requestId: id, label } })
  return (
    <Dialog open onClose={onClose} title="Bring labels home" lead="True answers that became known later, by the id of the request. The newest word on a row counts." actions={done !== null ? <Button look="primary" onClick={onClose}>Done</Button> : <><Button onClick={onClose}>Cancel</Button><Button look="primary" busy={job.running} disabled={modelId === ''} onClick={start}>Bring home</Button></>}>
      <Stack>
        <SelectField label="Model" value={modelId} onChoose={setModelId} choices={[{ value: '', label: 'Choose a model' }, ...(models.data ?? []).map((m) => ({ value: m.id as string, label: m.name }))]} />
        <TextField label="Column with the request’s id" value={id} onText={setId} />
        <TextField label="Column with the true answer" value={label} onText={setLabel} />
        {job.error !== null && <ErrorPanel error={job.error} />}
        {done !== null && <Facts label="Where every label went" facts={[{ name: 'Read', value: formatCount(done.account.read) }, { name: 'Kept', value: formatCount(done.account.kept) }, { name: 'Fit a row', value: formatCount(done.account.matched) }, { name: 'Rejected', value: formatCount(done.account.rejected) }]} />}
      </Stack>
    </Dialog>
  )
}

export function LogIntake(): ReactNode {
  const ask = useAsk()
  const looking = useJobHandle('logs.look')
  const [files, setFiles] = useState<{ readonly what: 'logs' | 'labels'; readonly files: readonly AdmittedFile[] } | null>(null)
  const choose = async (what: 'logs' | 'labels'): Promise<void> => {
    const chosen = await ask('shell.openFiles', { what })
    if (chosen.length === 0) return
    looking.clear()
    setFiles({ what, files: chosen })
    if (what === 'logs') await looking.start({ files: chosen.map((f) => f.token) })
  }
  const close = (): void => { setFiles(null); looking.clear() }
  return (
    <>
      <Menu label="Bring home" trigger={<Button look="primary" icon="import" busy={looking.running}>Bring home</Button>} items={[
        { label: 'Logs…', icon: 'import', onSelect: () => { choose('logs').catch(notifyError) } },
        { label: 'Labels…', icon: 'tag', onSelect: () => { choose('labels').catch(notifyError) } },
      ]} />
      {files?.what === 'logs' && looking.result !== null && <LogsDialog files={files.files} look={looking.result} onClose={close} />}
      {files?.what === 'labels' && <LabelsDialog files={files.files} onClose={close} />}
      {looking.error !== null && <Dialog open onClose={close} title="These files cannot be read" actions={<Button onClick={close}>Close</Button>}><ErrorPanel error={looking.error} /></Dialog>}
    </>
  )
}

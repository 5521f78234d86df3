// The workspace on the settings screen: whether it is whole, sweeping what ended programs left behind, backing up and restoring.
import { useState, type ReactNode } from 'react'
import { formatBytes, formatPlural } from '../../../shared/format.ts'
import { useAsk } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { CheckFindings } from '../../ui/check-findings.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { CheckField } from '../../ui/field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { RestoreBackup } from '../../ui/restore-backup.tsx'
import { Mark } from '../../ui/status.tsx'
import { notifyError } from '../../ui/toast.tsx'

/** Writes everything into one file of the user's choice. */
function BackUp(): ReactNode {
  const ask = useAsk()
  const job = useJobHandle('workspace.backup')
  const [withKey, setWithKey] = useState(false)
  const choose = async (): Promise<void> => {
    const file = await ask('shell.saveFile', { what: 'backup', suggestedName: `slipway-${new Date().toISOString().slice(0, 10)}.backup.zip` })
    if (file !== null) await job.start({ file: file.token, withKey })
  }
  const made = job.result
  return (
    <Stack>
      <Row>
        <Button icon="export" busy={job.running} onClick={() => { choose().catch(notifyError) }}>Back up…</Button>
        <CheckField label="With the publisher’s private key" checked={withKey} onCheck={setWithKey} />
      </Row>
      {job.running && <Progress label={job.progress?.step ?? 'Backing up'} fraction={job.job?.fraction ?? null} />}
      {job.error !== null && <ErrorPanel error={job.error} />}
      {made !== null && <p role="status"><Mark tone={made.lacks.length === 0 ? 'good' : 'warn'} icon={made.lacks.length === 0 ? 'good' : 'warning'}>Backed up.</Mark> {made.fileName}, {formatBytes(made.bytes)}, read again after it was written. {made.withKey ? 'It holds the publisher’s private key: keep it as safe as the key.' : 'The publisher’s private key is not in it.'} {made.lacks.join(' ')}</p>}
    </Stack>
  )
}

export function WorkspacePanel(): ReactNode {
  const check = useJobHandle('workspace.check')
  const [asking, setAsking] = useState(false)
  const removable = check.result?.findings.filter((f) => f.removable) ?? []
  const bytes = removable.reduce((sum, f) => sum + (f.bytes ?? 0), 0)
  const sweep = (): void => { setAsking(false); void check.start({ sweep: true }) }
  return (
    <Section
      title="Workspace" note="A check reads the database and every stored file to their last byte. It changes nothing. A backup is one file with everything in it, made while you work."
      actions={<>
        {removable.length > 0 && <Button icon="remove" onClick={() => setAsking(true)}>Remove {formatPlural(removable.length, 'leftover')}…</Button>}
        <Button icon="refresh" busy={check.running} onClick={() => void check.start({ sweep: false })}>Check workspace</Button>
      </>}
    >
      <Stack>
        {check.running && <Progress label={check.progress?.step ?? 'Checking the workspace'} fraction={check.job?.fraction ?? null} />}
        {check.error !== null && <ErrorPanel error={check.error} />}
        {check.result === null && !check.running && check.error === null && <p>Not checked since Slipway was started.</p>}
        {check.result !== null && <CheckFindings check={check.result} />}
        <BackUp />
        <RestoreBackup />
      </Stack>
      <Dialog open={asking} onClose={() => setAsking(false)} title="Remove leftovers?" lead={`${formatPlural(removable.length, 'thing')} that nothing needs will be removed: ${formatBytes(bytes)}. The workspace is checked again first.`}
        actions={<><Button onClick={() => setAsking(false)}>Keep them</Button><Button look="danger" onClick={sweep}>Remove</Button></>}>
        <ul>{removable.slice(0, 12).map((f, i) => <li key={i}>{f.about}{f.bytes === null ? '' : ` (${formatBytes(f.bytes)})`}</li>)}{removable.length > 12 && <li>and {removable.length - 12} more</li>}</ul>
      </Dialog>
    </Section>
  )
}

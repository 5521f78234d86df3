// The workspace on the settings screen: whether it is whole, and sweeping what ended programs left behind.
import { useState, type ReactNode } from 'react'
import { formatBytes, formatPlural } from '../../../shared/format.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { CheckFindings } from '../../ui/check-findings.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'

export function WorkspacePanel(): ReactNode {
  const check = useJobHandle('workspace.check')
  const [asking, setAsking] = useState(false)
  const removable = check.result?.findings.filter((f) => f.removable) ?? []
  const bytes = removable.reduce((sum, f) => sum + (f.bytes ?? 0), 0)
  const sweep = (): void => { setAsking(false); void check.start({ sweep: true }) }
  return (
    <Section
      title="Workspace" note="A check reads the database and every stored file to their last byte. It changes nothing."
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
      </Stack>
      <Dialog open={asking} onClose={() => setAsking(false)} title="Remove leftovers?" lead={`${formatPlural(removable.length, 'thing')} that nothing needs will be removed: ${formatBytes(bytes)}. The workspace is checked again first.`}
        actions={<><Button onClick={() => setAsking(false)}>Keep them</Button><Button look="danger" onClick={sweep}>Remove</Button></>}>
        <ul>{removable.slice(0, 12).map((f, i) => <li key={i}>{f.about}{f.bytes === null ? '' : ` (${formatBytes(f.bytes)})`}</li>)}{removable.length > 12 && <li>and {removable.length - 12} more</li>}</ul>
      </Dialog>
    </Section>
  )
}

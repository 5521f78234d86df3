// The whole window when the workspace cannot be opened: why, what to do, and a look through what is there. Every other screen would only repeat the error.
import type { ReactNode } from 'react'
import type { SlipwayError } from '../../shared/errors.ts'
import { useJobHandle } from '../bridge/use-jobs.ts'
import { Button } from '../ui/button.tsx'
import { CheckFindings } from '../ui/check-findings.tsx'
import { ErrorPanel } from '../ui/error-panel.tsx'
import { Page, Section, Stack } from '../ui/page.tsx'
import { Progress } from '../ui/progress.tsx'
import { RestoreBackup } from '../ui/restore-backup.tsx'

export function ClosedWorkspace({ error }: { readonly error: SlipwayError }): ReactNode {
  const check = useJobHandle('workspace.check')
  return (
    <Page title="The workspace was not opened" narrow lead="Slipway changed nothing in it. Close the window when you have read this; the next start tries again.">
      <Stack>
        <Section title="Why">
          <ErrorPanel error={error} actions={<Button icon="refresh" busy={check.running} onClick={() => void check.start({ sweep: false })}>Look through the workspace</Button>} />
        </Section>
        {check.running && <Progress label={check.progress?.step ?? 'Looking through the workspace'} fraction={check.job?.fraction ?? null} />}
        {check.error !== null && check.error.code !== error.code && <ErrorPanel error={check.error} />}
        {check.result !== null && <CheckFindings check={check.result} />}
        <RestoreBackup />
      </Stack>
    </Page>
  )
}

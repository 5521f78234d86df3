// Choosing a backup and an empty folder, restoring, and saying how to open it. On the settings, and where the workspace itself cannot be opened.
import type { ReactNode } from 'react'
import { formatPlural, formatTime } from '../../shared/format.ts'
import { useAsk } from '../bridge/use-call.ts'
import { useJobHandle } from '../bridge/use-jobs.ts'
import { Button } from './button.tsx'
import { ErrorPanel } from './error-panel.tsx'
import { Stack } from './page.tsx'
import { Progress } from './progress.tsx'
import { Mark } from './status.tsx'
import { notifyError } from './toast.tsx'

export function RestoreBackup(): ReactNode {
  const ask = useAsk()
  const job = useJobHandle('workspace.restore')
  const choose = async (): Promise<void> => {
    const [file] = await ask('shell.openFiles', { what: 'backup' })
    if (file === undefined) return
    const [folder] = await ask('shell.openFiles', { what: 'empty-folder' })
    if (folder !== undefined) await job.start({ file: file.token, folder: folder.token })
  }
  const done = job.result
  return (
    <Stack>
      <div><Button icon="import" busy={job.running} onClick={() => { choose().catch(notifyError) }}>Restore a backup…</Button></div>
      {job.running && <Progress label={job.progress?.step ?? 'Restoring'} fraction={job.job?.fraction ?? null} />}
      {job.error !== null && <ErrorPanel error={job.error} />}
      {done !== null && <p role="status"><Mark tone="good" icon="good">Restored.</Mark> The backup of {formatTime(done.createdAt)} is the workspace “{done.folder}” now, with {formatPlural(done.counts.versions, 'version')} and {formatPlural(done.counts.runs, 'run')}; every file was compared. Start Slipway with --workspace=FOLDER to work in it.</p>}
    </Stack>
  )
}

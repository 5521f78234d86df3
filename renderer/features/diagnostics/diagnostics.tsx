// Diagnostics: what runs here, on what, with how much room; a self-test; and one file of it all for whoever helps, with nothing of the user's in it.
import { useContext, type ReactNode } from 'react'
import type { Diagnostics } from '../../../shared/contract-desktop.ts'
import { deviceNames } from '../../../shared/device-names.ts'
import { formatBytes, formatCount, formatPlural } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { CheckFindings } from '../../ui/check-findings.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Columns, Page, Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { SaveFileContext } from '../../ui/save-file.ts'
import { Mark } from '../../ui/status.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import styles from './diagnostics.module.css'

function SaveButton({ of }: { readonly of: Diagnostics }): ReactNode {
  const save = useContext(SaveFileContext)
  const write = async (): Promise<void> => {
    const name = await save?.({ what: 'diagnostics', suggestedName: `slipway-diagnostics-${new Date(of.madeAt).toISOString().slice(0, 10)}.json`, text: `${JSON.stringify(of, null, 1)}\n` })
    if (name != null) notify(`Saved ${name}. It holds nothing but what is shown here.`)
  }
  return <Button look="primary" icon="export" onClick={() => { write().catch(notifyError) }}>Save diagnostics…</Button>
}

/** Reads the workspace to its last byte and tries each device: what can be known without the user’s models. */
function SelfTest(): ReactNode {
  const check = useJobHandle('workspace.check')
  const probe = useJobHandle('app.probe')
  const busy = check.running || probe.running
  const run = async (): Promise<void> => { await check.start({ sweep: false }); await probe.start({}) }
  const devices = probe.result?.filter((p) => p.status === 'works').map((p) => deviceNames[p.provider])
  return (
    <Section title="Self-test" note="Reads the database and every stored file, starts an engine and runs a tiny model on each device. It changes nothing." actions={<Button icon="run" busy={busy} onClick={() => void run()}>Run the self-test</Button>}>
      <Stack>
        {check.running && <Progress label={check.progress?.step ?? 'Checking the workspace'} fraction={check.job?.fraction ?? null} />}
        {probe.running && <Progress label={probe.progress?.step ?? 'Trying the devices'} fraction={probe.job?.fraction ?? null} />}
        {[check.error, probe.error].map((error, i) => error !== null && <ErrorPanel key={i} error={error} />)}
        {check.result !== null && <CheckFindings check={check.result} />}
        {devices !== undefined && <p role="status"><Mark tone="good" icon="good">The engine started and ran a model</Mark> on {devices.join(', ')}.</p>}
        {!busy && check.result === null && check.error === null && <p>Not run since this screen was opened.</p>}
      </Stack>
    </Section>
  )
}

function Known({ of }: { readonly of: Diagnostics }): ReactNode {
  const { versions, machine, storage } = of
  const failed = of.jobs.filter((job) => job.state === 'failed')
  return (
    <Stack>
      <Columns>
        <Section title="Versions">
          <Facts label="Versions" facts={[
            { name: 'Slipway', value: versions.slipway }, { name: 'Electron', value: versions.electron ?? 'none' }, { name: 'Chromium', value: versions.chromium ?? 'none' }, { name: 'Node', value: versions.node },
            { name: 'ONNX Runtime', value: versions.onnxruntime }, { name: 'Operating system', value: `${versions.system}, ${versions.platform}` },
          ]} />
        </Section>
        <Section title="Machine and storage">
          <Facts label="Machine and storage" facts={[
            { name: 'Processor', value: formatPlural(machine.cores, 'core') }, { name: 'Memory', value: `${formatBytes(machine.memoryBytes)}, ${formatBytes(machine.freeMemoryBytes)} free` },
            { name: 'Devices', value: of.devices.filter((d) => d.status === 'works').map((d) => deviceNames[d.provider]).join(', ') }, { name: 'Database', value: formatBytes(storage.databaseBytes) },
            { name: 'Stored files', value: `${formatCount(storage.files)}, ${formatBytes(storage.fileBytes)}` }, { name: 'Free space', value: storage.freeBytes === null ? 'not told by the system' : formatBytes(storage.freeBytes) },
          ]} />
        </Section>
      </Columns>
      <SelfTest />
      <Section title="Jobs of this session">
        <p>{of.jobs.length === 0 ? 'None yet.' : `${formatPlural(of.jobs.length, 'job')}, ${formatCount(failed.length)} failed${failed.length === 0 ? '' : `: ${failed.map((job) => `${job.method} (${job.error ?? 'no code'})`).join(', ')}`}.`}</p>
      </Section>
      <Section title="Log" count={of.log.length} note="The newest lines, with folders, names and everything in quotation marks taken out. Warnings also stand in slipway.log in the workspace.">
        {of.log.length === 0 ? <p>Nothing was noted.</p> : <pre className={styles['log']} tabIndex={0} aria-label="Log">{of.log.join('\n')}</pre>}
      </Section>
      <Section title="Crash reports"><p>{of.crashReports}</p></Section>
    </Stack>
  )
}

export function DiagnosticsScreen(): ReactNode {
  const found = useCall('app.diagnostics', {})
  return (
    <Page title="Diagnostics" lead="What helps to find a fault. The saved file holds what is shown here: no model, no data, no name of yours." actions={found.data === undefined ? undefined : <SaveButton of={found.data} />}>
      <Answer of={found} label="Looking at this installation">{(of) => <Known of={of} />}</Answer>
    </Page>
  )
}

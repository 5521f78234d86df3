// Settings: how Slipway looks, which devices work here, who publishes, and where everything lies.
import { useState, type ReactNode } from 'react'
import { deviceNames } from '../../../shared/device-names.ts'
import type { Settings } from '../../../shared/domain/history.ts'
import type { ProviderStatus } from '../../../shared/domain/run.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Answer } from '../../ui/answer.tsx'
import { href } from '../../route.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { TextDialog } from '../../ui/editable-text.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Code, Facts } from '../../ui/facts.tsx'
import { SelectField } from '../../ui/field.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Columns, Page, Row, Section, Stack } from '../../ui/page.tsx'
import { Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import { RetentionPanel } from './retention-panel.tsx'
import { WorkspacePanel } from './workspace-panel.tsx'

const columns: readonly TableColumn<ProviderStatus>[] = [
  { key: 'provider', header: 'Device', width: '110px', value: (p) => deviceNames[p.provider] },
  { key: 'status', header: 'State', width: '130px', value: (p) => p.status, cell: (p) => (p.status === 'works' ? <Mark tone="good" icon="good">Works</Mark> : <Mark tone="neutral" icon="stopped">Not here</Mark>) },
  { key: 'sentence', header: 'What the probe found', value: (p) => p.sentence },
]

function Devices(): ReactNode {
  const known = useCall('app.providers', {})
  const probe = useJobHandle('app.probe')
  const providers = probe.result ?? known.data ?? []
  return (
    <Section
      title="Devices" note="Each execution provider is tried with a tiny model in a process of its own, because a missing driver can end the process that asks for it."
      actions={<Button icon="refresh" busy={probe.running} onClick={() => void probe.start({})}>Probe devices</Button>}
    >
      {probe.error !== null && <ErrorPanel error={probe.error} />}
      <Table label="Devices" columns={columns} rows={providers} rowId={(p) => p.provider} empty={probe.running ? 'Trying each device…' : 'Not probed yet. The CPU always works.'} />
    </Section>
  )
}

const themes = [{ value: 'system', label: 'As the system' }, { value: 'light', label: 'Light' }, { value: 'dark', label: 'Dark' }, { value: 'contrast', label: 'High contrast' }] as const
const densities = [{ value: 'comfortable', label: 'Comfortable' }, { value: 'dense', label: 'Dense' }] as const

function Preferences({ settings }: { readonly settings: Settings }): ReactNode {
  const [naming, setNaming] = useState(false)
  const save = useCommand('settings.save')
  const change = (part: Partial<Settings>): void => save.mutate(part, { onError: notifyError })
  return (
    <Columns>
      <Section title="Appearance">
        <Stack>
          <SelectField label="Theme" value={settings.theme} choices={themes} onChoose={(theme) => change({ theme })} />
          <SelectField label="Density" value={settings.density} choices={densities} onChoose={(density) => change({ density })} />
        </Stack>
      </Section>
      <Section title="Evaluation">
        <NumberField label="Threads" whole optional min={1} max={256} value={settings.threads} onNumber={(threads) => change({ threads })} placeholder="all cores but one" hint="Threads inside one operator. Empty: chosen by itself." />
      </Section>
      <Section title="Publisher" note="The name that every exported bundle carries.">
        <Row><strong>{settings.publisherName}</strong><Button icon="edit" onClick={() => setNaming(true)}>Change name…</Button></Row>
        {naming && <TextDialog title="Publisher name" label="Name" start={settings.publisherName} onClose={() => setNaming(false)} onSave={(publisherName) => save.mutateAsync({ publisherName })} />}
      </Section>
    </Columns>
  )
}

function Installation(): ReactNode {
  const about = useCall('app.about', {})
  const restart = useCommand('engine.restart')
  return (
    <Section
      title="This installation"
      actions={<><ButtonLink href={href({ screen: 'diagnostics' })}>Diagnostics</ButtonLink><Button onClick={() => restart.mutate({}, { onSuccess: () => notify('The engine will start afresh with the next job.'), onError: notifyError })}>Restart engine</Button></>}
    >
      <Answer of={about} label="Loading the facts of this installation">
        {(a) => (
          <Facts label="This installation" facts={[
            { name: 'Slipway', value: a.version }, { name: 'Workspace', value: <Code>{a.workspace}</Code> }, { name: 'Publisher key', value: a.publisherKeyId === '' ? 'made at the first export' : <Code>{a.publisherKeyId}</Code> },
            { name: 'Engine', value: a.engine }, { name: 'ONNX Runtime', value: a.onnxruntime }, { name: 'Electron', value: a.electron ?? 'none' }, { name: 'Node', value: a.node }, { name: 'Platform', value: a.platform },
          ]} />
        )}
      </Answer>
    </Section>
  )
}

export function SettingsScreen(): ReactNode {
  const settings = useCall('settings.get', {})
  return (
    <Page title="Settings" narrow>
      <Stack>
        <Answer of={settings} label="Loading the settings">{(s) => <Preferences settings={s} />}</Answer>
        <Devices />
        <WorkspacePanel />
      <RetentionPanel />
        <Installation />
      </Stack>
    </Page>
  )
}

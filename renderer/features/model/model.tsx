// One model: its versions, one metric over them, its runs and bundles, and the two things that may change: its name and whether it is archived.
import { useState, type ReactNode } from 'react'
import type { Bundle } from '../../../shared/domain/bundle.ts'
import type { ModelSummary, Version } from '../../../shared/domain/model.ts'
import type { RunSummary } from '../../../shared/domain/run.ts'
import { taskName } from '../../../shared/format.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { useAsk, useCall, useCommand } from '../../bridge/use-call.ts'
import { go, href, type ModelTab, type Route } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { BundleTable } from '../../ui/bundle-table.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { TextDialog } from '../../ui/editable-text.tsx'
import { CarePanel } from '../../ui/life/care-panel.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Page, Stack } from '../../ui/page.tsx'
import { RunTable } from '../../ui/run-table.tsx'
import { Badge } from '../../ui/status.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import { ServingPanel } from './serving-panel.tsx'
import { TimelineTab } from './timeline-tab.tsx'
import { TrendPanel } from './trend-panel.tsx'
import { VersionTable } from './version-table.tsx'

interface ModelAnswer { readonly model: ModelSummary; readonly versions: readonly Version[]; readonly runs: readonly RunSummary[]; readonly bundles: readonly Bundle[] }
type ModelRoute = Extract<Route, { screen: 'model' }>

export function ModelScreen({ route, modelId }: { readonly route: ModelRoute; readonly modelId: ModelId }): ReactNode {
  const asked = useCall('model.get', { modelId })
  const model = asked.data?.model
  return (
    <Page
      title={model?.name ?? 'Model'} crumbs={[{ label: 'Library', href: href({ screen: 'library' }) }]}
      mark={model === undefined ? undefined : <>{model.task !== null && <Badge>{taskName(model.task)}</Badge>}{model.archivedAt !== null && <Badge tone="warn">Archived</Badge>}</>}
      actions={asked.data === undefined ? undefined : <ModelActions answer={asked.data} />}
    >
      <Answer of={asked} label="Loading the model">{(answer) => <ModelTabs route={route} answer={answer} />}</Answer>
    </Page>
  )
}

function ModelTabs({ route, answer }: { readonly route: ModelRoute; readonly answer: ModelAnswer }): ReactNode {
  const { model, versions, runs, bundles } = answer
  return (
    <Stack>
      <ServingPanel model={model} versions={versions} />
      <Tabs<ModelTab>
        label={`Parts of ${model.name}`} value={route.tab ?? 'versions'} onChange={(tab) => go({ ...route, tab }, 'replace')}
        tabs={[
          { key: 'versions', label: 'Versions', count: versions.length, content: (
            <Stack>
              <VersionTable versions={versions} runs={runs} />
              {runs.some((r) => r.status === 'done') && <TrendPanel route={route} modelId={model.id} task={model.task} />}
              <CarePanel modelId={model.id} />
            </Stack>
          ) },
          { key: 'runs', label: 'Runs', count: runs.length, content: <RunTable runs={runs} empty="No version of this model has been evaluated yet." /> },
          { key: 'bundles', label: 'Bundles', count: bundles.length, content: <BundleTable bundles={bundles} /> },
          { key: 'timeline', label: 'Timeline', content: <TimelineTab modelId={model.id} /> },
        ]}
      />
    </Stack>
  )
}

function ModelActions({ answer }: { readonly answer: ModelAnswer }): ReactNode {
  const { model, versions } = answer
  const [renaming, setRenaming] = useState(false)
  const rename = useCommand('model.rename')
  const archive = useCommand('model.archive')
  const ask = useAsk()
  const archived = model.archivedAt !== null
  const [newest, before] = [...versions].sort((a, b) => b.number - a.number)
  const addVersion = async (): Promise<void> => {
    const files = await ask('shell.openFiles', { what: 'model' })
    if (files.length > 0) await ask('version.import', { files: files.map((f) => f.token), modelId: model.id })
  }
  const onArchive = (): void => archive.mutate({ modelId: model.id, archived: !archived }, {
    onError: notifyError,
    onSuccess: () => notify(archived ? `${model.name} is back in the library.` : `${model.name} is archived. Nothing was deleted.`),
  })
  return (
    <>
      {newest !== undefined && before !== undefined && <ButtonLink icon="compare" href={href({ screen: 'compare', left: before.id, right: newest.id })}>Compare v{before.number} and v{newest.number}</ButtonLink>}
      <Button icon="add" onClick={() => { addVersion().catch(notifyError) }}>Add version…</Button>
      {newest !== undefined && <ButtonLink look="primary" icon="run" href={href({ screen: 'evaluate', versionId: newest.id })}>Evaluate</ButtonLink>}
      <Menu label="More for this model" items={[
        { label: 'Rename…', icon: 'edit', onSelect: () => setRenaming(true) },
        { label: archived ? 'Bring back from the archive' : 'Archive', icon: 'archive', onSelect: onArchive },
      ]} />
      {renaming && <TextDialog title="Rename the model" label="Name" start={model.name} onClose={() => setRenaming(false)} onSave={(name) => rename.mutateAsync({ modelId: model.id, name })} />}
    </>
  )
}

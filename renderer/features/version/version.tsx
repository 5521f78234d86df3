// One version: what goes in and out, how it is bound to data, what its graph holds, where its bytes came from, what it was measured to be.
import type { ReactNode } from 'react'
import type { StoredBinding } from '../../../shared/contract.ts'
import type { Bundle } from '../../../shared/domain/bundle.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { RunSummary } from '../../../shared/domain/run.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go, href, type Route, type VersionTab } from '../../route.ts'
import { GateMark } from '../../ui/gate-mark.tsx'
import { Answer } from '../../ui/answer.tsx'
import { BundleTable } from '../../ui/bundle-table.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Columns, Page, Section, Stack } from '../../ui/page.tsx'
import { RunTable } from '../../ui/run-table.tsx'
import { SignatureTable } from '../../ui/signature-table.tsx'
import { Badge } from '../../ui/status.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { CarePanel } from '../../ui/life/care-panel.tsx'
import { AliasBadges, StateBadge } from '../../ui/life/life-badges.tsx'
import { PromoteButton } from './promote-button.tsx'
import { BindingTab } from './binding-tab.tsx'
import { FilesTab } from './files-tab.tsx'
import { GraphTab } from './graph-tab.tsx'
import { LifePanel } from './life-panel.tsx'
import { NotePanel } from './note-panel.tsx'
import { RewritePanel } from './rewrite-panel.tsx'
import { VersionFacts } from './version-facts.tsx'

interface VersionAnswer { readonly version: Version; readonly binding: StoredBinding | null; readonly runs: readonly RunSummary[]; readonly bundles: readonly Bundle[] }
type VersionRoute = Extract<Route, { screen: 'version' }>

export function VersionScreen({ route, versionId }: { readonly route: VersionRoute; readonly versionId: VersionId }): ReactNode {
  const asked = useCall('version.get', { versionId })
  const version = asked.data?.version
  const done = asked.data?.runs.filter((r) => r.status === 'done').sort((a, b) => b.createdAt - a.createdAt)[0]
  return (
    <Page
      title={version === undefined ? 'Version' : `Version ${version.number}`}
      crumbs={[{ label: 'Library', href: href({ screen: 'library' }) }, ...(version === undefined ? [] : [{ label: version.modelName, href: href({ screen: 'model', modelId: version.modelId }) }])]}
      mark={version === undefined ? undefined : <><StateBadge state={version.state ?? 'draft'} /><AliasBadges aliases={version.aliases} />{done !== undefined && <GateMark runId={done.id} />}{version.tags.slice(0, 3).map((t) => <Badge key={t}>{t}</Badge>)}{version.derivation !== null && <Badge tone="accent">Rewritten</Badge>}</>}
      actions={version === undefined ? undefined : (
        <>
          <PromoteButton version={version} />
          {done !== undefined && <ButtonLink icon="gate" href={href({ screen: 'gate', runId: done.id })}>Gate and export</ButtonLink>}
          <ButtonLink look="primary" icon="run" href={href({ screen: 'evaluate', versionId })}>Evaluate</ButtonLink>
        </>
      )}
    >
      <Answer of={asked} label="Loading the version">{(answer) => <VersionBody route={route} answer={answer} />}</Answer>
    </Page>
  )
}

function VersionBody({ route, answer }: { readonly route: VersionRoute; readonly answer: VersionAnswer }): ReactNode {
  const { version, binding, runs, bundles } = answer
  return (
    <Stack>
      {version.needsRewrite && <RewritePanel version={version} />}
      <Tabs<VersionTab>
        label={`Parts of version ${version.number}`} value={route.tab ?? 'signature'} onChange={(tab) => go({ ...route, tab }, 'replace')}
        tabs={[
          { key: 'signature', label: 'Overview', content: <Overview version={version} /> },
          { key: 'binding', label: 'Binding', content: <BindingTab version={version} stored={binding} /> },
          { key: 'graph', label: 'Graph', count: version.graph.nodeCount, content: <GraphTab graph={version.graph} versionId={version.id} /> },
          { key: 'files', label: 'Files and origin', content: <FilesTab version={version} /> },
          { key: 'runs', label: 'Runs and bundles', count: runs.length, content: (
            <>
              <Section title="Runs"><RunTable runs={runs} hide="model" empty="This version has not been evaluated yet." /></Section>
              <Section title="Bundles"><BundleTable bundles={bundles} /></Section>
            </>
          ) },
        ]}
      />
    </Stack>
  )
}

function Overview({ version }: { readonly version: Version }): ReactNode {
  const signature = version.derivation?.signature ?? version.signature
  return (
    <Columns min={420}>
      <div>
        <Section title="Inputs" count={signature.inputs.length}><SignatureTable label="Inputs" specs={signature.inputs} /></Section>
        <Section title="Outputs" count={signature.outputs.length}><SignatureTable label="Outputs" specs={signature.outputs} /></Section>
      </div>
      <div>
        <Section title="Facts"><VersionFacts version={version} /></Section>
        <LifePanel version={version} />
        <NotePanel version={version} />
        <CarePanel modelId={version.modelId} versionId={version.id} />
      </div>
    </Columns>
  )
}

// One exported bundle: its digests and parts, what differs from the one before, and trying its server.
import type { ReactNode } from 'react'
import type { BundleOverview } from '../../../shared/domain/bundle-overview.ts'
import { formatBytes } from '../../../shared/format.ts'
import type { BundleId } from '../../../shared/ids.ts'
import { targetTitle } from '../../../shared/preflight/target-words.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { go, href, type BundleTab } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Code, Facts, Moment } from '../../ui/facts.tsx'
import { Page, Section, Stack } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { notifyError } from '../../ui/toast.tsx'
import { PlaceMark, useVerifyStored } from './bundles.tsx'
import { CompareTab } from './compare-tab.tsx'
import { ContentsPanel } from './contents-panel.tsx'
import { TryTab } from './try-tab.tsx'

function BundleFacts({ bundle }: { readonly bundle: BundleOverview }): ReactNode {
  const files = useCall('bundle.files', { bundleId: bundle.id })
  return (
    <Stack>
      <Facts label="Bundle" facts={[
        { name: 'File', value: bundle.fileName }, { name: 'State', value: <PlaceMark place={bundle.place} /> }, { name: 'Size', value: formatBytes(bundle.bytes) },
        { name: 'Targets', value: bundle.targets.length === 0 ? 'not recorded' : bundle.targets.map(targetTitle).join(' · ') }, { name: 'Server runs on', value: bundle.platforms.join(', ') },
        { name: 'Root digest', value: <Code>{bundle.rootDigest}</Code> }, { name: 'Archive SHA-256', value: <Code>{bundle.sha256}</Code> }, { name: 'Publisher key', value: <Code>{bundle.publisherKeyId}</Code> },
        { name: 'Serial', value: bundle.serial }, { name: 'Exported', value: <Moment at={bundle.createdAt} exact /> },
        { name: 'From', value: <a href={href({ screen: 'version', versionId: bundle.versionId })}>{bundle.modelName} v{bundle.versionNumber}</a> },
        { name: 'Evidence', value: <a href={href({ screen: 'run', runId: bundle.runId })}>the run behind it</a> },
      ]} />
      <Section title="Parts" note="Each part says what it was proven by, and no more.">
        <Answer of={files} label="Loading the files">{(found) => <ContentsPanel files={found} targets={[]} />}</Answer>
      </Section>
    </Stack>
  )
}

function BundleOf({ bundle, all, tab }: { readonly bundle: BundleOverview; readonly all: readonly BundleOverview[]; readonly tab: BundleTab }): ReactNode {
  return (
    <Tabs<BundleTab> label="About the bundle" value={tab} onChange={(next) => go({ screen: 'bundle', bundleId: bundle.id, tab: next }, 'replace')} tabs={[
      { key: 'overview', label: 'Overview', content: <BundleFacts bundle={bundle} /> },
      { key: 'compare', label: 'Compare', content: <CompareTab bundle={bundle} all={all} /> },
      { key: 'try', label: 'Try it', content: <TryTab bundle={bundle} /> },
    ]} />
  )
}

export function BundleScreen({ bundleId, tab }: { readonly bundleId: BundleId; readonly tab: BundleTab }): ReactNode {
  const asked = useCall('bundle.overview', {})
  const reveal = useCommand('shell.reveal')
  const verify = useVerifyStored()
  const bundle = asked.data?.find((b) => b.id === bundleId)
  const gone = bundle?.place === 'gone'
  return (
    <Page
      title={bundle?.fileName ?? 'Bundle'}
      crumbs={bundle === undefined ? [] : [{ label: 'Bundles', href: href({ screen: 'bundles' }) }]}
      mark={bundle === undefined ? undefined : bundle.overridden ? <Badge tone="warn" icon="warning">Gate overridden</Badge> : <Badge tone="good" icon="check">Gate passed</Badge>}
      actions={<><Button icon="verify" disabled={gone || bundle === undefined} onClick={() => verify(bundleId)}>Verify</Button><Button icon="folder" disabled={gone} onClick={() => reveal.mutate({ bundleId }, { onError: notifyError })}>Show in folder</Button></>}
    >
      <Answer of={asked} label="Loading the bundle">
        {(all) => { const found = all.find((b) => b.id === bundleId); return found === undefined ? <EmptyState icon="bundle" title="There is no such bundle">It is not in this workspace.</EmptyState> : <BundleOf bundle={found} all={all} tab={tab} /> }}
      </Answer>
    </Page>
  )
}

// Every bundle of the workspace: model, release, serial, targets, and whether its file still lies where it was written to.
import type { ReactNode } from 'react'
import type { BundleOverview } from '../../../shared/domain/bundle-overview.ts'
import { formatBytes } from '../../../shared/format.ts'
import { targetTitle } from '../../../shared/preflight/target-words.ts'
import { useAsk, useCall, useCommand } from '../../bridge/use-call.ts'
import { go, href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Moment } from '../../ui/facts.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Page } from '../../ui/page.tsx'
import { Badge, Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notifyError } from '../../ui/toast.tsx'

const bundleHref = (b: BundleOverview): string => href({ screen: 'bundle', bundleId: b.id })

export function PlaceMark({ place }: { readonly place: BundleOverview['place'] }): ReactNode {
  if (place === 'there') return <Mark tone="good" icon="good">In place</Mark>
  return place === 'gone' ? <Mark tone="warn" icon="alert">File moved or gone</Mark> : <Mark tone="bad" icon="bad">File changed</Mark>
}

/** Verifies the archive of a stored bundle on the screen for it. */
export function useVerifyStored(): (bundleId: BundleOverview['id']) => void {
  const ask = useAsk()
  return (bundleId) => {
    const start = async (): Promise<void> => {
      const file = await ask('bundle.file', { bundleId })
      await ask('bundle.verify', { file: file.token })
      go({ screen: 'verify' })
    }
    start().catch(notifyError)
  }
}

function Actions({ bundle }: { readonly bundle: BundleOverview }): ReactNode {
  const verify = useVerifyStored()
  const reveal = useCommand('shell.reveal')
  const gone = bundle.place === 'gone'
  return (
    <Menu label={`Actions for ${bundle.fileName}`} items={[
      { label: 'Try it', icon: 'run', disabled: gone, onSelect: () => go({ screen: 'bundle', bundleId: bundle.id, tab: 'try' }) },
      { label: 'Compare with the previous one', icon: 'compare', disabled: bundle.previousId === null, onSelect: () => go({ screen: 'bundle', bundleId: bundle.id, tab: 'compare' }) },
      { label: 'Verify', icon: 'verify', disabled: gone, onSelect: () => verify(bundle.id) },
      { label: 'Show in folder', icon: 'folder', disabled: gone, onSelect: () => reveal.mutate({ bundleId: bundle.id }, { onError: notifyError }) },
    ]} />
  )
}

const columns: readonly TableColumn<BundleOverview>[] = [
  { key: 'name', header: 'Bundle', most: '250px', value: (b) => b.fileName, cell: (b) => <a href={bundleHref(b)}>{b.fileName}</a> },
  { key: 'model', header: 'Model', most: '190px', value: (b) => `${b.modelName} v${b.versionNumber}`, cell: (b) => <a href={href({ screen: 'version', versionId: b.versionId })}>{b.modelName} v{b.versionNumber}</a> },
  { key: 'version', header: 'Release', value: (b) => b.version },
  { key: 'serial', header: 'Serial', align: 'end', value: (b) => b.serial },
  { key: 'targets', header: 'Targets', most: '360px', sortable: false, value: (b) => (b.targets.length === 0 ? 'not recorded' : b.targets.map(targetTitle).join(' · ')) },
  { key: 'gate', header: 'Gate', value: (b) => (b.overridden ? 'overridden' : 'passed'), cell: (b) => (b.overridden ? <Badge tone="warn" icon="warning">Overridden</Badge> : <Badge tone="good" icon="check">Passed</Badge>) },
  { key: 'place', header: 'File', value: (b) => b.place, cell: (b) => <PlaceMark place={b.place} /> },
  { key: 'size', header: 'Size', align: 'end', value: (b) => b.bytes, cell: (b) => formatBytes(b.bytes) },
  { key: 'at', header: 'Exported', align: 'end', value: (b) => b.createdAt, cell: (b) => <Moment at={b.createdAt} /> },
  { key: 'actions', header: 'Actions', sortable: false, width: '64px', value: () => null, cell: (b) => <Actions bundle={b} /> },
]

export function BundlesScreen(): ReactNode {
  const asked = useCall('bundle.overview', {})
  return (
    <Page title="Bundles" actions={<ButtonLink icon="verify" href={href({ screen: 'verify' })}>Verify a bundle</ButtonLink>}>
      <Answer of={asked} label="Loading the bundles">
        {(bundles) => (bundles.length === 0
          ? <EmptyState icon="bundle" title="Nothing has been exported yet" actions={<ButtonLink look="primary" href={href({ screen: 'runs' })}>Go to the runs</ButtonLink>}>A finished run leads to its gate, and a gate that is passed to a signed bundle.</EmptyState>
          : <Table label="Bundles" columns={columns} rows={bundles} rowId={(b) => b.id} rowHref={bundleHref} sort={{ key: 'at', descending: true }} />)}
      </Answer>
    </Page>
  )
}

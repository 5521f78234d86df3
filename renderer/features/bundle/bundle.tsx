// One exported bundle: its digests, where it came from, and what to do with it.
import type { ReactNode } from 'react'
import type { Bundle } from '../../../shared/domain/bundle.ts'
import type { BundleId } from '../../../shared/ids.ts'
import { formatBytes } from '../../../shared/format.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Code, Facts, Moment } from '../../ui/facts.tsx'
import { Page } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import { notifyError } from '../../ui/toast.tsx'

function BundleFacts({ bundle }: { readonly bundle: Bundle }): ReactNode {
  return (
    <Facts label="Bundle" facts={[
      { name: 'File', value: bundle.fileName }, { name: 'Size', value: formatBytes(bundle.bytes) },
      { name: 'Root digest', value: <Code>{bundle.rootDigest}</Code> }, { name: 'Archive SHA-256', value: <Code>{bundle.sha256}</Code> }, { name: 'Publisher key', value: <Code>{bundle.publisherKeyId}</Code> },
      { name: 'Serial', value: bundle.serial }, { name: 'Exported', value: <Moment at={bundle.createdAt} exact /> },
      { name: 'From', value: <a href={href({ screen: 'version', versionId: bundle.versionId })}>{bundle.modelName} v{bundle.versionNumber}</a> },
      { name: 'Evidence', value: <a href={href({ screen: 'run', runId: bundle.runId })}>the run behind it</a> },
    ]} />
  )
}

export function BundleScreen({ bundleId }: { readonly bundleId: BundleId }): ReactNode {
  const asked = useCall('bundle.get', { bundleId })
  const reveal = useCommand('shell.reveal')
  const bundle = asked.data
  return (
    <Page
      title={bundle?.fileName ?? 'Bundle'} narrow
      crumbs={bundle === undefined ? [] : [{ label: bundle.modelName, href: href({ screen: 'version', versionId: bundle.versionId }) }]}
      mark={bundle === undefined ? undefined : bundle.overridden ? <Badge tone="warn" icon="warning">Gate overridden</Badge> : <Badge tone="good" icon="check">Gate passed</Badge>}
      actions={<><ButtonLink icon="verify" href={href({ screen: 'verify' })}>Verify a bundle</ButtonLink><Button icon="folder" onClick={() => reveal.mutate({ bundleId }, { onError: notifyError })}>Show in folder</Button></>}
    >
      <Answer of={asked} label="Loading the bundle">{(found) => <BundleFacts bundle={found} />}</Answer>
    </Page>
  )
}

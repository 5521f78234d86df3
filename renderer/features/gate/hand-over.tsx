// What operations need with a bundle: its root digest and the three commands to verify, run and try it.
import type { ReactNode } from 'react'
import type { Bundle } from '../../../shared/domain/bundle.ts'
import { formatBytes } from '../../../shared/format.ts'
import { shellWord } from '../../../shared/slug.ts'
import { useCommand } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { copyText } from '../../ui/clipboard.ts'
import { Code, Facts } from '../../ui/facts.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import styles from './gate.module.css'

/** The commands to hand over with a bundle. */
export const handOverCommands = (bundle: Bundle): string => [
  `unzip ${shellWord(bundle.fileName)} && cd ${bundle.name}-${bundle.version}`,
  'sh bin/verify.sh /path/to/publisher.pub.pem',
  'sh bin/run.sh',
].join('\n')

export function HandOver({ bundle }: { readonly bundle: Bundle }): ReactNode {
  const reveal = useCommand('shell.reveal')
  const commands = handOverCommands(bundle)
  return (
    <Section title="The bundle is in place" actions={<Badge tone="good" icon="verified">Verified</Badge>}>
      <Stack>
        <Facts label="Bundle" facts={[
          { name: 'File', value: bundle.fileName }, { name: 'Size', value: formatBytes(bundle.bytes) }, { name: 'Root digest', value: <Code>{bundle.rootDigest}</Code> }, { name: 'Publisher key', value: <Code>{bundle.publisherKeyId}</Code> },
        ]} />
        <p>Hand over the file, and over another channel the publisher key (signatures/publisher.pub.pem inside the file). Three commands verify and serve it:</p>
        <pre className={styles['commands']} aria-label="Commands to hand over">{commands}</pre>
        <Row>
          <Button icon="copy" onClick={() => void copyText(commands).then((ok) => { if (ok) notify('Copied the commands.') })}>Copy commands</Button>
          <Button icon="folder" onClick={() => reveal.mutate({ bundleId: bundle.id }, { onError: notifyError })}>Show in folder</Button>
          <ButtonLink href={href({ screen: 'bundle', bundleId: bundle.id })}>Open the bundle’s page</ButtonLink>
        </Row>
      </Stack>
    </Section>
  )
}

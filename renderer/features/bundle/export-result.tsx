// What operations need with a bundle: its root digest, and the three commands to verify it, run it and go back.
import type { ReactNode } from 'react'
import type { Bundle } from '../../../shared/domain/bundle.ts'
import { formatBytes } from '../../../shared/format.ts'
import { handOverCommands, type HandOver } from '../../../shared/hand-over.ts'
import { useCommand } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Button, ButtonLink, IconButton } from '../../ui/button.tsx'
import { copyText } from '../../ui/clipboard.ts'
import { Code, Facts } from '../../ui/facts.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import styles from './bundle.module.css'

function Command({ what, command, note }: HandOver): ReactNode {
  return (
    <li className={styles['command']}>
      <span className={styles['commandWhat']}>{what}</span>
      <pre aria-label={`${what}: command`}>{command}</pre>
      <IconButton label={`Copy the command: ${what}`} icon="copy" onClick={() => void copyText(command).then((ok) => { if (ok) notify('Copied the command.') })} />
      <p>{note}</p>
    </li>
  )
}

export function ExportResult({ bundle, hosted }: { readonly bundle: Bundle; /** it has the files for one host */ readonly hosted: boolean }): ReactNode {
  const reveal = useCommand('shell.reveal')
  const commands = handOverCommands(bundle, hosted)
  return (
    <Section title="The bundle is in place" actions={<Badge tone="good" icon="verified">Verified</Badge>}>
      <Stack>
        <Facts label="Bundle" facts={[
          { name: 'File', value: bundle.fileName }, { name: 'Size', value: formatBytes(bundle.bytes) }, { name: 'Root digest', value: <Code>{bundle.rootDigest}</Code> }, { name: 'Publisher key', value: <Code>{bundle.publisherKeyId}</Code> },
        ]} />
        <p>Hand over the file, and over another channel the publisher key (signatures/publisher.pub.pem inside the file), with these commands{hosted ? '' : '; docs/runbook.md in the bundle has the way back for its targets'}:</p>
        <ol className={styles['commands']} aria-label="Commands to hand over">{commands.map((c) => <Command key={c.what} {...c} />)}</ol>
        <Row>
          <ButtonLink look="primary" icon="run" href={href({ screen: 'bundle', bundleId: bundle.id, tab: 'try' })}>Try it</ButtonLink>
          <Button icon="copy" onClick={() => void copyText(commands.map((c) => c.command).join('\n')).then((ok) => { if (ok) notify('Copied the commands.') })}>Copy commands</Button>
          <Button icon="folder" onClick={() => reveal.mutate({ bundleId: bundle.id }, { onError: notifyError })}>Show in folder</Button>
          <ButtonLink href={href({ screen: 'bundles' })}>All bundles</ButtonLink>
        </Row>
      </Stack>
    </Section>
  )
}

// Who signs here, and whose answers count: the own key and the trusted ones.
import { useState, type ReactNode } from 'react'
import type { AdmittedFile } from '../../../shared/contract.ts'
import type { Identity, Reviewer } from '../../../shared/domain/review.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { useAsk, useCall, useCommand } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Code, Facts, Moment } from '../../ui/facts.tsx'
import { TextField } from '../../ui/field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import styles from './review.module.css'

const kept: Readonly<Record<Identity['kept'], string>> = {
  none: 'There is none yet. The first request, answer or bundle makes it.', file: 'In a file of this workspace that only you can read.',
  passphrase: 'In a file of this workspace, encrypted by your passphrase.', system: 'In a file of this workspace, encrypted; the operating system’s key store keeps its passphrase.', locked: 'In a file that does not open: the passphrase is missing or wrong.',
}

export function OwnKey(): ReactNode {
  const identity = useCall('identity.get', {})
  const ask = useAsk()
  const make = useCommand('identity.make')
  const save = async (): Promise<void> => {
    const { publicKey, name } = await make.mutateAsync({})
    const place = publicKey === null ? null : await ask('shell.saveFile', { what: 'public-key', suggestedName: `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.pub.pem` })
    if (publicKey === null || place === null) return
    await ask('shell.writeText', { file: place.token, text: publicKey })
    notify(`Saved ${place.name}. Give it to those whose requests you review.`)
  }
  return (
    <Section title="You sign as" actions={<Button icon="export" busy={make.isPending} onClick={() => { save().catch(notifyError) }}>Save public key…</Button>}>
      <Answer of={identity} lines={3}>{(mine) => <Facts label="Your key" facts={[
        { name: 'Name', value: mine.name }, { name: 'Key id', value: mine.keyId === null ? 'none yet' : <Code>{mine.keyId}</Code> }, { name: 'Private key', value: kept[mine.kept] },
      ]} />}</Answer>
    </Section>
  )
}

function TrustDialog({ file, onClose }: { readonly file: AdmittedFile; readonly onClose: () => void }): ReactNode {
  const [name, setName] = useState('')
  const trust = useCommand('reviewer.trust')
  const renames = trust.error instanceof SlipwayError && trust.error.code === 'review.otherName'
  const start = (): void => trust.mutate({ name, file: file.token, rename: renames }, { onSuccess: (reviewer) => { notify(`${reviewer.name} is trusted; their key is ${reviewer.keyId}.`); onClose() } })
  return (
    <Dialog open onClose={onClose} title="Trust a reviewer" lead={`Whoever holds the private half of ${file.name} will be able to approve versions here. Compare the key id with the person over another channel.`}
      actions={<><Button onClick={onClose}>Not now</Button><Button look="primary" busy={trust.isPending} disabled={name.trim() === ''} onClick={start}>{renames ? 'Rename and trust' : 'Trust'}</Button></>}>
      <Stack>
        <TextField label="Whose key it is" value={name} onText={setName} />
        {trust.error !== null && <ErrorPanel error={trust.error} />}
      </Stack>
    </Dialog>
  )
}

export function TrustedReviewers(): ReactNode {
  const reviewers = useCall('reviewer.list', {})
  const [file, setFile] = useState<AdmittedFile | null>(null)
  const ask = useAsk()
  const distrust = useCommand('reviewer.distrust')
  const columns: readonly TableColumn<Reviewer>[] = [
    { key: 'name', header: 'Name', most: '240px', value: (r) => r.name },
    { key: 'key', header: 'Key id', mono: true, value: (r) => r.keyId },
    { key: 'since', header: 'Since', align: 'end', value: (r) => r.since, cell: (r) => <Moment at={r.since} /> },
    { key: 'end', header: 'End the trust', hiddenHeader: true, align: 'end', sortable: false, value: () => null, cell: (r) => <Button look="quiet" icon="remove" aria-label={`Trust ${r.name} no more`} onClick={() => distrust.mutate({ reviewer: r.keyId }, { onError: notifyError })}>Trust no more</Button> },
  ]
  return (
    <Section title="Whose answers count here" count={reviewers.data?.length} actions={<Row><Button icon="add" onClick={() => { ask('shell.openFiles', { what: 'public-key' }).then(([chosen]) => setFile(chosen ?? null), notifyError) }}>Trust a public key…</Button></Row>}>
      <Answer of={reviewers} lines={2}>{(all) => <Table label="Reviewers" columns={columns} rows={all} rowId={(r) => r.keyId} empty={<span className={styles['quiet']}>Nobody yet. Ask a colleague for their public key, and trust it under their name.</span>} />}</Answer>
      {file !== null && <TrustDialog file={file} onClose={() => setFile(null)} />}
    </Section>
  )
}

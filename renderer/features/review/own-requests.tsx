// The requests made here: asking for a review, taking answers in, and how far each request is.
import { useState, type ReactNode } from 'react'
import type { Review } from '../../../shared/domain/review.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { useAsk, useCall, useCommand } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Moment } from '../../ui/facts.tsx'
import { TextAreaField } from '../../ui/field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notify } from '../../ui/toast.tsx'
import { VersionPicker } from '../../ui/version-picker.tsx'
import { RevokeButton } from './revoke-button.tsx'
import { useChooseReview } from './use-take.ts'
import styles from './review.module.css'
import { approvalsIn, nameOf, requestFileName, standing } from './review-words.ts'

const answerWords = (review: Review): string => review.answers.map((a) => `${a.name} ${a.decision === 'approve' ? 'approved' : 'rejected'}${a.comment === '' ? '' : `: ${a.comment}`}${a.revoked === undefined ? '' : `, taken back: ${a.revoked.reason}`}${a.doubt === undefined ? '' : `, not counted: ${a.doubt}`}`).join('; ')

const columns: readonly TableColumn<Review>[] = [
  { key: 'version', header: 'Version', most: '240px', value: (r) => nameOf(r.body), cell: (r) => <a href={href({ screen: 'version', versionId: r.versionId })}>{nameOf(r.body)}</a> },
  { key: 'standing', header: 'State', value: (r) => standing(r).words, cell: (r) => <Badge tone={standing(r).tone}>{standing(r).words}</Badge> },
  { key: 'answers', header: 'Answers', wrap: true, value: (r) => answerWords(r), cell: (r) => (r.answers.length === 0 ? <span className={styles['quiet']}>none yet</span> : answerWords(r)) },
  { key: 'asked', header: 'Asked', align: 'end', value: (r) => r.body.createdAt, cell: (r) => <Moment at={r.body.createdAt} /> },
  { key: 'revoke', header: 'Approval', sortable: false, align: 'end', value: () => null, cell: (r) => (approvalsIn(r) === 0 ? null : <RevokeButton review={r} />) },
]

/** One version, a message, and the file to hand over. */
export function AskForReview({ versionId }: { readonly versionId: string | undefined }): ReactNode {
  const [chosen, setChosen] = useState<string | null>(versionId ?? null)
  const [message, setMessage] = useState('')
  const ask = useAsk()
  const request = useCommand('review.request')
  const start = async (): Promise<void> => {
    if (chosen === null) return
    const { version } = await ask('version.get', { versionId: chosen as VersionId })
    const place = await ask('shell.saveFile', { what: 'review', suggestedName: requestFileName(version.modelName, version.number) })
    if (place === null) return
    await request.mutateAsync({ versionId: version.id, message, destination: place.token })
    setMessage('')
    notify(`${version.modelName} v${version.number} is in review. Hand ${place.name} to the reviewer.`)
  }
  return (
    <Section title="Ask for a review">
      <Stack>
        <p className={styles['lead']}>Writes one small signed file with the numbers of the newest run and the judgement of its gate. Hand it to the reviewer any way you like; nobody needs a server.</p>
        <div className={styles['pick']}><VersionPicker value={chosen} onChoose={setChosen} /></div>
        <TextAreaField label="Message to the reviewer" value={message} onText={setMessage} rows={2} />
        <Row><Button look="primary" icon="export" busy={request.isPending} disabled={chosen === null} onClick={() => { start().catch(() => undefined) }}>Save the request…</Button></Row>
        {request.error !== null && <ErrorPanel error={request.error} />}
      </Stack>
    </Section>
  )
}

export function OwnRequests(): ReactNode {
  const reviews = useCall('review.list', {})
  const choose = useChooseReview()
  return (
    <Section title="Waiting for others" count={reviews.data?.filter((r) => r.open).length} actions={<Button icon="import" onClick={choose}>Take an answer in…</Button>}>
      <Answer of={reviews} lines={3}>{(all) => <Table label="Requests" columns={columns} rows={[...all].sort((a, b) => Number(b.open) - Number(a.open))} rowId={(r) => r.body.id} empty="No review was asked for here yet." />}</Answer>
    </Section>
  )
}

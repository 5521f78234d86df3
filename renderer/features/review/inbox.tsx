// The requests of others that were opened here: what waits for an answer first, then what was answered or put aside.
import { useState, type ReactNode } from 'react'
import type { ReceivedReview } from '../../../shared/domain/review.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Moment } from '../../ui/facts.tsx'
import { TextAreaField } from '../../ui/field.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notify } from '../../ui/toast.tsx'
import { asksAs, nameOf, receivedStanding } from './review-words.ts'
import styles from './review.module.css'

const place = (r: ReceivedReview): string => href({ screen: 'reviews', request: r.sha256 })

const columns: readonly TableColumn<ReceivedReview>[] = [
  { key: 'version', header: 'Version', most: '260px', value: (r) => nameOf(r.body), cell: (r) => <a href={place(r)}>{nameOf(r.body)}</a> },
  { key: 'state', header: 'State', value: (r) => receivedStanding(r).words, cell: (r) => <Badge tone={receivedStanding(r).tone}>{receivedStanding(r).words}</Badge> },
  { key: 'from', header: 'From', most: '220px', value: (r) => asksAs(r), cell: (r) => <>{asksAs(r)}{!r.own && r.knownAs === null && <span className={styles['quiet']}>, not trusted here</span>}</> },
  { key: 'message', header: 'Message', wrap: true, value: (r) => r.body.message, cell: (r) => (r.body.message === '' ? <span className={styles['quiet']}>none</span> : r.body.message) },
  { key: 'received', header: 'Received', align: 'end', value: (r) => r.receivedAt, cell: (r) => <Moment at={r.receivedAt} /> },
  { key: 'aside', header: 'Put aside', hiddenHeader: true, sortable: false, align: 'end', value: () => null, cell: (r) => (r.answer === null && r.aside === null ? <AsideButton received={r} /> : null) },
]

function AsideButton({ received }: { readonly received: ReceivedReview }): ReactNode {
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const aside = useCommand('review.aside')
  const start = (): void => aside.mutate({ request: received.body.id, reason }, { onSuccess: () => { setAsking(false); notify(`The request about ${nameOf(received.body)} waits no more.`) } })
  return (
    <>
      <Button look="quiet" onClick={() => setAsking(true)}>Put aside…</Button>
      <Dialog title="Put the request aside" lead={`You will not answer ${asksAs(received)} about ${nameOf(received.body)}. The request stays in the record and can still be opened; ${received.body.author.name} is not told.`} open={asking} onClose={() => setAsking(false)}
        actions={<><Button onClick={() => setAsking(false)}>Keep it waiting</Button><Button look="primary" busy={aside.isPending} onClick={start}>Put aside</Button></>}>
        <Stack>
          <TextAreaField label="Reason" hint="Optional; stays in the record." value={reason} onText={setReason} rows={2} />
          {aside.error !== null && <ErrorPanel error={aside.error} />}
        </Stack>
      </Dialog>
    </>
  )
}

export function Inbox(): ReactNode {
  const received = useCall('review.received', {})
  const waiting = received.data?.filter((r) => r.answer === null && r.aside === null).length
  return (
    <Section title="Waiting for your answer" count={waiting}>
      <Answer of={received} lines={2}>{(all) => <Table label="Received requests" columns={columns} rows={all} rowId={(r) => r.sha256} rowHref={place} empty="Nobody waits for you. Drop a .review.json file on the window, or open one; it stays here until you answer it." />}</Answer>
    </Section>
  )
}

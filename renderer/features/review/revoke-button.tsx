// Takes the approvals of a version back, with a reason that stays in the record.
import { useState, type ReactNode } from 'react'
import type { Review } from '../../../shared/domain/review.ts'
import { useCommand } from '../../bridge/use-call.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { TextAreaField } from '../../ui/field.tsx'
import { Stack } from '../../ui/page.tsx'
import { notify } from '../../ui/toast.tsx'
import { nameOf } from './review-words.ts'

export function RevokeButton({ review }: { readonly review: Review }): ReactNode {
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const revoke = useCommand('review.revoke')
  const take = async (): Promise<void> => {
    await revoke.mutateAsync({ versionId: review.versionId, reason })
    setAsking(false)
    notify(`The approval of ${nameOf(review.body)} was taken back.`)
  }
  return (
    <>
      <Button onClick={() => setAsking(true)}>Take back…</Button>
      <Dialog title={`Take the approval of ${nameOf(review.body)} back`} lead="What was recorded stays. The gate counts it no more, and an approved version has to be reviewed again." open={asking} onClose={() => setAsking(false)}
        actions={<Button look="danger" busy={revoke.isPending} disabled={reason.trim() === ''} onClick={() => { take().catch(() => undefined) }}>Take the approval back</Button>}>
        <Stack>
          <TextAreaField label="Reason" value={reason} onText={setReason} rows={2} />
          {revoke.error !== null && <ErrorPanel error={revoke.error} />}
        </Stack>
      </Dialog>
    </>
  )
}

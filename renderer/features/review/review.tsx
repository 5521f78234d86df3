// Reviews between people without a server: what was handed to you, what you asked others, and whose word counts.
import type { ReactNode } from 'react'
import type { OpenedReview, ReceivedReview } from '../../../shared/domain/review.ts'
import { forgetRefusals, useHandedReviews } from '../../bridge/handed-reviews.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go, href, type Route } from '../../route.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Page, Stack } from '../../ui/page.tsx'
import { Inbox } from './inbox.tsx'
import { OpenedRequest } from './opened-request.tsx'
import { AskForReview, OwnRequests } from './own-requests.tsx'
import { OwnKey, TrustedReviewers } from './people.tsx'
import { nameOf } from './review-words.ts'
import { useChooseReview } from './use-take.ts'

type ReviewRoute = Extract<Route, { screen: 'reviews' }>

/** Files that could not be taken in stay told until the next one, or until they are dismissed. */
function Refused(): ReactNode {
  const { refused } = useHandedReviews()
  return refused.map(({ file, error }) => <ErrorPanel key={file} error={error} actions={<><span>{file}</span><Button look="quiet" onClick={forgetRefusals}>Dismiss</Button></>} />)
}

/** The request of the route: just handed over, or kept from before. null: there is none; undefined: not known yet. */
function useWanted(sha256: string | undefined): OpenedReview | ReceivedReview | null | undefined {
  const { opened } = useHandedReviews()
  const here = sha256 === undefined ? undefined : opened.get(sha256)
  const received = useCall('review.received', {}, { enabled: sha256 !== undefined })
  if (sha256 === undefined) return null
  const kept = received.data?.find((r) => r.sha256 === sha256)
  return kept ?? here ?? (received.data === undefined ? undefined : null)
}

export function ReviewScreen({ route }: { readonly route: ReviewRoute }): ReactNode {
  const wanted = useWanted(route.request)
  const choose = useChooseReview()
  const shown = wanted ?? null
  const close = (): void => go({ screen: 'reviews' })
  return (
    <Page
      title={shown === null ? 'Reviews' : nameOf(shown.body)} {...(shown === null ? { lead: 'A second person approves a version on their own machine: you exchange two small signed files.' } : { crumbs: [{ label: 'Reviews', href: href({ screen: 'reviews' }) }] })}
      actions={<Button icon="folder" look={shown === null ? 'primary' : 'secondary'} onClick={choose}>Open a request…</Button>}
    >
      <Stack>
        <Refused />
        {shown !== null && <OpenedRequest key={shown.sha256} opened={shown} onDone={close} />}
        {route.request !== undefined && wanted === null && <EmptyState icon="search" title="This request was not opened here" actions={<Button onClick={close}>All reviews</Button>}>Open its file once more.</EmptyState>}
        {route.request === undefined && <><Inbox /><OwnRequests /><AskForReview versionId={route.versionId} /><TrustedReviewers /><OwnKey /></>}
      </Stack>
    </Page>
  )
}

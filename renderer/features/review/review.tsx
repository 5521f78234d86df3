// Reviews between people without a server: what was handed to you, what you asked others, and whose word counts.
import type { ReactNode } from 'react'
import type { Route } from '../../route.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Page, Stack } from '../../ui/page.tsx'
import { OpenedRequest, useOpenRequest } from './opened-request.tsx'
import { AskForReview, OwnRequests } from './own-requests.tsx'
import { OwnKey, TrustedReviewers } from './people.tsx'

export function ReviewScreen({ route }: { readonly route: Extract<Route, { screen: 'reviews' }> }): ReactNode {
  const { opened, error, choose, close } = useOpenRequest()
  return (
    <Page title="Reviews" lead="A second person approves a version on their own machine: you exchange two small signed files." actions={<Button icon="folder" look={opened === null ? 'primary' : 'secondary'} onClick={choose}>Open a request…</Button>}>
      <Stack>
        {error !== null && <ErrorPanel error={error} />}
        {opened !== null && <OpenedRequest key={opened.file.token} opened={opened.opened} file={opened.file} onDone={close} />}
        {opened === null && <><OwnRequests /><AskForReview versionId={route.versionId} /><TrustedReviewers /><OwnKey /></>}
      </Stack>
    </Page>
  )
}

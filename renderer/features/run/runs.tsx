// Every run of the workspace, newest first.
import type { ReactNode } from 'react'
import { useCall } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { RunTable } from '../../ui/run-table.tsx'

export function RunsScreen(): ReactNode {
  const runs = useCall('run.list', { limit: 1000 })
  const evaluate = <ButtonLink look="primary" icon="run" href={href({ screen: 'evaluate' })}>Evaluate</ButtonLink>
  return (
    <Page title="Runs" actions={evaluate}>
      <Answer of={runs} label="Loading the runs">
        {(all) => (all.length === 0
          ? <EmptyState icon="run" title="Nothing has been evaluated yet" actions={evaluate}>Choose a version and a data set, and its result is kept here with everything it depends on.</EmptyState>
          : <RunTable runs={all} />)}
      </Answer>
    </Page>
  )
}

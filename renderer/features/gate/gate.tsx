// Gate and export of one run: the rules, what each of them found, and the bundle that follows when all of them hold.
import type { ReactNode } from 'react'
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { RunId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page, Stack } from '../../ui/page.tsx'
import { RunState } from '../../ui/status.tsx'
import { ExportPanel } from './export-panel.tsx'
import { FindingsPanel } from './findings-panel.tsx'
import { PolicyPanel } from './policy-panel.tsx'

const newestFirst = (checks: readonly GateCheck[]): GateCheck[] => [...checks].sort((a, b) => b.checkedAt - a.checkedAt)

function GateOf({ run }: { readonly run: Run }): ReactNode {
  const gate = useCall('gate.get', { modelId: run.modelId })
  const checks = useCall('gate.checks', { runId: run.id })
  if (run.status !== 'done') {
    return <EmptyState icon="gate" title="This run has no result to judge" actions={<ButtonLink href={href({ screen: 'run', runId: run.id })}>Open the run</ButtonLink>}>Only a finished run can pass a gate.</EmptyState>
  }
  return (
    <Answer of={gate} label="Loading the gate">
      {(stored) => (
        <Stack>
          <PolicyPanel run={run} stored={stored} />
          <Answer of={checks} label="Loading the findings">
            {(all) => {
              const [newest] = newestFirst(all)
              if (newest === undefined) return null
              return <Stack><FindingsPanel run={run} check={newest} /><ExportPanel run={run} check={newest} /></Stack>
            }}
          </Answer>
        </Stack>
      )}
    </Answer>
  )
}

export function GateScreen({ runId }: { readonly runId: RunId }): ReactNode {
  const asked = useCall('run.get', { runId })
  const run = asked.data
  return (
    <Page
      title="Gate and export"
      crumbs={run === undefined ? [] : [{ label: run.modelName, href: href({ screen: 'model', modelId: run.modelId }) }, { label: `v${run.versionNumber}`, href: href({ screen: 'version', versionId: run.versionId }) }, { label: `Run on ${run.datasetName}`, href: href({ screen: 'run', runId }) }]}
      mark={run === undefined ? undefined : <RunState run={run} />}
      lead="A version is exported only when its run passes the rules below, or when somebody overrides them with a name and a reason that stay in the record and in the bundle."
    >
      <Answer of={asked} label="Loading the run">{(found) => <GateOf run={found} />}</Answer>
    </Page>
  )
}

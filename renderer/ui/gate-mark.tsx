// What the gate said of a run, as a badge. An override stays visible, also after a later check that passed.
import type { ReactNode } from 'react'
import type { RunId } from '../../shared/ids.ts'
import { useCall } from '../bridge/use-call.ts'
import { Badge } from './status.tsx'

export function GateMark({ runId }: { readonly runId: RunId }): ReactNode {
  const checks = useCall('gate.checks', { runId })
  const [newest] = checks.data ?? []
  if (newest === undefined) return null
  const override = (checks.data ?? []).find((check) => check.override !== null)?.override ?? null
  return (
    <>
      {newest.passed ? <Badge tone="good" icon="good">Gate passed</Badge> : newest.override === null && <Badge tone="bad" icon="bad">Gate not passed</Badge>}
      {override !== null && <span title={override.reason}><Badge tone="warn" icon="warning">Gate overridden by {override.name}</Badge></span>}
    </>
  )
}

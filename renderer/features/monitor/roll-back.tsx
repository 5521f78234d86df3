// What a roll-back that an alert leads to does here: which alias goes back, and which deployment tells it. Nothing on a server is moved.
import { useState, type ReactNode } from 'react'
import type { RequestOf } from '../../../shared/contract-kit.ts'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { DeploymentId, VersionId } from '../../../shared/ids.ts'
import { placeName } from '../../../shared/monitor/deployments.ts'
import { useCall } from '../../bridge/use-call.ts'
import { SelectField } from '../../ui/field.tsx'

type Rollback = NonNullable<RequestOf<SlipwayContract['alert.decide']>['rollback']>

/** `rollback` null: the decision is only written down. */
export function useRollback(versionId: VersionId): { readonly rollback: Rollback | null; readonly fields: ReactNode } {
  const modelId = useCall('version.get', { versionId }).data?.version.modelId
  const known = modelId !== undefined
  const aliases = (useCall('alias.list', { modelId: modelId as NonNullable<typeof modelId> }, { enabled: known }).data ?? []).filter((a) => a.target?.versionId === versionId && a.before !== null)
  const places = (useCall('deployment.list', known ? { modelId, current: true } : { current: true }, { enabled: known }).data ?? []).filter((d) => d.versionId === versionId)
  const [chosen, setChosen] = useState<string | null>(null)
  const [place, setPlace] = useState<string | null>(null)
  const alias = aliases.find((a) => a.alias === (chosen ?? aliases[0]?.alias))
  const deployment = places.find((d) => d.id === (place ?? places[0]?.id))
  const rollback: Rollback | null = alias === undefined ? null : { alias: alias.alias, expected: versionId, ...(deployment === undefined ? {} : { deploymentId: deployment.id as DeploymentId }) }
  const server = <>Move the service itself with its bundle’s <code>bin/rollback.sh</code>.</>
  if (aliases.length === 0) return { rollback: null, fields: <p>No alias that points to this version has a version before it, so this only writes the decision down. {server}</p> }
  return {
    rollback,
    fields: (
      <>
        <SelectField label="Alias" value={chosen ?? aliases[0]!.alias} onChoose={setChosen} choices={[...aliases.map((a) => ({ value: a.alias, label: `${a.alias}, back to version ${a.before!.number}` })), { value: '', label: 'none: only write it down' }]} />
        {alias !== undefined && places.length > 0 && <SelectField label="Tell it on the line of time of" value={place ?? places[0]!.id} onChoose={setPlace} choices={[...places.map((d) => ({ value: d.id as string, label: placeName(d) })), { value: '', label: 'no deployment' }]} />}
        <p>{alias === undefined ? 'The decision is written down, and nothing is moved.' : 'The alias moves, and the incident and the change are told with your reason, all or nothing.'} {server}</p>
      </>
    ),
  }
}

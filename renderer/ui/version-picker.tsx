// One version out of all models, wherever one is chosen: first the model, then its version. Two fields; the caller lays them out.
import type { ReactNode } from 'react'
import type { ModelId, VersionId } from '../../shared/ids.ts'
import { useCall } from '../bridge/use-call.ts'
import { SelectField } from './field.tsx'

interface VersionPickerProps {
  /** Which of several versions this is, such as `Before`; absent where there is only one. */
  readonly role?: string
  readonly value: string | null
  readonly onChoose: (versionId: string) => void
  /** Offer archived models, too. */
  readonly archived?: boolean
}

/** A model alone means its newest version, until another one is chosen. */
export function VersionPicker({ role, value, onChoose, archived = false }: VersionPickerProps): ReactNode {
  const models = useCall('model.list', { archived })
  const current = useCall('version.get', { versionId: (value ?? '') as VersionId }, { enabled: value !== null })
  const modelId = current.data?.version.modelId ?? models.data?.find((m) => m.latest.id === value)?.id ?? ''
  const model = useCall('model.get', { modelId: modelId as ModelId }, { enabled: modelId !== '', keepPrevious: true })
  const versions = modelId === '' ? [] : [...(model.data?.versions ?? [])].sort((a, b) => b.number - a.number)
  const label = (noun: string): string => (role === undefined ? noun : `${role}: ${noun.toLowerCase()}`)
  const choose = (id: string): void => { if (id !== '') onChoose(id) }
  const known = versions.some((v) => v.id === value)
  return (
    <>
      <SelectField
        label={label('Model')} value={modelId} onChoose={(id) => choose(models.data?.find((m) => m.id === id)?.latest.id ?? '')}
        choices={[...(modelId === '' ? [{ value: '', label: models.data?.length === 0 ? 'No model yet' : 'Choose a model' }] : []), ...(models.data ?? []).map((m) => ({ value: m.id as string, label: m.name }))]}
      />
      <SelectField
        label={label('Version')} value={known ? value ?? '' : ''} disabled={versions.length === 0} onChoose={choose}
        choices={[...(known ? [] : [{ value: '', label: 'Choose a version' }]), ...versions.map((v) => ({ value: v.id as string, label: `v${v.number}${v.aliases === undefined || v.aliases.length === 0 ? '' : ` (${v.aliases.join(', ')})`} · ${v.sourceName}` }))]}
      />
    </>
  )
}

// Which version is evaluated: its model, then its number.
import { useState, type ReactNode } from 'react'
import type { ModelId, VersionId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { SelectField } from '../../ui/field.tsx'

export function ModelVersionFields({ value, onChoose }: { readonly value: string | null; readonly onChoose: (versionId: string) => void }): ReactNode {
  const models = useCall('model.list', {})
  const current = useCall('version.get', { versionId: (value ?? '') as VersionId }, { enabled: value !== null })
  const [picked, setPicked] = useState<string | null>(null)
  const modelId = picked ?? current.data?.version.modelId ?? ''
  const model = useCall('model.get', { modelId: modelId as ModelId }, { enabled: modelId !== '', keepPrevious: true })
  const versions = modelId === '' ? [] : [...(model.data?.versions ?? [])].sort((a, b) => b.number - a.number)
  const choose = (id: string): void => { if (id !== '') onChoose(id) }
  // A model alone means its newest version, until another one is chosen.
  const pick = (id: string): void => {
    setPicked(id)
    choose(models.data?.find((m) => m.id === id)?.latest.id ?? '')
  }
  return (
    <>
      <SelectField label="Model" value={modelId} choices={[{ value: '', label: models.data?.length === 0 ? 'No model yet' : 'Choose a model' }, ...(models.data ?? []).map((m) => ({ value: m.id as string, label: m.name }))]} onChoose={pick} />
      <SelectField
        label="Version" value={versions.some((v) => v.id === value) ? value ?? '' : ''} disabled={versions.length === 0}
        choices={[{ value: '', label: 'Choose a version' }, ...versions.map((v) => ({ value: v.id as string, label: `v${v.number} · ${v.sourceName}` }))]} onChoose={choose}
      />
    </>
  )
}

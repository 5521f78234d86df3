// Which data set is a run's training file: tables with the run's own label column, beside the evaluated one.
import type { ReactNode } from 'react'
import type { Run } from '../../../shared/domain/run.ts'
import { useCall } from '../../bridge/use-call.ts'
import { SelectField } from '../../ui/field.tsx'

export function TrainingField({ run, value, onChoose }: { readonly run: Run; readonly value: string; readonly onChoose: (datasetId: string) => void }): ReactNode {
  const datasets = useCall('dataset.list', {})
  const target = run.binding.target?.kind === 'column' ? run.binding.target.column : null
  const choices = (datasets.data ?? []).filter((d) => d.kind === 'table' && d.id !== run.datasetId && target !== null && d.columns.some((c) => c.name === target))
  return (
    <SelectField
      label="Training file" value={value} onChoose={onChoose}
      choices={[{ value: '', label: choices.length === 0 && datasets.data !== undefined ? 'No other data set has this label' : 'None' }, ...choices.map((d) => ({ value: d.id as string, label: d.name }))]}
    />
  )
}

// How a run is measured: device, batch, rows, seed. Everything here is stored with the run.
import type { ReactNode } from 'react'
import { deviceNames } from '../../../shared/device-names.ts'
import { RunOptions, type ExecutionProvider } from '../../../shared/domain/run.ts'
import { useCall } from '../../bridge/use-call.ts'
import { SelectField } from '../../ui/field.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import styles from './evaluate.module.css'

export const startOptions: RunOptions = RunOptions.parse({})

export function OptionFields({ options, onChange }: { readonly options: RunOptions; readonly onChange: (options: RunOptions) => void }): ReactNode {
  const probed = useCall('app.providers', {})
  const works = (provider: ExecutionProvider): boolean => provider === 'cpu' || probed.data?.find((p) => p.provider === provider)?.status === 'works'
  return (
    <div className={styles['options']}>
      <SelectField label="Device" value={options.provider} choices={(Object.keys(deviceNames) as ExecutionProvider[]).filter((p) => p === 'cpu' || probed.data?.some((s) => s.provider === p) === true).map((p) => ({ value: p, label: works(p) ? deviceNames[p] : `${deviceNames[p]} (does not work here)`, disabled: !works(p) }))} onChoose={(provider) => onChange({ ...options, provider })} />
      <SelectField label="Bad rows" value={options.rows ?? ''} choices={[{ value: '', label: 'As the binding says' }, { value: 'lenient', label: 'Lenient' }, { value: 'strict', label: 'Strict' }]} onChoose={(rows) => onChange({ ...options, rows: rows === '' ? null : rows })} />
      <NumberField label="Batch size" whole optional min={1} max={65536} value={options.batchSize} onNumber={(batchSize) => onChange({ ...options, batchSize })} placeholder="chosen by itself" />
      <NumberField label="Only the first rows" whole optional min={1} value={options.limit} onNumber={(limit) => onChange({ ...options, limit })} placeholder="all rows" />
      <NumberField label="Random sample of rows" whole optional min={1} value={options.sample} onNumber={(sample) => onChange({ ...options, sample })} placeholder="all rows" hint={options.sample === null ? undefined : `A share such as accuracy is then known to about ± ${(97.998 / Math.sqrt(options.sample)).toFixed(1)} points.`} />
      <NumberField label="Seed" whole min={0} value={options.seed} onNumber={(seed) => { if (seed !== null) onChange({ ...options, seed }) }} />
    </div>
  )
}

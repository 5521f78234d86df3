// What a missing cell becomes.
import type { ReactNode } from 'react'
import type { MissingRule } from '../../../shared/domain/binding.ts'
import type { TensorType } from '../../../shared/domain/model.ts'
import { SelectField, TextField } from '../field.tsx'
import { NumberField } from '../number-field.tsx'

type Kind = 'nan' | 'empty' | 'drop' | 'fill'

export function MissingField({ input, dtype, rule, onChange }: { readonly input: string; readonly dtype: TensorType; readonly rule: MissingRule; readonly onChange: (rule: MissingRule) => void }): ReactNode {
  const text = dtype === 'string'
  const kind: Kind = typeof rule === 'string' ? rule : 'fill'
  const choose = (next: Kind): void => onChange(next === 'fill' ? { fill: text ? '' : 0 } : next)
  return (
    <>
      <SelectField<Kind> label="Missing cells" aria-label={`Missing cells of ${input}`} value={kind} onChoose={choose} choices={[
        { value: 'nan', label: 'become NaN', disabled: !dtype.includes('float') }, { value: 'empty', label: 'become empty text', disabled: !text },
        { value: 'drop', label: 'leave the row out' }, { value: 'fill', label: 'become a fixed value' },
      ]} />
      {typeof rule !== 'string' && (text
        ? <TextField label="Fixed value" value={String(rule.fill)} onText={(fill) => onChange({ fill })} />
        : <NumberField label="Fixed value" value={Number(rule.fill)} onNumber={(fill) => { if (fill !== null) onChange({ fill }) }} />)}
    </>
  )
}

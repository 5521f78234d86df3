// How pictures become a tensor: size, resize, colours, layout and the arithmetic on pixels.
import { useState, type ReactNode } from 'react'
import type { ImagePreprocessing } from '../../../shared/domain/binding.ts'
import { SelectField, TextField } from '../field.tsx'
import { NumberField } from '../number-field.tsx'
import styles from './binding.module.css'
import { numbersOf } from './edit-binding.ts'

interface ImageFieldsProps { readonly image: ImagePreprocessing; readonly onChange: (image: ImagePreprocessing) => void }

function ListField({ label, values, onValues }: { readonly label: string; readonly values: readonly number[]; readonly onValues: (values: number[]) => void }): ReactNode {
  const [draft, setDraft] = useState({ text: values.join(', '), of: values })
  const text = draft.of === values ? draft.text : values.join(', ')
  const onText = (next: string): void => {
    const parsed = numbersOf(next)
    setDraft({ text: next, of: parsed ?? values })
    if (parsed !== null) onValues(parsed)
  }
  return <TextField label={label} value={text} onText={onText} error={numbersOf(text) === null ? 'Numbers, separated by commas.' : null} />
}

export function ImageFields({ image, onChange }: ImageFieldsProps): ReactNode {
  const set = <K extends keyof ImagePreprocessing>(key: K) => (value: ImagePreprocessing[K]): void => onChange({ ...image, [key]: value })
  return (
    <div className={styles['grid']}>
      <NumberField label="Width" whole min={1} value={image.width} onNumber={(v) => { if (v !== null) set('width')(v) }} />
      <NumberField label="Height" whole min={1} value={image.height} onNumber={(v) => { if (v !== null) set('height')(v) }} />
      <SelectField label="Fit" value={image.resize} onChoose={set('resize')} choices={[{ value: 'stretch', label: 'stretch' }, { value: 'crop', label: 'crop the centre' }, { value: 'pad', label: 'pad the rest' }]} />
      <SelectField label="Resampling" value={image.kernel} onChoose={set('kernel')} choices={(['nearest', 'bilinear', 'bicubic', 'box', 'lanczos'] as const).map((k) => ({ value: k, label: k }))} />
      <NumberField label="Shorter side first" whole optional min={1} value={image.shorterSide} onNumber={set('shorterSide')} placeholder="the target" />
      <NumberField label="Padding value" min={0} max={255} value={image.padValue} onNumber={(v) => { if (v !== null) set('padValue')(v) }} />
      <SelectField label="Colours" value={image.color} onChoose={set('color')} choices={[{ value: 'rgb', label: 'RGB' }, { value: 'bgr', label: 'BGR' }, { value: 'grayscale', label: 'greyscale' }]} />
      <SelectField label="Layout" value={image.layout} onChoose={set('layout')} choices={(['NCHW', 'NHWC', 'NHW', 'flat'] as const).map((l) => ({ value: l, label: l }))} />
      <NumberField label="Scale" value={image.scale} onNumber={(v) => { if (v !== null) set('scale')(v) }} hint="value = (pixel × scale − mean) ÷ std" />
      <ListField label="Mean" values={image.mean} onValues={set('mean')} />
      <ListField label="Std" values={image.std} onValues={set('std')} />
    </div>
  )
}

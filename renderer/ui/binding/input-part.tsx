// One input of the model: what feeds it.
import type { ReactNode } from 'react'
import type { Binding, InputBinding } from '../../../shared/domain/binding.ts'
import type { ValueSpec } from '../../../shared/domain/model.ts'
import { Code } from '../facts.tsx'
import { SelectField, TextField } from '../field.tsx'
import { shapeText } from '../signature-table.tsx'
import styles from './binding.module.css'
import { ColumnOrder } from './column-order.tsx'
import { constantOf, withFed, withInput, withKind, type InputKind } from './edit-binding.ts'
import { ImageFields } from './image-fields.tsx'
import { MissingField } from './missing-field.tsx'
import { Notes } from './notes.tsx'

interface InputPartProps {
  readonly binding: Binding
  readonly bound: InputBinding
  readonly spec: ValueSpec | undefined
  readonly columns: readonly string[]
  readonly onChange: (binding: Binding) => void
}

const kinds: readonly { readonly value: InputKind; readonly label: string }[] = [
  { value: 'columns', label: 'several columns' }, { value: 'column', label: 'one column' }, { value: 'image', label: 'the picture' }, { value: 'constant', label: 'a fixed value' },
]

function Feed({ binding, bound, columns, onChange }: InputPartProps): ReactNode {
  const set = (next: InputBinding): void => onChange(withInput(binding, next))
  switch (bound.kind) {
    case 'columns': return <ColumnOrder input={bound.input} chosen={bound.columns} columns={columns} onChange={(names) => set({ ...bound, columns: names })} />
    case 'column': return <SelectField label="Column" aria-label={`Column for ${bound.input}`} value={bound.column} choices={[...new Set([bound.column, ...columns])].map((c) => ({ value: c, label: c }))} onChoose={(column) => set({ ...bound, column })} />
    case 'image': return <ImageFields image={bound.image} onChange={(image) => set({ ...bound, image })} />
    case 'constant': return <TextField label="Value" value={String(bound.value)} onText={(text) => { const value = constantOf(bound.dtype, text); if (value !== null) set({ ...bound, value }) }} />
  }
}

/** An input of the model that nothing feeds yet: the run cannot start before something does. */
export function UnfedPart({ binding, spec, columns, onChange }: { readonly binding: Binding; readonly spec: ValueSpec; readonly columns: readonly string[]; readonly onChange: (binding: Binding) => void }): ReactNode {
  return (
    <div className={styles['part']} role="group" aria-label={`Input ${spec.name}`}>
      <div className={styles['what']}>
        <strong>{spec.name}</strong>
        <Code>{spec.dtype ?? spec.text}{spec.kind === 'tensor' && shapeText(spec)}</Code>
      </div>
      <div className={styles['how']}>
        <SelectField<InputKind | ''> label="Fed by" aria-label={`${spec.name} is fed by`} value="" choices={[{ value: '', label: 'nothing yet' }, ...kinds]} onChoose={(kind) => { if (kind !== '') onChange(withFed(binding, spec, kind, columns)) }} />
      </div>
      <Notes part={`inputs.${spec.name}`} />
    </div>
  )
}

export function InputPart(props: InputPartProps): ReactNode {
  const { binding, bound, spec, columns, onChange } = props
  return (
    <div className={styles['part']} role="group" aria-label={`Input ${bound.input}`}>
      <div className={styles['what']}>
        <strong>{bound.input}</strong>
        <Code>{bound.dtype}{spec !== undefined && shapeText(spec)}</Code>
      </div>
      <div className={styles['how']}>
        <SelectField<InputKind> label="Fed by" aria-label={`${bound.input} is fed by`} value={bound.kind} choices={kinds} onChoose={(kind) => onChange(withKind(binding, bound, kind, columns, spec))} />
        {bound.kind !== 'columns' && bound.kind !== 'image' && <Feed {...props} />}
        {(bound.kind === 'columns' || bound.kind === 'column') && <MissingField input={bound.input} dtype={bound.dtype} rule={bound.missing} onChange={(missing) => onChange(withInput(binding, { ...bound, missing }))} />}
        {(bound.kind === 'columns' || bound.kind === 'image') && <div className={styles['wide']}><Feed {...props} /></div>}
      </div>
      <Notes part={`inputs.${bound.input}`} />
    </div>
  )
}

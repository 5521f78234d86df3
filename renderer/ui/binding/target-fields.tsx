// Where the true answers stand: one column, several, lists in one column, or what lies beside the pictures.
import type { ReactNode } from 'react'
import type { Binding, Target } from '../../../shared/domain/binding.ts'
import { SelectField, TextField, type Choice } from '../field.tsx'
import styles from './binding.module.css'
import { ColumnOrder } from './column-order.tsx'
import { fedByPictures } from './edit-task.ts'

interface TargetProps { readonly binding: Binding; readonly columns: readonly string[]; readonly onChange: (binding: Binding) => void }

const none: Choice<string> = { value: '', label: 'none: predict only' }
/** No column is called like this. */
const mark = '\u0000'

const pictureTargets: readonly (readonly [Target['kind'], string])[] = [['image-class', 'the picture’s class'], ['masks', 'the picture’s mask'], ['boxes', 'the picture’s boxes']]

const pictureKind = (binding: Binding): 'image-class' | 'masks' | 'boxes' => (binding.task === 'semantic-segmentation' ? 'masks' : binding.task === 'object-detection' ? 'boxes' : 'image-class')

/** One true answer a row, or one picture’s class, mask or boxes. */
function OneTarget({ binding, columns, onChange }: TargetProps): ReactNode {
  const { target } = binding
  const pictures = pictureKind(binding)
  const beside = target !== null && pictureTargets.some(([kind]) => kind === target.kind) ? target.kind : null
  const offered = beside ?? (pictures !== 'image-class' || fedByPictures(binding) ? pictures : null)
  const named = [...new Set([...(target?.kind === 'column' ? [target.column] : []), ...(pictures === 'image-class' ? columns : [])])]
  const value = target === null ? '' : target.kind === 'column' ? target.column : `${mark}${target.kind}`
  const strange = target?.kind === 'label-columns' || target?.kind === 'label-list' ? [{ value, label: 'several labels' }] : []
  const choose = (next: string): void => {
    const kind = pictureTargets.find(([k]) => next === `${mark}${k}`)?.[0]
    onChange({ ...binding, target: next === '' ? null : kind === undefined ? { kind: 'column', column: next } : ({ kind } as Target) })
  }
  return (
    <SelectField label="True answers" value={value} onChoose={choose} choices={[
      none, ...strange, ...(offered === null ? [] : [{ value: `${mark}${offered}`, label: pictureTargets.find(([k]) => k === offered)?.[1] ?? '' }]), ...named.map((c) => ({ value: c, label: c })),
    ]} />
  )
}

type Several = 'label-columns' | 'label-list' | ''

/** Several true labels a row: a column for each, or a list in one column. */
function SeveralTarget({ binding, columns, onChange }: TargetProps): ReactNode {
  const { target } = binding
  const kind: Several = target?.kind === 'label-columns' || target?.kind === 'label-list' ? target.kind : ''
  const set = (next: Target | null): void => onChange({ ...binding, target: next })
  const choose = (next: Several): void => {
    if (next === '') { set(null); return }
    if (next === 'label-list') { set({ kind: next, column: target?.kind === 'label-columns' ? target.columns[0] ?? columns[0] ?? 'labels' : columns.at(-1) ?? 'labels', separator: '|' }); return }
    const labels = binding.classes.map((c) => c.label).filter((label) => columns.includes(label))
    const first = labels.length > 0 ? labels : columns.slice(-1)
    set({ kind: next, columns: first.length > 0 ? [...first] : ['label'] })
  }
  return (
    <>
      <SelectField<Several> label="True answers" value={kind} onChoose={choose} choices={[{ value: '', label: none.label }, { value: 'label-columns', label: 'a column for each label' }, { value: 'label-list', label: 'a list in one column' }]} />
      {target?.kind === 'label-list' && (
        <>
          <SelectField label="Column of the lists" value={target.column} choices={[...new Set([target.column, ...columns])].map((c) => ({ value: c, label: c }))} onChoose={(column) => set({ ...target, column })} />
          <TextField label="Between the labels" value={target.separator} maxLength={8} error={target.separator === '' ? 'Give a character.' : null} onText={(separator) => { if (separator !== '') set({ ...target, separator }) }} />
        </>
      )}
      {target?.kind === 'label-columns' && <div className={styles['wide']}><ColumnOrder input="the labels" chosen={target.columns} columns={columns} onChange={(names) => set({ ...target, columns: names })} /></div>}
    </>
  )
}

export function TargetFields(props: TargetProps): ReactNode {
  return props.binding.task === 'multilabel-classification' ? <SeveralTarget {...props} /> : <OneTarget {...props} />
}

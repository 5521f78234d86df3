// The classes: their order in the probability columns, how the data and the model write them, which is positive, and how one is decided.
import type { ReactNode } from 'react'
import type { Binding } from '../../../shared/domain/binding.ts'
import { Button, IconButton } from '../button.tsx'
import { SelectField, TextField, type Choice } from '../field.tsx'
import { NumberField } from '../number-field.tsx'
import styles from './binding.module.css'
import { moved, withClasses } from './edit-binding.ts'
import { Notes } from './notes.tsx'

interface PartProps { readonly binding: Binding; readonly onChange: (binding: Binding) => void }

/** How the model itself calls a class. */
const modelWords: Readonly<Partial<Record<Binding['task'], string>>> = { 'multilabel-classification': 'In the model', 'object-detection': 'Number in the model', 'semantic-segmentation': 'Number in the model' }

function ClassRows({ binding, onChange }: PartProps): ReactNode {
  const { classes } = binding
  const set = (index: number, next: Partial<Binding['classes'][number]>): void => onChange(withClasses(binding, classes.map((c, i) => (i === index ? { ...c, ...next } : c))))
  return (
    <table className={styles['classes']} aria-label="Classes">
      <thead><tr><th scope="col" className={styles['position']}>#</th><th scope="col">In the data</th><th scope="col">{modelWords[binding.task] ?? 'In the label output'}</th><th scope="col"><span className="visually-hidden">Order</span></th></tr></thead>
      <tbody>
        {classes.map((c, i) => (
          <tr key={i}>
            <td className={styles['position']}>{i}</td>
            <td><TextField quietLabel label={`Class ${i} in the data`} value={c.label} onText={(label) => set(i, { label })} /></td>
            <td><TextField quietLabel label={`Class ${i} in the label output`} value={c.output} onText={(output) => set(i, { output })} /></td>
            <td className={styles['buttons']}>
              <IconButton label={`Move class ${c.label} up`} icon="up" disabled={i === 0} onClick={() => onChange(withClasses(binding, moved(classes, i, -1)))} />
              <IconButton label={`Move class ${c.label} down`} icon="down" disabled={i === classes.length - 1} onClick={() => onChange(withClasses(binding, moved(classes, i, 1)))} />
              <IconButton label={`Remove class ${c.label}`} icon="close" onClick={() => onChange(withClasses(binding, classes.filter((_, k) => k !== i)))} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

type DecisionKind = Binding['decision']['kind']

/** The ways to decide that a task has, with those that its outputs do not allow switched off. */
function decisionsOf(binding: Binding): readonly Choice<DecisionKind>[] {
  const threshold = (label: string, disabled = false): Choice<DecisionKind> => ({ value: 'threshold', label, disabled })
  switch (binding.task) {
    case 'multilabel-classification': return [threshold('every label from a threshold on')]
    case 'object-detection': return [threshold('boxes from a score on')]
    case 'semantic-segmentation': return [{ value: 'argmax', label: 'the strongest class of each pixel' }, threshold('the second class from a threshold on', binding.classes.length !== 2)]
    default: return [
      { value: 'label-output', label: 'the model’s own label output', disabled: !binding.outputs.some((o) => o.role === 'label') }, { value: 'argmax', label: 'the most probable class' },
      threshold('positive from a threshold on', binding.task !== 'binary-classification'),
    ]
  }
}

const decided: Readonly<Partial<Record<Binding['task'], string>>> = { 'multilabel-classification': 'Predicted labels', 'object-detection': 'Boxes that count' }

function Decision({ binding, onChange }: PartProps): ReactNode {
  const { decision } = binding
  const choices = decisionsOf(binding)
  // What another task has left behind stays to be seen, with its problem beside it.
  const shown = choices.some((c) => c.value === decision.kind) ? choices : [{ value: decision.kind, label: decision.kind }, ...choices]
  const choose = (kind: DecisionKind): void => onChange({ ...binding, decision: kind === 'threshold' ? { kind, threshold: 0.5 } : { kind } })
  return (
    <>
      <SelectField label={decided[binding.task] ?? 'Predicted class'} className={styles['double']} value={decision.kind} onChoose={choose} choices={shown} />
      {decision.kind === 'threshold' && <NumberField label={binding.task === 'object-detection' ? 'Score' : 'Threshold'} min={0} max={1} value={decision.threshold} onNumber={(threshold) => { if (threshold !== null) onChange({ ...binding, decision: { kind: 'threshold', threshold } }) }} />}
    </>
  )
}

/** What the order of the classes follows. */
const orderWords: Readonly<Partial<Record<Binding['task'], string>>> = {
  'multilabel-classification': 'One a column of the output, in its order', 'object-detection': 'As the model numbers them', 'semantic-segmentation': 'In the order of the model’s channels, or as it numbers them',
}

export function ClassesPart({ binding, onChange }: PartProps): ReactNode {
  return (
    <div className={styles['part']} role="group" aria-label="Classes and decision">
      <div className={styles['what']}><span>{orderWords[binding.task] ?? 'In the order of the probability columns'}</span></div>
      <div className={styles['how']}>
        <div className={styles['wide']}>
          <ClassRows binding={binding} onChange={onChange} />
          <Button icon="add" onClick={() => onChange(withClasses(binding, [...binding.classes, { label: `class ${binding.classes.length}`, output: String(binding.classes.length) }]))}>Add a class</Button>
        </div>
        {binding.task === 'binary-classification' && (
          <SelectField label="Positive class" value={binding.positiveClass ?? ''} choices={[...(binding.positiveClass === null ? [{ value: '', label: 'not chosen' }] : []), ...binding.classes.map((c) => ({ value: c.label, label: c.label }))]} onChoose={(positiveClass) => onChange({ ...binding, positiveClass: positiveClass === '' ? null : positiveClass })} />
        )}
        <Decision binding={binding} onChange={onChange} />
      </div>
      <div className={styles['noteStack']}><Notes part="classes" /><Notes part="positiveClass" /><Notes part="decision" /></div>
    </div>
  )
}

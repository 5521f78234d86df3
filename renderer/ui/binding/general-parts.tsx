// The parts of a binding that are not tied to one tensor: task, true answers, outputs, and what happens to bad rows.
import type { ReactNode } from 'react'
import type { Binding, OutputRole } from '../../../shared/domain/binding.ts'
import type { ModelTask, ValueSpec } from '../../../shared/domain/model.ts'
import { taskName } from '../../../shared/format.ts'
import { Code } from '../facts.tsx'
import { SelectField } from '../field.tsx'
import { shapeText } from '../signature-table.tsx'
import styles from './binding.module.css'
import { withRole } from './edit-binding.ts'
import { rolesOf, tasks, withTask } from './edit-task.ts'
import { Notes } from './notes.tsx'
import { TargetFields } from './target-fields.tsx'

interface PartProps { readonly binding: Binding; readonly columns: readonly string[]; readonly onChange: (binding: Binding) => void }

export function TaskPart({ binding, columns, onChange }: PartProps): ReactNode {
  return (
    <div className={styles['part']} role="group" aria-label="Task and true answers">
      <div className={styles['what']}><span>What the model decides, and where the true answers stand</span></div>
      <div className={styles['how']}>
        <SelectField<ModelTask> label="Task" value={binding.task} choices={tasks.map((t) => ({ value: t, label: t === 'multiclass-classification' ? 'Multiclass' : taskName(t) }))} onChoose={(task) => onChange(withTask(binding, task))} />
        <TargetFields binding={binding} columns={columns} onChange={onChange} />
        <SelectField label="Row name" value={binding.idColumn ?? ''} onChoose={(c) => onChange({ ...binding, idColumn: c === '' ? null : c })} choices={[{ value: '', label: 'record number' }, ...[...new Set([...(binding.idColumn === null ? [] : [binding.idColumn]), ...columns])].map((c) => ({ value: c, label: c }))]} />
      </div>
      <div className={styles['noteStack']}><Notes part="task" /><Notes part="target" /><Notes part="idColumn" /></div>
    </div>
  )
}

const roleWords: Readonly<Record<OutputRole, string>> = {
  label: 'the predicted class', probabilities: 'all probabilities', logits: 'all logits', 'positive-probability': 'positive probability',
  'positive-logit': 'positive logit', value: 'the predicted number',
  'label-probabilities': 'probability of each label', 'label-logits': 'logit of each label', boxes: 'boxes', 'box-scores': 'score of each box', 'box-labels': 'class of each box',
  'box-count': 'number of boxes', yolo: 'boxes in YOLO layout', 'pixel-logits': 'logits of each pixel', 'pixel-probability': 'probability of each pixel', 'pixel-labels': 'class of each pixel', ignored: 'not used',
}

export function OutputPart({ binding, output, spec, onChange }: { readonly binding: Binding; readonly output: Binding['outputs'][number]; readonly spec: ValueSpec | undefined; readonly onChange: (binding: Binding) => void }): ReactNode {
  // A role of another task stays in the list while it is chosen: its problem then stands beside it.
  const roles = [...new Set<OutputRole>([...rolesOf[binding.task], 'ignored', output.role])]
  return (
    <div className={styles['part']} role="group" aria-label={`Output ${output.output}`}>
      <div className={styles['what']}><strong>{output.output}</strong>{spec !== undefined && <Code>{spec.dtype ?? spec.text}{spec.kind === 'tensor' && shapeText(spec)}</Code>}</div>
      <div className={styles['how']}>
        <SelectField<OutputRole> label="Holds" className={styles['double']} aria-label={`${output.output} holds`} value={output.role} choices={roles.map((r) => ({ value: r, label: roleWords[r] }))} onChoose={(role) => onChange(withRole(binding, output.output, role))} />
      </div>
      <Notes part={`outputs.${output.output}`} />
    </div>
  )
}

export function RowsPart({ binding, onChange }: Omit<PartProps, 'columns'>): ReactNode {
  return (
    <div className={styles['part']} role="group" aria-label="Bad rows">
      <div className={styles['what']}><span>What happens to rows that are damaged</span></div>
      <div className={styles['how']}>
        <SelectField label="Row policy" className={styles['double']} value={binding.rows} onChoose={(rows) => onChange({ ...binding, rows })} choices={[{ value: 'lenient', label: 'lenient: score what can be scored' }, { value: 'strict', label: 'strict: leave doubtful rows out' }]} />
        <p className={styles['explain']}>
          {binding.rows === 'lenient'
            ? 'A number that is missing or does not parse follows the rule of its input; an unknown category is fed as it is.'
            : 'A row with a number that is missing or does not parse, or with a category that the graph does not know, is left out and counted.'}
          {' '}Rows without a true answer are always left out and counted.
        </p>
      </div>
      <Notes part="rows" />
    </div>
  )
}

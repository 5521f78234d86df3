// The one editor of bindings, for a version and for an evaluation: every part with its reason and its problems beside it.
// Shows and edits; asking, checking and saving are the caller's.
import { useMemo, type ReactNode } from 'react'
import type { Binding, BindingProblem, Guess } from '../../../shared/domain/binding.ts'
import type { Signature } from '../../../shared/domain/model.ts'
import { classes } from '../classes.ts'
import { Section } from '../page.tsx'
import styles from './binding.module.css'
import { ClassesPart } from './classes-part.tsx'
import { DetectionPart } from './detection-part.tsx'
import { OutputPart, RowsPart, TaskPart } from './general-parts.tsx'
import { SharedNotes, splitShared } from './shared-notes.tsx'
import { InputPart, UnfedPart } from './input-part.tsx'
import { BindingNotesContext, Problem } from './notes.tsx'

export interface BindingEditorProps {
  readonly binding: Binding
  readonly signature: Signature
  /** Column names of the data set in file order; empty when none is at hand. */
  readonly columns: readonly string[]
  readonly guesses: readonly Guess[]
  readonly problems: readonly BindingProblem[]
  readonly onChange: (binding: Binding) => void
}

const known = /^(inputs|outputs|classes|positiveClass|decision|detection|target|idColumn|task|rows)(\.|$)/

export function BindingEditor({ binding, signature, columns, guesses, problems, onChange }: BindingEditorProps): ReactNode {
  const names = useMemo(() => binding.inputs.map((i) => i.input), [binding.inputs])
  const { common, own } = useMemo(() => splitShared(guesses, names), [guesses, names])
  const notes = useMemo(() => ({ guesses: own, problems }), [own, problems])
  const unfed = signature.inputs.filter((s) => !names.includes(s.name))
  // Many inputs of one column each read as a table: the labels of the first line serve for all.
  const lines = binding.inputs.length >= 3 && binding.inputs.every((i) => i.kind === 'column')
  const loose = problems.filter((p) => !known.test(p.about))
  return (
    <BindingNotesContext value={notes}>
      <div className={styles['editor']}>
        {loose.map((p) => <Problem key={p.sentence} problem={p} />)}
        <Section title="Task"><TaskPart binding={binding} columns={columns} onChange={onChange} /></Section>
        <Section title="Inputs" count={signature.inputs.length}>
          <SharedNotes common={common} all={names.length} />
          <div className={classes(lines && styles['lines'])}>
            {unfed.map((spec) => <UnfedPart key={spec.name} binding={binding} spec={spec} columns={columns} onChange={onChange} />)}
            {binding.inputs.map((bound) => <InputPart key={bound.input} binding={binding} bound={bound} spec={signature.inputs.find((s) => s.name === bound.input)} columns={columns} onChange={onChange} />)}
          </div>
        </Section>
        <Section title="Outputs" count={binding.outputs.length}>
          {binding.outputs.map((output) => <OutputPart key={output.output} binding={binding} output={output} spec={signature.outputs.find((s) => s.name === output.output)} onChange={onChange} />)}
        </Section>
        {binding.task === 'object-detection' && <Section title="Boxes"><DetectionPart binding={binding} onChange={onChange} /></Section>}
        {binding.task !== 'regression' && <Section title="Classes and decision" count={binding.classes.length}><ClassesPart binding={binding} onChange={onChange} /></Section>}
        <Section title="Rows"><RowsPart binding={binding} onChange={onChange} /></Section>
      </div>
    </BindingNotesContext>
  )
}

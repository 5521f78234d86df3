// The one editor of bindings, for a version and for an evaluation: every part with its reason and its problems beside it.
// Shows and edits; asking, checking and saving are the caller's.
import { useMemo, type ReactNode } from 'react'
import type { Binding, BindingProblem, Guess } from '../../../shared/domain/binding.ts'
import type { Signature } from '../../../shared/domain/model.ts'
import { Section } from '../page.tsx'
import styles from './binding.module.css'
import { ClassesPart } from './classes-part.tsx'
import { OutputPart, RowsPart, TaskPart } from './general-parts.tsx'
import { InputPart } from './input-part.tsx'
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

const known = /^(inputs|outputs|classes|positiveClass|decision|target|idColumn|task|rows)(\.|$)/

export function BindingEditor({ binding, signature, columns, guesses, problems, onChange }: BindingEditorProps): ReactNode {
  const notes = useMemo(() => ({ guesses, problems }), [guesses, problems])
  const loose = problems.filter((p) => !known.test(p.about))
  return (
    <BindingNotesContext value={notes}>
      <div className={styles['editor']}>
        {loose.map((p) => <Problem key={p.sentence} problem={p} />)}
        <Section title="Task"><TaskPart binding={binding} columns={columns} onChange={onChange} /></Section>
        <Section title="Inputs" count={binding.inputs.length}>
          {binding.inputs.map((bound) => <InputPart key={bound.input} binding={binding} bound={bound} spec={signature.inputs.find((s) => s.name === bound.input)} columns={columns} onChange={onChange} />)}
        </Section>
        <Section title="Outputs" count={binding.outputs.length}>
          {binding.outputs.map((output) => <OutputPart key={output.output} binding={binding} output={output} spec={signature.outputs.find((s) => s.name === output.output)} onChange={onChange} />)}
        </Section>
        {binding.task !== 'regression' && <Section title="Classes and decision" count={binding.classes.length}><ClassesPart binding={binding} onChange={onChange} /></Section>}
        <Section title="Rows"><RowsPart binding={binding} onChange={onChange} /></Section>
      </div>
    </BindingNotesContext>
  )
}

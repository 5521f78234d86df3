// Builders of binding problems. Owns no rule.
import type { BindingProblem } from '../domain/binding.ts'
import type { Column } from '../domain/dataset.ts'

/** What the checks need to know of a column. */
export type ColumnShape = Pick<Column, 'name' | 'type'>

export const error = (about: string, sentence: string, next: string): BindingProblem => ({ about, severity: 'error', sentence, next })
export const warning = (about: string, sentence: string, next: string): BindingProblem => ({ about, severity: 'warning', sentence, next })

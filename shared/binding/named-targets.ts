// The columns with true answers as text, as `--target`, the evaluate screen and `binding.propose` write them, and whether a binding answers for them.
// Owns the spelling; knows nothing of what the columns hold.
import type { Target } from '../domain/binding.ts'
import { targetColumns } from './check-binding.ts'

/** A name, or several with commas between. */
export const targetText = (columns: readonly string[]): string => (columns.length === 1 ? columns[0] ?? '' : columns.map((c) => (/[",]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join(','))

const inOrder = (columns: readonly string[]): string => targetText([...columns].sort())

/** The columns that a text names; a column of that very name is one column. */
export function namedTargets(text: string, columns: readonly string[]): readonly string[] {
  if (columns.includes(text)) return [text]
  return [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]+))\s*(?:,|$)/g)].map((m) => m[1]?.replaceAll('""', '"') ?? m[2]?.trim() ?? '').filter((name) => name !== '')
}

/** Whether a text names the very columns that a target holds; `separator`: how the labels of one cell are told apart, where it was said. */
export function sameTarget(target: Target | null, text: string, columns: readonly string[], separator?: string): boolean {
  if (separator !== undefined && (target?.kind !== 'label-list' || target.separator !== separator)) return false
  return target !== null && inOrder(targetColumns(target)) === inOrder(namedTargets(text, columns))
}

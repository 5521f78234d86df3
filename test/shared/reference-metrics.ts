// Reads a fixture reference: its metrics as (metric, slice, value) rows, named as the app names them. Owns no computing.
import { readFileSync } from 'node:fs'
import { fixture } from '../setup/fixtures.ts'

export interface ReferenceValue { readonly metric: string, readonly slice: string, readonly value: number | null, readonly low?: number, readonly high?: number }

type Tree = { readonly [key: string]: unknown }

export interface Reference {
  readonly kind: string
  readonly classes?: readonly (string | number)[]
  readonly positive_class?: string
  readonly target?: string
  readonly metrics: Tree
}

export const readReference = (path: string): Reference => JSON.parse(readFileSync(fixture(path), 'utf8')) as Reference

/** Parts of a reference that the app keeps as curves, or under another name beside them. */
const notNumbers = new Set(['confusion_matrix', 'threshold_table', 'accuracy_wilson_95', 'calibration', 'binary.positive_class'])

/** Every number of a reference's `metrics`, with the app's metric id and slice. */
export function referenceValues(metrics: Tree): ReferenceValue[] {
  const out: ReferenceValue[] = []
  const visit = (tree: Tree, path: readonly string[]) => {
    for (const [key, value] of Object.entries(tree)) {
      const id = [...path, key].join('.')
      if (notNumbers.has(id)) continue
      if (typeof value === 'object' && value !== null) visit(value as Tree, [...path, key])
      else out.push(named([...path, key], typeof value === 'boolean' ? Number(value) : value as number | null))
    }
  }
  visit(metrics, [])
  const interval = metrics['accuracy_wilson_95'] as [number, number] | undefined
  const calibration = (metrics['calibration'] ?? {}) as Record<string, { mce: number }>
  return [
    ...out.map((row) => row.metric === 'accuracy' && interval !== undefined ? { ...row, low: interval[0], high: interval[1] } : row),
    ...Object.entries(calibration).map(([name, table]) => ({ metric: `calibration.${name}.mce`, slice: '', value: table.mce })),
  ]
}

/** `per_class.NAME.precision` and `roc_auc.per_class.NAME` become a metric on the slice `class:NAME`. Class names may hold dots. */
function named(path: readonly string[], value: number | null): ReferenceValue {
  if (path[0] === 'per_class') return { metric: path[2]!, slice: `class:${path[1]!}`, value }
  if (path[1] === 'per_class') return { metric: path[0]!, slice: `class:${path[2]!}`, value }
  return { metric: path.join('.'), slice: '', value }
}

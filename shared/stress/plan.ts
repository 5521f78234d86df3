// What a stress test will do to a run: which kinds, on which columns, at which severities, and what that costs. Runs nothing.
import type { Binding, InputBinding } from '../domain/binding.ts'
import type { Run } from '../domain/run.ts'
import { mostLevels, StressKind } from '../domain/stress.ts'
import { targetColumns } from '../binding/check-binding.ts'
import { isInteger } from '../binding/shapes.ts'
import { SlipwayError } from '../errors.ts'
import { formatDuration, formatPlural } from '../format.ts'
import { stepsOf, stressKinds } from './kinds.ts'

/** How a fed column is read: texts, whole numbers, numbers. Columns of one kind can change places. */
export interface StressedColumn { readonly name: string; readonly kind: 'text' | 'integer' | 'number' }

export interface PlannedKind {
  readonly kind: StressKind
  readonly columns: readonly string[]
  readonly severities: readonly number[]
  readonly skipped: string | null
}

const columnKind = (dtype: InputBinding['dtype']): StressedColumn['kind'] => (dtype === 'string' || dtype === 'bool' ? 'text' : isInteger(dtype) ? 'integer' : 'number')

/** The columns that the binding feeds, each once; the true answers and the rows' names are never spoiled. */
export function stressedColumns(binding: Binding): readonly StressedColumn[] {
  const left = new Set([...targetColumns(binding.target), ...(binding.idColumn === null ? [] : [binding.idColumn])])
  const found = new Map<string, StressedColumn>()
  for (const input of binding.inputs) {
    const names = input.kind === 'columns' ? input.columns : input.kind === 'column' ? [input.column] : []
    for (const name of names) if (!left.has(name) && !found.has(name)) found.set(name, { name, kind: columnKind(input.dtype) })
  }
  return [...found.values()]
}

/** How many pairs of columns of the same kind there are for swapping. */
function pairCount(columns: readonly StressedColumn[]): number {
  return (['text', 'integer', 'number'] as const).reduce((sum, kind) => sum + Math.floor(columns.filter((c) => c.kind === kind).length / 2), 0)
}

const pairLadder = (pairs: number): readonly number[] => [...new Set(Array.from({ length: Math.min(pairs, mostLevels) }, (_, i) => Math.round(((i + 1) * pairs) / Math.min(pairs, mostLevels))))]

function planTableKind(kind: StressKind, columns: readonly StressedColumn[], levels: number): PlannedKind {
  const numbers = columns.filter((c) => c.kind !== 'text')
  const touched = kind === 'missing' || kind === 'swapped-columns' ? columns : kind === 'unseen-category' ? columns.filter((c) => c.kind === 'text') : numbers
  const pairs = pairCount(columns)
  const skipped = kind === 'swapped-columns' && pairs === 0 ? 'No two columns of the same kind are fed to the model.'
    : touched.length === 0 ? (kind === 'unseen-category' ? 'No column of texts is fed to the model.' : 'No column of numbers is fed to the model.') : null
  const severities = skipped !== null ? [] : stepsOf(kind === 'swapped-columns' ? pairLadder(pairs) : stressKinds[kind].ladder, levels)
  return { kind, columns: touched.map((c) => c.name), severities, skipped }
}

function planPictureKind(kind: StressKind, binding: Binding, levels: number): PlannedKind {
  const moves = kind === 'rotation' || kind === 'crop'
  const located = binding.target?.kind === 'masks' ? 'masks' : binding.target?.kind === 'boxes' ? 'boxes' : null
  const skipped = moves && located !== null ? `It moves what is in the picture, and the true ${located} would no longer lie over it.` : null
  return { kind, columns: [], severities: skipped === null ? stepsOf(stressKinds[kind].ladder, levels) : [], skipped }
}

/** The kinds that a binding's data can be spoiled by, in the order of the list. */
export function kindsFor(binding: Binding): readonly StressKind[] {
  const data = binding.inputs.some((i) => i.kind === 'image') ? 'images' : 'table'
  return StressKind.options.filter((kind) => stressKinds[kind].data === data)
}

/** Errors: `input.invalid` for a kind that is not for this data. `kinds` null: all that are. */
export function planStress(binding: Binding, kinds: readonly StressKind[] | null, levels: number): readonly PlannedKind[] {
  const able = kindsFor(binding)
  const wrong = kinds?.find((kind) => !able.includes(kind))
  if (wrong !== undefined) throw new SlipwayError('input.invalid', { reason: `“${wrong}” is for ${stressKinds[wrong].data === 'table' ? 'tables' : 'pictures'}; here there are ${able.join(', ')}` })
  const columns = stressedColumns(binding)
  return able.filter((kind) => kinds === null || kinds.includes(kind))
    .map((kind) => (stressKinds[kind].data === 'table' ? planTableKind(kind, columns, levels) : planPictureKind(kind, binding, levels)))
}

/** Rows of one native call: what the run was asked for, else the largest that it came to. Fixed, so that a repeated test gives the same numbers. */
export const stressBatch = (run: Pick<Run, 'options' | 'environment'>): number => run.options.batchSize ?? Math.max(1, ...(run.environment?.batchSizes ?? []))

export interface StressBudget { readonly passes: number; readonly rows: number; readonly modelRows: number; readonly modelCalls: number; /** null: the run's speed is not known */ readonly seconds: number | null }

/** What a test costs, from the run's own speed. One pass more than severities: the untouched data. */
export function stressBudget(run: Pick<Run, 'options' | 'environment' | 'timing' | 'rows'>, plan: readonly PlannedKind[], limit: number | null): StressBudget {
  const read = run.rows?.read ?? 0
  const rows = Math.min(read, limit ?? read)
  const passes = 1 + plan.reduce((sum, p) => sum + p.severities.length, 0)
  const rate = run.timing?.rowsPerSecond ?? null
  return {
    passes, rows, modelRows: passes * rows, modelCalls: passes * Math.ceil(rows / stressBatch(run)),
    seconds: rate === null || rate <= 0 ? null : (passes * rows) / rate,
  }
}

/** A budget in a sentence, the same wherever it is told. */
export function budgetWords({ passes, rows, modelRows, modelCalls, seconds }: StressBudget): string {
  const time = seconds === null ? '; the run’s speed is not known, so neither is the time' : `, about ${formatDuration(Math.max(1, seconds) * 1000)} at this run’s pace`
  return `${formatPlural(passes, 'pass', 'passes')} over ${formatPlural(rows, 'row')}: the model scores ${formatPlural(modelRows, 'row')} in ${formatPlural(modelCalls, 'call')}${time}.`
}

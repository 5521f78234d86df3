// Whether a table's rows have several true labels, and where they stand: one 0/1 column a label, or one column such as `red|green`.
// Owns the label names and their order; refuses to take columns for labels that nothing else speaks for.
import type { BindingProblem, ClassBinding, Guess, OutputBinding, Target } from '../../../shared/domain/binding.ts'
import type { Column } from '../../../shared/domain/dataset.ts'
import type { GraphSummary, Signature } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { warning } from '../../../shared/binding/problems.ts'
import { isFloating, rowLayout } from '../../../shared/binding/shapes.ts'
import type { OutputFacts } from './propose-outputs.ts'
import { classNames, featureNames, labelKey, matchName, sortedLabels } from './propose-words.ts'
import { holds, labelParts } from './truth-columns.ts'

export interface LabelSet { readonly target: Extract<Target, { kind: 'label-columns' | 'label-list' }>; readonly classes: readonly ClassBinding[]; readonly guesses: readonly Guess[]; readonly problems: readonly BindingProblem[] }

const separators = ['|', ';', ',', '/'] as const

/** Column names of a request such as `red,green` or `"a,b",c`; a name of its own is one name. */
export function namedColumns(given: string, columns: readonly Column[]): readonly string[] {
  const names = columns.map((c) => c.name)
  if (matchName(given, names) !== null) return [matchName(given, names)!.name]
  const parts = [...given.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)].map((m) => (m[1]?.replaceAll('""', '"') ?? m[2] ?? '').trim()).filter((p) => p !== '')
  if (parts.length < 2) return [given]
  return parts.map((part) => {
    const found = matchName(part, names)
    if (found === null) throw new SlipwayError('dataset.labelMissing', { column: part, columns: names.slice(0, 40).join(', ') })
    return found.name
  })
}

const isYesNo = (c: Column): boolean => c.distinct >= 1 && c.distinct <= 2 && c.top.length > 0 && c.top.every((t) => holds(t.value) !== null)

/** Floating outputs with several columns, by width. */
function widths(signature: Signature): readonly number[] {
  return signature.outputs.filter((o) => isFloating(o.dtype)).map((o) => rowLayout(o)?.width ?? null).filter((w): w is number => w !== null && w > 1)
}

const about = 'target'

function fromColumns(columns: readonly string[], graph: GraphSummary, confidence: Guess['confidence'], reason: string): LabelSet {
  const known = classNames(graph)
  const byKey = new Map(columns.map((c) => [labelKey(c), c]))
  const inOrder = known?.values.length === columns.length && known.values.every((v) => byKey.has(labelKey(v))) ? known.values : null
  const ordered = inOrder === null ? columns : inOrder.map((v) => byKey.get(labelKey(v))!)
  const problems = inOrder === null ? [warning('classes', 'The model does not name its labels, so the columns are taken in their order here.', 'Check that it is the order of the output’s columns.')] : []
  return {
    target: { kind: 'label-columns', columns: [...ordered] }, problems,
    classes: ordered.map((label, l) => ({ label, output: inOrder?.[l] ?? String(l) })),
    guesses: [
      { about, value: ordered.join(', '), confidence, reason },
      { about: 'classes', value: ordered.join(', '), confidence: inOrder === null ? 'guess' : 'certain', reason: inOrder === null ? 'One label a column, in the order of the columns.' : `The model’s metadata “${known?.key ?? ''}” names the labels in this order.` },
    ],
  }
}

/** The separator of a column whose common values are lists of known labels. */
function listSeparator(column: Column, known: ReadonlySet<string>): string | null {
  if (column.type !== 'string') return null
  const values = column.top.map((t) => t.value)
  return separators.find((s) => values.some((v) => v.includes(s)) && values.every((v) => labelParts(v, s).every((p) => known.has(labelKey(p))))) ?? null
}

function fromList(column: string, separator: string, labels: readonly string[], known: readonly string[] | null, confidence: Guess['confidence'], reason: string): LabelSet {
  const spelling = new Map(labels.map((l) => [labelKey(l), l]))
  const ordered = known ?? sortedLabels(labels)
  return {
    target: { kind: 'label-list', column, separator }, problems: known === null ? [warning('classes', 'The model does not name its labels, so they are taken in sorted order.', 'Check that it is the order of the output’s columns.')] : [],
    classes: ordered.map((label, l) => ({ label: spelling.get(labelKey(label)) ?? label, output: known === null ? String(l) : label })),
    guesses: [
      { about, value: `${column}, separated by “${separator}”`, confidence, reason },
      { about: 'classes', value: ordered.join(', '), confidence: known === null ? 'guess' : 'certain', reason: known === null ? 'The different labels of the column in sorted order, as training libraries number them.' : 'The model’s metadata names the labels in this order.' },
    ],
  }
}

export interface LabelRequest {
  readonly columns: readonly Column[]
  readonly signature: Signature
  readonly graph: GraphSummary
  /** As the user wrote it; null: find one. */
  readonly target: string | null
  readonly separator: string | null
  /** Every different value of a column, for the labels of a list that the model does not name. */
  readonly values: (column: string) => Promise<readonly string[]>
}

function unnamedColumns(request: LabelRequest): LabelSet | null {
  const { columns, signature, graph } = request
  const features = new Set((featureNames(graph)?.values ?? []).map((f) => matchName(f, columns.map((c) => c.name))?.name))
  for (const input of signature.inputs) features.add(matchName(input.name, columns.map((c) => c.name))?.name)
  const rest = columns.filter((c) => !features.has(c.name) && isYesNo(c))
  const width = widths(signature).find((w) => w === rest.length)
  return features.size <= 1 || width === undefined ? null
    : fromColumns(rest.map((c) => c.name), graph, 'likely', `The ${width} columns that the model does not take as inputs hold 0 and 1, and an output has ${width} columns.`)
}

/** The labels of a table with several a row; null when it is no such table. Errors: `dataset.labelMissing`. */
export async function proposeLabels(request: LabelRequest): Promise<LabelSet | null> {
  const { columns, graph, signature } = request
  const known = classNames(graph)?.values ?? null
  const keys = new Set((known ?? []).map(labelKey))
  const named = request.target === null ? [] : namedColumns(request.target, columns)
  if (named.length > 1) return widths(signature).includes(named.length) || signature.outputs.length === 1 ? fromColumns(named, graph, 'certain', 'These were named as the label columns.') : null
  const given = columns.find((c) => c.name === named[0])
  const lists = given === undefined ? (request.target === null ? columns : []) : [given]
  if (request.separator !== null && given !== undefined) {
    const labels = [...new Set((await request.values(given.name)).flatMap((v) => labelParts(v, request.separator!)))]
    const all = known !== null && labels.every((l) => keys.has(labelKey(l)))
    return fromList(given.name, request.separator, labels, all ? known : null, 'certain', 'The column and its separator were named.')
  }
  if (keys.size >= 2) {
    for (const column of lists) {
      const separator = listSeparator(column, keys)
      if (separator !== null) return fromList(column.name, separator, [], known, given === undefined ? 'likely' : 'certain', 'Its values are lists of the labels that the model knows.')
    }
    const each = request.target !== null ? [] : (known ?? []).map((l) => columns.find((c) => labelKey(c.name) === labelKey(l) && isYesNo(c))?.name ?? null)
    if (each.length >= 2 && each.every((c) => c !== null)) return fromColumns(each, graph, 'certain', 'The labels that the model knows are columns of 0 and 1.')
  }
  return request.target === null ? unnamedColumns(request) : null
}

export interface LabelOutputs { readonly outputs: readonly OutputBinding[]; readonly guesses: readonly Guess[] }

/** Which output scores the labels: as many columns as labels, probabilities where the probe stayed between 0 and 1. */
export function proposeLabelOutputs(signature: Signature, facts: readonly OutputFacts[], labels: number): LabelOutputs {
  const fits = facts.filter((f) => f.width === labels || (f.width === null && isFloating(f.spec.dtype)))
  const score = fits.find((f) => isFloating(f.spec.dtype) && f.unit) ?? fits.find((f) => isFloating(f.spec.dtype)) ?? fits.find((f) => f.spec.dtype !== 'string') ?? null
  const guesses: Guess[] = []
  const outputs = signature.outputs.map((o): OutputBinding => {
    const at = `outputs.${o.name}`
    if (o.name !== score?.spec.name) {
      guesses.push({ about: at, value: 'ignored', confidence: 'likely', reason: `It does not score each of the ${labels} labels.` })
      return { output: o.name, role: 'ignored' }
    }
    const logits = score.seen ? !score.unit : /logit/i.test(o.name)
    guesses.push(logits
      ? { about: at, value: 'label-logits', confidence: score.seen ? 'likely' : 'guess', reason: 'It has one column a label, with values that leave the range from 0 to 1: the sigmoid makes probabilities of them.' }
      : { about: at, value: 'label-probabilities', confidence: score.seen ? 'certain' : 'guess', reason: 'It has one column a label, with values from 0 to 1.' })
    return { output: o.name, role: logits ? 'label-logits' : 'label-probabilities' }
  })
  return { outputs, guesses }
}

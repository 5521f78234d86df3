// Which columns feed which inputs of a model for tables. Owns the guesses and their reasons; pictures are in propose-images.ts.
import type { BindingProblem, Guess, InputBinding, MissingRule } from '../../../shared/domain/binding.ts'
import type { Column } from '../../../shared/domain/dataset.ts'
import type { GraphSummary, Signature, ValueSpec } from '../../../shared/domain/model.ts'
import { inputObstacle } from '../../../shared/binding/check-inputs.ts'
import { error, warning } from '../../../shared/binding/problems.ts'
import { isFloating, rowLayout } from '../../../shared/binding/shapes.ts'
import { looksLikeId } from './propose-target.ts'
import { featureNames, matchName } from './propose-words.ts'

export interface InputChoice { readonly inputs: readonly InputBinding[]; readonly guesses: readonly Guess[]; readonly problems: readonly BindingProblem[] }

const quoted = (names: readonly string[]): string => names.map((n) => `“${n}”`).join(', ')
const short = (names: readonly string[]): string => (names.length <= 8 ? names.join(', ') : `${names.slice(0, 8).join(', ')}, … (${names.length})`)

const isNumeric = (c: Column): boolean => c.type === 'number' || c.type === 'integer' || c.type === 'boolean'

/** Whether the graph has a place that understands NaN: an imputer, a NaN test, or trees, which send NaN down a branch. */
function handlesNan(graph: GraphSummary): boolean {
  return graph.operators.some((o) => /^(Imputer|IsNaN|TreeEnsemble.*)$/.test(o.type))
}

interface MissingChoice { readonly rule: MissingRule; readonly guess: Guess }

function missingRule(spec: ValueSpec, graph: GraphSummary): MissingChoice {
  const about = `inputs.${spec.name}.missing`
  if (spec.dtype === 'string') return { rule: 'empty', guess: { about, value: 'empty', confidence: 'likely', reason: 'A missing text is fed as the empty text, as training libraries write it.' } }
  if (!isFloating(spec.dtype)) return { rule: 'drop', guess: { about, value: 'drop', confidence: 'likely', reason: `A ${spec.dtype ?? ''} input has no value for “missing”, so such rows are left out.` } }
  if (handlesNan(graph)) return { rule: 'nan', guess: { about, value: 'nan', confidence: 'likely', reason: 'The graph imputes missing numbers or routes them through trees, so they are fed as NaN.' } }
  return { rule: 'drop', guess: { about, value: 'drop', confidence: 'likely', reason: 'Nothing in the graph handles missing numbers: NaN in would be NaN out, so such rows are left out.' } }
}

/** The columns of one tensor with many values a row, and why. Null when there are too few. */
function columnsForTensor(spec: ValueSpec, width: number | null, free: readonly Column[], graph: GraphSummary, metadata: boolean): { columns: readonly string[]; guess: Guess } | { missing: readonly string[] } | null {
  const about = `inputs.${spec.name}`
  const names = free.map((c) => c.name)
  const listed = metadata ? featureNames(graph) : null
  if (listed !== null && (width === null || listed.values.length === width)) {
    const matched = listed.values.map((v) => matchName(v, names))
    const missing = listed.values.filter((_, i) => matched[i] === null)
    if (missing.length === 0) {
      const columns = matched.map((m) => m?.name ?? '')
      return { columns, guess: { about, value: short(columns), confidence: 'certain', reason: `The model’s metadata “${listed.key}” lists these features in this order.` } }
    }
    if (missing.length < listed.values.length) return { missing }
  }
  const wanted = spec.dtype === 'string' ? free.filter((c) => c.type === 'string') : free.filter(isNumeric)
  const usable = wanted.filter((c) => !looksLikeId(c))
  const count = width ?? usable.length
  const enough = usable.length >= count ? usable : wanted
  if (count === 0 || enough.length < count) return null
  const columns = enough.slice(0, count).map((c) => c.name)
  const kind = spec.dtype === 'string' ? 'text' : 'number'
  if (width === null) return { columns, guess: { about, value: short(columns), confidence: 'guess', reason: `The model does not say how many values a row has; these are all ${kind} columns that are neither label nor id, in file order.` } }
  if (enough.length === count) return { columns, guess: { about, value: short(columns), confidence: 'likely', reason: `The model takes ${count} values a row, and these are exactly the ${count} ${kind} columns that are neither label nor id, in file order.` } }
  return { columns, guess: { about, value: short(columns), confidence: 'guess', reason: `The model takes ${count} values a row and does not name them; these are the first ${count} of ${enough.length} ${kind} columns.` } }
}

function proposeTensor(spec: ValueSpec, free: readonly Column[], graph: GraphSummary, only: boolean): InputChoice {
  const width = rowLayout(spec)?.width ?? null
  const found = columnsForTensor(spec, width, free, graph, only)
  const about = `inputs.${spec.name}`
  const missing = missingRule(spec, graph)
  if (found !== null && 'missing' in found) {
    return { inputs: [], guesses: [], problems: [error(about, `The model was trained on the column${found.missing.length === 1 ? '' : 's'} ${quoted(found.missing)}, which the data set does not have.`, 'Choose another data set, or bind other columns by hand.')] }
  }
  if (found === null) {
    const kind = spec.dtype === 'string' ? 'text' : 'number'
    const count = free.filter((c) => (spec.dtype === 'string' ? c.type === 'string' : isNumeric(c))).length
    return { inputs: [], guesses: [], problems: [error(about, `The input “${spec.name}” (${spec.text}) needs ${width ?? 'several'} ${kind} columns, but the data set has ${count} that are neither label nor id.`, 'Choose another data set, or bind columns by hand.')] }
  }
  const bound: InputBinding = { kind: 'columns', input: spec.name, dtype: spec.dtype ?? 'float32', columns: [...found.columns], missing: missing.rule }
  return { inputs: [bound], guesses: [found.guess, missing.guess], problems: [] }
}

function oneColumn(spec: ValueSpec, column: string, graph: GraphSummary, how: Pick<Guess, 'confidence' | 'reason'>): InputChoice {
  const missing = missingRule(spec, graph)
  const bound: InputBinding = { kind: 'column', input: spec.name, dtype: spec.dtype ?? 'float32', column, missing: missing.rule }
  return { inputs: [bound], guesses: [{ about: `inputs.${spec.name}`, value: column, ...how }, missing.guess], problems: [] }
}

const fitsType = (spec: ValueSpec, c: Column): boolean => (spec.dtype === 'string' ? true : isNumeric(c))

/** Inputs whose name no column has: given the columns that are left, in order, only when the counts agree exactly. */
function proposeUnmatched(specs: readonly ValueSpec[], free: readonly Column[], graph: GraphSummary): InputChoice[] {
  const candidates = free.filter((c) => !looksLikeId(c))
  const byOrder = candidates.length === specs.length && specs.every((s, i) => candidates[i] !== undefined && fitsType(s, candidates[i]))
  return specs.map((spec, i) => {
    const column = candidates[i]
    if (byOrder && column !== undefined) return oneColumn(spec, column.name, graph, { confidence: 'guess', reason: 'No column has the name of this input; the columns left over fit in number, type and order.' })
    return { inputs: [], guesses: [], problems: [error(`inputs.${spec.name}`, `The model needs the column “${spec.name}”, which the data set does not have.`, 'Bind the input to another column or choose another data set.')] }
  })
}

/** Columns for every input. `taken` are columns that must not be fed: the label and the id. */
export function proposeColumnInputs(signature: Signature, graph: GraphSummary, columns: readonly Column[], taken: ReadonlySet<string>): InputChoice {
  const parts: InputChoice[] = []
  const free = columns.filter((c) => !taken.has(c.name) && c.type !== 'image')
  const names = free.map((c) => c.name)
  const feedable: ValueSpec[] = []
  for (const spec of signature.inputs) {
    const obstacle = inputObstacle(spec)
    if (obstacle === null) feedable.push(spec)
    else parts.push({ inputs: [], guesses: [], problems: [obstacle] })
  }
  const wide = (spec: ValueSpec): boolean => (rowLayout(spec)?.width ?? null) !== 1
  const used = new Set<string>()
  const unmatched: ValueSpec[] = []
  for (const spec of feedable.filter((s) => !wide(s) || (feedable.length > 1 && rowLayout(s)?.width === null))) {
    const match = matchName(spec.name, names)
    const column = free.find((c) => c.name === match?.name)
    if (match === null || column === undefined) { unmatched.push(spec); continue }
    used.add(match.name)
    parts.push(oneColumn(spec, match.name, graph, { confidence: match.exact ? 'certain' : 'likely', reason: match.exact ? 'The input and the column have the same name.' : 'The names are the same apart from case and punctuation.' }))
    if (!fitsType(spec, column)) parts.push({ inputs: [], guesses: [], problems: [warning(`inputs.${spec.name}`, `The input “${spec.name}” needs numbers, but the column “${column.name}” was read as ${column.type}.`, 'Check the column’s type.')] })
  }
  const tensors = feedable.filter((s) => wide(s) && !(feedable.length > 1 && rowLayout(s)?.width === null))
  const left = (): readonly Column[] => free.filter((c) => !used.has(c.name))
  for (const spec of tensors) {
    const part = proposeTensor(spec, left(), graph, tensors.length === 1)
    for (const bound of part.inputs) if (bound.kind === 'columns') for (const c of bound.columns) used.add(c)
    parts.push(part)
  }
  parts.push(...proposeUnmatched(unmatched, left(), graph))
  return { inputs: parts.flatMap((p) => p.inputs), guesses: parts.flatMap((p) => p.guesses), problems: parts.flatMap((p) => p.problems) }
}

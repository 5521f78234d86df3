// Several answers in one model: which outputs belong to which column of true answers, by their names.
// Owns the matching of names; a model whose outputs do not name at least two columns has one head.
import type { BindingProblem, Guess, Head } from '../../../shared/domain/binding.ts'
import type { Column } from '../../../shared/domain/dataset.ts'
import type { GraphSummary, Signature } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { warning } from '../../../shared/binding/problems.ts'
import { featureNames, matchName, normalName } from './propose-words.ts'

const roleWords = new Set(['label', 'labels', 'class', 'classes', 'pred', 'prediction', 'predictions', 'predicted', 'prob', 'probs', 'proba', 'probability', 'probabilities', 'logit', 'logits', 'score', 'scores', 'output', 'out', 'head', 'value', 'values', 'softmax', 'sigmoid'])

/** What is left of a name without the words that say which kind of answer it is: `age_logits`, `pred.age` and `AgeHead` are all `age`. */
export function headStem(name: string): string {
  const words = name.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2').toLowerCase().split(/[^\p{L}\p{N}]+/u)
  return words.filter((w) => w !== '' && !roleWords.has(w)).join('')
}

/** The heads of a model on these columns; empty when its outputs name fewer than two columns that are not its inputs. */
export function findHeads(signature: Signature, graph: GraphSummary, columns: readonly Column[]): readonly Head[] {
  const fed = new Set([...signature.inputs.map((i) => i.name), ...(featureNames(graph)?.values ?? [])].map(normalName))
  const free = columns.filter((c) => !fed.has(normalName(c.name)))
  const heads = new Map<string, string[]>()
  for (const output of signature.outputs) {
    if (output.kind !== 'tensor') continue
    const stem = headStem(output.name)
    const fits = stem === '' ? [] : free.filter((c) => normalName(c.name) === stem || normalName(c.name) === normalName(output.name))
    if (fits.length === 1 && fits[0] !== undefined) heads.set(fits[0].name, [...(heads.get(fits[0].name) ?? []), output.name])
  }
  return heads.size < 2 ? [] : [...heads].map(([column, outputs]) => ({ column, outputs }))
}

export interface HeadRequest { readonly outputs?: readonly string[]; readonly otherTargets?: readonly string[]; readonly target: string | null }

export interface HeadChoice {
  /** The outputs that may answer; null: all of them. */
  readonly outputs: ReadonlySet<string> | null
  /** Columns that hold the true answers of the other heads and are never fed. */
  readonly keepOut: readonly string[]
  /** The column of the chosen head, where no target was named. */
  readonly column: string | null
  /** Every head that was found. */
  readonly heads: readonly Head[]
  readonly guesses: readonly Guess[]
  readonly problems: readonly BindingProblem[]
}

const quoted = (names: readonly string[]): string => names.map((n) => `“${n}”`).join(', ')

/** Which head is proposed for: the one asked for by its outputs, the target's own, else the first, and the reader is told of the others. */
export function chooseHead(signature: Signature, graph: GraphSummary, columns: readonly Column[], request: HeadRequest): HeadChoice {
  const otherTargets = request.otherTargets ?? []
  if (request.outputs !== undefined) {
    const known = signature.outputs.map((o) => o.name)
    const missing = request.outputs.find((name) => !known.includes(name))
    if (missing !== undefined) throw new SlipwayError('binding.invalid', { reason: `the model has no output “${missing}”; it has ${quoted(known)}` })
    return { outputs: new Set(request.outputs), keepOut: otherTargets, column: null, heads: [], guesses: [], problems: [] }
  }
  const heads = findHeads(signature, graph, columns)
  const named = request.target === null ? null : matchName(request.target, heads.map((h) => h.column))
  const head = request.target === null ? heads[0] : heads.find((h) => h.column === named?.name)
  if (head === undefined) return { outputs: null, keepOut: otherTargets, column: null, heads, guesses: [], problems: [] }
  const others = heads.filter((h) => h !== head).map((h) => h.column)
  const reason = `The outputs of this model have the names of ${heads.length} columns (${quoted(heads.map((h) => h.column))}); those of “${head.column}” are scored here.`
  return {
    outputs: new Set(head.outputs), keepOut: [...otherTargets, ...others], column: head.column, heads,
    guesses: [{ about: 'heads', value: head.column, confidence: 'likely', reason }],
    problems: request.target !== null ? [] : [warning('heads', `This model has ${heads.length} heads, and one evaluation scores one of them: “${head.column}”.`, `Evaluate again with the label column ${quoted(others)}, or with --heads from the command line.`)],
  }
}

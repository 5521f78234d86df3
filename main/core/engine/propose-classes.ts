// Which classes there are, in the order of the probability columns, how the data writes them and how the model does.
// Owns the order and its proof by a probe run; refuses to hide that an order is a guess.
import type { BindingProblem, ClassBinding, Guess } from '../../../shared/domain/binding.ts'
import type { GraphSummary } from '../../../shared/domain/model.ts'
import { error, warning } from '../../../shared/binding/problems.ts'
import { isInteger } from '../../../shared/binding/shapes.ts'
import { argmaxRows } from '../../../shared/metrics/decision.ts'
import type { OutputChoice, Probe } from './propose-outputs.ts'
import { classNames, labelKey, metadataValue, sortedLabels } from './propose-words.ts'
import { labelText } from './tensor-values.ts'

export interface ClassChoice { readonly classes: readonly ClassBinding[]; readonly guesses: readonly Guess[]; readonly problems: readonly BindingProblem[] }

/** Label values of the data with their counts, the most common first. */
export type LabelCounts = readonly { readonly value: string; readonly count: number }[]

interface Order { readonly classes: readonly ClassBinding[]; readonly confidence: Guess['confidence']; readonly reason: string; /** Whether a probe run may correct the order. */ readonly open: boolean; readonly problems?: readonly BindingProblem[] }

const show = (labels: readonly string[]): string => (labels.length <= 12 ? labels.join(', ') : `${labels.slice(0, 12).join(', ')}, … (${labels.length})`)

/** The model's class labels in column order, from the graph. */
function graphOrder(graph: GraphSummary): readonly string[] | null {
  return graph.classLabels ?? graph.zipMaps[0]?.labels ?? null
}

function dataSpelling(labels: LabelCounts): ReadonlyMap<string, string> {
  const spelling = new Map<string, string>()
  for (const { value } of labels) if (!spelling.has(labelKey(value))) spelling.set(labelKey(value), value)
  return spelling
}

/** The model's own names are the data's: pair them by meaning. */
function sameNames(model: readonly string[], outputs: readonly string[], labels: LabelCounts, where: string): Order | null {
  const spelling = dataSpelling(labels)
  const hits = model.filter((m) => spelling.has(labelKey(m)))
  if (labels.length > 0 && hits.length === 0) return null
  // A name that the data does not use is kept: other data may.
  const classes = model.map((m, i) => ({ label: spelling.get(labelKey(m)) ?? m, output: outputs[i] ?? m }))
  return { classes, confidence: 'certain', reason: `${where} names the classes in this order${labels.length === 0 ? '' : `, and ${hits.length === model.length ? 'all' : hits.length} of them occur in the data`}.`, open: false }
}

/** Numbers among the labels that are positions of the model's classes: labels then are positions, and others are strays. */
function positions(outputs: readonly string[], labels: LabelCounts): Order | null {
  const spelling = dataSpelling(labels)
  const hits = outputs.filter((o) => spelling.has(labelKey(o)))
  if (hits.length === 0) return null
  const strays = labels.filter((l) => !outputs.includes(labelKey(l.value))).map((l) => `“${l.value}”`)
  const problems = strays.length === 0 ? [] : [warning('classes', `The labels ${show(strays)} are none of the model’s ${outputs.length} numbered classes; their rows are left out.`, 'Check the classes.')]
  return { classes: outputs.map((output) => ({ label: spelling.get(output) ?? output, output })), confidence: 'likely', reason: `The model numbers its ${outputs.length} classes, and labels of the data are such numbers.`, open: false, problems }
}

/** The model numbers its classes and the data names them: pair both in sorted order, as scikit-learn does. */
function sortedPairs(outputs: readonly string[], labels: LabelCounts, images: boolean): Order {
  const k = outputs.length
  if (labels.length === 0) return {
    classes: outputs.map((output) => ({ label: `class ${output}`, output })), confidence: 'guess', reason: 'Neither the model nor the data names the classes, so they have numbers.', open: false,
    problems: [warning('classes', `Neither the model nor the data names the ${k} classes; they are called by their numbers.`, 'Give the class names by hand, in the order of the model’s columns.')],
  }
  const numbered = positions(outputs, labels)
  if (numbered !== null && (labels.length < k || numbered.classes.every((c) => labels.some((l) => l.value === c.label)))) return numbered
  const chosen = labels.slice(0, k).map((l) => l.value)
  const sorted = sortedLabels(chosen)
  const sortedOutputs = sortedLabels(outputs)
  const classes = outputs.map((output) => ({ label: sorted[sortedOutputs.indexOf(output)] ?? `class ${output}`, output }))
  const strays = labels.slice(k)
  const problems: BindingProblem[] = []
  if (chosen.length < k) problems.push(error('classes', `The model tells ${k} classes apart, but the label column has ${chosen.length} different value${chosen.length === 1 ? '' : 's'}, so the names cannot be paired with the model’s columns.`, 'Give the class names by hand, in the order of the model’s columns.'))
  if (strays.length > 0) problems.push(warning('classes', `The label column holds ${labels.length} different values for ${k} classes. The ${k} most common ones were taken; rows with another value (${show(strays.map((s) => `“${s.value}”`))}) are left out.`, 'Check the classes.'))
  const convention = images ? 'in sorted order, as image-folder loaders number them' : 'in sorted order, as scikit-learn numbers them'
  return { classes, confidence: strays.length > 0 ? 'guess' : 'likely', reason: `The model numbers its ${k} classes without naming them; they are paired with the labels of the data ${convention}.`, open: true, problems }
}

const indices = (k: number): readonly string[] => Array.from({ length: k }, (_, i) => String(i))

function order(graph: GraphSummary, labels: LabelCounts, columns: number | null, choice: OutputChoice, images: boolean): Order {
  const own = graphOrder(graph)
  const named = classNames(graph)
  const k = own?.length ?? columns ?? named?.values.length ?? labels.length
  // A label output of integers cannot answer texts: it numbers the named classes from 0.
  const numbered = isInteger(choice.label?.spec.dtype ?? null) && own?.every((l) => /^-?\d+$/.test(l)) !== true
  const outputs = own === null || numbered ? indices(k) : own
  const fromGraph = (): Order | null => (own === null ? null : sameNames(own, outputs, labels, 'The graph'))
  const fromMetadata = (): Order | null => (named === null || named.values.length !== k ? null : sameNames(named.values, outputs, labels, `The model’s metadata “${named.key}”`))
  // Numbers in the graph are positions more often than names, so real names in the metadata go first.
  const onlyNumbers = own?.every((l) => /^-?\d+$/.test(l)) === true
  const same = onlyNumbers ? (fromMetadata() ?? fromGraph()) : (fromGraph() ?? fromMetadata())
  if (same !== null) return same
  return sortedPairs(outputs, labels, images)
}

/** Share of probe rows whose predicted class, read through `classes`, is the true one. Null without truth. */
function agreement(classes: readonly ClassBinding[], predicted: readonly number[], truth: readonly (string | null)[]): { share: number; n: number } | null {
  const index = new Map(classes.map((c, i) => [c.label, i]))
  let n = 0
  let right = 0
  truth.forEach((t, r) => {
    const i = t === null ? undefined : index.get(t)
    if (i === undefined) return
    n++
    if (predicted[r] === i) right++
  })
  return n === 0 ? null : { share: right / n, n }
}

/** Predicted column of every probe row: the largest score, or the label output looked up among the classes. */
function predictedColumns(choice: OutputChoice, probe: Probe, outputs: readonly string[]): readonly number[] | null {
  const score = choice.score === null ? undefined : probe.outputs.get(choice.score.spec.name)
  if (score?.values != null && score.width === outputs.length) return [...argmaxRows(score.values, probe.rows, score.width)]
  const label = choice.label === null ? undefined : probe.outputs.get(choice.label.spec.name)
  if (label !== undefined) return Array.from({ length: probe.rows }, (_, r) => outputs.indexOf(labelText(label.tensor, r)))
  if (score?.values != null && score.width === 1 && outputs.length === 2) {
    const logit = choice.outputs.find((o) => o.output === choice.score?.spec.name)?.role === 'positive-logit'
    return Array.from({ length: probe.rows }, (_, r) => (score.values![r]! >= (logit ? 0 : 0.5) ? 1 : 0))
  }
  return null
}

function permutations(n: number): readonly (readonly number[])[] {
  if (n === 1) return [[0]]
  return permutations(n - 1).flatMap((p) => Array.from({ length: n }, (_, at) => [...p.slice(0, at), n - 1, ...p.slice(at)]))
}

const percent = (share: number): string => `${Math.round(share * 100)} %`

/** Checks an open order against the true labels of the probe run, and corrects it where another order is plainly the right one. */
function settle(found: Order, choice: OutputChoice, probe: Probe | null): Order {
  if (probe === null) return found
  const predicted = predictedColumns(choice, probe, found.classes.map((c) => c.output))
  const now = predicted === null ? null : agreement(found.classes, predicted, probe.truth)
  if (predicted === null || now === null || now.n < 8) return found
  const evidence = ` In a probe run ${percent(now.share)} of ${now.n} rows agree with their true label.`
  if (!found.open) return { ...found, reason: found.reason + evidence }
  const labels = found.classes.map((c) => c.label)
  if (labels.length <= 6) {
    const others = permutations(labels.length).map((p) => found.classes.map((c, i) => ({ ...c, label: labels[p[i]!]! })))
    const best = others.map((classes) => ({ classes, share: agreement(classes, predicted, probe.truth)?.share ?? 0 })).sort((a, b) => b.share - a.share)[0]
    if (best !== undefined && best.share >= 0.7 && best.share - now.share >= 0.3) {
      const problem = warning('classes', `Sorted class order agrees with only ${percent(now.share)} of the true labels of a probe run, the order ${best.classes.map((c) => c.label).join(', ')} with ${percent(best.share)}; the latter was taken.`, 'Check the class order with whoever trained the model.')
      return { ...found, classes: best.classes, confidence: 'guess', reason: `${found.reason} That order agrees with ${percent(now.share)} of ${now.n} true labels in a probe run, this one with ${percent(best.share)}.`, problems: [...(found.problems ?? []), problem] }
    }
  }
  const convincing = now.share > 1.5 / labels.length
  return { ...found, confidence: convincing ? found.confidence : 'guess', reason: found.reason + evidence }
}

/** Classes in column order. `columns` is the number of score columns where it is known. */
export function proposeClasses(graph: GraphSummary, labels: LabelCounts, columns: number | null, choice: OutputChoice, probe: Probe | null, images: boolean): ClassChoice {
  const found = settle(order(graph, labels, columns, choice, images), choice, probe)
  const value = show(found.classes.map((c) => (c.label === c.output ? c.label : `${c.output} → ${c.label}`)))
  return { classes: found.classes, guesses: [{ about: 'classes', value, confidence: found.confidence, reason: found.reason }], problems: found.problems ?? [] }
}

/** The positive class of two: named by the metadata, else the last in column order. */
export function proposePositive(graph: GraphSummary, classes: readonly ClassBinding[]): { readonly positive: string | null; readonly guess: Guess | null } {
  if (classes.length !== 2) return { positive: null, guess: null }
  const about = 'positiveClass'
  const named = metadataValue(graph, /^(positive|pos)[._-]?(class|label)?$/i)
  const match = named === null ? undefined : classes.find((c) => labelKey(c.label) === labelKey(named) || labelKey(c.output) === labelKey(named))
  if (match !== undefined) return { positive: match.label, guess: { about, value: match.label, confidence: 'certain', reason: 'The model’s metadata names it.' } }
  const last = classes[1]!.label
  return { positive: last, guess: { about, value: last, confidence: 'likely', reason: 'It is the second of the two classes, which training libraries treat as the positive one.' } }
}

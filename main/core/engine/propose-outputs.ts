// What each output means: label, probabilities, logits, score or value, from its type, its name and what a probe run answered.
import type { Guess, OutputBinding, OutputRole } from '../../../shared/domain/binding.ts'
import type { Column } from '../../../shared/domain/dataset.ts'
import type { GraphSummary, ModelTask, Signature, ValueSpec } from '../../../shared/domain/model.ts'
import { isFloating, isInteger, rowLayout } from '../../../shared/binding/shapes.ts'
import type { DenseTensor } from './session.ts'
import { toFloat64 } from './tensor-values.ts'

/** What a probe run answered for one output. */
export interface OutputSample {
  readonly width: number
  readonly tensor: DenseTensor
  /** Row-major float64 values; null for texts. */
  readonly values: Float64Array | null
}

export interface Probe {
  readonly rows: number
  readonly outputs: ReadonlyMap<string, OutputSample>
  /** True labels as the data writes them; null where missing. */
  readonly truth: readonly (string | null)[]
}

export interface OutputFacts { readonly spec: ValueSpec; readonly width: number | null; readonly unit: boolean; readonly sumsToOne: boolean; readonly whole: boolean; readonly seen: boolean }

/** Reads one fetched tensor as a sample; null when it does not hold the same number of values for every row. */
export function sampleOf(tensor: DenseTensor, rows: number): OutputSample | null {
  const width = tensor.values.length / rows
  if (!Number.isInteger(width) || width < 1) return null
  return { width, tensor, values: tensor.dtype === 'string' ? null : toFloat64(tensor, rows * width) }
}

function factsOf(spec: ValueSpec, probe: Probe | null): OutputFacts {
  const sample = probe?.outputs.get(spec.name)
  const declared = rowLayout(spec)?.width ?? (spec.shape?.length === 1 ? 1 : null)
  if (sample === undefined || sample.values === null || probe === null) return { spec, width: sample?.width ?? declared, unit: false, sumsToOne: false, whole: false, seen: sample !== undefined }
  const { values, width } = sample
  const finite = values.filter(Number.isFinite)
  const unit = finite.length > 0 && finite.every((v) => v >= -1e-6 && v <= 1 + 1e-6)
  let sums = 0
  for (let r = 0; r < probe.rows; r++) {
    let sum = 0
    for (let c = 0; c < width; c++) sum += values[r * width + c]!
    if (Math.abs(sum - 1) <= 2e-3) sums++
  }
  return { spec, width, unit, sumsToOne: unit && width >= 2 && sums >= probe.rows * 0.98, whole: finite.length > 0 && finite.every(Number.isInteger), seen: true }
}

const classifierOps = /Classifier$|^(ZipMap|SVMClassifier)$/
const regressorOps = /Regressor$/

/** Whether the outputs can only belong to a classifier or a regression; null when they say nothing. */
function taskFromGraph(graph: GraphSummary, facts: readonly OutputFacts[]): { task: 'classification' | 'regression'; reason: string } | null {
  if (graph.classLabels !== null || graph.zipMaps.length > 0) return { task: 'classification', reason: 'The graph carries class labels.' }
  if (graph.operators.some((o) => classifierOps.test(o.type))) return { task: 'classification', reason: 'The graph holds a classifier.' }
  if (facts.some((f) => f.spec.dtype === 'string' || f.spec.dtype === 'bool')) return { task: 'classification', reason: 'An output holds labels.' }
  if (facts.some((f) => f.sumsToOne)) return { task: 'classification', reason: 'An output holds numbers that sum to 1 in every row.' }
  if (graph.operators.some((o) => regressorOps.test(o.type)) && facts.every((f) => f.width === 1)) return { task: 'regression', reason: 'The graph ends in a regressor with one number a row.' }
  return null
}

/** Why a label column that holds only 0 or only 1 is one class of two; null: the outputs say nothing of the kind. */
function oneOfTwo(graph: GraphSummary, facts: readonly OutputFacts[], target: Column | null): string | null {
  const single = target !== null && target.distinct === 1 && target.min === target.max && (target.min === 0 || target.min === 1)
  if (!single || !facts.some((f) => f.width === 1 && isFloating(f.spec.dtype))) return null
  const why = graph.operators.some((o) => o.type === 'Sigmoid') ? 'the graph holds a sigmoid' : facts.some((f) => f.seen && f.unit && f.width === 1) ? 'the output is one number from 0 to 1' : null
  return why === null ? null : `The label column “${target.name}” holds one of two classes only (${String(target.min)}), and ${why}.`
}

export interface TaskChoice { readonly kind: 'classification' | 'regression'; readonly guess: Guess }

/** Classification or regression, from the graph, the outputs and the label column. */
export function proposeKind(graph: GraphSummary, facts: readonly OutputFacts[], target: Column | null, images: boolean): TaskChoice {
  const about = 'task'
  const make = (kind: TaskChoice['kind'], confidence: Guess['confidence'], reason: string): TaskChoice => ({ kind, guess: { about, value: kind, confidence, reason } })
  const fromGraph = taskFromGraph(graph, facts)
  if (fromGraph !== null) return make(fromGraph.task, 'certain', fromGraph.reason)
  if (images) return make('classification', 'likely', 'Pictures in class folders are classified.')
  if (target !== null && target.type === 'string') return make('classification', 'certain', `The label column “${target.name}” holds texts.`)
  if (facts.some((f) => (f.width ?? 1) > 1)) return make('classification', 'likely', 'An output has several columns, one for each class.')
  if (target !== null && (target.type === 'boolean' || (target.type === 'integer' && target.distinct === 2 && target.min === 0 && target.max === 1))) return make('classification', 'likely', `The label column “${target.name}” has two values.`)
  const one = oneOfTwo(graph, facts, target)
  if (one !== null) return make('classification', 'likely', one)
  if (target === null && facts.length > 0 && facts.every((f) => f.seen && f.unit && f.width === 1) && graph.operators.some((o) => o.type === 'Sigmoid')) return make('classification', 'guess', 'The output is one number from 0 to 1, and the graph holds a sigmoid.')
  const onlyWhole = facts.length > 0 && facts.every((f) => isInteger(f.spec.dtype))
  if (onlyWhole && target !== null && typeof target.min === 'number' && target.min < 0) return make('regression', 'likely', `The output holds whole numbers, and the label column “${target.name}” goes below 0, which numbers of classes do not.`)
  if (onlyWhole && target !== null && target.distinct <= 50) return make('classification', 'guess', 'The output holds whole numbers and the label column few values.')
  return make('regression', target !== null && target.distinct > 20 ? 'likely' : 'guess', 'The output is one number a row.')
}

interface Role { readonly role: OutputRole; readonly confidence: Guess['confidence']; readonly reason: string; readonly rank: number }

const probabilityName = /prob|softmax|confidence/i
const logitName = /logit/i
const labelName = /label|class|pred/i

function classRole(f: OutputFacts, others: boolean): Role | null {
  const { spec } = f
  if (spec.dtype === 'string' || spec.dtype === 'bool' || isInteger(spec.dtype)) {
    return f.width === null || f.width === 1 ? { role: 'label', confidence: 'certain', reason: `It holds one ${spec.dtype} value a row.`, rank: 0 } : null
  }
  if (!isFloating(spec.dtype)) return null
  if (f.width !== null && f.width > 1) {
    if (f.sumsToOne) return { role: 'probabilities', confidence: logitName.test(spec.name) ? 'likely' : 'certain', reason: 'In the probe run every row is between 0 and 1 and sums to 1.', rank: 1 }
    if (f.seen && f.unit) return { role: 'probabilities', confidence: 'guess', reason: 'In the probe run the values are between 0 and 1, but rows do not sum to 1.', rank: 2 }
    if (f.seen) return { role: 'logits', confidence: logitName.test(spec.name) ? 'certain' : 'likely', reason: 'In the probe run the values leave the range from 0 to 1, so a softmax makes probabilities of them.', rank: 3 }
    const named = probabilityName.test(spec.name)
    return { role: named ? 'probabilities' : 'logits', confidence: 'guess', reason: 'Guessed from its name and shape; no probe run was possible.', rank: named ? 2 : 3 }
  }
  if (f.width !== 1) return { role: 'probabilities', confidence: 'guess', reason: 'Guessed from its type; its shape is not declared.', rank: 4 }
  if (f.seen && f.whole && others && labelName.test(spec.name)) return { role: 'label', confidence: 'likely', reason: 'It holds one whole number a row beside an output with scores.', rank: 0 }
  if (f.seen ? f.unit : probabilityName.test(spec.name)) return { role: 'positive-probability', confidence: 'likely', reason: 'It holds one number from 0 to 1 a row: the probability of the positive class.', rank: 5 }
  return { role: 'positive-logit', confidence: 'likely', reason: 'It holds one number a row that leaves the range from 0 to 1: the sigmoid makes a probability of it.', rank: 6 }
}

export interface OutputChoice { readonly outputs: readonly OutputBinding[]; readonly guesses: readonly Guess[]; readonly score: OutputFacts | null; readonly label: OutputFacts | null }

function chooseClassification(facts: readonly OutputFacts[]): OutputChoice {
  const roles = new Map(facts.map((f) => [f, classRole(f, facts.some((o) => o !== f && (o.width ?? 0) > 1))]))
  const best = (label: boolean): OutputFacts | null =>
    facts.filter((f) => roles.get(f) != null && (roles.get(f)?.role === 'label') === label).sort((a, b) => (roles.get(a)?.rank ?? 9) - (roles.get(b)?.rank ?? 9))[0] ?? null
  const label = best(true)
  const score = best(false)
  const guesses: Guess[] = []
  const outputs = facts.map((f): OutputBinding => {
    const role = roles.get(f) ?? null
    const chosen = role !== null && (f === label || f === score)
    const about = `outputs.${f.spec.name}`
    guesses.push(chosen
      ? { about, value: role.role, confidence: role.confidence, reason: role.reason }
      : { about, value: 'ignored', confidence: 'likely', reason: role === null ? `${f.spec.text} gives no answer a row.` : 'Another output says the same more directly.' })
    return { output: f.spec.name, role: chosen ? role.role : 'ignored' }
  })
  return { outputs, guesses, score, label }
}

function chooseRegression(facts: readonly OutputFacts[], target: string | null): OutputChoice {
  const single = facts.filter((f) => f.width === 1 && (isFloating(f.spec.dtype) || isInteger(f.spec.dtype)))
  const value = single.find((f) => f.spec.name === target) ?? single.find((f) => isFloating(f.spec.dtype)) ?? single[0] ?? facts.find((f) => f.width === null && isFloating(f.spec.dtype)) ?? null
  const guesses = facts.map((f): Guess => f === value
    ? { about: `outputs.${f.spec.name}`, value: 'value', confidence: facts.length === 1 && f.width === 1 ? 'certain' : 'likely', reason: 'It holds one number a row.' }
    : { about: `outputs.${f.spec.name}`, value: 'ignored', confidence: 'guess', reason: 'Another output was taken as the value.' })
  return { outputs: facts.map((f) => ({ output: f.spec.name, role: f === value ? 'value' : 'ignored' })), guesses, score: null, label: null }
}

/** Facts about every tensor output. Sequences and maps cannot be fetched and are left out. */
export const outputFacts = (signature: Signature, probe: Probe | null): readonly OutputFacts[] =>
  signature.outputs.filter((o) => o.kind === 'tensor').map((o) => factsOf(o, probe))

/** A role for every output. */
export function proposeOutputs(signature: Signature, facts: readonly OutputFacts[], kind: 'classification' | 'regression', target: string | null): OutputChoice {
  const choice = kind === 'regression' ? chooseRegression(facts, target) : chooseClassification(facts)
  const rest = signature.outputs.filter((o) => facts.every((f) => f.spec.name !== o.name))
  const why = (o: ValueSpec): string => (o.kind === 'tensor' ? 'It belongs to another head of the model.' : `It is ${o.text}, which the runtime cannot return; rewritten to plain tensors, it can be used.`)
  return {
    ...choice,
    outputs: [...choice.outputs, ...rest.map((o) => ({ output: o.name, role: 'ignored' as const }))],
    guesses: [...choice.guesses, ...rest.map((o): Guess => ({ about: `outputs.${o.name}`, value: 'ignored', confidence: o.kind === 'tensor' ? 'likely' : 'certain', reason: why(o) }))],
  }
}

/** The task's full name once the number of classes is known. */
export const taskOf = (kind: 'classification' | 'regression', classes: number): ModelTask =>
  kind === 'regression' ? 'regression' : classes === 2 ? 'binary-classification' : 'multiclass-classification'

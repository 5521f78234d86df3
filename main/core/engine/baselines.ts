// Answers `baselines`: the stored predictions of a run beside what needs no model, and beside a small tree. Runs no model.
import { baselineOf, errorScores, logLossScore, shareScore, type Outcomes } from '../../../shared/baselines/scores.ts'
import { growTree, leafOf, type TreeFeature, type TreeNode } from '../../../shared/baselines/tree.ts'
import { treeLines } from '../../../shared/baselines/tree-words.ts'
import { hardest, trivialBaselines, type TimeOrder } from '../../../shared/baselines/trivial.ts'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { Baseline } from '../../../shared/domain/baseline.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatCount, formatPlural } from '../../../shared/format.ts'
import { readOutcomes, type StoredOutcomes } from '../datasets/prediction-outcomes.ts'
import type { EngineContract } from './engine-contract.ts'
import { pictureBaselines } from './picture-baselines.ts'
import { isNumber, readScoredColumns, type Reading, type SourceColumn } from './scored-columns.ts'
import { mostTrainingRows, readTraining, type TrainingTable } from './training-table.ts'

type Method = EngineContract['baselines']
type Input = InputOf<Method>

const treeOptions = { depth: 4, leafRows: 5 }

function outcomesOf(input: Input, stored: StoredOutcomes): Outcomes {
  if (input.binding.task === 'regression') return { kind: 'values', truth: stored.truth, predicted: stored.predicted }
  const metric = input.binding.task === 'multilabel-classification' ? 'subset_accuracy' : 'accuracy'
  return { kind: 'classes', metric, names: stored.names, truth: Int32Array.from(stored.truth), predicted: Int32Array.from(stored.predicted), loss: stored.loss }
}

/** Rows in the order of a column of numbers or times; rows without one come last, and rows of one time keep the order of the file. */
async function timeOrder(input: Input, records: Uint32Array, signal: AbortSignal): Promise<TimeOrder | null> {
  if (input.timeColumn === null) return null
  const column = input.source?.columns.find((c) => c.name === input.timeColumn)
  if (input.source === null || column === undefined) throw new SlipwayError('input.invalid', { reason: `the data set has no column “${input.timeColumn}” to take the time from` })
  if (!isNumber(column) && column.type !== 'timestamp') throw new SlipwayError('input.invalid', { reason: `“${column.name}” holds words, which have no order in time; choose a column of numbers or times` })
  const [reading] = await readScoredColumns(input.source, [column], records, signal)
  const keys = reading!.numbers ?? reading!.texts!.map((text) => (text === null ? NaN : Date.parse(text)))
  const known = [...records.keys()].filter((row) => !Number.isNaN(keys[row]!))
  return { column: column.name, rows: known.sort((a, b) => keys[a]! - keys[b]! || a - b) }
}

/** Columns as the tree sees them; words of `own` rows by the places of the training file’s words, unknown ones nowhere. */
function featuresOf(training: readonly Reading[], own: readonly Reading[]): { readonly fit: TreeFeature[], readonly ask: TreeFeature[] } {
  const fit: TreeFeature[] = []
  const ask: TreeFeature[] = []
  training.forEach((reading, c) => {
    const { name } = reading
    if (reading.numbers !== null) {
      fit.push({ kind: 'number', name, values: reading.numbers })
      ask.push({ kind: 'number', name, values: own[c]!.numbers! })
      return
    }
    const words = [...new Set(reading.texts!.filter((t) => t !== null))].sort()
    const place = new Map(words.map((word, i) => [word, i]))
    const places = (texts: readonly (string | null)[]): Int32Array => Int32Array.from(texts, (t) => (t === null ? -1 : place.get(t) ?? -2))
    fit.push({ kind: 'words', name, words, places: places(reading.texts!) })
    ask.push({ kind: 'words', name, words, places: places(own[c]!.texts!) })
  })
  return { fit, ask }
}

function treeBaseline(outcomes: Outcomes, answer: (row: number) => TreeNode): Baseline | null {
  const does = `a decision tree of depth ${treeOptions.depth} fitted on the training file`
  if (outcomes.kind === 'values') {
    const scores = errorScores(outcomes, (row) => answer(row).answer[0]!)
    return baselineOf('tree', does, [scores?.rmse ?? null, scores?.mae ?? null])
  }
  const most = (node: TreeNode): number => node.answer.indexOf(node.answer.reduce((a, b) => Math.max(a, b), 0))
  const k = outcomes.names.length
  // One more row of each class in every leaf (P. S. de Laplace), so that no answer is called impossible.
  const smooth = (row: number): number => { const node = answer(row); return (node.answer[outcomes.truth[row]!]! * node.rows + 1) / (node.rows + k) }
  return baselineOf('tree', does, [shareScore(outcomes, (row) => most(answer(row))), logLossScore(outcomes, smooth)])
}

interface Grown { readonly baseline: Baseline | null, readonly tree: OutputOf<Method>['tree'] }

async function growOn(input: Input, outcomes: Outcomes, training: TrainingTable, columns: readonly SourceColumn[], records: Uint32Array, signal: AbortSignal): Promise<Grown> {
  if (columns.length === 0 || input.source === null) return { baseline: null, tree: null }
  const own = await readScoredColumns(input.source, columns, records, signal)
  const { fit, ask } = featuresOf(training.readings, own)
  const tree = outcomes.kind === 'values'
    ? growTree(fit, { kind: 'values', values: training.drawnTruth }, treeOptions)
    : growTree(fit, { kind: 'classes', places: Int32Array.from(training.drawnTruth), count: outcomes.names.length }, treeOptions)
  return {
    baseline: treeBaseline(outcomes, (row) => leafOf(tree, ask, row)),
    tree: { lines: treeLines(tree, fit, outcomes.kind === 'classes' ? outcomes.names : null), trainedOn: training.drawnTruth.length, columns: columns.map((c) => c.name) },
  }
}

function notesOf(input: Input, outcomes: Outcomes, training: TrainingTable | null): string[] {
  const notes = [training === null
    ? 'The constants come from the evaluated rows themselves, which flatters the baselines a little; name a training file to take them from there.'
    : `The constants come from the ${formatPlural(training.truth.length, 'row')} of the training file.`]
  if (training !== null && training.unknown > 0) notes.push(`${formatPlural(training.unknown, 'row')} of the training file ${training.unknown === 1 ? 'has' : 'have'} no true answer that the run knows, and ${training.unknown === 1 ? 'is' : 'are'} left out.`)
  if (training !== null && training.truth.length > mostTrainingRows) notes.push(`The tree is fitted on ${formatCount(mostTrainingRows)} training rows, drawn evenly.`)
  if (outcomes.kind === 'classes' && outcomes.metric === 'accuracy' && !outcomes.loss.some((l) => Number.isFinite(l))) notes.push('The model gives no probabilities, so class shares as probabilities have nothing to be compared with.')
  if (input.timeColumn !== null) notes.push('Neighbours in time depend on each other, so the intervals around the last value are too narrow.')
  return notes
}

/** Errors: `run.noRows` without true answers, `dataset.*` of the training file and of the time column, `input.invalid`, `job.cancelled`. */
export async function baselines(input: Input, context: CallContext): Promise<OutputOf<Method>> {
  const { binding } = input
  const { signal } = context
  if (binding.task === 'object-detection' || binding.task === 'semantic-segmentation') return pictureBaselines(input, signal)
  const names = binding.task === 'regression' ? null : binding.task === 'multilabel-classification' ? 'found' as const : binding.classes.map((c) => c.label)
  const stored = await readOutcomes(input.predictions, names, signal)
  const rows = stored.records.length
  if (rows === 0) throw new SlipwayError('run.noRows', { reason: 'no row has a true answer, so there is nothing to compare' })
  const outcomes = outcomesOf(input, stored)
  const columns = input.training === null ? [] : input.columns.flatMap((name) => input.source?.columns.find((c) => c.name === name) ?? [])
  const training = input.training === null ? null : await readTraining(input.training, binding, columns, input.seed, signal)
  const constants = training === null ? null : outcomes.kind === 'values' ? training.truth : Int32Array.from(training.truth)
  const trivial = trivialBaselines(outcomes, constants, await timeOrder(input, stored.records, signal))
  const grown = training === null ? { baseline: null, tree: null } : await growOn(input, outcomes, training, columns, stored.records, signal)
  return {
    constantsFrom: training === null ? 'evaluation' : 'training', rows, ...hardest(trivial),
    baselines: [...trivial, ...(grown.baseline === null ? [] : [grown.baseline])], tree: grown.tree, notes: notesOf(input, outcomes, training),
  }
}

// Answers `explain`: importance, dependence and Shapley values of a table model, all through the model itself. Owns what the answer and the loss are.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { Binding } from '../../../shared/domain/binding.ts'
import type { Explanation } from '../../../shared/domain/explanation.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { partialDependence } from '../../../shared/explain/dependence.ts'
import { modelRows, type Explainable } from '../../../shared/explain/explainable.ts'
import { permutationImportance, type RowLoss } from '../../../shared/explain/importance.ts'
import { shapleyValues } from '../../../shared/explain/shapley.ts'
import { sigmoid } from '../../../shared/metrics/decision.ts'
import { binaryLogLoss } from '../../../shared/metrics/multilabel-rows.ts'
import { answered, createScoreReader, planOutputs } from './class-scores.ts'
import type { EngineContract } from './engine-contract.ts'
import { refuseErrors } from './evaluate.ts'
import { modelName, openOn, rangeFromBatch, threadsFor } from './evaluate-environment.ts'
import { planFeeds } from './evaluate-feeds.ts'
import { RowLedger } from './evaluate-rows.ts'
import { openRowSource, type BatchBook } from './evaluate-source.ts'
import { drawSample, explainable, type AnswerReader, type RowSample } from './explain-sample.ts'
import { toFloat64 } from './tensor-values.ts'

type Method = EngineContract['explain']
type Input = InputOf<Method>

/** As log loss clips: the spacing of float64 at 1. */
const epsilon = 2 ** -52

/** The probability of every label. */
function labelReader(binding: Binding): ReturnType<typeof readerOf> {
  const bound = binding.outputs.find((o) => o.role === 'label-probabilities' || o.role === 'label-logits')
  if (bound === undefined) throw new SlipwayError('binding.invalid', { reason: 'no output gives a score for every label' })
  const width = binding.classes.length
  return {
    width, fetches: [bound.output], probabilities: true,
    read(outputs, rows, fed) {
      const given = toFloat64(answered(outputs, bound.output, width, fed), rows * width)
      return bound.role === 'label-logits' ? given.map(sigmoid) : given
    },
  }
}

/** Reads the model's answers: class probabilities (or a 1 at the answered class where there are none), or one value. */
export function readerOf(binding: Binding): AnswerReader & { readonly probabilities: boolean } {
  if (binding.task === 'regression') {
    const output = binding.outputs.find((o) => o.role === 'value')?.output
    if (output === undefined) throw new SlipwayError('binding.invalid', { reason: 'no output gives a prediction' })
    return { width: 1, fetches: [output], probabilities: false, read: (outputs, rows, fed) => toFloat64(answered(outputs, output, 1, fed), rows) }
  }
  if (binding.task === 'multilabel-classification') return labelReader(binding)
  const plan = planOutputs(binding)
  const reader = createScoreReader(binding, plan)
  const width = binding.classes.length
  return {
    width, fetches: plan.fetches, probabilities: plan.score !== null,
    read(outputs, rows, fed) {
      const { probabilities, predicted } = reader.classes(outputs, rows, fed)
      if (probabilities !== null) return probabilities.subarray(0, rows * width)
      const out = new Float64Array(rows * width)
      for (let row = 0; row < rows; row++) if (predicted[row]! >= 0) out[row * width + predicted[row]!] = 1
      return out
    },
  }
}

function lossOf(binding: Binding, probabilities: boolean, book: BatchBook): { readonly name: Explanation['loss'], readonly of: RowLoss } {
  if (binding.task === 'regression') return { name: 'mse', of: (answers, start, row) => (answers[start]! - book.truthValue[row]!) ** 2 }
  if (!probabilities) return { name: 'error_rate', of: (answers, start, row) => 1 - answers[start + book.truthIndex[row]!]! }
  const width = binding.classes.length
  // As scikit-learn: the mean log loss of a label.
  if (binding.task === 'multilabel-classification') return { name: 'log_loss', of: (answers, start, row) => binaryLogLoss(answers.subarray(start, start + width), book.truthLabels.subarray(row * width, (row + 1) * width), 0, width) }
  return {
    name: 'log_loss',
    of(answers, start, row) {
      let sum = 0
      for (let c = 0; c < width; c++) sum += answers[start + c]!
      return -Math.log(Math.min(1, Math.max(epsilon, answers[start + book.truthIndex[row]!]! / (sum > 0 ? sum : 1))))
    },
  }
}

/** Which of the answered numbers is explained: the asked class, else the positive one, else the first. */
function outputOf(binding: Binding, asked: string | null): number {
  if (binding.task === 'regression') return 0
  const wanted = asked ?? binding.positiveClass
  const index = wanted === null ? 0 : binding.classes.findIndex((c) => c.label === wanted)
  if (index < 0) throw new SlipwayError('input.invalid', { reason: `there is no class “${wanted ?? ''}”; there are ${binding.classes.map((c) => c.label).join(', ')}` })
  return index
}

async function explainRows(model: Explainable, sample: RowSample, output: number, input: Input): Promise<Explanation['explained']> {
  const rows: Explanation['explained'] = []
  for (const record of input.records) {
    const slot = sample.asked.get(record)
    if (slot === undefined) throw new SlipwayError('input.invalid', { reason: `record ${record} was not scored in this run, so it cannot be explained` })
    rows.push({ record, ...await shapleyValues(model, output, slot, input.budget.orders, input.options.seed + record) })
  }
  return rows
}

async function readSample(input: Input, signal: AbortSignal): Promise<RowSample> {
  const plan = planFeeds(input.binding, input.model.signature)
  const source = await openRowSource(input.source, input.binding, plan, new RowLedger(), {
    policy: input.options.rows ?? input.binding.rows, vocabularies: input.model.graph.vocabularies, limit: input.options.limit, exclude: new Set(input.options.excludeRecords), chosen: null,
  })
  try {
    const sample = await drawSample(source, input.binding, plan, input.budget.rows, input.records, input.options.seed, signal)
    if (sample.rows < 2) throw new SlipwayError('run.noRows', { reason: 'fewer than two rows can be scored' })
    return sample
  } finally { source.close() }
}

function notesOf(input: Input, binding: Binding, output: number): string[] {
  const notes = ['Shuffled and mixed rows may hold combinations that never occur; where columns depend on each other, read the numbers with care.']
  if (rangeFromBatch(input.model.graph)) notes.push('This model takes its quantisation range from the whole batch, so answers to mixed rows depend on their neighbours.')
  if (['multiclass-classification', 'multilabel-classification'].includes(binding.task) && input.class === null) notes.push(`Dependence and contributions are about the ${binding.task === 'multilabel-classification' ? 'label' : 'class'} ${binding.classes[output]?.label ?? ''}; another one can be asked for.`)
  return notes
}

/** Errors: those of an evaluation, and `input.invalid` for records that were not scored, an unknown class or a model that no column feeds. */
export async function explain(input: Input, context: CallContext<{ step: string, done: number | null, total: number | null }>): Promise<OutputOf<Method>> {
  const began = performance.now()
  refuseErrors(input)
  const { binding, budget } = input
  const output = outputOf(binding, input.class)
  const reader = readerOf(binding)
  context.progress({ step: 'reading rows', done: null, total: null })
  const session = await openOn(input.model.path, 'cpu', threadsFor(input.options.threads), modelName(input.model.path))
  try {
    const sample = await readSample(input, context.signal)
    let asked = 0
    let total = 0
    let step = 'importance'
    const model = explainable({
      binding, signature: input.model.signature, session, sample, reader, signal: context.signal,
      told: (rows) => { asked += rows; context.progress({ step, done: Math.min(asked, total), total }) },
    })
    total = modelRows(model.features.length, sample.rows, input.records.length, budget)
    const loss = lossOf(binding, reader.probabilities, sample.book)
    const importance = binding.target === null ? [] : await permutationImportance(model, loss.of, budget.shuffles, input.options.seed)
    step = 'dependence'
    const dependence = budget.values < 2 ? [] : await partialDependence(model, output, budget.values)
    step = 'single rows'
    const explained = await explainRows(model, sample, output, input)
    return {
      answer: binding.task === 'regression' ? 'the predicted value' : `the ${reader.probabilities ? 'probability of' : 'answer'} ${binding.classes[output]?.label ?? ''}`,
      loss: loss.name, rows: sample.rows, importance, dependence, explained, modelRows: asked, seconds: (performance.now() - began) / 1000, notes: notesOf(input, binding, output),
    }
  } finally { await session.release() }
}

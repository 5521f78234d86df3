// Answers `stress`: the same rows through the same evaluation, untouched and then spoiled kind by kind and step by step. Owns the order of the passes.
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { EvaluationResult, RowAccount } from '../../../shared/domain/run.ts'
import type { OtherDifference, StressCurve, StressDifference, StressPoint } from '../../../shared/domain/stress.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { headlineMetric } from '../../../shared/metrics/catalogue.ts'
import { mainMetrics } from '../../../shared/metrics/main-metrics.ts'
import { stressKinds } from '../../../shared/stress/kinds.ts'
import { alsoJudged, otherLosses, pairedLoss, stepConfidence } from '../../../shared/stress/paired-loss.ts'
import { planStress, stressedColumns, type PlannedKind } from '../../../shared/stress/plan.ts'
import { stressVerdict } from '../../../shared/stress/verdict.ts'
import { readPairedPredictions } from '../datasets/paired-predictions.ts'
import type { EngineContract } from './engine-contract.ts'
import { evaluate, refuseErrors, sampleOf } from './evaluate.ts'
import { modelName, openOn, rangeFromBatch, threadsFor } from './evaluate-environment.ts'
import type { Spoiling } from './evaluate-source.ts'
import { spoilTable } from './spoil-table.ts'
import { drawPairs, readFacts, type DataFacts } from './stress-facts.ts'

type Method = EngineContract['stress']
type Input = InputOf<Method>
type Context = CallContext<{ step: string; done: number | null; total: number | null }>

/** A pass ends with everything, or with no row answered and the account of why. */
interface Differences { readonly difference: StressDifference | null; readonly others: readonly OtherDifference[] }
type Pass = (EvaluationResult & Partial<Differences>) | { readonly none: RowAccount; readonly reason: string }

type Pairs = readonly (readonly [string, string])[]

/** What a kind at a severity does between reading and judging. */
function spoilingOf(input: Input, planned: PlannedKind, severity: number, facts: DataFacts, pairs: Pairs): Spoiling {
  const { kind, columns } = planned
  if (stressKinds[kind].data === 'images') return { picture: { kind, severity, seed: input.seed } }
  const spoil = { kind, severity, seed: input.seed, columns, pairs, facts: facts.numbers, unseen: facts.unseen }
  return { table: (chunk, fed) => spoilTable(chunk, fed, spoil) }
}

/** Reasons that the untouched rows did not have, or had less often. */
function newReasons(clean: RowAccount, account: RowAccount): StressPoint['reasons'] {
  return account.leftOut.flatMap(({ reason, count }) => {
    const before = clean.leftOut.find((r) => r.reason === reason)?.count ?? 0
    return count > before ? [{ reason, count: count - before }] : []
  })
}

function pointOf(input: Input, severity: number, clean: EvaluationResult, pass: Pass): StressPoint {
  const wanted = mainMetrics(input.binding.task)
  const before = clean.rows.scored
  if ('none' in pass) {
    const metrics = wanted.map((metric) => ({ metric, slice: '', value: null, low: null, high: null, n: 0, reason: 'No row could be answered.' }))
    return { severity, metrics, answered: 0, notAnswered: before, reasons: newReasons(clean.rows, pass.none) }
  }
  return {
    severity, metrics: wanted.flatMap((metric) => pass.metrics.find((m) => m.metric === metric && m.slice === '') ?? []),
    answered: pass.rows.scored, notAnswered: Math.max(0, before - pass.rows.scored), reasons: newReasons(clean.rows, pass.rows),
    ...(pass.difference === undefined ? {} : { difference: pass.difference }), ...(pass.others === undefined ? {} : { others: [...pass.others] }),
  }
}

/** Tells how far the whole test is, in rows sent through the model. */
class Tally {
  done = 0
  constructor(private readonly context: Context, private readonly rows: number, readonly total: number) {}
  tell(step: string, rowsDone: number): void { this.context.progress({ step, done: Math.min(this.total, this.done + Math.min(rowsDone, this.rows)), total: this.total }) }
  passed(): void { this.done += this.rows }
}

/** What is read from the answers of a pass before they go. */
type Look = (predictions: string) => Promise<Partial<Differences>>
type RunPass = (step: string, spoil: Spoiling, look?: Look) => Promise<Pass>

/** Where the untouched answers wait while the spoiled ones are paired with them. */
const untouchedFile = (staging: string): string => join(staging, 'untouched.parquet')

async function keepUntouched(staging: string, predictions: string): Promise<Partial<Differences>> {
  await rename(predictions, untouchedFile(staging))
  return {}
}

/** Pairs a pass with the untouched rows. Nothing where not one row has both answers. Errors: `job.cancelled`, `dataset.notReadable`. */
async function differenceTo(input: Input, predictions: string, confidence: number, signal: AbortSignal): Promise<Differences> {
  const { binding, staging } = input
  // Headlines of pictures pool boxes and pixels of all of them.
  if (binding.task === 'object-detection' || binding.task === 'semantic-segmentation') return { difference: null, others: [] }
  const labels = binding.classes.map((c) => c.label)
  try {
    const { answers } = await readPairedPredictions({
      task: binding.task, first: { path: untouchedFile(staging), labels }, second: { path: predictions, labels }, ranked: true,
      positiveClass: binding.task === 'binary-classification' ? binding.positiveClass : null, separator: binding.target?.kind === 'label-list' ? binding.target.separator : '|',
    }, signal)
    return { difference: pairedLoss(answers, confidence), others: otherLosses(answers, binding.task, confidence, input.seed) }
  } catch (thrown) {
    if (thrown instanceof SlipwayError && thrown.code === 'input.invalid') return { difference: null, others: [] }
    throw thrown
  }
}

/** One evaluation over the open session. Fixed batches, so that the same test gives the same numbers. */
function passes(input: Input, context: Context, session: Awaited<ReturnType<typeof openOn>>, tally: Tally): RunPass {
  const { model, source, binding, staging } = input
  // A model whose answers depend on a row's neighbours is asked row by row, as an evaluation does unless told otherwise.
  const batchSize = input.options.batchSize ?? (rangeFromBatch(model.graph) ? null : input.batch)
  const options = { ...input.options, batchSize }
  let placement: NonNullable<Parameters<typeof evaluate>[2]>['placement']
  return async (step, spoil, look) => {
    tally.tell(step, 0)
    let account = null as RowAccount | null
    try {
      const result = await evaluate({ model, source, binding, options, staging, rowsTotal: input.rowsTotal },
        { signal: context.signal, progress: (p) => tally.tell(step, p.rowsDone) }, { session, spoil, told: (rows) => { account = rows }, ...(placement === undefined ? {} : { placement }) })
      placement = { nodes: result.environment.nodesByProvider, used: result.environment.providerUsed, note: null }
      return look === undefined ? result : { ...result, ...await look(join(staging, result.predictionsFile)) }
    } catch (thrown) {
      if (thrown instanceof SlipwayError && thrown.code === 'run.noRows' && account !== null) return { none: account, reason: String((thrown.details as { readonly reason?: unknown }).reason) }
      throw thrown
    } finally {
      tally.passed()
      await rm(join(staging, 'predictions.parquet'), { force: true })
    }
  }
}

interface Grounds { readonly rows: number; readonly facts: DataFacts; readonly pairs: Pairs }

/** Everything that is drawn and measured before the first pass. */
async function prepare(input: Input, context: Context): Promise<Grounds> {
  const within = Math.min(input.rowsTotal, input.options.limit ?? input.rowsTotal)
  const chosen = sampleOf(input)
  const columns = stressedColumns(input.binding)
  const takes = (record: number): boolean => record <= within && (chosen?.(record) ?? true)
  context.progress({ step: 'measuring the columns', done: null, total: null })
  const facts = input.source.format.kind === 'images' ? { numbers: new Map(), unseen: '' } : await readFacts(input.source, columns, takes, input.model.graph.vocabularies, context.signal)
  return { rows: Math.min(within, input.options.sample ?? within), facts, pairs: drawPairs(columns, input.seed) }
}

const fewest = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b))
const pairWords = (pairs: Pairs): string[] => pairs.map(([a, b]) => `${a} ↔ ${b}`)

/** Errors: those of an evaluation, `input.invalid` for kinds that are not for this data and for a binding without true answers. */
export async function stress(asked: Input, context: Context): Promise<OutputOf<Method>> {
  const input = { ...asked, options: { ...asked.options, sample: fewest(asked.limit, asked.options.sample) } }
  const began = performance.now()
  refuseErrors(input)
  if (input.binding.target === null) throw new SlipwayError('input.invalid', { reason: 'without true answers there is no metric that could fall' })
  const plan = planStress(input.binding, input.kinds, input.levels)
  const { rows, facts, pairs } = await prepare(input, context)
  const session = await openOn(input.model.path, input.options.provider, threadsFor(input.options.threads), modelName(input.model.path))
  try {
    const tally = new Tally(context, rows, rows * (1 + plan.reduce((sum, p) => sum + p.severities.length, 0)))
    const run = passes(input, context, session, tally)
    const clean = await run('the untouched rows', {}, (predictions) => keepUntouched(input.staging, predictions))
    if ('none' in clean) throw new SlipwayError('run.noRows', { reason: clean.reason })
    const confidence = stepConfidence(plan.reduce((sum, p) => sum + p.severities.length, 0), 1 + alsoJudged[input.binding.task].length)
    const look: Look = (predictions) => differenceTo(input, predictions, confidence, context.signal)
    const curves: StressCurve[] = []
    for (const planned of plan) {
      const { kind, skipped } = planned
      const points: StressPoint[] = []
      for (const severity of planned.severities) points.push(pointOf(input, severity, clean, await run(`${stressKinds[kind].title}, ${stressKinds[kind].words(severity)}`, spoilingOf(input, planned, severity, facts, pairs), look)))
      curves.push({ kind, columns: kind === 'swapped-columns' ? pairWords(pairs) : [...planned.columns], points, skipped })
    }
    const headline = headlineMetric(input.binding.task)
    const untouched = { ...pointOf(input, 0, clean, clean), reasons: [] }
    return {
      rows, limit: input.limit, levels: input.levels, seed: input.seed, batch: Math.max(1, ...clean.environment.batchSizes), headline, clean: untouched, curves,
      verdict: stressVerdict({ headline, clean: untouched, curves, rows, limit: input.limit }), modelRows: tally.done, seconds: (performance.now() - began) / 1000, environment: clean.environment,
    }
  } finally {
    await session.release()
    await rm(untouchedFile(input.staging), { force: true })
  }
}

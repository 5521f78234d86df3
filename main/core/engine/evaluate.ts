// Answers `evaluate`: the batch loop. Read, judge, run, account, report, yield, see a cancel.
// Owns no formula and no reading; refuses to fall back to another device or to lose a row unsaid.
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { checkBinding } from '../../../shared/binding/check-binding.ts'
import { declaredElements, elementLimit, fixedBatch } from '../../../shared/binding/shapes.ts'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { Binding } from '../../../shared/domain/binding.ts'
import type { EvaluateProgress, RowAccount } from '../../../shared/domain/run.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatCount, formatPlural } from '../../../shared/format.ts'
import { noRowsReason } from '../../../shared/row-words.ts'
import { withIntervalReasons } from '../../../shared/metrics/interval-reasons.ts'
import type { EngineContract } from './engine-contract.ts'
import { planBatches, type BatchPlan } from './evaluate-batches.ts'
import { batchEffect, knownEffect, threadsFor, describeEnvironment, measurePlacement, modelName, openOn, placedOnCpu, rangeFromBatch, type Placement } from './evaluate-environment.ts'
import { createFeedBuffer, planFeeds, type FeedBuffer, type FeedPlan } from './evaluate-feeds.ts'
import { createPace, type Pace } from './evaluate-pace.ts'
import { RowLedger } from './evaluate-rows.ts'
import { createBook, openRowSource, type BatchBook, type PreparedChunk, type RowSource, type Spoiling } from './evaluate-source.ts'
import { journalNote, openJournal, type RunJournal } from './run-journal.ts'
import { sampleRecords, type RowChoice } from './row-sample.ts'
import { runError } from './runtime-words.ts'
import { openScorer, type TaskScorer } from './scoring.ts'
import type { ModelSession } from './session.ts'

type Method = EngineContract['evaluate']
type Input = InputOf<Method>
type Context = CallContext<EvaluateProgress>

export const predictionsFile = 'predictions.parquet'

/** Everything that one pass over the data needs. */
interface Pass {
  readonly session: ModelSession
  readonly binding: Binding
  readonly feeds: FeedPlan
  readonly batches: BatchPlan
  readonly scorer: TaskScorer
  readonly pace: Pace
  readonly context: Context
  buffer: FeedBuffer
  book: BatchBook
  pending: number
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new SlipwayError('job.cancelled', {})
}

/** Refuses what cannot run before anything is opened or allocated. */
export function refuseErrors(input: Pick<Input, 'binding' | 'model' | 'source'>): void {
  for (const spec of input.model.signature.inputs) {
    const elements = declaredElements(spec)
    if (elements > elementLimit) throw new SlipwayError('run.tooLarge', { input: spec.name, elements: elements.toLocaleString('en') })
  }
  const problem = checkBinding(input.binding, input.model.signature, input.source.columns).find((p) => p.severity === 'error')
  if (problem !== undefined) throw new SlipwayError('binding.invalid', { reason: problem.sentence.replace(/\.$/, '') })
}

/** Runs the rows that are waiting in the buffer and hands the answers on. */
async function flush(pass: Pass): Promise<void> {
  const rows = pass.pending
  if (rows === 0) return
  stopIfAborted(pass.context.signal)
  const fed = pass.batches.fixed ?? rows
  const feeds = pass.buffer.tensors(rows, pass.batches.fixed)
  const began = performance.now()
  const outputs = await pass.session.run(feeds, pass.scorer.fetches).catch((thrown: unknown) => { throw runError(thrown, 'scoring') })
  const ms = performance.now() - began
  pass.batches.took(rows, ms)
  pass.pace.ran(rows, ms)
  await pass.scorer.add(outputs, pass.book, rows, fed)
  pass.pending = 0
  const size = pass.batches.size()
  if (size > pass.buffer.capacity) {
    pass.buffer = createFeedBuffer(pass.feeds, size)
    pass.book = createBook(size, pass.binding)
  }
}

async function consume(pass: Pass, chunk: PreparedChunk): Promise<void> {
  let from = 0
  while (from < chunk.kept) {
    const take = Math.min(pass.batches.size() - pass.pending, chunk.kept - from)
    chunk.write(pass.buffer, pass.book, from, take, pass.pending)
    pass.pending += take
    from += take
    if (pass.pending >= pass.batches.size()) {
      await flush(pass)
      if (pass.pace.due()) {
        pass.context.progress(pass.pace.progress('scoring', pass.scorer.headline()))
        await turn()
      }
    }
  }
  chunk.release?.()
  pass.pace.read(chunk.read)
}

/** One pass over the source. The next chunk is asked for before this one is scored, so that reading overlaps with inference. */
async function score(pass: Pass, source: RowSource): Promise<void> {
  const signal = pass.context.signal
  const chunks = source.chunks(signal)[Symbol.asyncIterator]()
  let next = chunks.next()
  try {
    for (;;) {
      const { value, done } = await next
      if (done === true) break
      next = chunks.next()
      // Its failure is met at the next await; until then it must not count as unhandled.
      next.catch(() => undefined)
      await consume(pass, value)
      stopIfAborted(signal)
    }
    await flush(pass)
  } finally {
    await next.catch(() => undefined)
    await chunks.return?.()
  }
}

function openPass(input: Input, context: Context, opened: ModelSession, journal: RunJournal, scorer: TaskScorer): Pass {
  const feeds = planFeeds(input.binding, input.model.signature)
  const pictures = input.source.format.kind === 'images'
  const asked = input.options.batchSize ?? (rangeFromBatch(input.model.graph) ? 1 : null)
  const rowWidth = feeds.inputs.reduce((sum, i) => sum + i.width, 0)
  const batches = journal.plan(planBatches({ fixed: fixedBatch(input.model.signature.inputs), asked, pictures, steady: batchEffect(input.model.graph) !== 'none', start: journal.lastSize, rowWidth }))
  return {
    session: journal.session(opened), binding: input.binding, feeds, batches, scorer,
    pace: createPace(totalRows(input)), context, buffer: createFeedBuffer(feeds, batches.size()), book: createBook(batches.size(), input.binding), pending: 0,
  }
}

const sampledFrom = (input: Pick<Input, 'options' | 'rowsTotal'>): number | null =>
  input.rowsTotal === null ? null : Math.min(input.rowsTotal, input.options.limit ?? input.rowsTotal)

/** Records that will be read: tables are read whole, of pictures only the sample is decoded. */
function totalRows(input: Input): number | null {
  const all = sampledFrom(input)
  return all === null || input.source.format.kind !== 'images' ? all : Math.min(all, input.options.sample ?? all)
}

/** The sample that was asked for; null where every row is scored. */
export function sampleOf(input: Pick<Input, 'options' | 'rowsTotal'>): RowChoice | null {
  const { sample, seed } = input.options
  const total = sampledFrom(input)
  return sample === null || total === null || sample >= total ? null : sampleRecords(total, sample, seed)
}

/** Where the nodes run: one row of zeros is profiled, which also compiles a GPU's shaders before anything is timed. */
async function place(input: Input, pass: Pass, threads: number): Promise<Placement> {
  const { provider } = input.options
  if (provider === 'cpu') return placedOnCpu(input.model.graph)
  pass.context.progress(pass.pace.progress('warming up', null))
  const feeds = pass.buffer.tensors(1, pass.batches.fixed)
  try {
    await pass.session.run(feeds, pass.scorer.fetches)
    return await measurePlacement(input.model.path, provider, threads, feeds, pass.scorer.fetches)
  } catch (thrown) {
    throw runError(thrown, 'warming up')
  }
}

function conditionNotes(input: Input, placement: Placement, fixed: number | null): string[] {
  const notes = placement.note === null ? [] : [placement.note]
  if (rangeFromBatch(input.model.graph)) {
    notes.push(input.options.batchSize === null && fixed === null
      ? 'This model takes its quantisation range from the whole batch, so every row was scored alone. With larger batches a row’s scores depend on its neighbours.'
      : 'This model takes its quantisation range from the whole batch, so a row’s scores depend on the rows it was scored with.')
  }
  if (batchEffect(input.model.graph) === 'rounding' && input.options.batchSize !== null) notes.push('In batches of this size the runtime may add up the terms of this model in another order than in those that Slipway picks, so scores may differ in the seventh digit, and metrics with them.')
  const { sample, seed } = input.options
  const total = sampledFrom(input)
  if (sample !== null && total !== null && sample < total) notes.push(`A random sample: ${formatCount(sample)} of ${formatPlural(total, 'row')}, picked by seed ${seed}. Intervals are about ${Math.sqrt(total / sample).toFixed(1)} times as wide as those of all rows would be.`)
  if (fixed !== null && fixed > 1) notes.push(`The model takes exactly ${fixed} rows a call; the last call was filled up with copies, whose answers were not counted.`)
  return notes
}

/** For several evaluations of one model in a row: the session that is open already, where its nodes ran, and data spoiled on purpose. */
export interface Variant { readonly session?: ModelSession; readonly placement?: Placement; readonly spoil?: Spoiling; /** told where every row went, also when none could be scored */ readonly told?: (account: RowAccount) => void }

/** Scores a data set with a model. Errors: `binding.invalid`, `run.*`, `engine.providerUnavailable`, `dataset.*`, `job.cancelled`. */
export async function evaluate(input: Input, context: Context, variant: Variant = {}): Promise<OutputOf<Method>> {
  const began = performance.now()
  refuseErrors(input)
  const threads = threadsFor(input.options.threads)
  context.progress({ phase: 'opening', rowsDone: 0, rowsTotal: totalRows(input), rowsPerSecond: null, secondsLeft: null, headline: null })
  const session = variant.session ?? await openOn(input.model.path, input.options.provider, threads, modelName(input.model.path))
  const loadMs = performance.now() - began
  const ledger = new RowLedger()
  const journal = await openJournal(input.journal ?? null)
  let scorer: TaskScorer | null = null
  let source: RowSource | null = null
  try {
    stopIfAborted(context.signal)
    const ids = input.source.format.kind === 'images' || input.binding.idColumn !== null
    scorer = await openScorer(input.binding, { path: join(input.staging, predictionsFile), seed: input.options.seed, ledger, ids, source: input.source })
    const pass = openPass(input, context, session, journal, scorer)
    const placement = variant.placement ?? await place(input, pass, threads)
    source = await openRowSource(input.source, input.binding, pass.feeds, ledger, {
      policy: input.options.rows ?? input.binding.rows, vocabularies: input.model.graph.vocabularies,
      limit: input.options.limit, exclude: new Set(input.options.excludeRecords), chosen: sampleOf(input), ...(variant.spoil === undefined ? {} : { spoil: variant.spoil }),
    })
    pass.pace.start()
    journal.begin()
    context.progress(pass.pace.progress('scoring', null))
    await score(pass, source)
    context.progress(pass.pace.progress('finishing', scorer.headline()))
    const account = ledger.account()
    variant.told?.(account)
    if (account.scored === 0) throw new SlipwayError('run.noRows', { reason: noRowsReason(account) })
    const { metrics, curves, notes } = await scorer.finish()
    return {
      task: input.binding.task, metrics: withIntervalReasons(metrics), curves, rows: account,
      environment: { ...describeEnvironment({ asked: input.options.provider, placement, threads, batchSizes: pass.batches.used, seed: input.options.seed }), ...knownEffect(input.model.graph, placement) },
      timing: { totalMs: performance.now() - began, loadMs, inferenceMs: pass.pace.inferenceMs(), rowsPerSecond: journal.replayedRows() > 0 ? null : pass.pace.rate() },
      notes: [...conditionNotes(input, placement, pass.batches.fixed), ...notes, journalNote(journal.replayedRows())].filter((note) => note !== null), predictionsFile,
    }
  } catch (thrown) {
    scorer?.abandon()
    throw thrown
  } finally {
    source?.close()
    await journal.close()
    if (variant.session === undefined) await session.release()
  }
}

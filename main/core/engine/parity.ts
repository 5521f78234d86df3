// Answers `parity`: the same batches on two devices, compared value by value and decision by decision, each timed.
// Owns the walk; refuses to compare a device with itself.
import { fixedBatch } from '../../../shared/binding/shapes.ts'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { FlippedDecision, ParitySpeed } from '../../../shared/domain/device-report.ts'
import type { ExecutionProvider } from '../../../shared/domain/run.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { noRowsReason } from '../../../shared/row-words.ts'
import { parityTolerance, parityVerdict } from '../../../shared/device-words.ts'
import { compareDecisions, type DecisionComparison } from './compare-decisions.ts'
import { compareOutput, type OutputComparison } from './compare-outputs.ts'
import type { EngineContract } from './engine-contract.ts'
import { describeEnvironment, measurePlacement, modelName, openOn, placedOnCpu, rangeFromBatch, threadsFor, type Placement } from './evaluate-environment.ts'
import { createFeedBuffer, planFeeds, type FeedBuffer } from './evaluate-feeds.ts'
import { RowLedger } from './evaluate-rows.ts'
import { createBook, openRowSource, type BatchBook } from './evaluate-source.ts'
import { refuseErrors } from './evaluate.ts'
import { runError } from './runtime-words.ts'
import type { DenseTensor, ModelSession } from './session.ts'

type Method = EngineContract['parity']
type Input = InputOf<Method>

/** Rows a call where nobody asked: large enough to be typical, small enough for any device. */
const usualBatch = 32
const flipsListed = 100

/** One of the two devices, with its clock. */
interface Side { readonly device: ExecutionProvider; readonly session: ModelSession; readonly openingMs: number; firstCallMs: number | null; calls: number; rows: number; ms: number }

async function openSide(input: Input, device: ExecutionProvider): Promise<Side> {
  const began = performance.now()
  const session = await openOn(input.model.path, device, threadsFor(input.options.threads), modelName(input.model.path))
  return { device, session, openingMs: performance.now() - began, firstCallMs: null, calls: 0, rows: 0, ms: 0 }
}

const speedOf = (side: Side): ParitySpeed => ({
  device: side.device, openingMs: side.openingMs, firstCallMs: side.firstCallMs ?? 0, calls: side.calls, rows: side.rows, rowsPerSecond: side.ms === 0 ? null : side.rows / side.ms * 1000,
})

async function timed(side: Side, feeds: Readonly<Record<string, DenseTensor>>, fetches: readonly string[], rows: number, full: boolean): Promise<Readonly<Record<string, DenseTensor>>> {
  const began = performance.now()
  const outputs = await side.session.run(feeds, fetches).catch((thrown: unknown) => { throw runError(thrown, `running on ${side.device}`) })
  const ms = performance.now() - began
  if (side.firstCallMs === null) side.firstCallMs = ms
  // A shorter last batch is another shape, which some devices compile anew.
  else if (full) { side.calls++; side.rows += rows; side.ms += ms }
  return outputs
}

interface Walk {
  readonly input: Input
  readonly sides: { readonly against: Side; readonly device: Side }
  readonly buffer: FeedBuffer
  readonly book: BatchBook
  readonly fixed: number | null
  readonly fetches: readonly string[]
  readonly comparisons: readonly OutputComparison[]
  readonly decisions: DecisionComparison | null
  readonly flips: FlippedDecision[]
  placement: Placement | null
  flipped: number
  rows: number
  batches: number
}

async function runBatch(walk: Walk, rows: number): Promise<void> {
  const { against, device } = walk.sides
  const feeds = walk.buffer.tensors(rows, walk.fixed)
  const full = rows === walk.buffer.capacity
  // By turns, so that neither is always the one that finds the caches cold.
  const answers = new Map<Side, Readonly<Record<string, DenseTensor>>>()
  for (const side of walk.batches++ % 2 === 0 ? [against, device] : [device, against]) answers.set(side, await timed(side, feeds, walk.fetches, rows, full))
  // After the first timed calls: a profile beforehand would have compiled what they are to show.
  walk.placement ??= device.device === 'cpu' ? placedOnCpu(walk.input.model.graph) : await measurePlacement(walk.input.model.path, device.device, threadsFor(walk.input.options.threads), feeds, walk.fetches).catch((thrown: unknown) => { throw runError(thrown, 'warming up') })
  const [left, right] = [answers.get(against)!, answers.get(device)!]
  const fed = walk.fixed ?? rows
  walk.fetches.forEach((name, i) => { if (left[name] !== undefined && right[name] !== undefined) walk.comparisons[i]!.add(left[name], right[name], rows, fed, walk.book.records) })
  const flips = walk.decisions?.(left, right, rows, fed) ?? []
  walk.flipped += flips.length
  for (const { row, ...flip } of flips) if (walk.flips.length < flipsListed) walk.flips.push({ record: walk.book.records[row]!, id: walk.book.ids[row] ?? null, ...flip })
  walk.rows += rows
}

async function walkRows(walk: Walk, ledger: RowLedger, context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<void> {
  const { input, buffer, book } = walk
  const source = await openRowSource(input.source, input.binding, planFeeds(input.binding, input.model.signature), ledger, {
    policy: input.binding.rows, vocabularies: input.model.graph.vocabularies, limit: input.options.limit, exclude: new Set(), chosen: null, chunkRows: Math.max(64, buffer.capacity),
  })
  let pending = 0
  const flush = async (): Promise<void> => {
    if (context.signal.aborted) throw new SlipwayError('job.cancelled', {})
    await runBatch(walk, pending)
    pending = 0
    context.progress({ step: 'comparing rows', done: walk.rows, total: input.options.limit })
  }
  try {
    for await (const chunk of source.chunks(context.signal)) {
      for (let from = 0; from < chunk.kept;) {
        const take = Math.min(buffer.capacity - pending, chunk.kept - from)
        chunk.write(buffer, book, from, take, pending)
        pending += take
        from += take
        if (pending === buffer.capacity) await flush()
      }
    }
    if (pending > 0) await flush()
  } finally { source.close() }
}

function notesOf(input: Input, placement: Placement, batchSize: number): string[] {
  const notes = placement.note === null ? [] : [placement.note]
  if (rangeFromBatch(input.model.graph)) notes.push(`This model takes its quantisation range from the whole batch; both devices were given the same batches of ${batchSize}.`)
  return notes
}

/** Errors: `binding.invalid`, `input.invalid`, `engine.providerUnavailable`, `run.*`, `dataset.*`, `job.cancelled`. */
export async function compareDevices(input: Input, context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<OutputOf<Method>> {
  const began = performance.now()
  refuseErrors(input)
  const { options, binding } = input
  if (options.device === options.against) throw new SlipwayError('input.invalid', { reason: `“${options.device}” is to be compared with itself; name another device` })
  const fixed = fixedBatch(input.model.signature.inputs)
  const batchSize = fixed ?? options.batchSize ?? (rangeFromBatch(input.model.graph) ? 1 : Math.min(usualBatch, options.limit))
  context.progress({ step: 'opening the model on both devices', done: null, total: null })
  const device = await openSide(input, options.device)
  let against: Side | null = null
  try {
    against = await openSide(input, options.against)
    const fetches = against.session.tensorOutputs.filter((name) => device.session.tensorOutputs.includes(name))
    const walk: Walk = {
      input, sides: { against, device }, buffer: createFeedBuffer(planFeeds(binding, input.model.signature), batchSize), book: createBook(batchSize, binding), fixed, fetches,
      comparisons: fetches.map((name) => compareOutput(name, parityTolerance)), decisions: compareDecisions(binding), flips: [], placement: null, flipped: 0, rows: 0, batches: 0,
    }
    const ledger = new RowLedger()
    context.progress({ step: 'warming up', done: null, total: null })
    await walkRows(walk, ledger, context)
    if (walk.rows === 0 || walk.placement === null) throw new SlipwayError('run.noRows', { reason: noRowsReason(ledger.account()) })
    const environment = describeEnvironment({ asked: options.device, placement: walk.placement, threads: threadsFor(options.threads), batchSizes: [batchSize], seed: 0 })
    const outputs = walk.comparisons.map((c) => c.result())
    const decisions = walk.decisions === null ? null : { flipped: walk.flipped, rows: walk.flips }
    return {
      placement: environment, machine: environment, options, outputs, decisions, verdict: parityVerdict({ outputs, decisions, placement: environment }),
      rows: walk.rows, leftOut: ledger.account().leftOut.reduce((sum, l) => sum + l.count, 0), batchSize, tolerance: { ...parityTolerance },
      speeds: { against: speedOf(against), device: speedOf(device) }, notes: notesOf(input, walk.placement, batchSize), seconds: (performance.now() - began) / 1000,
    }
  } finally {
    await against?.session.release()
    await device.session.release()
  }
}

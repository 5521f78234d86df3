// Answers `speed`: how long opening, the first call and every later call take, by batch size and by node, on real rows.
// Owns the clock; refuses a percentile for which too few calls were made. Asked of a process that has run nothing before.
import { setImmediate as turn } from 'node:timers/promises'
import { fixedBatch } from '../../../shared/binding/shapes.ts'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { percentileOf, percentiles } from '../../../shared/device-words.ts'
import type { BatchSpeed, SpeedReport } from '../../../shared/domain/device-report.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from './engine-contract.ts'
import { describeEnvironment, modelName, openOn, placedOnCpu, placementOf, rangeFromBatch, threadsFor, type Placement } from './evaluate-environment.ts'
import { refuseErrors } from './evaluate.ts'
import type { ProfiledNode } from './profile.ts'
import { runError } from './runtime-words.ts'
import { profileModel, type ModelSession } from './session.ts'
import { prepareRows, type Feeds, type PreparedRows } from './speed-rows.ts'

type Method = EngineContract['speed']
type Input = InputOf<Method>
type Context = CallContext<{ step: string; done: number | null; total: number | null }>

const usualSizes = { table: [1, 8, 32, 128, 512], images: [1, 8, 32] } as const
const leastCalls = 5
const mostCalls = 100_000
/** Calls before the clock counts: at least two, and as many as fit a fifth of a second. */
const warmUp = { least: 2, most: 200, ms: 200 } as const
/** Calls under the profiler: as many as give some ten thousand lines, at least one that counts. */
const profileLines = 10_000
const nodesListed = 100

const resident = (): number => process.memoryUsage.rss()

interface Bench { readonly session: ModelSession; readonly fetches: readonly string[]; readonly context: Context; firstCallMs: number | null; peak: number }

async function call(bench: Bench, feeds: Feeds): Promise<number> {
  if (bench.context.signal.aborted) throw new SlipwayError('job.cancelled', {})
  const began = performance.now()
  await bench.session.run(feeds, bench.fetches).catch((thrown: unknown) => { throw runError(thrown, 'timing') })
  return performance.now() - began
}

async function timeBatch(bench: Bench, batches: readonly Feeds[], size: number, seconds: number): Promise<BatchSpeed> {
  const firstCallMs = await call(bench, batches[0]!)
  bench.firstCallMs ??= firstCallMs
  let warm = 1
  for (let spent = 0; warm < warmUp.least || (spent < warmUp.ms && warm < warmUp.most); warm++) spent += await call(bench, batches[warm % batches.length]!)
  const times: number[] = []
  let spent = 0
  let looked = 0
  while (times.length < leastCalls || (spent < seconds * 1000 && times.length < mostCalls)) {
    const ms = await call(bench, batches[times.length % batches.length]!)
    times.push(ms)
    spent += ms
    if (spent - looked > 50 || times.length <= leastCalls) {
      looked = spent
      bench.peak = Math.max(bench.peak, resident())
      await turn()
    }
  }
  const sorted = Float64Array.from(times).sort()
  const values = Object.fromEntries(percentiles.map(([key, p, needed]) => [key, percentileOf(sorted, p, needed)])) as Pick<BatchSpeed, 'p50' | 'p95' | 'p99' | 'p999'>
  return { batchSize: size, warmUpCalls: warm, firstCallMs, calls: times.length, meanMs: spent / times.length, ...values, rowsPerSecond: size * times.length / spent * 1000, residentBytes: bench.peak }
}

/** Time a call by node and by operator. Where the device measured itself its times count for its nodes, else those of the processor. */
export function summarise(profile: readonly ProfiledNode[], batchSize: number, calls: number): SpeedReport['profile'] {
  if (profile.length === 0) return null
  const timed = profile.map((node) => ({ ...node, ms: node.deviceMs === null ? node.hostMs.reduce((sum, v) => sum + v, 0) / calls : node.deviceMs / calls }))
  const total = timed.reduce((sum, n) => sum + n.ms, 0)
  const share = (ms: number): number => (total === 0 ? 0 : ms / total)
  const operators = new Map<string, { operator: string; provider: string; copy: boolean; nodes: number; ms: number }>()
  for (const node of timed) {
    const key = `${node.operator}\0${node.provider}`
    const entry = operators.get(key) ?? { operator: node.operator, provider: node.provider, copy: node.copy, nodes: 0, ms: 0 }
    entry.nodes++
    entry.ms += node.ms
    operators.set(key, entry)
  }
  const slowest = <T extends { readonly ms: number }>(all: readonly T[]): T[] => [...all].sort((a, b) => b.ms - a.ms)
  return {
    batchSize, calls, deviceTimes: profile.some((n) => n.deviceMs !== null),
    operators: slowest([...operators.values()]).map((o) => ({ ...o, share: share(o.ms) })),
    nodes: slowest(timed).slice(0, nodesListed).map(({ name, operator, provider, ms }) => ({ name, operator, provider, ms, share: share(ms) })),
  }
}

interface Profiled { readonly placement: Placement; readonly profile: SpeedReport['profile'] }

async function profileOn(input: Input, bench: Bench, prepared: PreparedRows, sizes: readonly number[]): Promise<Profiled> {
  const size = sizes.findLast((s) => s <= 32) ?? sizes[0]!
  const options = { provider: input.options.device, threads: threadsFor(input.options.threads) }
  const counted = Math.max(1, Math.min(20, Math.floor(profileLines / Math.max(1, input.model.graph.nodeCount))))
  const began = performance.now()
  const stop = (): boolean => bench.context.signal.aborted || performance.now() - began > Math.max(2000, 3000 * input.options.seconds)
  const nodes = await profileModel(input.model.path, options, prepared.batches(size)[0]!, bench.fetches, { calls: 1 + counted, warm: 1, stop }).catch((thrown: unknown) => { throw runError(thrown, 'profiling') })
  if (bench.context.signal.aborted) throw new SlipwayError('job.cancelled', {})
  const calls = Math.max(1, ...nodes.map((n) => n.hostMs.length))
  return { placement: input.options.device === 'cpu' ? placedOnCpu(input.model.graph) : placementOf(nodes, input.options.device), profile: summarise(nodes, size, calls) }
}

function notesOf(input: Input, prepared: PreparedRows, sizes: readonly number[], profiled: Profiled, fixed: number | null): string[] {
  const notes = profiled.placement.note === null ? [] : [profiled.placement.note]
  if (sizes.some((s) => s > prepared.rows)) notes.push(`Only ${prepared.rows} rows were prepared; larger batches hold the same rows again.`)
  if (fixed !== null) notes.push(`The model takes exactly ${fixed} row${fixed === 1 ? '' : 's'} a call, so no other batch size was timed.`)
  if (rangeFromBatch(input.model.graph)) notes.push('This model takes its quantisation range from the whole batch: with larger batches it is faster, but a row’s scores depend on its neighbours.')
  if (input.options.device !== 'cpu') notes.push('Memory is that of the process; what the device itself holds is not available from the runtime.')
  return notes
}

/** Errors: those of an evaluation, `engine.providerUnavailable`, `job.cancelled`. */
export async function timeModel(input: Input, context: Context): Promise<OutputOf<Method>> {
  const processMs = process.uptime() * 1000
  const began = performance.now()
  refuseErrors(input)
  const { options } = input
  const fixed = fixedBatch(input.model.signature.inputs)
  const sizes = fixed === null ? [...new Set(options.batchSizes ?? usualSizes[input.source.format.kind === 'images' ? 'images' : 'table'])].sort((a, b) => a - b) : [fixed]
  const total = sizes.length + 2
  context.progress({ step: 'preparing rows', done: 0, total })
  const prepared = await prepareRows(input, Math.max(options.rows, fixed ?? 1), context.signal)
  const beforeBytes = resident()
  context.progress({ step: 'opening the model', done: 0, total })
  const opening = performance.now()
  const session = await openOn(input.model.path, options.device, threadsFor(options.threads), modelName(input.model.path))
  const sessionMs = performance.now() - opening
  try {
    const openedBytes = resident()
    const bench: Bench = { session, fetches: session.tensorOutputs, context, firstCallMs: null, peak: openedBytes }
    const batches: BatchSpeed[] = []
    for (const [i, size] of sizes.entries()) {
      context.progress({ step: `timing batches of ${size}`, done: 1 + i, total })
      batches.push(await timeBatch(bench, prepared.batches(size), size, options.seconds))
    }
    context.progress({ step: 'profiling', done: sizes.length + 1, total })
    const profiled = await profileOn(input, bench, prepared, sizes)
    const environment = describeEnvironment({ asked: options.device, placement: profiled.placement, threads: threadsFor(options.threads), batchSizes: sizes, seed: 0 })
    return {
      placement: environment, machine: environment, options, rows: prepared.rows, coldStart: { processMs, sessionMs, firstCallMs: bench.firstCallMs ?? 0 },
      memory: { beforeBytes, openedBytes, peakBytes: bench.peak }, batches, profile: profiled.profile,
      notes: notesOf(input, prepared, sizes, profiled, fixed), seconds: (performance.now() - began) / 1000,
    }
  } finally { await session.release() }
}

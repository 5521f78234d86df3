// A small probe run: some rows spread over the data set, through the model, to see what its outputs really hold.
// Owns the sample and its time limit; a model that fails here is described without it, never refused.
import { fixedBatch } from '../../../shared/binding/shapes.ts'
import type { Binding, InputBinding } from '../../../shared/domain/binding.ts'
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import type { Signature } from '../../../shared/domain/model.ts'
import { openTable } from '../datasets/table.ts'
import { openImages } from '../images/open-images.ts'
import type { ColumnChunk, ImageChunk, TableChunk } from '../datasets/rows.ts'
import { addWish, createFeedBuffer, planFeeds, type FeedBuffer, type FeedPlan } from './evaluate-feeds.ts'
import { createRowJudge, RowLedger } from './evaluate-rows.ts'
import { writePicture } from './evaluate-source.ts'
import { sampleOf, type OutputSample, type Probe } from './propose-outputs.ts'
import type { DenseTensor, ModelSession } from './session.ts'

const tableRows = 256
/** Rows at the head of a table that the sample is spread over. */
const tableStretch = 20_000
const pictureCount = 48
/** All probes of a proposal together stop after this time; what they have seen by then counts. */
export const probeLimitMs = 4_000

/** How long one probe may take, and whom it tells before every call of the model, which nothing can interrupt from inside. */
export interface ProbePace { readonly limitMs: number; readonly beforeCall: (rows: number) => Promise<void> }

export interface ProbeRequest {
  readonly signature: Signature
  readonly inputs: readonly InputBinding[]
  readonly target: string | null
}

/** Rows of the sample, written into feeds batch by batch. */
export interface Sample {
  readonly rows: number
  readonly truth: readonly (string | null)[]
  /** Size of one picture; null for tables. */
  readonly picture: { readonly width: number; readonly height: number } | null
  /** The pictures in order; none for tables. */
  readonly pictures?: readonly { readonly name: string; readonly width: number; readonly height: number }[]
  fill(plan: FeedPlan, buffer: FeedBuffer, from: number, take: number): void
}

/** The part of a binding that feeds need; the rest does not matter to a probe. */
const feedsOnly = (inputs: readonly InputBinding[]): Binding => ({
  schema: 'slipway.binding/1', task: 'regression', inputs: [...inputs], outputs: [], target: null, idColumn: null, classes: [], positiveClass: null, decision: { kind: 'label-output' }, rows: 'lenient',
})

export const planProbe = (request: ProbeRequest): FeedPlan => planFeeds(feedsOnly(request.inputs), request.signature)

interface TablePiece { readonly columns: readonly ColumnChunk[]; readonly states: ReturnType<ReturnType<typeof createRowJudge>['judge']>; readonly rows: Int32Array }

function pickRows(chunk: TableChunk, why: readonly (string | null)[], stride: number): Int32Array {
  const rows: number[] = []
  for (let r = 0; r < chunk.rows; r++) if (why[r] === null && (chunk.records[r]! - 1) % stride === 0) rows.push(r)
  return Int32Array.from(rows)
}

/** Rows of a table, evenly spread over its head. Rows that the missing rule leaves out are not in it. */
export async function sampleTable(source: DatasetSource, request: ProbeRequest, total: number, signal: AbortSignal): Promise<Sample> {
  const plan = planProbe(request)
  const wishes = [...plan.wishes]
  const truthAt = request.target === null ? null : addWish(wishes, request.target, 'text')
  const stretch = Math.min(total, tableStretch)
  const reader = await openTable(source, { columns: wishes, limit: Math.max(1, stretch) })
  const judge = createRowJudge(plan, 'lenient', [], new RowLedger())
  const pieces: TablePiece[] = []
  const truth: (string | null)[] = []
  try {
    for await (const chunk of reader.chunks(signal)) {
      const why = new Array<string | null>(chunk.rows).fill(null)
      const states = judge.judge(chunk.columns, chunk.rows, why)
      const rows = pickRows(chunk, why, Math.max(1, Math.ceil(stretch / tableRows)))
      pieces.push({ columns: chunk.columns, states, rows })
      const labels = truthAt === null ? undefined : chunk.columns[truthAt]
      for (const r of rows) truth.push(labels?.kind === 'text' ? (labels.values[r] ?? null) : null)
    }
  } finally {
    reader.close()
  }
  return { rows: truth.length, truth, picture: null, fill: (_, buffer, from, take) => fillPieces(pieces, buffer, from, take) }
}

function fillPieces(pieces: readonly TablePiece[], buffer: FeedBuffer, from: number, take: number): void {
  let skipped = 0
  let at = 0
  for (const piece of pieces) {
    const first = Math.max(0, from - skipped)
    const count = Math.min(piece.rows.length - first, take - at)
    if (count > 0) { buffer.writeColumns(piece.columns, piece.states, piece.rows, first, count, at); at += count }
    skipped += piece.rows.length
    if (at === take) return
  }
}

/** Pictures from several places of the folder, as class folders come one after another. */
export async function sampleImages(source: DatasetSource, total: number, signal: AbortSignal): Promise<Sample> {
  const windows = Math.max(1, Math.min(16, Math.floor(total / 3)))
  const each = Math.max(1, Math.ceil(pictureCount / windows))
  const pictures: ImageChunk['pictures'][number][] = []
  const truth: (string | null)[] = []
  const names: string[] = []
  for (let w = 0; w < windows; w++) {
    const reader = await openImages(source, { offset: Math.floor((w * total) / windows), limit: each, chunkRows: each })
    try {
      for await (const chunk of reader.chunks(signal)) {
        pictures.push(...chunk.pictures)
        truth.push(...chunk.labels)
        names.push(...chunk.names)
      }
    } finally {
      reader.close()
    }
  }
  return {
    rows: pictures.length, truth, picture: pictures[0] ?? null, pictures: pictures.map(({ width, height }, i) => ({ name: names[i]!, width, height })),
    fill(plan, buffer, from, take) {
      for (const input of plan.inputs) for (let i = 0; i < take; i++) writePicture(input, buffer, pictures[from + i]!, i)
    },
  }
}

type Collected = Map<string, DenseTensor[]>

async function runSample(session: ModelSession, sample: Sample, plan: FeedPlan, fetches: readonly string[], fixed: number | null, pace: ProbePace, signal: AbortSignal): Promise<{ rows: number; collected: Collected }> {
  const size = fixed ?? (sample.picture === null ? sample.rows : Math.min(16, sample.rows))
  const buffer = createFeedBuffer(plan, size)
  const collected: Collected = new Map()
  const began = performance.now()
  let rows = 0
  // One row first: what it takes says how many the next call may hold.
  let fits = fixed ?? 1
  while (rows < sample.rows && performance.now() - began < pace.limitMs && !signal.aborted) {
    const take = Math.min(fits, size, sample.rows - rows)
    await pace.beforeCall(rows)
    const called = performance.now()
    sample.fill(plan, buffer, rows, take)
    const outputs = await session.run(buffer.tensors(take, fixed), fetches)
    for (const [name, tensor] of Object.entries(outputs)) {
      const width = tensor.values.length / size
      const values = (fixed !== null && take < size && Number.isInteger(width) ? tensor.values.slice(0, take * width) : tensor.values.slice()) as DenseTensor['values']
      collected.set(name, [...(collected.get(name) ?? []), { ...tensor, values }])
    }
    rows += take
    const rest = pace.limitMs - (performance.now() - began)
    fits = fixed ?? Math.max(1, Math.floor(rest / ((performance.now() - called) / take)))
  }
  return { rows, collected }
}

function joined(parts: readonly DenseTensor[]): DenseTensor {
  const [first] = parts
  if (first === undefined || parts.length === 1) return first ?? { dtype: 'float32', dims: [0], values: new Float32Array(0) }
  if (Array.isArray(first.values)) return { ...first, values: parts.flatMap((p) => p.values as readonly string[]) }
  const total = parts.reduce((sum, p) => sum + p.values.length, 0)
  const out = new (first.values.constructor as new (n: number) => Float32Array)(total)
  let at = 0
  for (const p of parts) { out.set(p.values as Float32Array, at); at += p.values.length }
  return { ...first, values: out }
}

/** Runs a sample and answers what each output held; null when nothing could be run. Throws what the runtime throws. */
export async function probeModel(session: ModelSession, sample: Sample, request: ProbeRequest, pace: ProbePace, signal: AbortSignal): Promise<Probe | null> {
  if (sample.rows === 0) return null
  const fetches = request.signature.outputs.filter((o) => o.kind === 'tensor' && session.tensorOutputs.includes(o.name)).map((o) => o.name)
  if (fetches.length === 0) return null
  const { rows, collected } = await runSample(session, sample, planProbe(request), fetches, fixedBatch(request.signature.inputs), pace, signal)
  if (rows === 0) return null
  const outputs = new Map<string, OutputSample>()
  for (const [name, parts] of collected) {
    const found = sampleOf(joined(parts), rows)
    if (found !== null) outputs.set(name, found)
  }
  return { rows, outputs, truth: sample.truth.slice(0, rows) }
}

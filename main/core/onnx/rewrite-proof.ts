// Proves that a rewritten model is the original but for its edit: byte by byte over the file, and value by value over sample rows.
// Refuses to call equal what differs in a single bit.
import type { Derivation, InputVocabulary, Signature, ZipMap } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { type DenseTensor, type ModelSession, openSession } from '../engine/session.ts'
import { checkCancelled } from '../files/staged-copy.ts'
import { plainReason } from './load-proof.ts'
import { readRecords } from './records.ts'
import { batchRows, sampleFeeds, type SampleStyle, seeded } from './sample-rows.ts'
import { readValue } from './value-type.ts'
import { type ByteSource, Cursor } from './wire.ts'
import { metadataKey, type ZipMapEdit } from './zipmap-edit.ts'

const refuse = (reason: string): never => {
  throw new SlipwayError('model.notRewritable', { reason })
}

interface Range { readonly from: number; readonly to: number }

/** Fields of the model and of its graph that must be the same in both files, in order. */
function untouched(source: ByteSource, edit: ZipMapEdit): readonly Range[] {
  // Places of the ZipMap nodes in this file, or of the Identity nodes that took their places.
  const made = new Set(edit.zipMaps.flatMap((z) => z.node.outputs))
  const skip = new Set(readRecords(source).graph.nodes.filter((n) => n.outputs.some((o) => made.has(o))).map((n) => n.tagStart))
  const ranges: Range[] = []
  const top = new Cursor(source)
  while (top.next()) {
    if (top.field === 14 && edit.metadata.has(metadataKey(top))) continue
    if (top.field !== 7) { ranges.push({ from: top.tagStart, to: top.end }); continue }
    const graph = top.inside()
    while (graph.next()) {
      if (graph.field === 1 && skip.has(graph.tagStart)) continue
      if (graph.field === 12 && edit.outputs.has(readValue(graph.inside()).name)) continue
      if (graph.field === 13 && edit.retyped.has(readValue(graph.inside()).name)) continue
      ranges.push({ from: graph.tagStart, to: graph.end })
    }
  }
  return ranges
}

const CHUNK = 1 << 20

function sameBytes(a: ByteSource, ra: Range, b: ByteSource, rb: Range): boolean {
  if (ra.to - ra.from !== rb.to - rb.from) return false
  for (let at = 0; at < ra.to - ra.from; at += CHUNK) {
    const length = Math.min(CHUNK, ra.to - ra.from - at)
    if (Buffer.compare(a.bytes(ra.from + at, ra.from + at + length), b.bytes(rb.from + at, rb.from + at + length)) !== 0) return false
  }
  return true
}

/** Compares both files field by field. Answers how many fields are the same; throws `model.notRewritable` when any but the edited ones differ. */
export function proveStructure(original: ByteSource, derived: ByteSource, edit: ZipMapEdit): number {
  const before = untouched(original, edit)
  const after = untouched(derived, edit)
  const added = edit.opset === null ? 0 : 1
  if (after.length !== before.length + added) refuse('the rewritten file has another number of parts')
  for (const [i, range] of before.entries()) {
    const other = after[i]
    if (other === undefined || !sameBytes(original, range, derived, other)) refuse('a part of the rewritten file that should be untouched differs')
  }
  return before.length
}

type Results = Readonly<Record<string, DenseTensor>>

function bitsOf(tensor: DenseTensor): Uint8Array | null {
  return ArrayBuffer.isView(tensor.values) ? new Uint8Array(tensor.values.buffer, tensor.values.byteOffset, tensor.values.byteLength) : null
}

/** Largest absolute difference of two tensors: 0 only when every bit is the same, NaN against NaN included. */
function difference(a: DenseTensor, b: DenseTensor): number {
  if (a.dtype !== b.dtype || a.dims.length !== b.dims.length || a.dims.some((d, i) => d !== b.dims[i])) return Infinity
  const x = bitsOf(a)
  const y = bitsOf(b)
  if (x !== null && y !== null && Buffer.compare(x, y) === 0) return 0
  let most = 0
  for (let i = 0; i < a.values.length; i++) {
    const v = a.values[i]
    const w = b.values[i]
    if (Object.is(v, w)) continue
    const gap = typeof v === 'number' && typeof w === 'number' && !(Number.isNaN(v) && Number.isNaN(w)) ? Math.abs(v - w) : typeof v === 'number' ? 0 : Infinity
    most = Math.max(most, Number.isNaN(gap) ? Infinity : gap, Number.MIN_VALUE)
  }
  return most
}

/** On how many rows the label output names the class with the largest probability; ties and NaN rows are not counted. */
function agreement(label: DenseTensor, probabilities: DenseTensor, zip: ZipMap): { readonly same: number; readonly rows: number } | null {
  const [rows, classes] = probabilities.dims
  if (rows === undefined || classes === undefined || label.values.length !== rows || (label.dtype !== 'string' && label.dtype !== 'int64')) return null
  const known = new Set(zip.labels)
  let same = 0
  let counted = 0
  for (let row = 0; row < rows; row++) {
    const own = String(label.values[row])
    if (!known.has(own)) return null
    const values = Array.from({ length: classes }, (_, c) => Number(probabilities.values[row * classes + c]))
    const top = Math.max(...values)
    if (Number.isNaN(top) || values.filter((v) => v === top).length > 1) continue
    counted += 1
    if (zip.labels[values.indexOf(top)] === own) same += 1
  }
  return { same, rows: counted }
}

const SEED = 20_240_229
const ROWS = 128

const styles: readonly SampleStyle[] = [
  { width: 1, unseen: true, withNaN: true }, { width: 1, unseen: false, withNaN: true }, { width: 1, unseen: false, withNaN: false },
  ...[2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 16, 20, 24, 28, 30, 32, 50, 64, 100, 128, 256, 512, 784].map((width) => ({ width, unseen: false, withNaN: true })),
]

interface Pair { readonly witness: ModelSession; readonly derived: ModelSession; readonly fetch: readonly string[]; readonly edit: ZipMapEdit }

interface Tally { rows: number; most: number; readonly compared: Set<string>; readonly agreed: Map<string, { same: number; rows: number }> }

/** Fetches of both sessions side by side: plain outputs by their own name, former maps against the tensor behind them. */
function compareRun(pair: Pair, before: Results, after: Results, tally: Tally, rows: number): void {
  const behind = new Map(pair.edit.zipMaps.map((z) => [z.zipMap.output, z.zipMap.input]))
  for (const name of pair.derived.outputNames) {
    const a = before[behind.get(name) ?? name]
    const b = after[name]
    if (a === undefined || b === undefined) return refuse(`the output “${name}” was not answered`)
    tally.compared.add(name)
    tally.most = Math.max(tally.most, difference(a, b))
  }
  for (const { zipMap } of pair.edit.zipMaps) {
    const probabilities = after[zipMap.output]
    if (probabilities === undefined || probabilities.dims.length !== 2 || probabilities.dims[1] !== zipMap.labels.length) {
      return refuse(`the tensor behind “${zipMap.output}” has the shape [${probabilities?.dims.join(', ') ?? ''}], not one column per class label`)
    }
    for (const name of pair.derived.outputNames) {
      const label = after[name]
      const found = label === undefined || name === zipMap.output ? null : agreement(label, probabilities, zipMap)
      if (found === null) continue
      const key = `${name}\n${zipMap.output}`
      const sum = tally.agreed.get(key) ?? { same: 0, rows: 0 }
      tally.agreed.set(key, { same: sum.same + found.same, rows: sum.rows + found.rows })
    }
  }
  tally.rows += rows
}

async function tryStyle(pair: Pair, signature: Signature, vocabularies: readonly InputVocabulary[], style: SampleStyle, signal: AbortSignal): Promise<Tally | string> {
  const random = seeded(SEED)
  const rows = batchRows(signature, ROWS)
  const tally: Tally = { rows: 0, most: 0, compared: new Set(), agreed: new Map() }
  for (let run = 0; run < Math.ceil(ROWS / rows); run++) {
    checkCancelled(signal)
    // With a fixed batch, only the last run has the row of NaN.
    const feeds = sampleFeeds(signature, vocabularies, rows, { ...style, withNaN: style.withNaN && run === Math.ceil(ROWS / rows) - 1 }, random)
    if ('impossible' in feeds && typeof feeds.impossible === 'string') return refuse(`${feeds.impossible}, so equality cannot be shown on sample rows`)
    let before: Results
    try {
      before = await pair.witness.run(feeds as Results, pair.fetch)
    } catch (error) {
      return plainReason(error instanceof Error ? error.message : String(error))
    }
    const after = await pair.derived.run(feeds as Results, pair.derived.outputNames).catch((error: unknown) => refuse(`the rewritten model fails where the original runs (${plainReason(String(error))})`))
    compareRun(pair, before, after, tally, rows)
  }
  return tally
}

function inWords(tally: Tally, style: SampleStyle, parts: number): string {
  const agreed = [...tally.agreed].map(([key, a]) => {
    const [label, output] = key.split('\n')
    return ` The label output “${label}” names the column of “${output}” with the largest value on ${a.same} of ${a.rows} rows${a.same === a.rows ? '' : '; on the others the original itself decides otherwise'}.`
  })
  return `The original and the rewritten model ran on the same ${tally.rows} seeded sample rows (seed ${SEED}${style.withNaN ? ', one row of missing numbers' : ''}${style.unseen ? ', unseen texts' : ''}) and answered the same bits in ${[...tally.compared].map((n) => `“${n}”`).join(', ')}.`
    + ` Outside the edit, all ${parts} parts of the file (nodes, weights, declarations) are the same bytes.${agreed.join('')}`
}

/**
 * Runs the witness and the rewritten model on at least 100 seeded rows and compares every output bit by bit.
 * Throws `model.notRewritable` when anything differs or nothing can be run.
 */
export async function proveEqual(paths: { readonly witness: string; readonly derived: string }, signature: Signature, vocabularies: readonly InputVocabulary[], edit: ZipMapEdit, parts: number, signal: AbortSignal): Promise<Derivation['proof']> {
  const open = (path: string): Promise<ModelSession> => openSession(path, { provider: 'cpu', threads: 1 }).catch((error: unknown) => refuse(`ONNX Runtime does not load it (${plainReason(String(error))})`))
  const witness = await open(paths.witness)
  const derived = await open(paths.derived).catch(async (error: unknown) => { await witness.release(); throw error })
  try {
    const maps = new Set(edit.zipMaps.map((z) => z.zipMap.output))
    const fetch = [...new Set([...derived.outputNames.filter((n) => !maps.has(n)), ...edit.zipMaps.map((z) => z.zipMap.input)])]
    let last = ''
    for (const style of styles) {
      const tally = await tryStyle({ witness, derived, fetch, edit }, signature, vocabularies, style, signal)
      if (typeof tally === 'string') { last = tally; continue }
      if (tally.most !== 0) return refuse('the rewritten model answers other values than the original on the sample rows')
      return { rows: tally.rows, comparedOutputs: [...tally.compared], maxAbsDifference: 0, equal: true, statement: inWords(tally, style, parts) }
    }
    return refuse(`it runs on no sample rows, so equality cannot be shown (${last})`)
  } finally {
    await witness.release()
    await derived.release()
  }
}

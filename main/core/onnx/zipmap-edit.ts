// The edit that takes ZipMap nodes out of a model, byte to byte: what is replaced, what is dropped, what is added.
// Every other byte of nodes, weights and functions is copied as it is. Refuses what cannot become plain tensors.
import type { Dimension, ValueSpec } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { readSignature } from './describe.ts'
import { elementTypeCode } from './element-type.ts'
import { consumersOf, findZipMaps, type FoundZipMap } from './labels.ts'
import type { ModelRecord, NodeRecord } from './records.ts'
import { readValue } from './value-type.ts'
import { type ByteSource, Cursor } from './wire.ts'
import { concatBytes, delimitedField, delimitedPieces, numberField, type Piece } from './wire-write.ts'

export interface ZipMapEdit {
  readonly zipMaps: readonly FoundZipMap[]
  /** Bytes that stand in the place of each ZipMap node, by the place of its field in the source. */
  readonly nodes: ReadonlyMap<number, Uint8Array>
  /** New declarations of graph outputs, by name. */
  readonly outputs: ReadonlyMap<string, Uint8Array>
  /** Values whose declared type no longer holds. */
  readonly retyped: ReadonlySet<string>
  readonly metadata: ReadonlyMap<string, string>
  /** Version of the standard operators to import, when the model imports none; null when it does. */
  readonly opset: number | null
  /** What was done, in words. */
  readonly words: readonly string[]
}

/** Identity has been there in this form since opset 1; 7 is what the oldest servers still in use know. */
const OLDEST_OPSET = 7

const refuse = (reason: string): never => {
  throw new SlipwayError('model.notRewritable', { reason })
}

/** A ValueInfoProto of a float32 tensor as a graph output field; no shape when `shape` is null. */
export function tensorOutput(name: string, shape: readonly Dimension[] | null): Uint8Array {
  const dims = (shape ?? []).map((d) => delimitedField(1, d === null ? new Uint8Array(0) : typeof d === 'number' ? numberField(1, d) : delimitedField(2, d)))
  const tensor = concatBytes([numberField(1, elementTypeCode('float32')), ...(shape === null ? [] : [delimitedField(2, concatBytes(dims))])])
  return delimitedField(12, concatBytes([delimitedField(1, name), delimitedField(2, delimitedField(1, tensor))]))
}

function identityNode(zip: NodeRecord): Uint8Array {
  const parts = [delimitedField(1, zip.inputs[0] ?? ''), delimitedField(2, zip.outputs[0] ?? ''), ...(zip.name === '' ? [] : [delimitedField(3, zip.name)]), delimitedField(4, 'Identity')]
  return delimitedField(1, concatBytes(parts))
}

/** The row dimension to declare: that of a sibling output or of all inputs; a fixed one only where both agree. */
function rowDimension(outputs: readonly ValueSpec[], inputs: readonly ValueSpec[]): Dimension {
  const firsts = (values: readonly ValueSpec[]): readonly Dimension[] => values.flatMap((v) => (v.kind === 'tensor' && v.shape !== null && v.shape.length > 0 ? [v.shape[0] ?? null] : []))
  const of = [...firsts(inputs), ...firsts(outputs)]
  const named = of.find((d) => typeof d === 'string')
  if (named !== undefined) return named
  const fixed = of[0]
  return typeof fixed === 'number' && of.every((d) => d === fixed) ? fixed : 'N'
}

/** The only use of a map must be the graph output itself. */
function checkUses(model: ModelRecord, zipMaps: readonly FoundZipMap[]): void {
  for (const value of zipMaps.flatMap((z) => z.node.outputs)) {
    const other = consumersOf(model, value)[0]
    if (other !== undefined) refuse(`the operator ${other.opType} works on the map “${value}”`)
    if (model.bodies.some((b) => b.nodes.some((n) => n.inputs.includes(value)) || b.outputs.some((o) => o.name === value))) refuse(`a body inside the graph works on the map “${value}”`)
  }
}

function checkOutputs(model: ModelRecord, zipMaps: readonly FoundZipMap[]): void {
  for (const output of model.graph.outputs) {
    if (output.kind !== 'sequence' && output.kind !== 'map') continue
    if (zipMaps.some((z) => z.zipMap.output === output.name)) continue
    const maker = model.graph.nodes.find((n) => n.outputs.includes(output.name))
    refuse(`the output “${output.name}” (${output.text}) comes from ${maker === undefined ? 'no operator' : `the operator ${maker.opType}`}, not from a ZipMap`)
  }
  if (zipMaps.length === 0) refuse('no output of the model comes from a ZipMap')
  for (const { zipMap } of zipMaps) {
    if (zipMap.labels.length === 0) refuse(`the ZipMap behind “${zipMap.output}” has no class labels`)
    if (zipMap.input === '') refuse(`the ZipMap behind “${zipMap.output}” has no input`)
  }
}

function classesMetadata(zipMaps: readonly FoundZipMap[], sourceSha256: string): Map<string, string> {
  const lists = zipMaps.map((z) => JSON.stringify(z.zipMap.labels))
  const out = new Map<string, string>()
  if (new Set(lists).size === 1) out.set('slipway.classes', lists[0] ?? '[]')
  else for (const [i, z] of zipMaps.entries()) out.set(`slipway.classes.${z.zipMap.output}`, lists[i] ?? '[]')
  return out.set('slipway.rewrittenFrom', sourceSha256)
}

/**
 * Plans the removal of every ZipMap: an Identity takes its place, so that the output keeps its name and becomes the float tensor [rows, classes].
 * Throws `model.notRewritable` with the reason.
 */
export function planZipMapEdit(source: ByteSource, model: ModelRecord, sourceSha256: string): ZipMapEdit {
  const zipMaps = findZipMaps(source, model)
  checkOutputs(model, zipMaps)
  checkUses(model, zipMaps)
  const signature = readSignature(model)
  const rows = rowDimension(signature.outputs, signature.inputs)
  const opset = model.opsets.some((o) => o.domain === '') ? null : OLDEST_OPSET
  const metadata = classesMetadata(zipMaps, sourceSha256)
  return {
    zipMaps,
    nodes: new Map(zipMaps.map((z) => [z.node.tagStart, identityNode(z.node)])),
    outputs: new Map(zipMaps.map((z) => [z.zipMap.output, tensorOutput(z.zipMap.output, [rows, z.zipMap.labels.length])])),
    retyped: new Set(zipMaps.flatMap((z) => z.node.outputs)),
    metadata,
    opset,
    words: [
      ...zipMaps.map((z) => `ZipMap node${z.node.name === '' ? '' : ` “${z.node.name}”`} replaced by Identity: output “${z.zipMap.output}” keeps its name and is now float32[${rows ?? '?'}, ${z.zipMap.labels.length}], the tensor “${z.zipMap.input}”; columns: ${z.zipMap.labels.slice(0, 20).join(', ')}${z.zipMap.labels.length > 20 ? ', …' : ''}`),
      `metadata added: ${[...metadata.keys()].join(', ')}`,
      ...(opset === null ? [] : [`import of the standard operators added (opset ${opset}), which Identity needs`]),
    ],
  }
}

function graphPieces(source: ByteSource, start: number, end: number, edit: ZipMapEdit): readonly Piece[] {
  const pieces: Piece[] = []
  const cursor = new Cursor(source, start, end)
  while (cursor.next()) {
    const node = cursor.field === 1 ? edit.nodes.get(cursor.tagStart) : undefined
    const name = cursor.field === 12 || cursor.field === 13 ? readValue(cursor.inside()).name : null
    const output = cursor.field === 12 && name !== null ? edit.outputs.get(name) : undefined
    if (cursor.field === 13 && name !== null && edit.retyped.has(name)) continue
    keep(pieces, node ?? output ?? { from: cursor.tagStart, to: cursor.end })
  }
  return pieces
}

/** Adds a piece, joining it to the one before where they touch. */
function keep(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1)
  if (last !== undefined && !(last instanceof Uint8Array) && !(piece instanceof Uint8Array) && last.to === piece.from) pieces[pieces.length - 1] = { from: last.from, to: piece.to }
  else pieces.push(piece)
}

/** Key of the metadata entry under the cursor. */
export function metadataKey(cursor: Cursor): string {
  const entry = cursor.inside()
  let key = ''
  while (entry.next()) if (entry.field === 1) key = entry.text()
  return key
}

/** The new file as pieces of the old one and new bytes. */
export function editedPieces(source: ByteSource, edit: ZipMapEdit): readonly Piece[] {
  const pieces: Piece[] = []
  const cursor = new Cursor(source)
  while (cursor.next()) {
    if (cursor.field === 14 && edit.metadata.has(metadataKey(cursor))) continue
    if (cursor.field === 7) for (const piece of delimitedPieces(7, graphPieces(source, cursor.start, cursor.end, edit))) keep(pieces, piece)
    else keep(pieces, { from: cursor.tagStart, to: cursor.end })
  }
  if (edit.opset !== null) pieces.push(delimitedField(8, concatBytes([delimitedField(1, ''), numberField(2, edit.opset)])))
  for (const [key, value] of edit.metadata) pieces.push(delimitedField(14, concatBytes([delimitedField(1, key), delimitedField(2, value)])))
  return pieces
}

/** The original with its ZipMaps in place and the tensors behind them shown as further outputs: the witness of what they were. */
export function witnessPieces(source: ByteSource, model: ModelRecord, edit: ZipMapEdit): readonly Piece[] {
  const known = new Set(model.graph.outputs.map((o) => o.name))
  const added = [...new Set(edit.zipMaps.map((z) => z.zipMap.input))].filter((name) => !known.has(name)).map((name) => tensorOutput(name, null))
  const pieces: Piece[] = []
  let done = false
  const cursor = new Cursor(source)
  while (cursor.next()) {
    if (cursor.field !== 7 || done) { keep(pieces, { from: cursor.tagStart, to: cursor.end }); continue }
    for (const piece of delimitedPieces(7, [{ from: cursor.start, to: cursor.end }, ...added])) keep(pieces, piece)
    done = true
  }
  return pieces
}

// Describes the graphs of a model file for comparing: nodes, settings, and every tensor by a digest of its content, read once in a stream.
// Constant nodes become tensors. Keeps where each tensor's numbers are, so that they can be read again; never the numbers.
import { createHash } from 'node:crypto'
import type { TensorType } from '../../../shared/domain/model.ts'
import type { DescribedAttribute, DescribedGraph, DescribedModel, DescribedNode, DescribedTensor } from '../../../shared/model-diff/graph.ts'
import { float32Text, readAttributeContent, type AttributeContent } from './attribute-content.ts'
import { isLearnedList, isLearnedShape } from './learned-attributes.ts'
import { documentationDigest } from './documentation.ts'
import { elementTypeName } from './element-type.ts'
import { decodeElements, hasNumbers } from './element-values.ts'
import type { AttributeRecord, GraphRecord, ModelRecord, NodeRecord } from './records.ts'
import { elementBytesOf, floatListPieces, pieceElements, tensorPieces, type OpenExternal } from './tensor-content.ts'
import { readTensor, type SparseRecord, type TensorRecord } from './tensor.ts'
import { type ByteSource, Cursor } from './wire.ts'

const mostShown = 8

/** Tells how far reading has come. */
export interface DescribeWatch { readonly onBytes: (bytes: number) => void; readonly check: () => void }

/** Reads the content of a tensor again, piece by piece. */
export type ReadPieces = () => Generator<Uint8Array>

export interface DescribedFile { readonly model: DescribedModel; readonly pieces: readonly ReadPieces[] }

type Filling = { -readonly [K in keyof DescribedTensor]: DescribedTensor[K] }

/** Other tasks of the process, a cancel among them, get a turn after so many milliseconds. */
const turnMs = 50

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

class Describer {
  readonly pieces: ReadPieces[] = []
  private readonly pending: Filling[] = []
  private readonly source: ByteSource
  private readonly records: ModelRecord
  private readonly open: OpenExternal
  private readonly watch: DescribeWatch
  private readonly bodies: ReadonlyMap<number, GraphRecord>
  private scratch: Float64Array | null = null

  constructor(source: ByteSource, records: ModelRecord, open: OpenExternal, watch: DescribeWatch) {
    this.source = source
    this.records = records
    this.open = open
    this.watch = watch
    this.bodies = new Map(records.bodies.map((b) => [b.start, b]))
  }

  /** A tensor whose content is still to be read; see `fill`. */
  private tensor(name: string, type: TensorType, dims: readonly number[], elements: number, read: ReadPieces): Filling {
    this.pieces.push(read)
    const tensor: Filling = { id: this.pieces.length - 1, name, type, dims, elements, digest: '', squares: null, text: null }
    this.pending.push(tensor)
    return tensor
  }

  /** Reads the content once, a piece at each step. */
  private *reading(tensor: Filling): Generator<void> {
    const { type, elements } = tensor
    const hash = createHash('sha256')
    const floating = hasNumbers(type) && /^b?float/.test(type)
    let squares = 0
    let first: Uint8Array | null = null
    let texts = ''
    for (const piece of this.pieces[tensor.id]!()) {
      this.watch.check()
      this.watch.onBytes(piece.length)
      hash.update(piece)
      if (floating) squares += this.squaresOf(type, piece)
      first ??= piece
      if (type === 'string' && elements <= mostShown && texts.length < 400) texts += utf8.decode(piece)
      yield
    }
    tensor.text = elements > mostShown || type === 'undefined' ? null : type === 'string' ? texts.replaceAll(/[\u0000-\u001f]+/g, ' ').trim() : this.valuesText(type, tensor.dims, first)
    tensor.digest = `${type}:${hash.digest('hex')}`
    tensor.squares = floating ? squares : null
  }

  /** Reads the content of every tensor that has not been read, and lets others have a turn now and then. */
  async fill(): Promise<void> {
    let turn = Date.now()
    for (const tensor of this.pending) {
      if (tensor.digest !== '') continue
      for (const _ of this.reading(tensor)) {
        if (Date.now() - turn < turnMs) continue
        await new Promise((resolve) => { setImmediate(resolve) })
        turn = Date.now()
      }
    }
  }

  private squaresOf(type: TensorType, piece: Uint8Array): number {
    const values = (this.scratch ??= new Float64Array(pieceElements))
    const count = decodeElements(type, piece, values)
    let sum = 0
    for (let i = 0; i < count; i++) { const v = values[i]!; if (v - v === 0) sum += v * v }
    return sum
  }

  private valuesText(type: TensorType, dims: readonly number[], bytes: Uint8Array | null): string | null {
    if (!hasNumbers(type)) return null
    const values = new Float64Array(mostShown)
    const count = bytes === null ? 0 : decodeElements(type, bytes, values)
    const shown = [...values.subarray(0, count)].map((v) => (type === 'float32' ? float32Text(v) : String(v)))
    return dims.length === 0 ? shown.join(', ') : `[${shown.join(', ')}]`
  }

  private record(name: string, t: TensorRecord): Filling {
    return this.tensor(name, elementTypeName(t.elementCode), t.dims, t.elements, () => tensorPieces(this.source, t, this.open))
  }

  private sparse(s: SparseRecord): DescribedTensor {
    const { source, open } = this
    const read = function* (): Generator<Uint8Array> {
      yield* tensorPieces(source, s.values, open)
      if (s.indices !== null) yield* tensorPieces(source, s.indices, open)
    }
    // Its numbers have no fixed places: it is compared as a whole.
    return this.tensor(s.values.name, 'undefined', s.dims, s.values.elements, read)
  }

  private constantOf(node: NodeRecord, at: AttributeRecord, content: AttributeContent): DescribedTensor | null {
    const name = node.outputs[0] ?? ''
    const inside = content.tensors[0]
    if (at.name === 'value' && inside !== undefined) return this.record(name, readTensor(new Cursor(this.source, inside.start, inside.end), inside.start, inside.end))
    const list = at.name.endsWith('s')
    const type: TensorType | null = at.name.startsWith('value_float') ? 'float32' : at.name.startsWith('value_int') ? 'int64' : at.name.startsWith('value_string') ? 'string' : null
    if (type === null) return null
    const bytes = this.constantBytes(at, type)
    const elements = type === 'string' ? 1 : bytes.length / (type === 'int64' ? 8 : 4)
    return this.tensor(name, type, list ? [elements] : [], elements, function* () { yield bytes })
  }

  private constantBytes(at: AttributeRecord, type: TensorType): Uint8Array {
    const parts: Uint8Array[] = []
    const integer = (v: bigint): void => { const b = new Uint8Array(8); new DataView(b.buffer).setBigInt64(0, v, true); parts.push(b) }
    const cursor = new Cursor(this.source, at.start, at.end)
    while (cursor.next()) {
      if (type === 'float32' && (cursor.field === 2 || cursor.field === 7)) parts.push(this.source.bytes(cursor.start, cursor.end))
      else if (type === 'int64' && (cursor.field === 3 || cursor.field === 8)) cursor.eachInteger(integer)
      else if (type === 'string' && (cursor.field === 4 || cursor.field === 9)) parts.push(cursor.bytes())
    }
    return new Uint8Array(Buffer.concat(parts))
  }

  private attribute(node: NodeRecord, at: AttributeRecord, content: AttributeContent): DescribedAttribute | null {
    if (content.graphs.length > 0 || (content.floats > 0 && isLearnedList(node, at.name))) return null
    const inner = content.tensors.map((t) => this.record('', readTensor(new Cursor(this.source, t.start, t.end), t.start, t.end)))
    // Few and small: their content is part of the setting, which is told at once.
    for (const tensor of inner) for (const _ of this.reading(tensor)) this.watch.check()
    const text = inner.length === 0 ? content.text : inner.map((t) => t.text ?? `${t.type}[${t.dims.join(', ')}]`).join(', ')
    return { name: at.name, digest: [content.digest, ...inner.map((t) => t.digest)].join('|'), text, learned: isLearnedShape(node, at.name) }
  }

  private node(node: NodeRecord, contents: readonly AttributeContent[]): DescribedNode {
    const with_ = node.attributes.map((at, i) => ({ at, content: contents[i]! }))
    return {
      name: node.name, op: node.opType, domain: node.domain, inputs: node.inputs, outputs: node.outputs,
      attributes: with_.flatMap(({ at, content }) => this.attribute(node, at, content) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1)),
      learned: with_.filter(({ at, content }) => content.floats > 0 && isLearnedList(node, at.name)).map(({ at, content }) => ({
        slot: at.name, tensor: this.tensor(at.name, 'float32', [content.floats], content.floats, () => floatListPieces(this.source, at)),
      })),
      bodies: with_.flatMap(({ at, content }) => content.graphs.flatMap((g, i) => {
        const body = this.bodies.get(g.start)
        return body === undefined ? [] : [{ slot: content.graphs.length > 1 ? `${at.name} ${i + 1}` : at.name, graph: this.graph(body, body.inputs.map((v) => v.name)) }]
      })),
    }
  }

  private nodes(all: readonly NodeRecord[], tensors: DescribedTensor[]): DescribedNode[] {
    const nodes: DescribedNode[] = []
    for (const node of all) {
      this.watch.check()
      const contents = node.attributes.map((at) => readAttributeContent(this.source, at))
      const constant = node.opType === 'Constant' && node.domain === '' ? node.attributes.map((at, i) => this.constantOf(node, at, contents[i]!)).find((t) => t !== null) : undefined
      if (constant == null) nodes.push(this.node(node, contents))
      else tensors.push(constant)
    }
    return nodes
  }

  graph(g: GraphRecord, inputs: readonly string[]): DescribedGraph {
    const tensors = [...g.initializers.map((t) => this.record(t.name, t)), ...g.sparse.map((s) => this.sparse(s))]
    const nodes = this.nodes(g.nodes, tensors)
    return { inputs, outputs: g.outputs.map((o) => o.name), tensors, nodes }
  }

  model(): DescribedModel {
    const { graph, functions } = this.records
    const known = new Set([...graph.initializers.map((t) => t.name), ...graph.sparse.map((s) => s.values.name)])
    return {
      // Before version 4 of the format every weight had to be listed as an input, and none could be replaced.
      replaceable: this.records.irVersion < 4 ? [] : graph.inputs.map((i) => i.name).filter((name) => known.has(name)),
      graph: this.graph(graph, graph.inputs.map((i) => i.name).filter((name) => !known.has(name))),
      functions: functions.map((f) => {
        const tensors: DescribedTensor[] = []
        const nodes = this.nodes(f.nodes, tensors)
        return { name: f.domain === '' ? f.name : `${f.domain}.${f.name}`, graph: { inputs: f.inputs, outputs: f.outputs, tensors, nodes } }
      }),
      documentation: documentationDigest(this.source),
    }
  }
}

/** Bytes of all tensors, for progress. */
export function contentBytes(records: ModelRecord): number {
  return [records.graph, ...records.bodies].reduce((n, g) => n + g.initializers.reduce((m, t) => m + Math.max(t.bytes, t.elements * elementBytesOf(t)), 0), 0)
}

/** Reads every tensor once and describes the whole model. Throws WireError where content is missing. */
export async function describeModel(source: ByteSource, records: ModelRecord, open: OpenExternal, watch: DescribeWatch): Promise<DescribedFile> {
  const describer = new Describer(source, records, open, watch)
  const model = describer.model()
  await describer.fill()
  return { model, pieces: describer.pieces }
}

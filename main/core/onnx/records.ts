// The model file as records: nodes, tensors and values with their places in the file, without weights.
// Owns the field numbers of the ONNX messages (onnx.proto3 of the specification). Judges nothing.
import type { ValueSpec } from '../../../shared/domain/model.ts'
import { readSparse, readTensor, type SparseRecord, type TensorRecord } from './tensor.ts'
import { readValue } from './value-type.ts'
import { type ByteSource, Cursor, WireError } from './wire.ts'

export interface AttributeRecord { readonly name: string; readonly start: number; readonly end: number }

export interface NodeRecord {
  readonly name: string
  readonly opType: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: readonly AttributeRecord[]
  /** Range of the whole field in the file, tag included. */
  readonly tagStart: number
  readonly end: number
}

export interface GraphRecord {
  readonly name: string
  readonly nodes: readonly NodeRecord[]
  readonly initializers: readonly TensorRecord[]
  readonly sparse: readonly SparseRecord[]
  readonly inputs: readonly ValueSpec[]
  readonly outputs: readonly ValueSpec[]
  /** Range of the message in the file. */
  readonly start: number
  readonly end: number
}

export interface ModelRecord {
  readonly irVersion: number
  readonly opsets: readonly { readonly domain: string; readonly version: number }[]
  readonly producerName: string
  readonly producerVersion: string
  readonly domain: string
  readonly modelVersion: string
  readonly description: string
  readonly metadata: readonly { readonly key: string; readonly value: string }[]
  readonly graph: GraphRecord
  /** Bodies of If, Loop, Scan and the like, at any depth, and inside functions. */
  readonly bodies: readonly GraphRecord[]
  /** Nodes of model-local functions. */
  readonly functions: readonly { readonly name: string; readonly domain: string; readonly inputs: readonly string[]; readonly outputs: readonly string[]; readonly nodes: readonly NodeRecord[] }[]
  /** Tensors kept in attributes, such as those of Constant nodes, anywhere. */
  readonly attributeTensors: readonly TensorRecord[]
}

const MOST_PARTS = 1_000_000
const DEEPEST = 60

interface GraphParts { name: string; nodes: NodeRecord[]; initializers: TensorRecord[]; sparse: SparseRecord[]; inputs: ValueSpec[]; outputs: ValueSpec[]; start: number; end: number }

const emptyGraph = (start = 0, end = 0): GraphParts => ({ name: '', nodes: [], initializers: [], sparse: [], inputs: [], outputs: [], start, end })

class Reader {
  readonly bodies: GraphParts[] = []
  readonly attributeTensors: TensorRecord[] = []
  private parts = 0

  private count(): void {
    if (++this.parts > MOST_PARTS) throw new WireError('excess', `the graph has more than ${MOST_PARTS.toLocaleString('en')} parts`)
  }

  attribute(cursor: Cursor, start: number, end: number, depth: number): AttributeRecord {
    let name = ''
    while (cursor.next()) {
      if (cursor.field === 1) name = cursor.text()
      else if (cursor.field === 5 || cursor.field === 10) this.attributeTensors.push(readTensor(cursor.inside(), cursor.start, cursor.end))
      else if (cursor.field === 6 || cursor.field === 11) this.body(cursor, depth)
      else if (cursor.field === 22 || cursor.field === 23) this.sparseAttribute(readSparse(cursor.inside()))
    }
    return { name, start, end }
  }

  private sparseAttribute(sparse: SparseRecord): void {
    this.attributeTensors.push(sparse.values)
    if (sparse.indices !== null) this.attributeTensors.push(sparse.indices)
  }

  private body(cursor: Cursor, depth: number): void {
    if (depth >= DEEPEST) throw new WireError('excess', `graphs are nested more than ${DEEPEST} deep`)
    const body = emptyGraph(cursor.start, cursor.end)
    this.bodies.push(body)
    this.graph(cursor.inside(), body, depth + 1)
  }

  node(cursor: Cursor, tagStart: number, end: number, depth: number): NodeRecord {
    this.count()
    let name = ''
    let opType = ''
    let domain = ''
    const inputs: string[] = []
    const outputs: string[] = []
    const attributes: AttributeRecord[] = []
    while (cursor.next()) {
      if (cursor.field === 1) inputs.push(cursor.text())
      else if (cursor.field === 2) outputs.push(cursor.text())
      else if (cursor.field === 3) name = cursor.text()
      else if (cursor.field === 4) opType = cursor.text()
      else if (cursor.field === 5) attributes.push(this.attribute(cursor.inside(), cursor.start, cursor.end, depth))
      else if (cursor.field === 7) domain = cursor.text()
    }
    return { name, opType, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, attributes, tagStart, end }
  }

  graph(cursor: Cursor, into: GraphParts, depth: number): void {
    while (cursor.next()) {
      if (cursor.field === 1) into.nodes.push(this.node(cursor.inside(), cursor.tagStart, cursor.end, depth))
      else if (cursor.field === 2) into.name = cursor.text()
      else if (cursor.field === 5) { this.count(); into.initializers.push(readTensor(cursor.inside(), cursor.start, cursor.end)) }
      else if (cursor.field === 11) into.inputs.push(readValue(cursor.inside()))
      else if (cursor.field === 12) into.outputs.push(readValue(cursor.inside()))
      else if (cursor.field === 15) { this.count(); into.sparse.push(readSparse(cursor.inside())) }
    }
  }

  functionBody(cursor: Cursor): ModelRecord['functions'][number] {
    let name = ''
    let domain = ''
    const nodes: NodeRecord[] = []
    const inputs: string[] = []
    const outputs: string[] = []
    while (cursor.next()) {
      if (cursor.field === 1) name = cursor.text()
      else if (cursor.field === 4) inputs.push(cursor.text())
      else if (cursor.field === 5) outputs.push(cursor.text())
      else if (cursor.field === 7) nodes.push(this.node(cursor.inside(), cursor.tagStart, cursor.end, 1))
      else if (cursor.field === 10) domain = cursor.text()
    }
    return { name, domain, inputs, outputs, nodes }
  }
}

function readOpset(cursor: Cursor): { domain: string; version: number } {
  let domain = ''
  let version = 0
  while (cursor.next()) {
    if (cursor.field === 1) domain = cursor.text()
    else if (cursor.field === 2) version = cursor.integer()
  }
  return { domain: domain === 'ai.onnx' ? '' : domain, version }
}

function readProperty(cursor: Cursor): { key: string; value: string } {
  let key = ''
  let value = ''
  while (cursor.next()) {
    if (cursor.field === 1) key = cursor.text()
    else if (cursor.field === 2) value = cursor.text(1 << 24)
  }
  return { key, value }
}

/** How far a failed reading came: whether the bytes looked like an ONNX model at all. */
export interface Trace { looksLikeModel: boolean }

/**
 * Reads a ModelProto without its weights. Memory grows with the number of nodes and names, not with the file.
 * Throws WireError; `trace.looksLikeModel` then tells a damaged model from something that never was one.
 * `start` and `end`: where the model lies, when the source holds more.
 */
export function readRecords(source: ByteSource, trace: Trace = { looksLikeModel: false }, start = 0, end = source.size): ModelRecord {
  const reader = new Reader()
  const graph = emptyGraph()
  const opsets: { domain: string; version: number }[] = []
  const metadata: { key: string; value: string }[] = []
  const functions: ModelRecord['functions'][number][] = []
  let irVersion = 0, producerName = '', producerVersion = '', domain = '', modelVersion = '0', description = '', hasGraph = false
  const cursor = new Cursor(source, start, end)
  while (cursor.next()) {
    if (cursor.field === 1) { irVersion = cursor.integer(); trace.looksLikeModel = irVersion > 0 && irVersion < 1000 }
    else if (cursor.field === 2) producerName = cursor.text()
    else if (cursor.field === 3) producerVersion = cursor.text()
    else if (cursor.field === 4) domain = cursor.text()
    else if (cursor.field === 5) modelVersion = cursor.int64().toString()
    else if (cursor.field === 6) description = cursor.text(1 << 24)
    else if (cursor.field === 7) { graph.start = cursor.start; graph.end = cursor.end; reader.graph(cursor.inside(), graph, 0); hasGraph = true }
    else if (cursor.field === 8) opsets.push(readOpset(cursor.inside()))
    else if (cursor.field === 14) metadata.push(readProperty(cursor.inside()))
    else if (cursor.field === 25) functions.push(reader.functionBody(cursor.inside()))
  }
  if (!hasGraph) throw new WireError(trace.looksLikeModel ? 'cut' : 'broken', 'there is no graph in it')
  return { irVersion, opsets, producerName, producerVersion, domain, modelVersion, description, metadata, graph, bodies: reader.bodies, functions, attributeTensors: reader.attributeTensors }
}

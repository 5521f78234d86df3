// Everything about one node: settings in words, inputs and outputs with their shapes, the constants behind them, comments.
import type { GraphNodeDetail, GraphTensor } from '../../../../shared/domain/graph.ts'
import { SlipwayError } from '../../../../shared/errors.ts'
import { readAttributeContent } from '../attribute-content.ts'
import { floatCountOf } from '../attributes.ts'
import { elementTypeName } from '../element-type.ts'
import { isLearnedList } from '../learned-attributes.ts'
import type { AttributeRecord, NodeRecord } from '../records.ts'
import { readTensor, type TensorRecord } from '../tensor.ts'
import { type ByteSource, Cursor } from '../wire.ts'
import { constantNamed, toNode, valueNamed } from './describe-view.ts'
import type { GraphModel } from './graph-model.ts'
import { NodeSettings } from './node-settings.ts'
import type { Scope } from './scopes.ts'

/** By their numbers in AttributeProto. */
const attributeTypes = ['', 'float', 'int', 'text', 'tensor', 'graph', 'floats', 'ints', 'texts', 'tensors', 'graphs', 'sparse tensor', 'sparse tensors', 'type', 'types']
const longest = 2000

/** What a slot leads to: a tensor of the file, or a list of learned floats in a setting. */
export type SlotTarget = { readonly kind: 'tensor'; readonly record: TensorRecord } | { readonly kind: 'floats'; readonly attribute: AttributeRecord; readonly count: number }

function describeTensor(slot: string, name: string, target: SlotTarget): GraphTensor {
  if (target.kind === 'floats') return { slot, name, dtype: 'float32', dims: [target.count], elements: target.count, bytes: 4 * target.count, external: null }
  const { record } = target
  return { slot, name: record.name === '' ? name : record.name, dtype: elementTypeName(record.elementCode), dims: [...record.dims], elements: record.elements, bytes: record.bytes, external: record.external?.location ?? null }
}

function makerOf(scope: Scope, name: string): NodeRecord | undefined {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = at.nodes.find((n) => n.outputs.includes(name))
    if (found !== undefined) return found
  }
  return undefined
}

function attributeTarget(source: ByteSource, node: NodeRecord, at: AttributeRecord): SlotTarget | null {
  if (isLearnedList(node, at.name)) { const count = floatCountOf(source, at); return count === 0 ? null : { kind: 'floats', attribute: at, count } }
  const cursor = new Cursor(source, at.start, at.end)
  while (cursor.next()) if (cursor.field === 5 || cursor.field === 10) return { kind: 'tensor', record: readTensor(cursor.inside(), cursor.start, cursor.end) }
  return null
}

function inputTarget(source: ByteSource, scope: Scope, name: string): SlotTarget | null {
  if (name === '') return null
  const record = constantNamed(scope, name)
  if (record !== null) return { kind: 'tensor', record }
  const maker = makerOf(scope, name)
  if (maker?.opType !== 'Constant' || maker.domain !== '') return null
  const made = new NodeSettings(source, maker).tensorRecord('value')
  return made === null ? null : { kind: 'tensor', record: made }
}

function locate(m: GraphModel, id: number): { readonly scope: Scope; readonly node: NodeRecord } {
  const scope = id < m.model.nodes ? m.model.scopeOf(id) : undefined
  const node = scope?.nodes[id - scope.first]
  if (scope === undefined || node === undefined) throw new SlipwayError('input.invalid', { reason: `the graph has no node ${id}` })
  return { scope, node }
}

/** The tensor behind a slot of a node. Errors: `input.invalid` where there is none. */
export function slotOf(m: GraphModel, source: ByteSource, id: number, slot: string): { readonly tensor: GraphTensor; readonly target: SlotTarget } {
  const { scope, node } = locate(m, id)
  const [kind = '', ...rest] = slot.split(':')
  const name = kind === 'input' ? node.inputs[Number(rest[0])] ?? '' : rest.join(':')
  const at = kind === 'attribute' ? node.attributes.find((a) => a.name === name) : undefined
  const target = kind === 'input' ? inputTarget(source, scope, name) : at === undefined ? null : attributeTarget(source, node, at)
  if (target === null) throw new SlipwayError('input.invalid', { reason: `the node has no constant at “${slot.slice(0, 100)}”` })
  return { tensor: describeTensor(slot, name, target), target }
}

function attributeOf(source: ByteSource, node: NodeRecord, at: AttributeRecord): GraphNodeDetail['attributes'][number] {
  let code = 0
  const cursor = new Cursor(source, at.start, at.end)
  while (cursor.next()) if (cursor.field === 20) code = cursor.integer()
  const target = attributeTarget(source, node, at)
  const content = target?.kind === 'floats' ? null : readAttributeContent(source, at)
  const slot = `attribute:${at.name}`
  const tensor = target === null ? null : describeTensor(slot, at.name, target)
  const text = tensor !== null ? `${tensor.dtype}[${tensor.dims.join(', ')}]` : (content?.graphs.length ?? 0) > 0 ? 'a graph' : content?.text ?? ''
  return { name: at.name, type: attributeTypes[code] ?? '', text: text.length > longest ? `${text.slice(0, longest)}…` : text, tensor }
}

/** Errors: `input.invalid` where the graph has no such node. */
export function nodeDetail(m: GraphModel, source: ByteSource, id: number): GraphNodeDetail {
  const { scope, node } = locate(m, id)
  let documentation = ''
  const outer = new Cursor(source, node.tagStart, node.end)
  if (outer.next()) for (const cursor = outer.inside(); cursor.next();) if (cursor.field === 6) documentation = cursor.text().slice(0, 4 * longest)
  return {
    node: toNode(m, source, id), attributes: node.attributes.map((at) => attributeOf(source, node, at)), documentation,
    inputs: node.inputs.map((name, i) => { const target = inputTarget(source, scope, name); return { value: valueNamed(m, scope, name), tensor: target === null ? null : describeTensor(`input:${i}`, name, target) } }),
    outputs: node.outputs.filter((name) => name !== '').map((name) => valueNamed(m, scope, name)),
  }
}

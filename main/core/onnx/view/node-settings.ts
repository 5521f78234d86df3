// The settings of a node for shape inference, read from the file when a rule asks. Long lists are counted, never loaded.
// Inside a function a setting may be a reference to a setting of the node that calls it.
import type { TensorType } from '../../../../shared/domain/model.ts'
import { tensor, type Known } from '../../../../shared/graph/known.ts'
import type { Settings } from '../../../../shared/graph/shapes/rule.ts'
import { elementTypeName } from '../element-type.ts'
import { decodeElements, hasNumbers } from '../element-values.ts'
import type { AttributeRecord, NodeRecord } from '../records.ts'
import { tensorPieces } from '../tensor-content.ts'
import { readTensor, type TensorRecord } from '../tensor.ts'
import { type ByteSource, Cursor } from '../wire.ts'

/** Longer lists play no part in any shape. */
const mostListed = 1024
/** Larger constants are weights. */
const mostValues = 1024
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

const external = (): never => { throw new Error('small values are not read from other files') }

/** The numbers of a small constant; null for texts, large ones, and those in other files. */
export function smallValues(source: ByteSource, record: TensorRecord): readonly number[] | null {
  const type = elementTypeName(record.elementCode)
  if (record.external !== null || record.elements > mostValues || record.dims.length > 1 || !hasNumbers(type)) return null
  const out = new Float64Array(record.elements)
  let at = 0
  for (const piece of tensorPieces(source, record, external)) {
    if (at >= out.length) break
    at += decodeElements(type, piece.slice(), out.subarray(at))
  }
  return at === out.length && out.every(Number.isFinite) ? [...out] : null
}

/** A constant as inference sees it. */
export const knownTensor = (source: ByteSource, record: TensorRecord): Known => tensor(elementTypeName(record.elementCode), record.dims, smallValues(source, record))

export class NodeSettings implements Settings {
  private readonly source: ByteSource
  private readonly node: Pick<NodeRecord, 'attributes'>
  private readonly caller: NodeSettings | null

  constructor(source: ByteSource, node: Pick<NodeRecord, 'attributes'>, caller: NodeSettings | null = null) {
    this.source = source
    this.node = node
    this.caller = caller
  }

  typeOf(code: number): TensorType { return elementTypeName(code) }

  /** The settings and the record that really hold a value: a reference leads to the caller's. */
  private find(name: string): readonly [NodeSettings, AttributeRecord] | null {
    const at = this.node.attributes.find((a) => a.name === name)
    if (at === undefined) return null
    if (this.caller === null) return [this, at]
    const cursor = new Cursor(this.source, at.start, at.end)
    while (cursor.next()) if (cursor.field === 21) return this.caller.find(cursor.text())
    return [this, at]
  }

  private walk(name: string, visit: (cursor: Cursor) => boolean): void {
    const found = this.find(name)
    if (found === null) return
    const cursor = new Cursor(this.source, found[1].start, found[1].end)
    while (cursor.next()) if (visit(cursor)) return
  }

  int(name: string): number | null {
    let out: number | null = null
    this.walk(name, (c) => { if (c.field === 3) out = Number(c.int64()); return c.field === 3 })
    return out
  }

  ints(name: string): readonly number[] | null {
    const out: number[] = []
    let typed = false
    this.walk(name, (c) => {
      if (c.field === 20) typed = c.integer() === 7
      if (c.field === 8) c.eachInteger((v) => { if (out.length <= mostListed) out.push(Number(v)) })
      return out.length > mostListed
    })
    return out.length > mostListed || (out.length === 0 && !typed) ? null : out
  }

  float(name: string): number | null {
    let out: number | null = null
    this.walk(name, (c) => { if (c.field === 2) out = c.float32(); return c.field === 2 })
    return out
  }

  floats(name: string): readonly number[] | null {
    const out: number[] = []
    this.walk(name, (c) => {
      if (c.field !== 7) return false
      const bytes = this.source.bytes(c.start, Math.min(c.end, c.start + 4 * mostListed))
      const view = new DataView(bytes.buffer)
      for (let at = 0; at + 4 <= bytes.length && out.length <= mostListed; at += 4) out.push(view.getFloat32(at, true))
      return out.length > mostListed
    })
    return out.length === 0 ? null : out
  }

  text(name: string): string | null {
    let out: string | null = null
    this.walk(name, (c) => { if (c.field === 4 && c.end - c.start <= 4096) out = utf8.decode(c.bytes()); return c.field === 4 })
    return out
  }

  countOf(name: string): number | null {
    let count = 0
    this.walk(name, (c) => {
      if (c.field === 9) count++
      else if (c.field === 7) count += c.delimited ? Math.floor((c.end - c.start) / 4) : 1
      else if (c.field === 8) c.eachInteger(() => { count++ })
      return false
    })
    return count === 0 ? null : count
  }

  tensor(name: string): Known | null {
    const record = this.tensorRecord(name)
    return record === null ? null : knownTensor(this.source, record)
  }

  /** Where the first tensor of a setting is. */
  tensorRecord(name: string): TensorRecord | null {
    let out: TensorRecord | null = null
    this.walk(name, (c) => { if (c.field === 5 || c.field === 10) out = readTensor(c.inside(), c.start, c.end); return out !== null })
    return out
  }
}

// What a node's attribute says: a digest of its meaning, so that two ways of writing the same value are equal, and the value in words.
// Owns no judgement on which settings matter. Loads no long list whole.
import { createHash, type Hash } from 'node:crypto'
import type { AttributeRecord } from './records.ts'
import { readType } from './value-type.ts'
import { type ByteSource, Cursor } from './wire.ts'

const mostShown = 12
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

export interface AttributeContent {
  readonly name: string
  readonly digest: string
  readonly text: string
  /** How many floats it lists. */
  readonly floats: number
  /** Ranges of tensors inside. */
  readonly tensors: readonly { readonly start: number; readonly end: number }[]
  /** Ranges of graphs inside. */
  readonly graphs: readonly { readonly start: number; readonly end: number }[]
}

/** The shortest decimal that reads back as the same float32. */
export function float32Text(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits))
    if (Math.fround(text) === value) return String(text)
  }
  return String(value)
}

class Reading {
  readonly shown: string[] = []
  count = 0
  floats = 0
  list = false
  readonly tensors: { start: number; end: number }[] = []
  readonly graphs: { start: number; end: number }[] = []
  private readonly hash: Hash = createHash('sha256')

  private put(kind: string, bytes: Uint8Array | string, text: () => string): void {
    this.count += 1
    this.hash.update(`${kind}${bytes.length}:`).update(bytes)
    if (this.shown.length < mostShown) this.shown.push(text())
  }

  floatsIn(source: ByteSource, start: number, end: number): void {
    const piece = 1 << 18
    for (let at = start; at < end; at += piece) {
      const bytes = source.bytes(at, Math.min(end, at + piece))
      this.hash.update(bytes)
      const count = Math.floor(bytes.length / 4)
      this.floats += count
      this.count += count
      const view = new DataView(bytes.buffer)
      for (let i = 0; i < count && this.shown.length < mostShown; i++) this.shown.push(float32Text(view.getFloat32(i * 4, true)))
    }
  }

  take(cursor: Cursor): void {
    const source = cursor.source
    switch (cursor.field) {
      case 2: this.put('f', source.bytes(cursor.start, cursor.end), () => float32Text(cursor.float32())); break
      case 3: this.put('i', String(cursor.int64()), () => String(cursor.int64())); break
      case 4: case 9: {
        this.list ||= cursor.field === 9
        const bytes = cursor.bytes()
        this.put('s', bytes, () => { const text = utf8.decode(bytes); return text.length > 60 ? `${text.slice(0, 60)}…` : text })
        break
      }
      case 7: this.list = true; this.floatsIn(source, cursor.start, cursor.end); break
      case 8: this.list = true; cursor.eachInteger((v) => this.put('i', String(v), () => String(v))); break
      case 5: case 10: this.tensors.push({ start: cursor.start, end: cursor.end }); break
      case 6: case 11: this.graphs.push({ start: cursor.start, end: cursor.end }); break
      case 14: case 15: { const text = readType(cursor.inside()).text; this.put('t', text, () => text); break }
      case 21: { const text = cursor.text(); this.put('r', text, () => `the setting “${text}” of the function`); break }
      case 22: case 23: this.put('z', source.bytes(cursor.start, cursor.end), () => 'a sparse tensor'); break
    }
  }

  digest(): string {
    return this.hash.digest('hex')
  }
}

/** Reads one attribute. Tensors and graphs inside are told by their places; their content is not in the digest. */
export function readAttributeContent(source: ByteSource, at: AttributeRecord): AttributeContent {
  const reading = new Reading()
  const cursor = new Cursor(source, at.start, at.end)
  while (cursor.next()) reading.take(cursor)
  const more = reading.count > reading.shown.length ? `, … (${reading.count} in all)` : ''
  const text = reading.list ? `[${reading.shown.join(', ')}${more}]` : reading.shown.join(', ')
  return { name: at.name, digest: `${reading.list ? 'l' : 'v'}${reading.count}:${reading.digest()}`, text, floats: reading.floats, tensors: reading.tensors, graphs: reading.graphs }
}

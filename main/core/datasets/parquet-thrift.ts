// Thrift's compact protocol, as far as the headers and the footer of a Parquet file need it (specification: Apache Thrift, compact protocol).
// Writes only; owns no knowledge of Parquet.

/** Element types of the compact protocol. */
export const thriftType = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const

/** Builds one structure. Fields must come in ascending order of their ids; every number is a whole one, not negative and below 2^53. */
export class ThriftWriter {
  readonly #bytes: number[] = []
  #last = 0

  i32(id: number, value: number): this { this.#field(id, thriftType.i32); this.#varint(value * 2); return this }
  i64(id: number, value: number): this { this.#field(id, thriftType.i64); this.#varint(value * 2); return this }
  text(id: number, value: string): this { this.#field(id, thriftType.binary); this.#binary(value); return this }

  struct(id: number, fill: (inner: this) => void): this {
    this.#field(id, thriftType.struct)
    this.#nested(fill)
    return this
  }

  structs<T>(id: number, items: readonly T[], fill: (inner: this, item: T) => void): this {
    this.#list(id, thriftType.struct, items.length)
    for (const item of items) this.#nested((inner) => fill(inner, item))
    return this
  }

  texts(id: number, items: readonly string[]): this {
    this.#list(id, thriftType.binary, items.length)
    for (const item of items) this.#binary(item)
    return this
  }

  numbers(id: number, items: readonly number[]): this {
    this.#list(id, thriftType.i32, items.length)
    for (const item of items) this.#varint(item * 2)
    return this
  }

  /** The finished structure. */
  finish(): Uint8Array {
    this.#bytes.push(0)
    return Uint8Array.from(this.#bytes)
  }

  #nested(fill: (inner: this) => void): void {
    const outer = this.#last
    this.#last = 0
    fill(this)
    this.#bytes.push(0)
    this.#last = outer
  }

  #field(id: number, type: number): void {
    const step = id - this.#last
    if (step > 0 && step < 16) this.#bytes.push((step << 4) | type)
    else { this.#bytes.push(type); this.#varint(id * 2) }
    this.#last = id
  }

  #list(id: number, type: number, count: number): void {
    this.#field(id, thriftType.list)
    if (count < 15) this.#bytes.push((count << 4) | type)
    else { this.#bytes.push(0xf0 | type); this.#varint(count) }
  }

  #binary(value: string): void {
    const bytes = Buffer.from(value, 'utf8')
    this.#varint(bytes.length)
    for (const byte of bytes) this.#bytes.push(byte)
  }

  #varint(value: number): void {
    let rest = value
    while (rest > 127) { this.#bytes.push((rest % 128) | 128); rest = Math.floor(rest / 128) }
    this.#bytes.push(rest)
  }
}

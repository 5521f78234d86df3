// Append-only number columns in fixed chunks, so that growing never copies what is already there.
// Owns storage only. Chunks hold float32 while every value survives float32 unchanged, and float64 from the first that does not.
import { sortFloats } from './sort-floats.ts'

const chunkSize = 1 << 18

type FloatChunk = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
export type FloatArray = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/** Floating numbers, 4 bytes each while they are all exact in float32 (model outputs are), else 8. */
export class FloatColumn {
  readonly #chunks: FloatChunk[] = []
  #last: FloatChunk = new Float32Array(0)
  #used = 0
  #wide = false

  get length(): number { return this.#chunks.length === 0 ? 0 : (this.#chunks.length - 1) * chunkSize + this.#used }

  push(value: number): void {
    if (this.#used === this.#last.length) this.#open()
    if (!this.#wide && Math.fround(value) !== value) this.#widen()
    this.#last[this.#used++] = value
  }

  /** Appends `values[start]`, `values[start + stride]`, … `count` times. */
  pushMany(values: Float64Array, count: number, start: number, stride: number): void {
    for (let i = 0, at = start; i < count; i++, at += stride) {
      const value = values[at]!
      if (this.#used === this.#last.length) this.#open()
      if (!this.#wide && Math.fround(value) !== value) this.#widen()
      this.#last[this.#used++] = value
    }
  }

  /** Every value in one ascending array, and an empty column. */
  drainSorted(): FloatArray {
    const parts = this.#chunks.map((chunk, i) => (i === this.#chunks.length - 1 ? chunk.subarray(0, this.#used) : chunk))
    const sorted = this.#wide ? this.toArray().sort() : sortFloats(parts.filter((part) => part instanceof Float32Array))
    this.clear()
    return sorted
  }

  clear(): void {
    this.#chunks.length = 0
    this.#last = new Float32Array(0)
    this.#used = 0
    this.#wide = false
  }

  /** Every value in one array; float32 when that loses nothing. */
  toArray(): FloatArray {
    const out = this.#wide ? new Float64Array(this.length) : new Float32Array(this.length)
    this.#chunks.forEach((chunk, i) => {
      const count = i === this.#chunks.length - 1 ? this.#used : chunkSize
      out.set(chunk.subarray(0, count), i * chunkSize)
    })
    return out
  }

  #open(): void {
    this.#last = this.#wide ? new Float64Array(chunkSize) : new Float32Array(chunkSize)
    this.#chunks.push(this.#last)
    this.#used = 0
  }

  #widen(): void {
    this.#wide = true
    this.#last = Float64Array.from(this.#last)
    this.#chunks[this.#chunks.length - 1] = this.#last
  }
}

/** Whole numbers from 0 up to a known bound, in 1, 2 or 4 bytes each. */
export class IndexColumn {
  readonly #chunks: (Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Int32Array<ArrayBuffer>)[] = []
  readonly #bytes: 1 | 2 | 4
  #used = chunkSize

  constructor(bound: number) { this.#bytes = bound <= 256 ? 1 : bound <= 65536 ? 2 : 4 }

  get length(): number { return this.#chunks.length === 0 ? 0 : (this.#chunks.length - 1) * chunkSize + this.#used }

  push(value: number): void {
    if (this.#used === chunkSize) {
      this.#chunks.push(this.#array(chunkSize))
      this.#used = 0
    }
    this.#chunks[this.#chunks.length - 1]![this.#used++] = value
  }

  clear(): void {
    this.#chunks.length = 0
    this.#used = chunkSize
  }

  toArray(): Uint8Array | Uint16Array | Int32Array {
    const out = this.#array(this.length)
    this.#chunks.forEach((chunk, i) => {
      const count = i === this.#chunks.length - 1 ? this.#used : chunkSize
      out.set(chunk.subarray(0, count), i * chunkSize)
    })
    return out
  }

  #array(length: number): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
    return this.#bytes === 1 ? new Uint8Array(length) : this.#bytes === 2 ? new Uint16Array(length) : new Int32Array(length)
  }
}

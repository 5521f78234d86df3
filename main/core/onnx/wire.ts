// Reads protobuf bytes field by field from a file through a small window; long fields are skipped, never loaded.
// Knows nothing of ONNX. Refuses anything that reaches past its end, by WireError.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** The bytes are not what they should be: `cut` when they end too early, `broken` when they make no sense, `excess` when a value is absurdly large. */
export class WireError extends Error {
  readonly kind: 'cut' | 'broken' | 'excess'
  constructor(kind: 'cut' | 'broken' | 'excess', reason: string) {
    super(reason)
    this.name = 'WireError'
    this.kind = kind
  }
}

const WINDOW = 256 * 1024
/** Ranges up to so many bytes are read with what stands around them. */
const SHORT = 4096

/** Random access to a file or a buffer through one window of at most 256 KiB. */
export class ByteSource {
  readonly size: number
  private readonly fd: number | null
  private window: Uint8Array
  private from = 0
  private to: number

  private constructor(fd: number | null, size: number, window: Uint8Array) {
    this.fd = fd
    this.size = size
    this.window = window
    this.to = fd === null ? size : 0
  }

  static ofFile(path: string): ByteSource {
    const fd = openSync(path, 'r')
    try {
      return new ByteSource(fd, fstatSync(fd).size, new Uint8Array(WINDOW))
    } catch (error) {
      closeSync(fd)
      throw error
    }
  }

  static ofBytes(bytes: Uint8Array): ByteSource {
    return new ByteSource(null, bytes.length, bytes)
  }

  close(): void {
    if (this.fd !== null) closeSync(this.fd)
  }

  /** One byte; the caller has checked that it lies inside. */
  byte(at: number): number {
    if (at < this.from || at >= this.to) this.fill(at)
    return this.window[at - this.from] as number
  }

  /** A copy of a range. */
  bytes(start: number, end: number): Uint8Array {
    if (start < 0 || end > this.size || start > end) throw new WireError('cut', `the bytes ${start} to ${end} lie outside the file`)
    const out = new Uint8Array(end - start)
    if (this.fd === null) {
      out.set(this.window.subarray(start, end))
      return out
    }
    if (out.length === 0) return out
    if (out.length <= SHORT) {
      // Names and numbers stand close together: they come from the window, not each from the disk.
      if (start < this.from || end > this.to) this.fill(start)
      if (end <= this.to) {
        out.set(this.window.subarray(start - this.from, end - this.from))
        return out
      }
    }
    let done = 0
    while (done < out.length) {
      const got = readSync(this.fd, out, done, out.length - done, start + done)
      if (got === 0) throw new WireError('cut', `the file ends at byte ${start + done}`)
      done += got
    }
    return out
  }

  private fill(at: number): void {
    if (this.fd === null || at >= this.size) throw new WireError('cut', `the file ends at byte ${at}`)
    const got = readSync(this.fd, this.window, 0, WINDOW, at)
    if (got === 0) throw new WireError('cut', `the file ends at byte ${at}`)
    this.from = at
    this.to = at + got
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Walks the fields of one message. After `next()` the properties describe the current field. */
export class Cursor {
  readonly source: ByteSource
  field = 0
  wire = 0
  /** First byte of the tag. */
  tagStart = 0
  /** Payload range of a length-delimited field; the raw value of any other. */
  start = 0
  end = 0
  private at: number
  private readonly limit: number

  constructor(source: ByteSource, start = 0, end = source.size) {
    this.source = source
    this.at = start
    this.limit = end
  }

  /** Steps to the next field; false at the end of the message. */
  next(): boolean {
    if (this.at >= this.limit) return false
    this.tagStart = this.at
    const tag = this.readVarint()
    this.field = Math.floor(tag / 8)
    this.wire = tag % 8
    if (this.field === 0 || this.field > 536_870_911) throw new WireError('broken', `there is no valid field at byte ${this.tagStart}`)
    if (this.wire === 0) {
      this.start = this.at
      this.skipVarint()
      this.end = this.at
      return true
    }
    const length = this.wire === 2 ? this.readVarint() : this.wire === 1 ? 8 : this.wire === 5 ? 4 : -1
    if (length < 0) throw new WireError('broken', `there is no valid field at byte ${this.tagStart}`)
    this.start = this.at
    this.end = this.at + length
    if (this.end > this.limit) throw new WireError('cut', `${length} bytes are announced at byte ${this.tagStart}, but only ${Math.max(0, this.limit - this.at)} follow`)
    this.at = this.end
    return true
  }

  /** True when the current field is a nested message, text or packed list. */
  get delimited(): boolean {
    return this.wire === 2
  }

  /** The current varint as a signed 64-bit number. */
  int64(): bigint {
    this.expect(0)
    let value = 0n
    let shift = 0n
    for (let at = this.start; at < this.end; at++) {
      value |= BigInt(this.source.byte(at) & 0x7f) << shift
      shift += 7n
    }
    return BigInt.asIntN(64, value)
  }

  /** The current varint as an exact number; refuses what a double cannot hold. */
  integer(): number {
    const value = this.int64()
    const number = Number(value)
    if (!Number.isSafeInteger(number)) throw new WireError('excess', `the number ${value} is larger than any machine can use`)
    return number
  }

  float32(): number {
    this.expect(5)
    return new DataView(this.source.bytes(this.start, this.end).buffer).getFloat32(0, true)
  }

  text(most = 1 << 20): string {
    return utf8.decode(this.bytes(most))
  }

  bytes(most = 1 << 24): Uint8Array {
    this.expect(2)
    if (this.end - this.start > most) throw new WireError('excess', `a text of ${this.end - this.start} bytes is longer than any name can be`)
    return this.source.bytes(this.start, this.end)
  }

  /** A cursor over the current field as a message. */
  inside(): Cursor {
    this.expect(2)
    return new Cursor(this.source, this.start, this.end)
  }

  /** Calls back for each value of a repeated integer field, packed or not. */
  eachInteger(use: (value: bigint) => void): void {
    if (this.wire === 0) return use(this.int64())
    this.expect(2)
    let at = this.start
    while (at < this.end) {
      let value = 0n
      let shift = 0n
      let byte = 0x80
      while (byte & 0x80) {
        if (at >= this.end || shift > 63n) throw new WireError('broken', `a list of numbers is damaged at byte ${at}`)
        byte = this.source.byte(at++)
        value |= BigInt(byte & 0x7f) << shift
        shift += 7n
      }
      use(BigInt.asIntN(64, value))
    }
  }

  private expect(wire: number): void {
    if (this.wire !== wire) throw new WireError('broken', `field ${this.field} at byte ${this.tagStart} has the wrong kind`)
  }

  private skipVarint(): void {
    for (let used = 0; used < 10; used++) {
      if (this.at >= this.limit) throw new WireError('cut', `the bytes end inside a number at byte ${this.at}`)
      if ((this.source.byte(this.at++) & 0x80) === 0) return
    }
    throw new WireError('broken', `a number at byte ${this.at - 10} is too long`)
  }

  private readVarint(): number {
    let value = 0
    let scale = 1
    for (let used = 0; used < 10; used++) {
      if (this.at >= this.limit) throw new WireError('cut', `the bytes end inside a number at byte ${this.at}`)
      const byte = this.source.byte(this.at++)
      value += (byte & 0x7f) * scale
      if ((byte & 0x80) === 0) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
      scale *= 128
    }
    throw new WireError('broken', `a length at byte ${this.at} makes no sense`)
  }
}

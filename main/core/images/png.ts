// An exact PNG decoder: every colour type and depth, interlacing, transparency, checksums; alpha never premultiplied.
// Refuses damaged or truncated files. Colour profiles and gamma are left alone, as training pipelines leave them.
import { crc32, inflateSync } from 'node:zlib'
import type { Picture } from './picture.ts'

interface Header { readonly width: number; readonly height: number; readonly depth: number; readonly color: number; readonly interlaced: boolean }
interface Parts { readonly header: Header; readonly palette: Uint8Array | null; readonly transparency: Uint8Array | null; readonly packed: readonly Uint8Array[] }

const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const depthsOf: Readonly<Record<number, readonly number[]>> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] }
const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function readHeader(body: Uint8Array): Header {
  if (body.length !== 13) throw new Error('its PNG header is damaged')
  const header = { width: view(body).getUint32(0), height: view(body).getUint32(4), depth: body[8]!, color: body[9]!, interlaced: body[12] === 1 }
  if (header.width === 0 || header.height === 0 || depthsOf[header.color]?.includes(header.depth) !== true || body[12]! > 1) throw new Error('its PNG header is damaged')
  return header
}

/** Walks the chunks and checks each checksum. The end chunk must be there. */
function readChunks(bytes: Uint8Array): Parts {
  let header: Header | null = null
  let palette: Uint8Array | null = null
  let transparency: Uint8Array | null = null
  const packed: Uint8Array[] = []
  let at = 8
  for (;;) {
    if (at + 12 > bytes.length) throw new Error('the file is truncated')
    const length = view(bytes).getUint32(at)
    if (at + 12 + length > bytes.length) throw new Error('the file is truncated')
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const body = bytes.subarray(at + 8, at + 8 + length)
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view(bytes).getUint32(at + 8 + length)) throw new Error('a checksum inside the file does not match')
    if (kind === 'IHDR') header = readHeader(body)
    else if (kind === 'PLTE') palette = body
    else if (kind === 'tRNS') transparency = body
    else if (kind === 'IDAT') packed.push(body)
    else if (kind === 'IEND') break
    at += 12 + length
  }
  if (header === null || packed.length === 0 || (header.color === 3 && palette === null)) throw new Error('a part of the PNG file is missing')
  return { header, palette, transparency, packed }
}

/** Width and height without decoding; null when the head is damaged. */
export function pngSize(bytes: Uint8Array): { width: number; height: number } | null {
  return bytes.length < 24 ? null : { width: view(bytes).getUint32(16), height: view(bytes).getUint32(20) }
}

/** Undoes the row filters in place (PNG specification, section 9). `raw` holds one filter byte before each row. */
function unfilter(raw: Uint8Array, start: number, rows: number, rowBytes: number, pixelBytes: number): void {
  for (let y = 0; y < rows; y++) {
    const at = start + y * (rowBytes + 1)
    const filter = raw[at]!
    const up = at - rowBytes - 1
    for (let i = 1; i <= rowBytes; i++) {
      const a = i > pixelBytes ? raw[at + i - pixelBytes]! : 0
      const b = y > 0 ? raw[up + i]! : 0
      const add = filter === 0 ? 0 : filter === 1 ? a : filter === 2 ? b : filter === 3 ? (a + b) >> 1 : paeth(a, b, y > 0 && i > pixelBytes ? raw[up + i - pixelBytes]! : 0)
      raw[at + i] = raw[at + i]! + add
    }
    if (filter > 4) throw new Error('a row of the PNG file is damaged')
  }
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c
  const pa = Math.abs(p - a)
  const pb = Math.abs(p - b)
  const pc = Math.abs(p - c)
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
}

/** The sample of one channel as stored, 0 to 2^depth − 1. */
function sampleAt(raw: Uint8Array, row: number, index: number, depth: number): number {
  if (depth === 8) return raw[row + index]!
  if (depth === 16) return (raw[row + index * 2]! << 8) | raw[row + index * 2 + 1]!
  const bit = index * depth
  return (raw[row + (bit >> 3)]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1)
}

/** 8 bits of a sample: the high byte of 16, the full range for fewer. */
const toByte = (sample: number, depth: number): number => (depth === 16 ? sample >> 8 : depth === 8 ? sample : Math.round((sample * 255) / ((1 << depth) - 1)))

/** Writes one pixel to `rgba` at `to`. */
type PixelWriter = (row: number, x: number, to: number) => void

function pixelWriter(parts: Parts, raw: Uint8Array, rgba: Uint8Array): PixelWriter {
  const { header: { depth, color }, palette, transparency } = parts
  const channels = channelsOf[color]!
  const key = transparency !== null && (color === 0 || color === 2) ? Array.from({ length: channels }, (_, c) => view(transparency).getUint16(c * 2)) : null
  if (color === 3) return (row, x, to) => {
    const index = sampleAt(raw, row, x, depth)
    if (index * 3 + 2 >= palette!.length) throw new Error('a colour outside its palette is used')
    rgba.set(palette!.subarray(index * 3, index * 3 + 3), to)
    rgba[to + 3] = transparency?.[index] ?? 255
  }
  return (row, x, to) => {
    const first = sampleAt(raw, row, x * channels, depth)
    const gray = color === 0 || color === 4
    const second = gray ? first : sampleAt(raw, row, x * channels + 1, depth)
    const third = gray ? first : sampleAt(raw, row, x * channels + 2, depth)
    rgba[to] = toByte(first, depth)
    rgba[to + 1] = toByte(second, depth)
    rgba[to + 2] = toByte(third, depth)
    const hidden = key !== null && first === key[0] && (gray || (second === key[1] && third === key[2]))
    rgba[to + 3] = color === 4 || color === 6 ? toByte(sampleAt(raw, row, x * channels + channels - 1, depth), depth) : hidden ? 0 : 255
  }
}

interface Pass { readonly x0: number; readonly y0: number; readonly dx: number; readonly dy: number }
const whole: readonly Pass[] = [{ x0: 0, y0: 0, dx: 1, dy: 1 }]
const adam7: readonly Pass[] = [
  { x0: 0, y0: 0, dx: 8, dy: 8 }, { x0: 4, y0: 0, dx: 8, dy: 8 }, { x0: 0, y0: 4, dx: 4, dy: 8 }, { x0: 2, y0: 0, dx: 4, dy: 4 },
  { x0: 0, y0: 2, dx: 2, dy: 4 }, { x0: 1, y0: 0, dx: 2, dy: 2 }, { x0: 0, y0: 1, dx: 1, dy: 2 },
]

/** Unpacks the pixels and shows each one: the unfiltered bytes, where its row begins, its place in the row, and its place in the picture. */
function eachPixel(parts: Parts, open: (raw: Uint8Array) => (row: number, x: number, pixel: number) => void): void {
  const { width, height, depth, color, interlaced } = parts.header
  const bits = depth * channelsOf[color]!
  const passes = (interlaced ? adam7 : whole).map((pass) => {
    const columns = Math.ceil((width - pass.x0) / pass.dx)
    const rows = Math.ceil((height - pass.y0) / pass.dy)
    return { ...pass, columns, rows: columns > 0 ? Math.max(0, rows) : 0, rowBytes: Math.ceil((columns * bits) / 8) }
  })
  const expected = passes.reduce((sum, p) => sum + p.rows * (p.rowBytes + 1), 0)
  const raw = inflate(parts.packed, expected)
  const write = open(raw)
  let start = 0
  for (const pass of passes) {
    unfilter(raw, start, pass.rows, pass.rowBytes, Math.max(1, bits >> 3))
    for (let y = 0; y < pass.rows; y++) {
      const row = start + y * (pass.rowBytes + 1) + 1
      const line = (pass.y0 + y * pass.dy) * width
      for (let x = 0; x < pass.columns; x++) write(row, x, line + pass.x0 + x * pass.dx)
    }
    start += pass.rows * (pass.rowBytes + 1)
  }
}

/** Decodes a PNG file. Throws an Error that says what is wrong with it. */
export function decodePng(bytes: Uint8Array): Picture {
  const parts = readChunks(bytes)
  const { width, height } = parts.header
  const rgba = new Uint8Array(width * height * 4)
  eachPixel(parts, (raw) => {
    const write = pixelWriter(parts, raw, rgba)
    return (row, x, pixel) => write(row, x, pixel * 4)
  })
  return { width, height, rgba }
}

/** Numbers as the file stores them, one a pixel: palette places, or grey values of the file's own depth. */
export interface StoredSamples { readonly width: number; readonly height: number; readonly kind: 'palette' | 'gray'; readonly values: Uint16Array; /** Three bytes a palette place. */ readonly palette: Uint8Array | null }

/** The stored number of every pixel of a palette or grey PNG, colours left alone; null for a PNG in colours. Throws as `decodePng`. */
export function decodePngSamples(bytes: Uint8Array): StoredSamples | null {
  const parts = readChunks(bytes)
  const { width, height, depth, color } = parts.header
  if (color === 2 || color === 6) return null
  const values = new Uint16Array(width * height)
  eachPixel(parts, (raw) => (row, x, pixel) => { values[pixel] = sampleAt(raw, row, x * channelsOf[color]!, depth) })
  return { width, height, kind: color === 3 ? 'palette' : 'gray', values, palette: parts.palette }
}

function inflate(packed: readonly Uint8Array[], expected: number): Uint8Array {
  try {
    const raw = inflateSync(packed.length === 1 ? packed[0]! : Buffer.concat(packed), { maxOutputLength: expected + 65536 })
    if (raw.length >= expected) return raw
  } catch { /* said below */ }
  throw new Error('its compressed pixels are damaged or cut short')
}

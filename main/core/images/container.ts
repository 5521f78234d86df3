// What a picture file says about itself before it is decoded: format, size, and whether its end is there.
// Refuses truncated files, since the decoder would fill them up silently.
import { pngSize } from './png.ts'

export type PictureFormat = 'png' | 'jpeg' | 'gif' | 'bmp' | 'webp' | 'avif'
export interface Container { readonly format: PictureFormat; readonly width: number; readonly height: number; /** The bytes to decode; a JPEG without its colour profile. */ readonly body: Uint8Array }

const ascii = (bytes: Uint8Array, at: number, length: number): string => String.fromCharCode(...bytes.subarray(at, at + length))
const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const truncated = (): Error => new Error('the file is truncated')

function readJpeg(bytes: Uint8Array): Container {
  const data = view(bytes)
  const cuts: [number, number][] = []
  let size: { width: number; height: number } | null = null
  let at = 2
  for (;;) {
    while (at < bytes.length && bytes[at] === 0xff && bytes[at + 1] === 0xff) at++
    if (at + 4 > bytes.length) throw truncated()
    if (bytes[at] !== 0xff) throw new Error('its JPEG structure is damaged')
    const marker = bytes[at + 1]!
    const length = data.getUint16(at + 2)
    if (marker === 0xda) break
    if (at + 2 + length > bytes.length) throw truncated()
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (frame) size = { height: data.getUint16(at + 5), width: data.getUint16(at + 7) }
    // The decoder would convert the colours to sRGB by this profile; training pipelines do not.
    if (marker === 0xe2 && ascii(bytes, at + 4, 11) === 'ICC_PROFILE') cuts.push([at, at + 2 + length])
    at += 2 + length
  }
  if (size === null) throw new Error('its JPEG header holds no size')
  if (!hasJpegEnd(bytes, at)) throw truncated()
  return { format: 'jpeg', ...size, body: without(bytes, cuts) }
}

/** The end marker behind the pixels; whatever follows it does not matter. */
function hasJpegEnd(bytes: Uint8Array, from: number): boolean {
  for (let i = bytes.length - 2; i > from; i--) if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return true
  return false
}

function without(bytes: Uint8Array, cuts: readonly (readonly [number, number])[]): Uint8Array {
  if (cuts.length === 0) return bytes
  const parts: Uint8Array[] = []
  let from = 0
  for (const [start, end] of cuts) { parts.push(bytes.subarray(from, start)); from = end }
  return Buffer.concat([...parts, bytes.subarray(from)])
}

function readGif(bytes: Uint8Array): Container {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  if (bytes.length < 14 || bytes[end - 1] !== 0x3b) throw truncated()
  return { format: 'gif', width: view(bytes).getUint16(6, true), height: view(bytes).getUint16(8, true), body: bytes }
}

function readBmp(bytes: Uint8Array): Container {
  if (bytes.length < 30) throw truncated()
  const data = view(bytes)
  const old = data.getUint32(14, true) === 12
  const width = old ? data.getUint16(18, true) : Math.abs(data.getInt32(18, true))
  const height = old ? data.getUint16(20, true) : Math.abs(data.getInt32(22, true))
  const bits = data.getUint16(old ? 24 : 28, true)
  const compression = old || bytes.length < 34 ? 0 : data.getUint32(30, true)
  const needed = compression === 0 || compression === 3 ? data.getUint32(10, true) + Math.ceil((width * bits) / 32) * 4 * height : data.getUint32(2, true)
  if (bytes.length < needed) throw truncated()
  return { format: 'bmp', width, height, body: bytes }
}

function readWebp(bytes: Uint8Array): Container {
  const data = view(bytes)
  if (bytes.length < 30 || data.getUint32(4, true) + 8 > bytes.length) throw truncated()
  const kind = ascii(bytes, 12, 4)
  const triple = (at: number): number => bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
  if (kind === 'VP8X') return { format: 'webp', width: triple(24) + 1, height: triple(27) + 1, body: bytes }
  if (kind === 'VP8L') {
    const bits = data.getUint32(21, true)
    return { format: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, body: bytes }
  }
  return { format: 'webp', width: data.getUint16(26, true) & 0x3fff, height: data.getUint16(28, true) & 0x3fff, body: bytes }
}

function readAvif(bytes: Uint8Array): Container {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 65536)).indexOf('ispe')
  if (at < 0 || at + 16 > bytes.length) throw new Error('its AVIF header holds no size')
  return { format: 'avif', width: view(bytes).getUint32(at + 8), height: view(bytes).getUint32(at + 12), body: bytes }
}

/** Reads the head and the end of a picture file. Throws an Error that says in a few words what is wrong. */
export function readContainer(bytes: Uint8Array): Container {
  if (bytes.length === 0) throw new Error('the file is empty')
  if (bytes[0] === 0x89 && ascii(bytes, 1, 3) === 'PNG') {
    const size = pngSize(bytes)
    if (size === null) throw truncated()
    return { format: 'png', ...size, body: bytes }
  }
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(bytes)
  const head = ascii(bytes, 0, 12)
  if (head.startsWith('GIF8')) return readGif(bytes)
  if (head.startsWith('BM')) return readBmp(bytes)
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return readWebp(bytes)
  if (head.slice(4, 8) === 'ftyp' && /^avi[fs]/.test(head.slice(8))) return readAvif(bytes)
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) throw new Error('TIFF pictures are not read; save it as PNG')
  throw new Error('its bytes are no picture that can be read')
}

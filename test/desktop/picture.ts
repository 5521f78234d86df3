// Pictures of the window: read, made small, and compared so that a changed colour or a moved part is found and the edges of letters are not.
// Owns no file; who calls says what is written where.
import { crc32, deflateSync } from 'node:zlib'
import { createCanvas, loadImage } from '@napi-rs/canvas'

export interface Pixels { readonly width: number; readonly height: number; /** red, green, blue, alpha */ readonly bytes: Uint8ClampedArray }

export async function readPixels(png: Buffer): Promise<Pixels> {
  const image = await loadImage(png)
  const canvas = createCanvas(image.width, image.height)
  const context = canvas.getContext('2d')
  context.drawImage(image, 0, 0)
  return { width: image.width, height: image.height, bytes: context.getImageData(0, 0, image.width, image.height).data }
}

/** How many pixels have each colour, as one number a colour. */
function coloursOf({ bytes }: Pixels): Map<number, number> {
  const counts = new Map<number, number>()
  for (let i = 0; i < bytes.length; i += 4) {
    const colour = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  return counts
}

const parts = (colour: number): readonly [number, number, number] => [colour >> 16, (colour >> 8) & 255, colour & 255]
const distance = (a: number, b: number): number => parts(a).reduce((most, part, i) => Math.max(most, Math.abs(part - parts(b)[i]!)), 0)
const hex = (colour: number): string => `#${colour.toString(16).padStart(6, '0')}`

function chunk(kind: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), body])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(body.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** A PNG of at most 256 colours: the most frequent stay exactly as they are, the rest become the nearest of them. */
export function smallPng(pixels: Pixels): Buffer {
  const { width, height, bytes } = pixels
  const palette = [...coloursOf(pixels).entries()].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 256).map(([colour]) => colour)
  const places = new Map(palette.map((colour, i) => [colour, i]))
  const near = (colour: number): number => {
    let best = 0
    for (let i = 1; i < palette.length; i++) if (distance(palette[i]!, colour) < distance(palette[best]!, colour)) best = i
    places.set(colour, best)
    return best
  }
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const at = (y * width + x) * 4
    const colour = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
    rows[y * (width + 1) + 1 + x] = places.get(colour) ?? near(colour)
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('PLTE', Buffer.from(palette.flatMap(parts))), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

const block = 8
/** A block counts as different when its mean differs by so much in one channel, of 255. */
const blockLimit = 18
/** So many of the blocks that hold anything may differ. Measured on these pictures: moved by one pixel up to 1.1 %, by four at least 16 %. */
const mostBlocks = 0.05
/** A colour that fills so many pixels is one of the design; what letters mix at their edges is rarer. */
const designPixels = 1000

interface Block { readonly means: readonly number[]; /** of one colour, so that nothing is drawn there */ readonly flat: boolean }

function blockAt({ width, bytes }: Pixels, x0: number, y0: number): Block {
  const sums = [0, 0, 0]
  let flat = true
  const first = (y0 * width + x0) * 4
  for (let y = y0; y < y0 + block; y++) for (let x = x0; x < x0 + block; x++) for (let c = 0; c < 3; c++) {
    const value = bytes[(y * width + x) * 4 + c]!
    sums[c]! += value
    if (Math.abs(value - bytes[first + c]!) > 8) flat = false
  }
  return { means: sums.map((sum) => sum / (block * block)), flat }
}

/**
 * What differs, in words; empty when the pictures are the same design. Two measures, neither of which sees how a letter's edge is smoothed:
 * the means of blocks of 8 by 8 pixels (layout), and the colours that fill areas (tokens), each of which must fill about as much as before.
 */
export function differences(before: Pixels, now: Pixels): readonly string[] {
  if (before.width !== now.width || before.height !== now.height) return [`the size is ${now.width} x ${now.height} instead of ${before.width} x ${before.height}`]
  let [other, all] = [0, 0]
  for (let y = 0; y + block <= before.height; y += block) for (let x = 0; x + block <= before.width; x += block) {
    const [a, b] = [blockAt(before, x, y), blockAt(now, x, y)]
    if (!a.flat || !b.flat) all++
    if (a.means.some((mean, c) => Math.abs(mean - b.means[c]!) > blockLimit)) other++
  }
  const [was, is] = [coloursOf(before), coloursOf(now)]
  const count = (of: ReadonlyMap<number, number>, colour: number): number => [...of].reduce((sum, [c, n]) => (distance(c, colour) <= 2 ? sum + n : sum), 0)
  const lost = [...was].filter(([, n]) => n >= designPixels).filter(([colour]) => count(is, colour) * 3 < count(was, colour)).map(([colour]) => `${hex(colour)} fills ${count(is, colour)} pixels instead of ${count(was, colour)}`)
  const come = [...is].filter(([, n]) => n >= designPixels).filter(([colour]) => count(was, colour) * 3 < count(is, colour)).map(([colour]) => `${hex(colour)} fills ${count(is, colour)} pixels instead of ${count(was, colour)}`)
  return [...(other > all * mostBlocks ? [`${(other / Math.max(1, all) * 100).toFixed(1)} % of what is drawn differs`] : []), ...lost, ...come]
}

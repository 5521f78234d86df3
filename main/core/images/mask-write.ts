// Class maps as small grey PNG files: one byte a pixel, the value is the class index, 255 is no class.
// Owns the encoding; refuses more than 255 classes, which no grey PNG of eight bits can hold.
import { crc32, deflateSync } from 'node:zlib'

/** The value of pixels without a class in a written map. */
export const writtenNoClass = 255
export const mostWrittenClasses = 255

function chunk(kind: string, body: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + body.length)
  out.writeUInt32BE(body.length, 0)
  out.write(kind, 4, 'latin1')
  out.set(body, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length)
  return out
}

/** A class map as PNG bytes. Indices below 0 become 255. */
export function encodeClassMap(width: number, height: number, indices: ArrayLike<number>): Buffer {
  const raw = new Uint8Array((width + 1) * height)
  for (let y = 0, at = 0; y < height; y++) {
    raw[at++] = 0
    for (let x = 0; x < width; x++, at++) {
      const index = indices[y * width + x]!
      if (index >= mostWrittenClasses) throw new RangeError(`class ${index} does not fit into eight bits`)
      raw[at] = index < 0 ? writtenNoClass : index
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', header), chunk('IDAT', deflateSync(raw, { level: 6 })), chunk('IEND', new Uint8Array(0))])
}

// A decoded picture to model input values: colour, resize, normalise, layout, exactly as the binding says.
import type { ImagePreprocessing } from '../../../shared/domain/binding.ts'
import type { Picture, Raster } from './picture.ts'
import { resizeRaster } from './resize.ts'

/** Any typed array of numbers. Integer targets receive rounded, clamped values. float16 is the caller's: prepare as Float32Array and convert. */
export type PixelTarget = Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Uint32Array

const channelsOf = (image: ImagePreprocessing): number => (image.color === 'grayscale' ? 1 : 3)

/** Values that one picture fills: width × height × (1 or 3). */
export function valuesPerPicture(image: ImagePreprocessing): number { return image.width * image.height * channelsOf(image) }

/** Red, green, blue or PIL's luma ("L"). Alpha is dropped, as `convert('RGB')` does. */
function toRaster(picture: Picture, gray: boolean): Raster {
  const { width, height, rgba } = picture
  const count = width * height
  const pixels = new Uint8Array(count * (gray ? 1 : 3))
  for (let i = 0, from = 0, to = 0; i < count; i++, from += 4) {
    const r = rgba[from]!
    const g = rgba[from + 1]!
    const b = rgba[from + 2]!
    if (gray) pixels[to++] = (19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16
    else { pixels[to++] = r; pixels[to++] = g; pixels[to++] = b }
  }
  return { width, height, channels: gray ? 1 : 3, pixels }
}

/** Python's round(): halves go to the even neighbour. */
export function roundHalfEven(value: number): number {
  const low = Math.floor(value)
  const rest = value - low
  if (rest !== 0.5) return Math.round(value)
  return low % 2 === 0 ? low : low + 1
}

/** Cuts or pads a raster to width × height, its corner at (left, top) of the source; outside is `fill`. */
function windowOf(source: Raster, left: number, top: number, width: number, height: number, fill: number): Raster {
  const { channels } = source
  if (left === 0 && top === 0 && width === source.width && height === source.height) return source
  const pixels = new Uint8Array(width * height * channels).fill(fill)
  const x0 = Math.max(0, -left)
  const x1 = Math.min(width, source.width - left)
  for (let y = Math.max(0, -top); y < Math.min(height, source.height - top); y++) {
    const from = ((y + top) * source.width + x0 + left) * channels
    pixels.set(source.pixels.subarray(from, from + Math.max(0, x1 - x0) * channels), (y * width + x0) * channels)
  }
  return { width, height, channels, pixels }
}

/** The shorter side becomes `side`, the longer one follows, cut down to whole pixels (torchvision's Resize). */
function shorterTo(source: Size, side: number): { width: number; height: number } {
  return source.width <= source.height
    ? { width: side, height: Math.max(1, Math.trunc((side * source.height) / source.width)) }
    : { width: Math.max(1, Math.trunc((side * source.width) / source.height)), height: side }
}

/** The smallest size that covers the target. */
function covering(source: Size, width: number, height: number): { width: number; height: number } {
  return width * source.height >= height * source.width
    ? { width, height: Math.max(height, Math.trunc((width * source.height) / source.width)) }
    : { width: Math.max(width, Math.trunc((height * source.width) / source.height)), height }
}

/** The largest size that fits into the target (PIL's ImageOps.contain). */
function containing(source: Size, width: number, height: number): { width: number; height: number } {
  const ratio = source.width / source.height
  if (ratio === width / height) return { width, height }
  return ratio > width / height
    ? { width, height: Math.max(1, roundHalfEven((source.height / source.width) * width)) }
    : { width: Math.max(1, roundHalfEven((source.width / source.height) * height)), height }
}

/** The picture as the model sees it: fitted to the input's size, in grey where the model takes grey. */
export function fitPicture(picture: Picture, image: ImagePreprocessing): Picture {
  const { width, height, channels, pixels } = fitRaster(toRaster(picture, image.color === 'grayscale'), image)
  const rgba = new Uint8Array(width * height * 4)
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 4; c++) rgba[i * 4 + c] = c === 3 ? 255 : pixels[i * channels + (channels === 1 ? 0 : c)]!
  return { width, height, rgba }
}

type Size = Pick<Raster, 'width' | 'height'>

/** Where a picture ends up: the size to which it is brought, and the corner of the target's window in it. */
export interface Placement extends Size { readonly left: number; readonly top: number }

/** Stretched; or its middle cut out (torchvision's CenterCrop); or padded (PIL's ImageOps.pad). */
export function placementOf(source: Size, image: ImagePreprocessing): Placement {
  const { width, height } = image
  if (image.resize === 'stretch') return { width, height, left: 0, top: 0 }
  if (image.resize === 'crop') {
    const size = image.shorterSide === null ? covering(source, width, height) : shorterTo(source, image.shorterSide)
    return { ...size, left: offsetOf(size.width, width), top: offsetOf(size.height, height) }
  }
  const size = containing(source, width, height)
  return { ...size, left: -roundHalfEven((width - size.width) * 0.5), top: -roundHalfEven((height - size.height) * 0.5) }
}

/** The raster at the target size, as `placementOf` says. */
export function fitRaster(source: Raster, image: ImagePreprocessing): Raster {
  const { width, height, left, top } = placementOf(source, image)
  return windowOf(resizeRaster(source, width, height, image.kernel), left, top, image.width, image.height, Math.round(image.padValue))
}

/** Where a centred window begins; negative: the picture is smaller and is padded, the odd pixel on the far side. */
const offsetOf = (have: number, want: number): number => (have >= want ? roundHalfEven((have - want) / 2) : -Math.trunc((want - have) / 2))

/** One value of `pixel` per channel: (pixel × scale − mean[c]) ÷ std[c], rounded and clamped for integer targets. */
function lookup(image: ImagePreprocessing, channel: number, target: PixelTarget): Float64Array {
  const pick = (list: readonly number[], fallback: number): number => list[channel] ?? list[0] ?? fallback
  const [mean, std] = [pick(image.mean, 0), pick(image.std, 1)]
  const table = new Float64Array(256)
  const whole = !(target instanceof Float32Array || target instanceof Float64Array)
  const single = target instanceof Float32Array
  const bits = target.BYTES_PER_ELEMENT * 8
  const signed = target instanceof Int8Array || target instanceof Int16Array || target instanceof Int32Array
  const [low, high] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1]
  for (let pixel = 0; pixel < 256; pixel++) {
    // Training code computes each step in float32; doing the same gives the model the very inputs it was trained on.
    const value = single ? Math.fround(Math.fround(Math.fround(pixel * image.scale) - Math.fround(mean)) / Math.fround(std)) : (pixel * image.scale - mean) / std
    table[pixel] = whole ? Math.min(high, Math.max(low, Math.round(value))) : value
  }
  return table
}

/**
 * Writes one prepared picture at `offset` of `target`: value = (pixel × scale − mean[c]) ÷ std[c], with c counted in the colour order of the
 * binding. NCHW and NHW are planes; NHWC and flat are interleaved.
 */
export function preparePicture(picture: Picture, image: ImagePreprocessing, target: PixelTarget, offset: number): void {
  const fitted = fitRaster(toRaster(picture, image.color === 'grayscale'), image)
  const { channels, pixels } = fitted
  const count = fitted.width * fitted.height
  const planes = image.layout === 'NCHW' || image.layout === 'NHW'
  for (let c = 0; c < channels; c++) {
    const table = lookup(image, c, target)
    const from = image.color === 'bgr' ? channels - 1 - c : c
    const step = planes ? 1 : channels
    let to = offset + (planes ? c * count : c)
    for (let i = 0; i < count; i++, to += step) target[to] = table[pixels[i * channels + from]!]!
  }
}

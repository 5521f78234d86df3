// Spoils decoded pictures on purpose, for stress tests: blur, noise, brightness, contrast, rotation, JPEG, crop. The same seed and record give the same bytes.
// Owns what is done to the pixels; the steps and their words are in shared/stress/kinds.ts.
import { createCanvas, ImageData, loadImage, type Canvas } from '@napi-rs/canvas'
import type { StressKind } from '../../../shared/domain/stress.ts'
import { randomStream, type RandomStream } from '../../../shared/statistics/random.ts'
import { streamOf } from '../../../shared/statistics/random-at.ts'
import { blurPlane } from './gaussian.ts'
import type { Picture } from './picture.ts'

export interface PictureSpoil { readonly kind: StressKind; readonly severity: number; readonly seed: number }

type Opaque = { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray }

/** A copy without its alpha, which the preparation of pictures drops as well. */
function opaque({ width, height, rgba }: Picture): Opaque {
  const copy = new Uint8ClampedArray(rgba)
  for (let i = 3; i < copy.length; i += 4) copy[i] = 255
  return { width, height, rgba: copy }
}

/** Every colour value of a picture anew; Uint8ClampedArray rounds and cuts off at 0 and 255. */
function eachValue(picture: Opaque, change: (value: number) => number): Picture {
  for (let i = 0; i < picture.rgba.length; i += 4) for (let c = i; c < i + 3; c++) picture.rgba[c] = change(picture.rgba[c]!)
  return picture
}

function blur(picture: Opaque, percent: number): Picture {
  const { width, height, rgba } = picture
  const plane = new Float32Array(width * height)
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < plane.length; i++) plane[i] = rgba[i * 4 + c]!
    blurPlane(plane, width, height, (percent / 100) * Math.min(width, height))
    for (let i = 0; i < plane.length; i++) rgba[i * 4 + c] = plane[i]!
  }
  return picture
}

const isGrey = ({ rgba }: Opaque): boolean => {
  for (let i = 0; i < rgba.length; i += 4) if (rgba[i] !== rgba[i + 1] || rgba[i] !== rgba[i + 2]) return false
  return true
}

/** Normal numbers two at a time (G. Marsaglia's polar method). */
function normals(random: RandomStream): () => number {
  let spare: number | null = null
  return () => {
    if (spare !== null) { const value = spare; spare = null; return value }
    let x = 0, y = 0, s = 0
    do { x = 2 * random.next() - 1; y = 2 * random.next() - 1; s = x * x + y * y } while (s >= 1 || s === 0)
    const scale = Math.sqrt((-2 * Math.log(s)) / s)
    spare = y * scale
    return x * scale
  }
}

function noise(picture: Opaque, deviation: number, random: RandomStream): Picture {
  const normal = normals(random)
  const { rgba } = picture
  const grey = isGrey(picture)
  for (let i = 0; i < rgba.length; i += 4) {
    const shared = deviation * normal()
    for (let c = i; c < i + 3; c++) rgba[c] = rgba[c]! + (c === i || grey ? shared : deviation * normal())
  }
  return picture
}

function contrast(picture: Opaque, percent: number): Picture {
  const { rgba } = picture
  let sum = 0
  for (let i = 0; i < rgba.length; i += 4) sum += 0.299 * rgba[i]! + 0.587 * rgba[i + 1]! + 0.114 * rgba[i + 2]!
  const mean = sum / (rgba.length / 4)
  return eachValue(picture, (v) => v + (mean - v) * (percent / 100))
}

function canvasOf({ width, height, rgba }: Opaque): Canvas {
  const canvas = createCanvas(width, height)
  canvas.getContext('2d').putImageData(new ImageData(rgba, width, height), 0, 0)
  return canvas
}

/** The mean colour of the outermost pixels, as a colour of the canvas. */
function borderColour({ width, height, rgba }: Opaque): string {
  const sums = [0, 0, 0]
  let count = 0
  const add = (x: number, y: number): void => { for (let c = 0; c < 3; c++) sums[c] = sums[c]! + rgba[(y * width + x) * 4 + c]!; count++ }
  for (let x = 0; x < width; x++) { add(x, 0); add(x, height - 1) }
  for (let y = 1; y < height - 1; y++) { add(0, y); add(width - 1, y) }
  return `rgb(${sums.map((s) => Math.round(s / count)).join(', ')})`
}

function rotation(picture: Opaque, degrees: number, random: RandomStream): Picture {
  const { width, height } = picture
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = borderColour(picture)
  context.fillRect(0, 0, width, height)
  context.translate(width / 2, height / 2)
  context.rotate(((random.next() < 0.5 ? -1 : 1) * degrees * Math.PI) / 180)
  context.drawImage(canvasOf(picture), -width / 2, -height / 2)
  return { width, height, rgba: context.getImageData(0, 0, width, height).data }
}

async function jpeg(picture: Opaque, lost: number): Promise<Picture> {
  const image = await loadImage(canvasOf(picture).toBuffer('image/jpeg', 100 - lost))
  const context = createCanvas(image.width, image.height).getContext('2d')
  context.drawImage(image, 0, 0)
  return { width: image.width, height: image.height, rgba: context.getImageData(0, 0, image.width, image.height).data }
}

function crop(picture: Opaque, percent: number, random: RandomStream): Picture {
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * (1 - percent / 100)))) as [number, number]
  const left = random.below(picture.width - width + 1)
  const top = random.below(picture.height - height + 1)
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    const from = ((y + top) * picture.width + left) * 4
    rgba.set(picture.rgba.subarray(from, from + width * 4), y * width * 4)
  }
  return { width, height, rgba }
}

/** The spoiled picture of a record (1-based); the picture itself is left as it is. Kinds for tables leave a plain copy. */
export async function spoilPicture(picture: Picture, { kind, severity, seed }: PictureSpoil, record: number): Promise<Picture> {
  const copy = opaque(picture)
  const random = randomStream(streamOf(`${seed} ${kind} ${record}`))
  switch (kind) {
    case 'blur': return blur(copy, severity)
    case 'pixel-noise': return noise(copy, severity, random)
    case 'brightness': { const shift = (random.next() < 0.5 ? -1 : 1) * severity * 2.55; return eachValue(copy, (v) => v + shift) }
    case 'contrast': return contrast(copy, severity)
    case 'rotation': return rotation(copy, severity, random)
    case 'jpeg': return jpeg(copy, severity)
    case 'crop': return crop(copy, severity, random)
    default: return copy
  }
}

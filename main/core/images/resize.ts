// Resizing 8-bit rasters exactly as PIL does: the same kernels, the same integer weights, the same rounding between the passes.
// Knows nothing of colour order or of tensors.
import type { ImagePreprocessing } from '../../../shared/domain/binding.ts'
import type { Raster } from './picture.ts'

type Kernel = ImagePreprocessing['kernel']

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI))

/** Kernel functions and their supports, as in PIL's Resample.c. */
const kernels: Readonly<Record<Exclude<Kernel, 'nearest'>, { readonly support: number; readonly weight: (x: number) => number }>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => (Math.abs(x) < 1 ? 1 - Math.abs(x) : 0) },
  bicubic: {
    support: 2,
    weight(x) {
      const a = -0.5
      const d = Math.abs(x)
      if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0
    },
  },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** Fixed-point weights of one axis: output i uses `counts[i]` inputs from `starts[i]`, its weights begin at i × size. */
interface Axis { readonly size: number; readonly starts: Int32Array; readonly counts: Int32Array; readonly weights: Int32Array }

const precision = 22
const cached = new Map<string, Axis>()

function axisOf(from: number, to: number, kernel: Exclude<Kernel, 'nearest'>): Axis {
  const key = `${kernel} ${from} ${to}`
  const known = cached.get(key)
  if (known !== undefined) return known
  const { support, weight } = kernels[kernel]
  const scale = from / to
  const stretch = Math.max(1, scale)
  const reach = support * stretch
  const size = Math.ceil(reach) * 2 + 1
  const axis: Axis = { size, starts: new Int32Array(to), counts: new Int32Array(to), weights: new Int32Array(to * size) }
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale
    const low = Math.max(0, Math.trunc(center - reach + 0.5))
    const high = Math.min(from, Math.trunc(center + reach + 0.5))
    const raw = Array.from({ length: high - low }, (_, x) => weight((x + low - center + 0.5) * (1 / stretch)))
    const sum = raw.reduce((a, b) => a + b, 0)
    raw.forEach((w, x) => {
      const share = sum === 0 ? w : w / sum
      axis.weights[i * size + x] = Math.trunc((share < 0 ? -0.5 : 0.5) + share * (1 << precision))
    })
    axis.starts[i] = low
    axis.counts[i] = high - low
  }
  if (cached.size > 256) cached.clear()
  cached.set(key, axis)
  return axis
}

const clamp = (sum: number): number => {
  const value = sum >> precision
  return value < 0 ? 0 : value > 255 ? 255 : value
}

/** As `alongRows`, for three channels at once: each weight is looked up once instead of three times. */
function alongRowsOfColour(source: Raster, width: number, axis: Axis): Raster {
  const { height, pixels: from } = source
  const { starts, counts, weights, size } = axis
  const pixels = new Uint8Array(width * height * 3)
  const half = 1 << (precision - 1)
  for (let y = 0, to = 0; y < height; y++) {
    const row = y * source.width * 3
    for (let x = 0; x < width; x++, to += 3) {
      const end = x * size + counts[x]!
      let r = half
      let g = half
      let b = half
      for (let k = x * size, p = row + starts[x]! * 3; k < end; k++, p += 3) {
        const weight = weights[k]!
        r = (r + Math.imul(from[p]!, weight)) | 0
        g = (g + Math.imul(from[p + 1]!, weight)) | 0
        b = (b + Math.imul(from[p + 2]!, weight)) | 0
      }
      pixels[to] = clamp(r)
      pixels[to + 1] = clamp(g)
      pixels[to + 2] = clamp(b)
    }
  }
  return { width, height, channels: 3, pixels }
}

function alongRows(source: Raster, width: number, axis: Axis): Raster {
  const { channels, height } = source
  if (channels === 3) return alongRowsOfColour(source, width, axis)
  const pixels = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    const row = y * source.width * channels
    for (let x = 0; x < width; x++) {
      const start = row + axis.starts[x]! * channels
      const count = axis.counts[x]!
      const at = x * axis.size
      for (let c = 0; c < channels; c++) {
        let sum = 1 << (precision - 1)
        for (let k = 0; k < count; k++) sum += source.pixels[start + k * channels + c]! * axis.weights[at + k]!
        pixels[(y * width + x) * channels + c] = clamp(sum)
      }
    }
  }
  return { width, height, channels, pixels }
}

function alongColumns(source: Raster, height: number, axis: Axis): Raster {
  const stride = source.width * source.channels
  const pixels = new Uint8Array(stride * height)
  const sums = new Int32Array(stride)
  const from = source.pixels
  for (let y = 0; y < height; y++) {
    sums.fill(1 << (precision - 1))
    const start = axis.starts[y]!
    for (let k = 0; k < axis.counts[y]!; k++) {
      const weight = axis.weights[y * axis.size + k]!
      const row = (start + k) * stride
      for (let i = 0; i < stride; i++) sums[i] = (sums[i]! + Math.imul(from[row + i]!, weight)) | 0
    }
    for (let i = 0; i < stride; i++) pixels[y * stride + i] = clamp(sums[i]!)
  }
  return { width: source.width, height, channels: source.channels, pixels }
}

/** PIL steps through the source by repeated addition, so its rare rounding surprises are kept. */
function nearestPlaces(from: number, to: number): Int32Array {
  const step = from / to
  const places = new Int32Array(to)
  let at = step * 0.5
  for (let i = 0; i < to; i++) { places[i] = Math.min(from - 1, Math.trunc(at)); at += step }
  return places
}

function nearest(source: Raster, width: number, height: number): Raster {
  const { channels } = source
  const columns = nearestPlaces(source.width, width)
  const rows = nearestPlaces(source.height, height)
  const pixels = new Uint8Array(width * height * channels)
  let to = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (rows[y]! * source.width + columns[x]!) * channels
      for (let c = 0; c < channels; c++) pixels[to++] = source.pixels[from + c]!
    }
  }
  return { width, height, channels, pixels }
}

/** `Image.resize((width, height), kernel)` of PIL for L and RGB images, bit for bit. */
export function resizeRaster(source: Raster, width: number, height: number, kernel: Kernel): Raster {
  if (width === source.width && height === source.height) return source
  if (kernel === 'nearest') return nearest(source, width, height)
  const across = width === source.width ? source : alongRows(source, width, axisOf(source.width, width, kernel))
  return height === source.height ? across : alongColumns(across, height, axisOf(source.height, height, kernel))
}

// Shapes of convolutions, poolings and what changes the size of a picture. Sources: the operators' pages of the ONNX specification.
import type { TensorType } from '../../domain/model.ts'
import { numbersOf, tensor, type Dim, type Known } from '../known.ts'
import { has, input, numbersAt, unknownShape, type Ask, type Rule } from './rule.ts'

interface Window { readonly kernel: readonly Dim[]; readonly strides: readonly number[]; readonly dilations: readonly number[]; readonly pads: readonly number[]; readonly auto: string; readonly ceil: boolean }

function windowOf(ask: Ask, spatial: number, kernel: readonly Dim[]): Window {
  const { settings } = ask
  const list = (name: string, fill: number, length: number): readonly number[] => { const found = settings.ints(name); return found?.length === length ? found : Array<number>(length).fill(fill) }
  return { kernel, strides: list('strides', 1, spatial), dilations: list('dilations', 1, spatial), pads: list('pads', 0, 2 * spatial), auto: settings.text('auto_pad') ?? 'NOTSET', ceil: settings.int('ceil_mode') === 1 }
}

/** One side after a window has moved over it. */
function slid(size: Dim, w: Window, i: number, spatial: number): Dim {
  const kernel = w.kernel[i] ?? null
  const stride = w.strides[i]!
  if (typeof size !== 'number' || stride < 1) return null
  if (w.auto === 'SAME_UPPER' || w.auto === 'SAME_LOWER') return Math.ceil(size / stride)
  if (typeof kernel !== 'number') return null
  const reach = (kernel - 1) * w.dilations[i]! + 1
  const padded = w.auto === 'VALID' ? size : size + w.pads[i]! + w.pads[i + spatial]!
  const steps = (padded - reach) / stride
  const out = (w.ceil ? Math.ceil(steps) : Math.floor(steps)) + 1
  return out < 0 ? null : out
}

const slidAll = (sides: readonly Dim[], w: Window): readonly Dim[] => sides.map((d, i) => slid(d, w, i, sides.length))

/** `at`: the places of the data and of the weights among the inputs. */
const convolution = (data: number, weights: number, dtype?: TensorType): Rule => (ask) => {
  const [x, w] = [input(ask, data), input(ask, weights)]
  const type = dtype ?? x.dtype
  const rank = x.shape?.length ?? w.shape?.length
  if (rank === undefined || rank < 2) return [tensor(type, null)]
  const shape = x.shape ?? unknownShape(rank)
  const kernel = ask.settings.ints('kernel_shape') ?? w.shape?.slice(2) ?? unknownShape(rank - 2)
  return [tensor(type, [shape[0]!, w.shape?.[0] ?? null, ...slidAll(shape.slice(2), windowOf(ask, rank - 2, kernel))])]
}

const transposed: Rule = (ask) => {
  const [x, w] = [input(ask, 0), input(ask, 1)]
  const rank = x.shape?.length ?? w.shape?.length
  if (rank === undefined || rank < 2) return [tensor(x.dtype, null)]
  const shape = x.shape ?? unknownShape(rank)
  const spatial = rank - 2
  const win = windowOf(ask, spatial, ask.settings.ints('kernel_shape') ?? w.shape?.slice(2) ?? unknownShape(spatial))
  const asked = ask.settings.ints('output_shape')
  const extra = ask.settings.ints('output_padding') ?? []
  const channels = w.shape?.[1] ?? null
  const sides = shape.slice(2).map((size, i): Dim => {
    if (asked !== null) return asked.at(i - spatial) ?? null
    const kernel = win.kernel[i]
    if (typeof size !== 'number' || typeof kernel !== 'number') return null
    if (win.auto.startsWith('SAME')) return size * win.strides[i]!
    return (size - 1) * win.strides[i]! + (extra[i] ?? 0) + (kernel - 1) * win.dilations[i]! + 1 - (win.auto === 'VALID' ? 0 : win.pads[i]! + win.pads[i + spatial]!)
  })
  return [tensor(x.dtype, [shape[0]!, typeof channels === 'number' ? channels * (ask.settings.int('group') ?? 1) : null, ...sides])]
}

const pooling = (indices: boolean): Rule => (ask) => {
  const x = input(ask, 0)
  const kernel = ask.settings.ints('kernel_shape')
  if (x.shape === null || x.shape.length < 2 || kernel === null) return [tensor(x.dtype, null)]
  const shape = [...x.shape.slice(0, 2), ...slidAll(x.shape.slice(2), windowOf(ask, x.shape.length - 2, kernel))]
  return indices ? [tensor(x.dtype, shape), tensor('int64', shape)] : [tensor(x.dtype, shape)]
}

const global: Rule = (ask) => { const { dtype, shape } = input(ask, 0); return [tensor(dtype, shape === null ? null : shape.map((d, i) => (i < 2 ? d : 1)))] }

const pad: Rule = (ask) => {
  const { dtype, shape } = input(ask, 0)
  if (shape === null) return [tensor(dtype, null)]
  const pads = numbersAt(ask, 1, has(ask, 1) || ask.settings.ints('pads') !== null ? 'pads' : 'paddings')
  const axes = has(ask, 3) ? numbersOf(input(ask, 3).value)?.map((a) => (a < 0 ? a + shape.length : a)) ?? null : shape.map((_, i) => i)
  if (pads === null || axes === null || pads.length !== axes.length * 2) return [tensor(dtype, unknownShape(shape.length))]
  return [tensor(dtype, shape.map((d, i): Dim => {
    const at = axes.indexOf(i)
    if (at < 0) return d
    const more = pads[at]! + pads[at + axes.length]!
    return more === 0 ? d : typeof d === 'number' ? d + more : null
  }))]
}

function resized(x: Known, sizes: readonly Dim[] | null, scales: readonly number[] | null): Known {
  if (x.shape === null) return tensor(x.dtype, sizes === null ? null : sizes)
  if (sizes !== null && sizes.length === x.shape.length) return tensor(x.dtype, sizes)
  if (scales !== null && scales.length === x.shape.length) return tensor(x.dtype, x.shape.map((d, i): Dim => (scales[i] === 1 ? d : typeof d === 'number' ? Math.floor(d * scales[i]!) : null)))
  return tensor(x.dtype, unknownShape(x.shape.length))
}

const resize: Rule = (ask) => {
  // Version 10 has the scales as its second input, later ones the region of interest in between.
  const old = ask.inputs.length === 2
  return [resized(input(ask, 0), has(ask, 3) ? input(ask, 3).value : null, numbersOf(input(ask, old ? 1 : 2).value))]
}
const upsample: Rule = (ask) => [resized(input(ask, 0), null, has(ask, 1) ? numbersOf(input(ask, 1).value) : ask.settings.floats('scales'))]

const blocks = (out: (n: Dim, c: number, h: number, w: number, b: number) => readonly Dim[]): Rule => (ask) => {
  const { dtype, shape } = input(ask, 0)
  const b = ask.settings.int('blocksize')
  const [n = null, c, h, w] = shape ?? []
  if (shape?.length !== 4 || b === null || b < 1) return [tensor(dtype, shape === null ? null : unknownShape(shape.length))]
  return [tensor(dtype, typeof c !== 'number' || typeof h !== 'number' || typeof w !== 'number' ? [n, null, null, null] : out(n, c, h, w, b))]
}

const roiAlign: Rule = (ask) => {
  const x = input(ask, 0)
  return [tensor(x.dtype, [input(ask, 1).shape?.[0] ?? null, x.shape?.[1] ?? null, ask.settings.int('output_height') ?? 1, ask.settings.int('output_width') ?? 1])]
}
const gridSample: Rule = (ask) => {
  const [x, grid] = [input(ask, 0), input(ask, 1)]
  return [tensor(x.dtype, x.shape === null || grid.shape === null ? null : [...x.shape.slice(0, 2), ...grid.shape.slice(1, -1)])]
}

export const spatialRules: Readonly<Record<string, Rule>> = {
  Conv: convolution(0, 1), ConvInteger: convolution(0, 1, 'int32'), QLinearConv: (ask) => [{ ...convolution(0, 3)(ask)[0]!, dtype: input(ask, 7).dtype }], ConvTranspose: transposed,
  MaxPool: pooling(true), AveragePool: pooling(false), LpPool: pooling(false), GlobalAveragePool: global, GlobalMaxPool: global, GlobalLpPool: global,
  Pad: pad, Resize: resize, Upsample: upsample, RoiAlign: roiAlign, GridSample: gridSample,
  DepthToSpace: blocks((n, c, h, w, b) => [n, c / (b * b), h * b, w * b]), SpaceToDepth: blocks((n, c, h, w, b) => [n, c * b * b, h / b, w / b]),
}

/** Of com.microsoft. */
export const fusedConvolution: Rule = convolution(0, 1)

// From model outputs to class maps: the class index of every answered pixel of one row.
// Owns the roles of pixel outputs and their axes; refuses shapes that hold no class a pixel.
import type { Binding, OutputRole } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { noClass } from '../../../shared/metrics/segmentation.ts'
import type { DenseTensor } from './session.ts'
import { halfToFloat } from './tensor-values.ts'

const maskRoles: readonly OutputRole[] = ['pixel-logits', 'pixel-labels', 'pixel-probability']

export interface MaskOutput { readonly output: string; readonly role: OutputRole }

/** The output that holds the masks. Throws `binding.invalid` when none does. */
export function maskOutput(binding: Binding): MaskOutput {
  const found = binding.outputs.find((o) => maskRoles.includes(o.role))
  if (found === undefined) throw new SlipwayError('binding.invalid', { reason: 'no output gives a class for every pixel' })
  return found
}

/** How the values of one row lie: `step` from channel to channel, `next` from pixel to pixel. */
export interface MapAxes { readonly channels: number; readonly height: number; readonly width: number; readonly step: number; readonly next: number }

/** The axes of an output, batch dimension first; channels before or after the pixels. Null when the shape holds no maps of `channels` channels. */
export function mapAxes(dims: readonly number[], channels: number): MapAxes | null {
  const [, a, b, c] = dims
  if (dims.length === 3 && channels === 1 && a !== undefined && b !== undefined) return { channels, height: a, width: b, step: a * b, next: 1 }
  if (dims.length !== 4 || a === undefined || b === undefined || c === undefined) return null
  if (a === channels) return { channels, height: b, width: c, step: b * c, next: 1 }
  return c === channels ? { channels, height: a, width: b, step: 1, next: channels } : null
}

export interface ClassMap { readonly width: number; readonly height: number; readonly indices: Int32Array }

export type Values = ArrayLike<number>

/** One row's values as numbers, without a copy where they are numbers already. */
export function rowValues(tensor: DenseTensor, row: number, size: number): Values {
  const { values, dtype } = tensor
  const from = row * size
  if (dtype === 'float16') return Float32Array.from((values as Uint16Array).subarray(from, from + size), halfToFloat)
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return Float64Array.from(values.subarray(from, from + size), Number)
  if (Array.isArray(values)) return Float64Array.from(values.slice(from, from + size), Number)
  return (values as Float32Array).subarray(from, from + size)
}

/** The largest channel of every pixel, the first one where several are equal; no class where no channel holds a number. */
function largestChannel(values: Values, { channels, height, width, step, next }: MapAxes): Int32Array {
  const count = height * width
  const indices = new Int32Array(count)
  const best = new Float64Array(count)
  for (let i = 0, at = 0; i < count; i++, at += next) best[i] = values[at]!
  for (let c = 1; c < channels; c++) {
    for (let i = 0, at = c * step; i < count; i++, at += next) {
      const v = values[at]!
      if (v > best[i]! || (Number.isNaN(best[i]!) && !Number.isNaN(v))) { best[i] = v; indices[i] = c }
    }
  }
  for (let i = 0; i < count; i++) if (Number.isNaN(best[i]!)) indices[i] = noClass
  return indices
}

const logit = (p: number): number => Math.log(p / (1 - p))

function aboveThreshold(values: Values, axes: MapAxes, threshold: number): Int32Array {
  const indices = new Int32Array(axes.height * axes.width)
  for (let i = 0; i < indices.length; i++) { const v = values[i]!; indices[i] = Number.isNaN(v) ? noClass : v >= threshold ? 1 : 0 }
  return indices
}

/** Reads class maps row by row. */
export interface MapReader { read(outputs: Readonly<Record<string, DenseTensor>>, row: number, fed: number): ClassMap }

/** A reader for the binding's mask output. Throws `run.shapeMismatch` when an answer has another shape than its role needs. */
export function createMapReader(binding: Binding): MapReader {
  const { output, role } = maskOutput(binding)
  const k = binding.classes.length
  const byNumber = new Map(binding.classes.map((c, i) => [Number(c.output), i]))
  const threshold = binding.decision.kind === 'threshold' ? binding.decision.threshold : 0.5
  const read = (values: Values, axes: MapAxes): Int32Array => {
    if (role === 'pixel-labels') return Int32Array.from({ length: axes.height * axes.width }, (_, i) => byNumber.get(values[i]!) ?? noClass)
    if (role === 'pixel-probability') return aboveThreshold(values, axes, threshold)
    return axes.channels === 1 ? aboveThreshold(values, axes, logit(threshold)) : largestChannel(values, axes)
  }
  return {
    read(outputs, row, fed) {
      const tensor = outputs[output]
      if (tensor === undefined) throw new SlipwayError('run.shapeMismatch', { reason: `the model gave no output “${output}”` })
      const axes = role === 'pixel-logits' ? (mapAxes(tensor.dims, k) ?? (k === 2 ? mapAxes(tensor.dims, 1) : null)) : mapAxes(tensor.dims, 1)
      if (axes === null || tensor.dims[0] !== fed) throw new SlipwayError('run.shapeMismatch', { reason: `the output “${output}” has the shape [${tensor.dims.join(', ')}] for ${fed} pictures, which holds no mask of ${k} classes` })
      const size = axes.channels * axes.height * axes.width
      return { width: axes.width, height: axes.height, indices: read(rowValues(tensor, row, size), axes) }
    },
  }
}

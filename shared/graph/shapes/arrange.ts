// Shapes of operators that move values about: reshape, transpose, concat, slice, gather and their kin. Follows computed sizes through them.
import { axisOf, elementsOf, numbersOf, productOf, tensor, type Dim, type Known } from '../known.ts'
import { has, input, numbersAt, unknownShape, type Ask, type Rule } from './rule.ts'

function reshapedTo(from: readonly Dim[] | null, wanted: readonly Dim[], allowZero: boolean): readonly Dim[] {
  const kept = wanted.map((d, i): Dim => (d === 0 && !allowZero ? from?.[i] ?? null : d))
  const open = kept.indexOf(-1)
  if (open < 0 || from === null) return kept.map((d) => (d === -1 ? null : d))
  const others = kept.filter((_, i) => i !== open)
  // Named sizes that stand on both sides cancel each other out.
  const left = [...from]
  const rest: Dim[] = []
  for (const d of others) {
    const at = typeof d === 'string' ? left.indexOf(d) : -1
    if (at >= 0) left.splice(at, 1)
    else rest.push(d)
  }
  const [total, share] = [elementsOf(left), elementsOf(rest)]
  const whole = total !== null && share !== null && share > 0 && total % share === 0 ? total / share : productOf(rest) === 1 ? productOf(left) : null
  const named = left.filter((d) => typeof d !== 'number')
  const single = named.length === 1 && typeof named[0] === 'string' && share !== null && elementsOf(left.filter((d) => typeof d === 'number')) === share ? named[0] : null
  return kept.map((d, i) => (i === open ? whole ?? single : d))
}

const reshape: Rule = (ask) => {
  const x = input(ask, 0)
  const wanted = has(ask, 1) ? input(ask, 1).value : ask.settings.ints('shape')
  if (wanted === null) {
    const rank = input(ask, 1).shape?.[0]
    return [tensor(x.dtype, typeof rank === 'number' && rank <= 64 ? unknownShape(rank) : null)]
  }
  return [tensor(x.dtype, reshapedTo(x.shape, wanted, ask.settings.int('allowzero') === 1), x.value)]
}

const flatten: Rule = (ask) => {
  const { dtype, shape } = input(ask, 0)
  if (shape === null) return [tensor(dtype, [null, null])]
  const axis = ask.settings.int('axis') ?? 1
  const at = axis < 0 ? axis + shape.length : axis
  return [tensor(dtype, [productOf(shape.slice(0, at)), productOf(shape.slice(at))])]
}

const transpose: Rule = (ask) => {
  const { dtype, shape } = input(ask, 0)
  if (shape === null) return [tensor(dtype, null)]
  const order = ask.settings.ints('perm') ?? shape.map((_, i) => shape.length - 1 - i)
  return [tensor(dtype, order.length === shape.length ? order.map((i) => shape[i] ?? null) : unknownShape(shape.length))]
}

const squeeze: Rule = (ask) => {
  const { dtype, shape, value } = input(ask, 0)
  const axes = numbersAt(ask, 1, 'axes')
  if (shape === null || (axes === null && (has(ask, 1) || shape.some((d) => typeof d !== 'number')))) return [tensor(dtype, null)]
  const gone = new Set(axes === null ? shape.flatMap((d, i) => (d === 1 ? [i] : [])) : axes.map((a) => axisOf(a, shape.length)))
  return [tensor(dtype, shape.filter((_, i) => !gone.has(i)), value)]
}

const unsqueeze: Rule = (ask) => {
  const { dtype, shape, value } = input(ask, 0)
  const axes = numbersAt(ask, 1, 'axes')
  if (shape === null || axes === null) return [tensor(dtype, null)]
  const rank = shape.length + axes.length
  const ones = new Set(axes.map((a) => axisOf(a, rank)))
  const rest = shape[Symbol.iterator]()
  return [tensor(dtype, Array.from({ length: rank }, (_, i): Dim => (ones.has(i) ? 1 : rest.next().value ?? null)), value)]
}

const concat: Rule = (ask) => {
  const parts = ask.inputs.map((i) => i ?? tensor('undefined', null))
  const dtype = parts[0]?.dtype ?? 'undefined'
  const ranked = parts.find((p) => p.shape !== null)?.shape
  if (ranked == null) return [tensor(dtype, null)]
  const axis = axisOf(ask.settings.int('axis') ?? 1, ranked.length)
  const shape = ranked.map((_, i): Dim => {
    const all = parts.map((p) => p.shape?.[i] ?? null)
    if (i !== axis) return all.find((d) => typeof d === 'number') ?? all.find((d) => d !== null) ?? null
    return all.length === 1 ? all[0]! : all.every((d) => typeof d === 'number') ? (all as number[]).reduce((a, b) => a + b, 0) : null
  })
  const value = ranked.length === 1 && parts.every((p) => p.value !== null) ? parts.flatMap((p) => p.value!) : null
  return [tensor(dtype, shape, value)]
}

const split: Rule = (ask) => {
  const { dtype, shape } = input(ask, 0)
  if (shape === null) return Array<Known>(ask.outputs).fill(tensor(dtype, null))
  const axis = axisOf(ask.settings.int('axis') ?? 0, shape.length)
  const sizes = numbersAt(ask, 1, 'split')
  const size = axis === null ? null : shape[axis]!
  const even = typeof size === 'number' ? Math.ceil(size / ask.outputs) : null
  return Array.from({ length: ask.outputs }, (_, o) => {
    const own: Dim = sizes?.[o] ?? (has(ask, 1) || even === null || typeof size !== 'number' ? null : Math.max(0, Math.min(even, size - even * o)))
    return tensor(dtype, shape.map((d, i) => (i === axis ? own : d)))
  })
}

/** How many places from `start` to `end` in steps, by the clamping of Slice. */
function places(size: number, start: number, end: number, step: number): number | null {
  if (step === 0) return null
  const clamp = (v: number, low: number, high: number): number => Math.max(low, Math.min(high, v))
  const from = start < 0 ? start + size : start
  const to = end < 0 ? end + size : end
  return step > 0 ? Math.max(0, Math.ceil((clamp(to, 0, size) - clamp(from, 0, size)) / step)) : Math.max(0, Math.ceil((clamp(to, -1, size - 1) - clamp(from, 0, size - 1)) / step))
}

const slice: Rule = (ask) => {
  const { dtype, shape, value } = input(ask, 0)
  if (shape === null) return [tensor(dtype, null)]
  const starts = numbersAt(ask, 1, 'starts')
  const ends = numbersAt(ask, 2, 'ends')
  const axes = numbersAt(ask, 3, 'axes') ?? (has(ask, 3) ? null : starts?.map((_, i) => i) ?? null)
  const steps = has(ask, 4) ? numbersOf(input(ask, 4).value) : starts?.map(() => 1) ?? null
  if (axes === null) return [tensor(dtype, unknownShape(shape.length))]
  const touched = axes.map((a) => axisOf(a, shape.length))
  const out = shape.map((d, i): Dim => {
    const at = touched.indexOf(i)
    if (at < 0) return d
    const [start, end, step] = [starts?.[at], ends?.[at], steps?.[at]]
    if (start === undefined || end === undefined || step === undefined) return null
    if (typeof d !== 'number') return start === 0 && end >= 0x7fffffff && step === 1 ? d : null
    return places(d, start, end, step)
  })
  return [tensor(dtype, out, slicedValue(value, shape, starts, ends, steps))]
}

function slicedValue(value: readonly Dim[] | null, shape: readonly Dim[], starts: readonly number[] | null, ends: readonly number[] | null, steps: readonly number[] | null): readonly Dim[] | null {
  if (value === null || shape.length !== 1 || starts?.length !== 1 || ends?.length !== 1 || steps?.[0] !== 1) return null
  const [start, end] = [starts[0]!, ends[0]!]
  return value.slice(start < 0 ? Math.max(0, start + value.length) : start, end < 0 ? end + value.length : end)
}

const gather: Rule = (ask) => {
  const [x, at] = [input(ask, 0), input(ask, 1)]
  if (x.shape === null || at.shape === null) return [tensor(x.dtype, null)]
  const axis = axisOf(ask.settings.int('axis') ?? 0, x.shape.length)
  if (axis === null) return [tensor(x.dtype, null)]
  const picks = numbersOf(at.value)
  const { value } = x
  return [tensor(x.dtype, [...x.shape.slice(0, axis), ...at.shape, ...x.shape.slice(axis + 1)], value !== null && x.shape.length === 1 && picks !== null ? picks.map((i) => value.at(i) ?? null) : null)]
}

const gatherND: Rule = (ask) => {
  const [x, at] = [input(ask, 0), input(ask, 1)]
  const last = at.shape?.at(-1)
  if (x.shape === null || at.shape === null || typeof last !== 'number') return [tensor(x.dtype, null)]
  return [tensor(x.dtype, [...at.shape.slice(0, -1), ...x.shape.slice((ask.settings.int('batch_dims') ?? 0) + last)])]
}

const expand: Rule = (ask) => {
  const x = input(ask, 0)
  const to = input(ask, 1).value
  const rank = input(ask, 1).shape?.[0]
  if (x.shape === null || to === null) return [tensor(x.dtype, x.shape !== null && typeof rank === 'number' && rank <= 64 ? unknownShape(Math.max(rank, x.shape.length)) : null)]
  const size = Math.max(x.shape.length, to.length)
  const own = x.shape
  return [tensor(x.dtype, Array.from({ length: size }, (_, i): Dim => {
    const a = i < size - own.length ? 1 : own[i - (size - own.length)]!
    const b = i < size - to.length ? 1 : to[i - (size - to.length)]!
    return a === 1 ? b : b === 1 || b === a ? a : typeof a === 'number' ? a : typeof b === 'number' ? b : null
  }))]
}

const tile: Rule = (ask) => {
  const { dtype, shape } = input(ask, 0)
  const times = numbersOf(input(ask, 1).value)
  if (shape === null) return [tensor(dtype, null)]
  return [tensor(dtype, shape.map((d, i): Dim => (times?.[i] === 1 ? d : typeof d === 'number' && times?.[i] !== undefined ? d * times[i] : null)))]
}

const shapeOf: Rule = (ask) => {
  const { shape } = input(ask, 0)
  if (shape === null) return [tensor('int64', [null])]
  const part = shape.slice(ask.settings.int('start') ?? 0, ask.settings.int('end') ?? undefined)
  return [tensor('int64', [part.length], part)]
}
const sizeOf: Rule = (ask) => { const count = elementsOf(input(ask, 0).shape); return [tensor('int64', [], count === null ? null : [count])] }

const repeated = (shape: readonly Dim[], v: Dim): readonly Dim[] | null => { const n = shape.length <= 1 ? elementsOf(shape) : null; return n !== null && n <= 64 ? Array<Dim>(n).fill(v) : null }
const constantOfShape: Rule = (ask) => {
  const fill = ask.settings.tensor('value')
  const shape = input(ask, 0).value
  const rank = input(ask, 0).shape?.[0]
  return [tensor(fill?.dtype ?? 'float32', shape ?? (typeof rank === 'number' && rank <= 64 ? unknownShape(rank) : null), shape === null ? null : repeated(shape, fill === null ? 0 : fill.value?.[0] ?? null))]
}

const constant: Rule = ({ settings }) => {
  const held = settings.tensor('value')
  if (held !== null) return [held]
  const [i, is, f, fs] = [settings.int('value_int'), settings.ints('value_ints'), settings.float('value_float'), settings.floats('value_floats')]
  if (i !== null) return [tensor('int64', [], [i])]
  if (is !== null) return [tensor('int64', [is.length], is)]
  if (f !== null) return [tensor('float32', [], [f])]
  if (fs !== null) return [tensor('float32', [fs.length], fs)]
  if (settings.text('value_string') !== null) return [tensor('string', [])]
  const texts = settings.countOf('value_strings')
  return [tensor(texts === null ? 'undefined' : 'string', texts === null ? null : [texts])]
}

const range: Rule = (ask) => {
  const [start, end, step] = [0, 1, 2].map((i) => numbersOf(input(ask, i).value)?.[0])
  const count = start === undefined || end === undefined || step === undefined || step === 0 ? null : Math.max(0, Math.ceil((end - start) / step))
  return [tensor(input(ask, 0).dtype, [count], count === null || count > 64 ? null : Array.from({ length: count }, (_, i) => start! + i * step!))]
}

const oneHot: Rule = (ask) => {
  const { shape } = input(ask, 0)
  const dtype = input(ask, 2).dtype
  if (shape === null) return [tensor(dtype, null)]
  const axis = axisOf(ask.settings.int('axis') ?? -1, shape.length + 1)
  const depth = input(ask, 1).value?.[0] ?? null
  return [tensor(dtype, axis === null ? unknownShape(shape.length + 1) : [...shape.slice(0, axis), depth, ...shape.slice(axis)])]
}

const typed = (ask: Ask, fallback: Known['dtype']): Known['dtype'] => { const code = ask.settings.int('dtype'); return code === null ? fallback : ask.settings.typeOf(code) }
const drawn: Rule = (ask) => [tensor(typed(ask, 'float32'), ask.settings.ints('shape'))]
const drawnLike: Rule = (ask) => [tensor(typed(ask, input(ask, 0).dtype), input(ask, 0).shape)]

export const arrangeRules: Readonly<Record<string, Rule>> = {
  Reshape: reshape, Flatten: flatten, Transpose: transpose, Squeeze: squeeze, Unsqueeze: unsqueeze, Concat: concat, Split: split, Slice: slice, Gather: gather, GatherND: gatherND,
  GatherElements: (ask) => [tensor(input(ask, 0).dtype, input(ask, 1).shape)], Expand: expand, Tile: tile, Shape: shapeOf, Size: sizeOf, ConstantOfShape: constantOfShape, Constant: constant,
  Range: range, OneHot: oneHot, EyeLike: drawnLike, RandomNormalLike: drawnLike, RandomUniformLike: drawnLike, RandomNormal: drawn, RandomUniform: drawn,
  NonZero: (ask) => [tensor('int64', [input(ask, 0).shape?.length ?? null, null])],
  Compress: (ask) => [tensor(input(ask, 0).dtype, ask.settings.int('axis') === null ? [null] : input(ask, 0).shape === null ? null : input(ask, 0).shape!.map((d, i) => (i === axisOf(ask.settings.int('axis')!, input(ask, 0).shape!.length) ? null : d)))],
  Unique: (ask) => [tensor(input(ask, 0).dtype, [null]), tensor('int64', [null]), tensor('int64', [null]), tensor('int64', [null])],
}

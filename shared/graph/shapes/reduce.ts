// Shapes of products of matrices, of reductions, of recurrent layers, and of the classical operators (domain ai.onnx.ml).
import type { TensorType } from '../../domain/model.ts'
import { axisOf, broadcast, tensor, type Dim, type Known } from '../known.ts'
import { given, has, input, numbersAt, unknownShape, type Ask, type Rule } from './rule.ts'

/** The shape of a product of two stacks of matrices, as numpy's matmul. */
export function matrixProduct(a: readonly Dim[] | null, b: readonly Dim[] | null): readonly Dim[] | null {
  if (a === null || b === null || a.length === 0 || b.length === 0) return null
  const [x, y] = [a.length === 1 ? [1, ...a] : a, b.length === 1 ? [...b, 1] : b]
  const stack = broadcast([x.slice(0, -2), y.slice(0, -2)])
  if (stack === null) return null
  return [...stack, ...(a.length === 1 ? [] : [x.at(-2)!]), ...(b.length === 1 ? [] : [y.at(-1)!])]
}

const product = (b: number, dtype?: (ask: Ask) => TensorType): Rule => (ask) => [tensor(dtype?.(ask) ?? input(ask, 0).dtype, matrixProduct(input(ask, 0).shape, input(ask, b).shape))]

const gemm: Rule = (ask) => {
  const [a, b] = [input(ask, 0), input(ask, 1)]
  const rows = a.shape?.[ask.settings.int('transA') === 1 ? 1 : 0] ?? null
  const columns = b.shape?.[ask.settings.int('transB') === 1 ? 0 : 1] ?? null
  return [tensor(a.dtype, [rows, columns])]
}

const einsum: Rule = (ask) => {
  const text = ask.settings.text('equation')?.replaceAll(' ', '') ?? ''
  const [left = '', right] = text.split('->')
  const terms = left.split(',')
  const dtype = input(ask, 0).dtype
  if (terms.length !== ask.inputs.length || text.includes('.')) return [tensor(dtype, null)]
  const sizes = new Map<string, Dim>()
  const seen = new Map<string, number>()
  for (const [i, term] of terms.entries()) {
    const { shape } = input(ask, i)
    for (const [at, letter] of [...term].entries()) {
      const dim = shape?.length === term.length ? shape[at]! : null
      if (typeof sizes.get(letter) !== 'number') sizes.set(letter, dim ?? sizes.get(letter) ?? null)
      seen.set(letter, (seen.get(letter) ?? 0) + 1)
    }
  }
  const out = right === undefined ? [...seen].filter(([, n]) => n === 1).map(([letter]) => letter).sort() : [...right]
  return [tensor(dtype, out.map((letter) => sizes.get(letter) ?? null))]
}

const reduction: Rule = (ask) => {
  const { dtype, shape } = input(ask, 0)
  if (shape === null) return [tensor(dtype, null)]
  const keep = (ask.settings.int('keepdims') ?? 1) === 1
  const axes = numbersAt(ask, 1, 'axes')
  if (axes === null && given(ask, 1, 'axes')) return [tensor(dtype, keep ? unknownShape(shape.length) : null)]
  if ((axes?.length ?? 0) === 0 && ask.settings.int('noop_with_empty_axes') === 1) return [tensor(dtype, shape)]
  const over = new Set((axes?.length ?? 0) === 0 ? shape.map((_, i) => i) : axes!.map((a) => axisOf(a, shape.length)))
  return [tensor(dtype, keep ? shape.map((d, i) => (over.has(i) ? 1 : d)) : shape.filter((_, i) => !over.has(i)))]
}

const arg: Rule = (ask) => {
  const { shape } = input(ask, 0)
  if (shape === null) return [tensor('int64', null)]
  const axis = axisOf(ask.settings.int('axis') ?? 0, shape.length)
  return [tensor('int64', (ask.settings.int('keepdims') ?? 1) === 1 ? shape.map((d, i) => (i === axis ? 1 : d)) : shape.filter((_, i) => i !== axis))]
}

const topK: Rule = (ask) => {
  const { dtype, shape } = input(ask, 0)
  const k = has(ask, 1) ? input(ask, 1).value?.[0] ?? null : ask.settings.int('k')
  const axis = shape === null ? null : axisOf(ask.settings.int('axis') ?? -1, shape.length)
  const out = shape === null ? null : shape.map((d, i) => (i === axis ? k : d))
  return [tensor(dtype, out), tensor('int64', out)]
}

/** Outputs: all steps, the last hidden state, the last cell. */
const recurrent = (cell: boolean): Rule => (ask) => {
  const [x, r] = [input(ask, 0), input(ask, 2)]
  const hidden: Dim = ask.settings.int('hidden_size') ?? r.shape?.at(-1) ?? null
  const directions = ask.settings.text('direction') === 'bidirectional' ? 2 : 1
  const batchFirst = ask.settings.int('layout') === 1
  const [steps, batch] = batchFirst ? [x.shape?.[1] ?? null, x.shape?.[0] ?? null] : [x.shape?.[0] ?? null, x.shape?.[1] ?? null]
  const last = tensor(x.dtype, batchFirst ? [batch, directions, hidden] : [directions, batch, hidden])
  return [tensor(x.dtype, batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]), last, ...(cell ? [last] : [])]
}

const reductions = ['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd', 'ReduceSum', 'ReduceSumSquare']

export const reduceRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(reductions.map((op) => [op, reduction])),
  MatMul: product(1), MatMulInteger: product(1, () => 'int32'), QLinearMatMul: product(3, (ask) => input(ask, 7).dtype), Gemm: gemm, Einsum: einsum, ArgMax: arg, ArgMin: arg, TopK: topK,
  LSTM: recurrent(true), GRU: recurrent(false), RNN: recurrent(false),
  NonMaxSuppression: () => [tensor('int64', [null, 3])], Multinomial: (ask) => [tensor('int32', [input(ask, 0).shape?.[0] ?? null, ask.settings.int('sample_size') ?? 1])],
  Det: (ask) => [tensor(input(ask, 0).dtype, input(ask, 0).shape?.slice(0, -2) ?? null)],
  SequenceConstruct: (ask) => [{ dtype: 'undefined', shape: null, value: null, other: `sequence(${input(ask, 0).dtype})` }],
  SequenceEmpty: () => [{ dtype: 'undefined', shape: null, value: null, other: 'sequence' }],
}

const rowsOf = (ask: Ask): Dim => { const { shape } = input(ask, 0); return shape === null ? null : shape.length < 2 ? 1 : shape[0]! }

const classifier: Rule = (ask) => {
  const { settings } = ask
  const texts = settings.countOf('classlabels_strings') ?? 0
  const labels = texts > 0 ? texts : settings.countOf('classlabels_ints') ?? settings.countOf('classlabels_int64s') ?? 0
  return [tensor(texts > 0 ? 'string' : 'int64', [rowsOf(ask)]), tensor('float32', [rowsOf(ask), labels === 0 ? null : labels])]
}
const regressor: Rule = (ask) => [tensor('float32', [rowsOf(ask), ask.settings.int('n_targets') ?? ask.settings.int('targets') ?? 1])]
const float: Rule = (ask) => [tensor('float32', input(ask, 0).shape)]

const labelEncoder: Rule = (ask) => {
  const { settings } = ask
  const texts = (settings.countOf('values_strings') ?? 0) > 0 || ((settings.countOf('classes_strings') ?? 0) > 0 && input(ask, 0).dtype === 'int64')
  const type: TensorType = texts ? 'string' : (settings.countOf('values_floats') ?? 0) > 0 ? 'float32' : (settings.countOf('values_int64s') ?? 0) > 0 || (settings.countOf('classes_strings') ?? 0) > 0 ? 'int64' : 'undefined'
  return [tensor(type, input(ask, 0).shape)]
}
const oneHotEncoder: Rule = (ask) => {
  const { shape } = input(ask, 0)
  const texts = ask.settings.countOf('cats_strings') ?? 0
  const count = texts > 0 ? texts : ask.settings.countOf('cats_int64s') ?? 0
  return [tensor('float32', shape === null || count === 0 ? null : [...shape, count])]
}
const features: Rule = (ask) => {
  const widths = ask.inputs.map((i) => (i?.shape == null ? null : i.shape.length < 2 ? i.shape.at(-1) ?? null : i.shape[1]!))
  return [tensor('float32', [rowsOf(ask), widths.every((w) => typeof w === 'number') ? (widths as number[]).reduce((a, b) => a + b, 0) : null])]
}
const extractor: Rule = (ask) => {
  const [x, at] = [input(ask, 0), input(ask, 1)]
  const count = at.shape === null ? null : at.shape.length === 0 ? 1 : at.shape.at(-1)!
  return [tensor(x.dtype, x.shape === null ? null : x.shape.length === 1 ? [1, count] : [...x.shape.slice(0, -1), count])]
}
const zipMap: Rule = (ask): readonly Known[] => [{ dtype: 'undefined', shape: null, value: null, other: `sequence(map(${(ask.settings.countOf('classlabels_strings') ?? 0) > 0 ? 'string' : 'int64'}, float32))` }]

/** Of the domain ai.onnx.ml. */
export const classicalRules: Readonly<Record<string, Rule>> = {
  LinearClassifier: classifier, SVMClassifier: classifier, TreeEnsembleClassifier: classifier, LinearRegressor: regressor, SVMRegressor: regressor, TreeEnsembleRegressor: regressor,
  TreeEnsemble: regressor, Scaler: float, Normalizer: float, Binarizer: (ask) => [{ ...input(ask, 0), value: null }], Imputer: (ask) => [{ ...input(ask, 0), value: null }],
  LabelEncoder: labelEncoder, CategoryMapper: (ask) => [tensor(input(ask, 0).dtype === 'string' ? 'int64' : 'string', input(ask, 0).shape)],
  OneHotEncoder: oneHotEncoder, FeatureVectorizer: features, ArrayFeatureExtractor: extractor, ZipMap: zipMap,
}

/** Of the runtime's domain com.microsoft. */
export const contribProducts: Readonly<Record<string, Rule>> = { FusedMatMul: (ask) => (ask.settings.int('transA') === 1 || ask.settings.int('transB') === 1 ? [tensor(input(ask, 0).dtype, null)] : product(1)(ask)), FusedGemm: gemm, MatMulIntegerToFloat: product(1, () => 'float32'), DynamicQuantizeMatMul: product(1, () => 'float32') }

// Shapes of operators that work value by value, with broadcasting. Computes the numbers too where they are sizes.
import type { TensorType } from '../../domain/model.ts'
import { broadcast, tensor, type Dim, type Known } from '../known.ts'
import { input, type Ask, type Rule } from './rule.ts'

/** Shape and type of the first input. */
export const same: Rule = (ask) => [{ ...input(ask, 0), value: null }]
/** The same, numbers and all. */
export const passed: Rule = (ask) => [input(ask, 0)]
const shaped = (dtype: TensorType): Rule => (ask) => [tensor(dtype, input(ask, 0).shape)]

const numeric = (fold: (a: number, b: number) => number | null, named?: (a: Dim, b: Dim) => Dim) => (a: Dim, b: Dim): Dim => {
  if (typeof a === 'number' && typeof b === 'number') {
    const value = fold(a, b)
    return value === null || !Number.isFinite(value) ? null : value
  }
  return named?.(a, b) ?? null
}

/** Numbers of two small values, one of them possibly a single number. */
function folded(ask: Ask, fold: (a: Dim, b: Dim) => Dim): readonly Dim[] | null {
  const [a, b] = [input(ask, 0), input(ask, 1)]
  if (a.value === null || b.value === null || (a.shape?.length ?? 2) > 1 || (b.shape?.length ?? 2) > 1) return null
  const length = Math.max(a.value.length, b.value.length)
  const at = (v: readonly Dim[], i: number): Dim => (v.length === 1 ? v[0]! : v[i] ?? null)
  if ((a.value.length !== length && a.value.length !== 1) || (b.value.length !== length && b.value.length !== 1)) return null
  const [x, y] = [a.value, b.value]
  return Array.from({ length }, (_, i) => fold(at(x, i), at(y, i)))
}

const whole = (type: TensorType): boolean => type.startsWith('int') || type.startsWith('uint')
const shapeOfAll = (ask: Ask): readonly Dim[] | null => broadcast(ask.inputs.map((i) => i?.shape ?? null))
const binary = (fold?: (a: Dim, b: Dim) => Dim): Rule => (ask) => [tensor(input(ask, 0).dtype, shapeOfAll(ask), fold === undefined ? null : folded(ask, fold))]
const division: Rule = (ask) => binary(numeric((a, b) => (b === 0 ? null : whole(input(ask, 0).dtype) ? Math.trunc(a / b) : a / b), (a, b) => (b === 1 ? a : null)))(ask)
const comparison = (fold: (a: number, b: number) => boolean): Rule => (ask) => [tensor('bool', shapeOfAll(ask), folded(ask, numeric((a, b) => Number(fold(a, b)))))]

const cast: Rule = (ask) => {
  const to = ask.settings.int('to')
  const { shape, value } = input(ask, 0)
  const type = to === null ? 'undefined' : ask.settings.typeOf(to)
  return [tensor(type, shape, value === null ? null : value.map((v) => (typeof v === 'number' && whole(type) ? Math.trunc(v) : v)))]
}

const where: Rule = (ask) => {
  const [when, yes, no] = [input(ask, 0), input(ask, 1), input(ask, 2)]
  const shape = shapeOfAll(ask)
  const one = (k: Known, i: number): Dim => (k.value === null ? null : k.value.length === 1 ? k.value[0]! : k.value[i] ?? null)
  const known = when.value !== null && yes.value !== null && no.value !== null && shape !== null && shape.length <= 1
  const length = known && typeof shape[0] === 'number' ? shape[0] : shape?.length === 0 ? 1 : null
  return [tensor(yes.dtype, shape, !known || length === null ? null : Array.from({ length }, (_, i) => (one(when, i) === null ? null : one(when, i) === 0 ? one(no, i) : one(yes, i))))]
}

const quantize: Rule = (ask) => [tensor(ask.inputs[2]?.dtype ?? 'uint8', input(ask, 0).shape)]
const dequantize: Rule = (ask) => [tensor(input(ask, 1).dtype, input(ask, 0).shape)]
const dropout: Rule = (ask) => [input(ask, 0), tensor('bool', input(ask, 0).shape)]

const unary = ['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'BitwiseNot', 'Ceil', 'Celu', 'Clip', 'Cos', 'Cosh', 'CumSum', 'Elu', 'Erf', 'Exp', 'Floor', 'Gelu', 'HardSigmoid', 'HardSwish', 'Hardmax',
  'InstanceNormalization', 'LRN', 'LeakyRelu', 'Log', 'LogSoftmax', 'LpNormalization', 'MeanVarianceNormalization', 'Mish', 'Neg', 'Not', 'PRelu', 'Reciprocal', 'Relu', 'ReverseSequence', 'Round', 'ScatterElements', 'Scatter', 'ScatterND',
  'Selu', 'Shrink', 'Sigmoid', 'Sign', 'Sin', 'Sinh', 'Softmax', 'Softplus', 'Softsign', 'Sqrt', 'Swish', 'Tan', 'Tanh', 'ThresholdedRelu', 'Trilu', 'GroupNormalization', 'RMSNormalization', 'BatchNormalization', 'Bernoulli']

export const elementwiseRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(unary.map((op) => [op, same])),
  Identity: passed, Cast: cast, CastLike: (ask) => [tensor(input(ask, 1).dtype, input(ask, 0).shape)], Where: where, Dropout: dropout,
  IsNaN: shaped('bool'), IsInf: shaped('bool'), StringNormalizer: () => [tensor('string', null)],
  Add: binary(numeric((a, b) => a + b, (a, b) => (a === 0 ? b : b === 0 ? a : null))), Sub: binary(numeric((a, b) => a - b, (a, b) => (b === 0 ? a : null))),
  Mul: binary(numeric((a, b) => a * b, (a, b) => (a === 1 ? b : b === 1 ? a : null))), Div: division, Mod: binary(numeric((a, b) => (b === 0 ? null : a - b * Math.floor(a / b)))), Pow: binary(numeric((a, b) => a ** b)),
  Max: binary(), Min: binary(), Sum: binary(), Mean: binary(), BitShift: binary(), BitwiseAnd: binary(), BitwiseOr: binary(), BitwiseXor: binary(),
  And: comparison((a, b) => a !== 0 && b !== 0), Or: comparison((a, b) => a !== 0 || b !== 0), Xor: comparison((a, b) => (a !== 0) !== (b !== 0)),
  Equal: comparison((a, b) => a === b), Greater: comparison((a, b) => a > b), Less: comparison((a, b) => a < b), GreaterOrEqual: comparison((a, b) => a >= b), LessOrEqual: comparison((a, b) => a <= b),
  QuantizeLinear: quantize, DequantizeLinear: dequantize, DynamicQuantizeLinear: (ask) => [tensor('uint8', input(ask, 0).shape), tensor('float32', []), tensor('uint8', [])],
  LayerNormalization: (ask) => {
    const { dtype, shape } = input(ask, 0)
    const from = ask.settings.int('axis') ?? -1
    const at = shape === null ? 0 : from < 0 ? from + shape.length : from
    const statistics = tensor('float32', shape === null ? null : shape.map((d, i) => (i < at ? d : 1)))
    return [tensor(dtype, shape), statistics, statistics]
  },
}

/** Of the runtime's own operators (domain com.microsoft) those that keep the shape of their first input. */
export const contribRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(['Gelu', 'FastGelu', 'BiasGelu', 'QuickGelu', 'SkipLayerNormalization', 'SimplifiedLayerNormalization', 'SkipSimplifiedLayerNormalization', 'EmbedLayerNormalization', 'FusedConvActivation', 'RotaryEmbedding', 'BiasSoftmax'].map((op) => [op, same])),
  QuantizeLinear: quantize, DequantizeLinear: dequantize, QLinearAdd: (ask) => [tensor(input(ask, 0).dtype, broadcast([input(ask, 0).shape, input(ask, 3).shape]))],
  QLinearMul: (ask) => [tensor(input(ask, 0).dtype, broadcast([input(ask, 0).shape, input(ask, 3).shape]))], QLinearSigmoid: same, QLinearLeakyRelu: same, QLinearSoftmax: same,
}

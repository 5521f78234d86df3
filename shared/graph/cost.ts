// Floating point operations of a node, by the conventions of docs/model-graph.md: a multiply-add counts as two, comparisons and simple
// functions as one a value, moving values as none. Answers null where a size or the operator is not known; never guesses.
import { elementsOf, type Dim, type Known } from './known.ts'
import type { Ask } from './shapes/rule.ts'

type Cost = (ask: Ask, outputs: readonly Known[]) => number | null

const size = (known: Known | null | undefined): number | null => elementsOf(known?.shape ?? null)
const times = (...factors: readonly (number | null)[]): number | null => (factors.includes(null) ? null : (factors as number[]).reduce((a, b) => a * b, 1))
const plus = (...terms: readonly (number | null)[]): number | null => (terms.includes(null) ? null : (terms as number[]).reduce((a, b) => a + b, 0))
const fixed = (dim: Dim | undefined): number | null => (typeof dim === 'number' ? dim : null)

const none: Cost = () => 0
/** So many for each value of the output. */
const each = (count: number): Cost => (_, outputs) => times(count, size(outputs[0]))
/** So many for each value of the input. */
const eachInput = (count: number): Cost => (ask) => times(count, size(ask.inputs[0]))
const severalInputs: Cost = (ask, outputs) => times(Math.max(0, ask.inputs.length - 1), size(outputs[0]))

const convolution = (weights: number, bias: number): Cost => (ask, outputs) => {
  const w = ask.inputs[weights]?.shape
  if (w == null) return null
  const window = elementsOf(w.slice(1))
  return plus(times(2, window, size(outputs[0])), ask.inputs[bias] == null ? 0 : size(outputs[0]))
}
/** Every input value meets every weight of its output channels. */
const transposedConvolution: Cost = (ask, outputs) => {
  const w = ask.inputs[1]?.shape
  return plus(times(2, w == null ? null : elementsOf(w.slice(1)), size(ask.inputs[0])), ask.inputs[2] == null ? 0 : size(outputs[0]))
}
const matrices: Cost = (ask, outputs) => times(2, fixed(ask.inputs[0]?.shape?.at(-1)), size(outputs[0]))
const gemm: Cost = (ask, outputs) => {
  const inner = fixed(ask.inputs[0]?.shape?.[ask.settings.int('transA') === 1 ? 0 : 1])
  return plus(times(2, inner, size(outputs[0])), ask.inputs[2] == null ? 0 : size(outputs[0]))
}
const pool: Cost = (ask, outputs) => times(ask.settings.ints('kernel_shape')?.reduce((a, b) => a * b, 1) ?? null, size(outputs[0]))

/** All sizes that the equation names, multiplied; two for each. */
const einsum: Cost = (ask) => {
  const terms = (ask.settings.text('equation') ?? '').replaceAll(' ', '').split('->')[0]!.split(',')
  const sizes = new Map<string, number | null>()
  for (const [i, term] of terms.entries()) for (const [at, letter] of [...term].entries()) sizes.set(letter, sizes.get(letter) ?? fixed(ask.inputs[i]?.shape?.[at]))
  return times(terms.length > 1 ? 2 : 1, ...sizes.values())
}

/** Gates × (input and recurrent products, then bias and non-linearity), for every step and direction. */
const recurrent = (gates: number): Cost => (ask, outputs) => {
  const hidden = fixed(outputs[0]?.shape?.at(-1))
  return times(size(outputs[0]), gates, plus(times(2, fixed(ask.inputs[0]?.shape?.at(-1))), times(2, hidden), 3))
}

const linearModel: Cost = (ask, outputs) => {
  const answers = outputs.at(-1)
  return plus(times(2, fixed(ask.inputs[0]?.shape?.at(-1)), size(answers)), size(answers))
}

const oneEach = ['Abs', 'Ceil', 'Clip', 'Floor', 'Neg', 'Not', 'Relu', 'LeakyRelu', 'PRelu', 'Round', 'Sign', 'ThresholdedRelu', 'Shrink', 'Add', 'Sub', 'Mul', 'Div', 'Mod', 'Pow', 'And', 'Or', 'Xor', 'BitShift', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'BitwiseNot', 'Equal', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual', 'IsNaN', 'IsInf',
  'Exp', 'Log', 'Sqrt', 'Reciprocal', 'Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Asinh', 'Acosh', 'Atanh', 'Erf', 'Tanh', 'CumSum', 'Where']
const fourEach = ['Sigmoid', 'HardSigmoid', 'HardSwish', 'Softplus', 'Softsign', 'Elu', 'Selu', 'Celu', 'Gelu', 'Mish', 'Swish', 'FastGelu', 'QuickGelu', 'BiasGelu']
const moving = ['Identity', 'Cast', 'CastLike', 'Dropout', 'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Concat', 'Split', 'Slice', 'Gather', 'GatherND', 'GatherElements', 'Scatter', 'ScatterND', 'ScatterElements', 'Expand', 'Tile', 'Shape', 'Size', 'Constant',
  'ConstantOfShape', 'Range', 'OneHot', 'EyeLike', 'Pad', 'DepthToSpace', 'SpaceToDepth', 'Trilu', 'ReverseSequence', 'Compress', 'NonZero', 'ZipMap', 'LabelEncoder', 'CategoryMapper', 'OneHotEncoder', 'FeatureVectorizer', 'ArrayFeatureExtractor', 'Imputer', 'SequenceConstruct', 'SequenceEmpty', 'SequenceAt', 'SequenceInsert', 'SplitToSequence', 'Optional', 'OptionalGetElement']
const reductions = ['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd', 'ReduceSum', 'ReduceSumSquare', 'ArgMax', 'ArgMin', 'GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool']

const costs: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ...oneEach.map((op): [string, Cost] => [op, each(1)]), ...fourEach.map((op): [string, Cost] => [op, each(4)]), ...moving.map((op): [string, Cost] => [op, none]), ...reductions.map((op): [string, Cost] => [op, eachInput(1)]),
  ['Max', severalInputs], ['Min', severalInputs], ['Sum', severalInputs], ['Mean', severalInputs],
  ['Conv', convolution(1, 2)], ['FusedConv', convolution(1, 2)], ['ConvInteger', convolution(1, -1)], ['QLinearConv', convolution(3, 8)], ['ConvTranspose', transposedConvolution],
  ['MatMul', matrices], ['MatMulInteger', matrices], ['QLinearMatMul', matrices], ['FusedMatMul', matrices], ['Gemm', gemm], ['FusedGemm', gemm], ['Einsum', einsum],
  ['MaxPool', pool], ['AveragePool', pool], ['LpPool', pool],
  ['BatchNormalization', each(2)], ['InstanceNormalization', each(8)], ['LayerNormalization', each(8)], ['GroupNormalization', each(8)], ['RMSNormalization', each(5)], ['SkipLayerNormalization', each(9)], ['SimplifiedLayerNormalization', each(5)],
  ['LpNormalization', each(3)], ['LRN', each(6)], ['MeanVarianceNormalization', each(6)], ['Softmax', each(5)], ['LogSoftmax', each(5)], ['Hardmax', each(1)],
  ['QuantizeLinear', each(2)], ['DequantizeLinear', each(2)], ['DynamicQuantizeLinear', each(4)], ['Resize', each(7)], ['Upsample', each(7)],
  ['LSTM', recurrent(4)], ['GRU', recurrent(3)], ['RNN', recurrent(1)],
  ['LinearRegressor', linearModel], ['LinearClassifier', linearModel], ['Scaler', each(2)], ['Normalizer', each(3)], ['Binarizer', each(1)],
])

const domains: ReadonlySet<string> = new Set(['', 'ai.onnx.ml', 'com.microsoft'])

/** Operations of one call; null: not known. */
export function flopsOf(domain: string, op: string, ask: Ask, outputs: readonly Known[]): number | null {
  if (!domains.has(domain)) return null
  const count = costs.get(op)?.(ask, outputs) ?? null
  return count === null || !Number.isFinite(count) ? null : count
}

// What kind of work an operator does, for colours and legends. Unknown operators are their own kind.

export const operatorKinds = ['product', 'activation', 'normalisation', 'arithmetic', 'reduction', 'shape', 'control', 'classical', 'other'] as const
export type OperatorKind = (typeof operatorKinds)[number]

export const kindNames: Readonly<Record<OperatorKind, string>> = {
  product: 'Convolution, product, recurrence', activation: 'Activation', normalisation: 'Normalisation', arithmetic: 'Arithmetic and logic', reduction: 'Pooling and reduction', shape: 'Shape and moving', control: 'Control flow and functions', classical: 'Classical model', other: 'Other',
}

const kinds: readonly (readonly [OperatorKind, readonly string[]])[] = [
  ['product', ['Conv', 'ConvTranspose', 'ConvInteger', 'QLinearConv', 'FusedConv', 'DeformConv', 'MatMul', 'MatMulInteger', 'QLinearMatMul', 'FusedMatMul', 'Gemm', 'FusedGemm', 'Einsum', 'LSTM', 'GRU', 'RNN', 'Attention', 'MultiHeadAttention', 'MatMulIntegerToFloat', 'DynamicQuantizeMatMul']],
  ['activation', ['Relu', 'LeakyRelu', 'PRelu', 'Elu', 'Selu', 'Celu', 'Sigmoid', 'HardSigmoid', 'HardSwish', 'Tanh', 'Softmax', 'LogSoftmax', 'Hardmax', 'Softplus', 'Softsign', 'Gelu', 'FastGelu', 'QuickGelu', 'BiasGelu', 'Mish', 'Swish', 'ThresholdedRelu', 'Clip', 'Erf', 'Shrink']],
  ['normalisation', ['BatchNormalization', 'InstanceNormalization', 'LayerNormalization', 'GroupNormalization', 'RMSNormalization', 'SkipLayerNormalization', 'SimplifiedLayerNormalization', 'LRN', 'LpNormalization', 'MeanVarianceNormalization', 'Dropout', 'QuantizeLinear', 'DequantizeLinear', 'DynamicQuantizeLinear']],
  ['arithmetic', ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Mod', 'Sqrt', 'Exp', 'Log', 'Abs', 'Neg', 'Ceil', 'Floor', 'Round', 'Reciprocal', 'Sign', 'Sum', 'Max', 'Min', 'Mean', 'And', 'Or', 'Xor', 'Not', 'Equal', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual', 'Where', 'CumSum', 'Sin', 'Cos', 'IsNaN', 'IsInf', 'BitShift']],
  ['reduction', ['MaxPool', 'AveragePool', 'LpPool', 'GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool', 'ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare', 'ArgMax', 'ArgMin', 'TopK', 'NonMaxSuppression', 'RoiAlign']],
  ['shape', ['Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Concat', 'Split', 'Slice', 'Gather', 'GatherND', 'GatherElements', 'Scatter', 'ScatterND', 'ScatterElements', 'Expand', 'Tile', 'Pad', 'Resize', 'Upsample', 'DepthToSpace', 'SpaceToDepth', 'Shape', 'Size', 'Constant', 'ConstantOfShape', 'Range', 'OneHot', 'EyeLike', 'Identity', 'Cast', 'CastLike', 'NonZero', 'Trilu', 'Compress', 'GridSample']],
  ['control', ['If', 'Loop', 'Scan', 'SequenceMap']],
]
const known = new Map(kinds.flatMap(([kind, ops]) => ops.map((op) => [op, kind] as const)))

export function kindOf(domain: string, op: string, opens: boolean): OperatorKind {
  if (opens) return 'control'
  return domain === 'ai.onnx.ml' ? 'classical' : domain === '' || domain === 'com.microsoft' ? known.get(op) ?? 'other' : 'other'
}

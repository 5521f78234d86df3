// What must be known of operators to compare graphs: settings that are as good as absent, inputs that are settings, kinds of one purpose,
// and how quantised operators take their inputs. By the operator specifications of ONNX and of the runtime's own domain.
import type { TensorType } from '../domain/model.ts'

const spatial = { strides: /^\[1(, 1)*\]$/, dilations: /^\[1(, 1)*\]$/, pads: /^\[0(, 0)*\]$/, auto_pad: /^NOTSET$/, group: /^1$/, ceil_mode: /^0$/, storage_order: /^0$/, count_include_pad: /^0$/ }

const defaults: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  Conv: spatial, ConvTranspose: spatial, MaxPool: spatial, AveragePool: spatial, LpPool: spatial,
  Gemm: { alpha: /^1$/, beta: /^1$/, transA: /^0$/, transB: /^0$/ }, Flatten: { axis: /^1$/ }, LeakyRelu: { alpha: /^0\.01$/ }, Elu: { alpha: /^1$/ },
  BatchNormalization: { epsilon: /^0\.00001$|^1e-5$/, momentum: /^0\.9$/, training_mode: /^0$/ }, LayerNormalization: { axis: /^-1$/, epsilon: /^0\.00001$|^1e-5$/ },
  Gather: { axis: /^0$/ }, Transpose: {}, ReduceMean: { keepdims: /^1$/ }, ReduceSum: { keepdims: /^1$/ }, ArgMax: { axis: /^0$/, keepdims: /^1$/, select_last_index: /^0$/ },
  Reshape: { allowzero: /^0$/ }, HardSigmoid: { alpha: /^0\.2$/, beta: /^0\.5$/ }, Resize: { cubic_coeff_a: /^-0\.75$/, exclude_outside: /^0$/, extrapolation_value: /^0$/ },
}

/** Whether leaving the attribute out would mean the same. The shape of a kernel follows from its weights. */
export function saysNothing(op: string, attribute: string, text: string): boolean {
  if (attribute === 'kernel_shape' && (op === 'Conv' || op === 'ConvTranspose')) return true
  return defaults[op]?.[attribute]?.test(text) ?? false
}

/** Inputs whose constants are settings and not weights, whatever their type. */
const settingInputs: Readonly<Record<string, readonly number[]>> = {
  Clip: [1, 2], Resize: [1, 2, 3], Upsample: [1], Pad: [1, 2, 3], Pow: [1], NonMaxSuppression: [2, 3, 4], Dropout: [1, 2], OneHot: [1, 2], ThresholdedRelu: [1], Range: [0, 1, 2], RandomUniform: [0],
}

const floating = /^(float|bfloat)/
const weightLike = /^(float|bfloat|u?int[48]$)/

/** Whether a constant at an input is a setting: shapes, axes, limits, single numbers without an axis. Everything else is a weight. */
export function isSetting(op: string, slot: string, tensor: { readonly type: TensorType; readonly dims: readonly number[] }): boolean {
  if (settingInputs[op]?.includes(Number(slot)) === true) return true
  if (!weightLike.test(tensor.type) && tensor.type !== 'undefined') return true
  return tensor.dims.length === 0 && floating.test(tensor.type)
}

const families: Readonly<Record<string, string>> = { Gemm: 'linear', MatMul: 'linear', FusedMatMul: 'linear', FusedGemm: 'linear', Conv: 'conv', FusedConv: 'conv' }

/** Operators of one purpose have one family. */
export const familyOf = (op: string): string => families[op] ?? op

/** How a quantised operator stands for a plain one: which of its inputs are data, in order, and which are the scale and zero point of each. */
export interface QuantisedForm { readonly op: string; readonly data: readonly { readonly at: number; readonly scale?: number; readonly zero?: number }[] }

const one = (op: string): QuantisedForm => ({ op, data: [{ at: 0 }] })
const two = (op: string): QuantisedForm => ({ op, data: [{ at: 0 }, { at: 3, scale: 4, zero: 5 }] })

export const quantisedForms: Readonly<Record<string, QuantisedForm>> = {
  ConvInteger: { op: 'Conv', data: [{ at: 0 }, { at: 1, zero: 3 }] },
  MatMulInteger: { op: 'MatMul', data: [{ at: 0 }, { at: 1, zero: 3 }] },
  QLinearConv: { op: 'Conv', data: [{ at: 0 }, { at: 3, scale: 4, zero: 5 }, { at: 8 }] },
  QLinearMatMul: two('MatMul'), QLinearAdd: two('Add'), QLinearMul: two('Mul'),
  QGemm: { op: 'Gemm', data: [{ at: 0 }, { at: 3, scale: 4, zero: 5 }, { at: 6 }] },
  DynamicQuantizeMatMul: { op: 'MatMul', data: [{ at: 0 }, { at: 1, scale: 2, zero: 3 }, { at: 4 }] },
  MatMulIntegerToFloat: { op: 'MatMul', data: [{ at: 0 }, { at: 1, scale: 3, zero: 5 }, { at: 6 }] },
  MatMulNBits: { op: 'MatMul', data: [{ at: 0 }, { at: 1 }] },
  QLinearSigmoid: one('Sigmoid'), QLinearLeakyRelu: one('LeakyRelu'), QLinearSoftmax: one('Softmax'), QLinearAveragePool: one('AveragePool'), QLinearGlobalAveragePool: one('GlobalAveragePool'),
}

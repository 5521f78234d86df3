// The element types of ONNX tensors: their numbers in the format, their names here, their sizes.
// Source: TensorProto.DataType of the ONNX specification.
import type { TensorType } from '../../../shared/domain/model.ts'

interface ElementType { readonly name: TensorType; /** Bits of one element; 0 for text. */ readonly bits: number }

const elementTypes: readonly ElementType[] = [
  { name: 'undefined', bits: 0 }, { name: 'float32', bits: 32 }, { name: 'uint8', bits: 8 }, { name: 'int8', bits: 8 }, { name: 'uint16', bits: 16 },
  { name: 'int16', bits: 16 }, { name: 'int32', bits: 32 }, { name: 'int64', bits: 64 }, { name: 'string', bits: 0 }, { name: 'bool', bits: 8 },
  { name: 'float16', bits: 16 }, { name: 'float64', bits: 64 }, { name: 'uint32', bits: 32 }, { name: 'uint64', bits: 64 }, { name: 'complex64', bits: 64 },
  { name: 'complex128', bits: 128 }, { name: 'bfloat16', bits: 16 }, { name: 'float8e4m3fn', bits: 8 }, { name: 'float8e4m3fnuz', bits: 8 },
  { name: 'float8e5m2', bits: 8 }, { name: 'float8e5m2fnuz', bits: 8 }, { name: 'uint4', bits: 4 }, { name: 'int4', bits: 4 }, { name: 'float4e2m1', bits: 4 },
]

/** Name of an element type; `undefined` for a number that the format does not define. */
export function elementTypeName(code: number): TensorType {
  return elementTypes[code]?.name ?? 'undefined'
}

/** Bits of one element, null for text and unknown types. */
export function elementBits(code: number): number | null {
  const bits = elementTypes[code]?.bits ?? 0
  return bits === 0 ? null : bits
}

/** Number of a named element type in the format. */
export function elementTypeCode(name: TensorType): number {
  return elementTypes.findIndex((t) => t.name === name)
}

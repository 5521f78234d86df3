// The smallest model that a device can be tried with, written as bytes: y = x · W + b over four numbers a row.
// Refuses to be a general writer of models.
import { concatBytes, delimitedField, numberField } from '../onnx/wire-write.ts'

const message = (field: number, ...parts: readonly Uint8Array[]): Uint8Array => delimitedField(field, concatBytes(parts))

/** TensorProto with raw float32 values. */
const tensor = (name: string, dims: readonly number[], values: readonly number[]): Uint8Array =>
  message(5, ...dims.map((d) => numberField(1, d)), numberField(2, 1), delimitedField(8, name), delimitedField(9, new Uint8Array(Float32Array.from(values).buffer)))

const node = (op: string, inputs: readonly string[], output: string): Uint8Array =>
  message(1, ...inputs.map((i) => delimitedField(1, i)), delimitedField(2, output), delimitedField(3, `${op}0`), delimitedField(4, op))

/** ValueInfoProto of a float32 tensor [N, width]. */
function floatRows(field: number, name: string, width: number): Uint8Array {
  const shape = message(2, message(1, delimitedField(2, 'N')), message(1, numberField(1, width)))
  return message(field, delimitedField(1, name), message(2, message(1, numberField(1, 1), shape)))
}

/** Input, weights and the right answer of the tiny model, for one row. */
export const tinyRow = { input: [1, 2, 3, 4], expected: [31, 42] } as const

/** ModelProto, IR 8, opset 17: x float32 [N, 4] → y float32 [N, 2]. */
export function tinyModel(): Uint8Array {
  const graph = message(
    7, node('MatMul', ['x', 'W'], 'm'), node('Add', ['m', 'b'], 'y'), delimitedField(2, 'tiny'),
    tensor('W', [4, 2], [1, 2, 2, 3, 3, 4, 4, 5]), tensor('b', [2], [1, 2]), floatRows(11, 'x', 4), floatRows(12, 'y', 2),
  )
  return concatBytes([numberField(1, 8), delimitedField(2, 'slipway'), graph, message(8, delimitedField(1, ''), numberField(2, 17))])
}

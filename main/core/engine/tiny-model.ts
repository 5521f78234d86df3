// The smallest model that a device can be tried with, written as bytes: y = x · W + b over four numbers a row.
// Owns just enough of the protobuf wire format for that; reading models is done in main/core/onnx.

function varint(value: number): number[] {
  const out: number[] = []
  let rest = value
  while (rest > 127) { out.push((rest % 128) | 128); rest = Math.floor(rest / 128) }
  return [...out, rest]
}

const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)]
const bytes = (field: number, content: readonly number[]): number[] => [...varint(field * 8 + 2), ...varint(content.length), ...content]
const text = (field: number, content: string): number[] => bytes(field, [...new TextEncoder().encode(content)])

const floats = (values: readonly number[]): number[] => [...new Uint8Array(new Float32Array(values).buffer)]

/** TensorProto with raw little-endian float32 values. */
const tensor = (name: string, dims: readonly number[], values: readonly number[]): number[] =>
  [...dims.flatMap((d) => number(1, d)), ...number(2, 1), ...text(8, name), ...bytes(9, floats(values))]

const node = (op: string, inputs: readonly string[], output: string): number[] =>
  [...inputs.flatMap((i) => text(1, i)), ...text(2, output), ...text(3, `${op}0`), ...text(4, op)]

/** ValueInfoProto of a float32 tensor [N, width]. */
function floatRows(name: string, width: number): number[] {
  const shape = [...bytes(1, text(2, 'N')), ...bytes(1, number(1, width))]
  return [...text(1, name), ...bytes(2, bytes(1, [...number(1, 1), ...bytes(2, shape)]))]
}

/** Input, weights and the right answer of the tiny model, for one row. */
export const tinyRow = { input: [1, 2, 3, 4], expected: [31, 42] } as const

/** ModelProto, IR 8, opset 17: x float32 [N, 4] → y float32 [N, 2]. */
export function tinyModel(): Uint8Array {
  const weights = tensor('W', [4, 2], [1, 2, 2, 3, 3, 4, 4, 5])
  const bias = tensor('b', [2], [1, 2])
  const graph = [
    ...bytes(1, node('MatMul', ['x', 'W'], 'm')), ...bytes(1, node('Add', ['m', 'b'], 'y')), ...text(2, 'tiny'),
    ...bytes(5, weights), ...bytes(5, bias), ...bytes(11, floatRows('x', 4)), ...bytes(12, floatRows('y', 2)),
  ]
  return Uint8Array.from([...number(1, 8), ...text(2, 'slipway'), ...bytes(7, graph), ...bytes(8, [...text(1, ''), ...number(2, 17)])])
}

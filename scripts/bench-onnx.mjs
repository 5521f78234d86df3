// The few words of the ONNX format that the benchmark's own networks are written with.
const varint = (value) => {
  const out = []
  let rest = value
  while (rest > 127) { out.push((rest % 128) | 128); rest = Math.floor(rest / 128) }
  return Buffer.from([...out, rest])
}
const int = (field, value) => Buffer.concat([varint(field * 8), varint(value)])
const bytes = (field, ...parts) => { const body = Buffer.concat(parts); return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]) }
const text = (field, value) => bytes(field, Buffer.from(value))
const attribute = ([name, values]) => bytes(5, text(1, name), ...values.map((v) => int(8, v)), int(20, 7))
const valueOf = (field, { name, dims }) => bytes(field, text(1, name), bytes(2, bytes(1, int(1, 1), bytes(2, ...dims.map((d) => bytes(1, typeof d === 'string' ? text(2, d) : int(1, d)))))))

/** A float32 weight of the graph. */
export const tensor = (name, dims, values) => bytes(5, ...dims.map((d) => int(1, d)), int(2, 1), text(8, name), bytes(9, Buffer.from(Float32Array.from(values).buffer)))
/** One node with one output; attributes are lists of whole numbers. */
export const nodeOf = (op, inputs, output, attributes = {}) => bytes(1, ...inputs.map((i) => text(1, i)), text(2, output), text(3, output), text(4, op), ...Object.entries(attributes).map(attribute))
/** A model of opset 17 with one float32 input and one float32 output. */
export const modelBytes = (name, parts, input, output) =>
  Buffer.concat([int(1, 8), text(2, 'slipway-bench'), bytes(7, ...parts, text(2, name), valueOf(11, input), valueOf(12, output)), bytes(8, text(1, ''), int(2, 17))])

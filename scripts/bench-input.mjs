// What the benchmark measures on: a seeded table of 1,000,000 × 30 numbers with a label, and a small network for it, written as ONNX bytes.
// Same seed, same bytes, on every machine.
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'

export const shape = { rows: 1_000_000, features: 30, layers: [30, 128, 64, 2] }

/** The mulberry32 generator: 32 bits of state, numbers from 0 to 1. */
export function generator(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Writes the table: columns f00 … f29 from −2 to 2 with four decimals, and a label 0 or 1 that a noisy sum decides. */
export async function writeTable(path, rows = shape.rows) {
  const next = generator(20)
  const out = createWriteStream(path)
  out.write(`${Array.from({ length: shape.features }, (_, i) => `f${String(i).padStart(2, '0')}`).join(',')},label\n`)
  let lines = []
  for (let r = 0; r < rows; r++) {
    let line = ''
    let sum = 0
    for (let c = 0; c < shape.features; c++) {
      const v = Math.round((next() * 4 - 2) * 10_000) / 10_000
      if (c < 5) sum += v
      line += `${v},`
    }
    lines.push(`${line}${sum + next() - 0.5 > 0 ? 1 : 0}\n`)
    if (lines.length === 4_000) {
      if (!out.write(lines.join(''))) await once(out, 'drain')
      lines = []
    }
  }
  out.end(lines.join(''))
  await once(out, 'finish')
}

const varint = (value) => {
  const out = []
  let rest = value
  while (rest > 127) { out.push((rest % 128) | 128); rest = Math.floor(rest / 128) }
  return Buffer.from([...out, rest])
}
const number = (field, value) => Buffer.concat([varint(field * 8), varint(value)])
const bytes = (field, ...parts) => { const body = Buffer.concat(parts); return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]) }
const text = (field, value) => bytes(field, Buffer.from(value))
const tensor = (name, dims, values) => bytes(5, ...dims.map((d) => number(1, d)), number(2, 1), text(8, name), bytes(9, Buffer.from(Float32Array.from(values).buffer)))
const node = (op, inputs, output) => bytes(1, ...inputs.map((i) => text(1, i)), text(2, output), text(3, output), text(4, op))
const rows = (field, name, width) => bytes(field, text(1, name), bytes(2, bytes(1, number(1, 1), bytes(2, bytes(1, text(2, 'N')), bytes(1, number(1, width))))))

/** A dense network 30-128-64-2 with ReLU between the layers and a softmax at the end, weights from the seed. */
export function networkBytes() {
  const next = generator(7)
  const { layers } = shape
  const parts = []
  let from = 'features'
  for (let l = 0; l + 1 < layers.length; l++) {
    const [width, height] = [layers[l], layers[l + 1]]
    const last = l + 2 === layers.length
    parts.push(tensor(`W${l}`, [width, height], Array.from({ length: width * height }, () => (next() * 2 - 1) * Math.sqrt(3 / width))))
    parts.push(tensor(`b${l}`, [height], Array.from({ length: height }, () => 0)))
    parts.push(node('Gemm', [from, `W${l}`, `b${l}`], `gemm${l}`), node(last ? 'Softmax' : 'Relu', [`gemm${l}`], last ? 'probabilities' : `act${l}`))
    from = `act${l}`
  }
  const graph = bytes(7, ...parts, text(2, 'bench'), rows(11, 'features', layers[0]), rows(12, 'probabilities', layers.at(-1)))
  return Buffer.concat([number(1, 8), text(2, 'slipway-bench'), graph, bytes(8, text(1, ''), number(2, 17))])
}

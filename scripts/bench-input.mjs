// What the benchmark measures on: a seeded table of 1,000,000 × 30 numbers with a label, and a small network for it, written as ONNX bytes.
// Same seed, same bytes, on every machine.
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { modelBytes, nodeOf, tensor } from './bench-onnx.mjs'

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
    parts.push(nodeOf('Gemm', [from, `W${l}`, `b${l}`], `gemm${l}`), nodeOf(last ? 'Softmax' : 'Relu', [`gemm${l}`], last ? 'probabilities' : `act${l}`))
    from = `act${l}`
  }
  return modelBytes('bench', parts, { name: 'features', dims: ['N', layers[0]] }, { name: 'probabilities', dims: ['N', layers.at(-1)] })
}

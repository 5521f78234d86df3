// The numbers of one tensor: two passes over its bytes, a piece at a time; never the whole tensor in memory.
// Says in words where there are no numbers to read.
import type { GraphTensor, TensorStatistics } from '../../../../shared/domain/graph.ts'
import { float32Text } from '../attribute-content.ts'
import { decodeElements, hasNumbers } from '../element-values.ts'
import { pieceElements } from '../tensor-content.ts'

const bins = 48
const mostFirst = 24
const mostTexts = 4096
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

interface Moments { minimum: number; maximum: number; sum: number; squares: number; finite: number; zeros: number; negative: number; notANumber: number; infinite: number }

function add(m: Moments, values: Float64Array, count: number): void {
  let { minimum, maximum, sum, squares, finite, zeros, negative } = m
  for (let i = 0; i < count; i++) {
    const v = values[i]!
    if (v - v !== 0) { if (v !== v) m.notANumber++; else m.infinite++; continue }
    finite++
    if (v < minimum) minimum = v
    if (v > maximum) maximum = v
    if (v === 0) zeros++
    else if (v < 0) negative++
    sum += v
    squares += v * v
  }
  Object.assign(m, { minimum, maximum, sum, squares, finite, zeros, negative })
}

/** Texts come as a length and then their bytes, long ones in several pieces. */
function texts(pieces: Iterable<Uint8Array>): string[] {
  const out: string[] = []
  let left = 0
  for (const piece of pieces) {
    if (left > 0) {
      if (out.at(-1) === '') out[out.length - 1] = utf8.decode(piece.subarray(0, mostTexts))
      left -= piece.length
      continue
    }
    if (out.length >= mostFirst) break
    left = new DataView(piece.buffer, piece.byteOffset).getUint32(0, true)
    out.push('')
  }
  return out
}

/** Pauses now and then, so that a cancel is heard. `pieces`: reads the tensor's bytes once from the beginning. */
export async function tensorStatistics(tensor: GraphTensor, pieces: () => Iterable<Uint8Array>, pause: () => Promise<void>): Promise<TensorStatistics> {
  if (tensor.dtype === 'string') return { tensor, numbers: null, first: texts(pieces()), why: 'It holds texts.' }
  if (!hasNumbers(tensor.dtype)) return { tensor, numbers: null, first: [], why: `Values of type ${tensor.dtype} are not read.` }
  const values = new Float64Array(pieceElements)
  const m: Moments = { minimum: Infinity, maximum: -Infinity, sum: 0, squares: 0, finite: 0, zeros: 0, negative: 0, notANumber: 0, infinite: 0 }
  const first: string[] = []
  for (const piece of pieces()) {
    const count = decodeElements(tensor.dtype, aligned(piece), values)
    for (let i = 0; i < count && first.length < mostFirst; i++) first.push(tensor.dtype === 'float32' ? float32Text(values[i]!) : String(values[i]!))
    add(m, values, count)
    await pause()
  }
  const mean = m.finite === 0 ? null : m.sum / m.finite
  const width = (m.maximum - m.minimum) / bins
  const counts = Array<number>(bins).fill(0)
  const drawn = m.finite > 0 && width > 0 && Number.isFinite(width)
  let spread = 0
  for (const piece of drawn ? pieces() : []) {
    const count = decodeElements(tensor.dtype, aligned(piece), values)
    for (let i = 0; i < count; i++) {
      const v = values[i]!
      if (v - v !== 0) continue
      spread += (v - mean!) ** 2
      counts[Math.min(bins - 1, Math.floor((v - m.minimum) / width))]! += 1
    }
    await pause()
  }
  const some = m.finite > 0
  return {
    tensor, first, why: null,
    numbers: {
      minimum: some ? m.minimum : null, maximum: some ? m.maximum : null, mean, deviation: some ? Math.sqrt(spread / m.finite) : null, norm: Math.sqrt(m.squares),
      zeros: m.zeros, negative: m.negative, notANumber: m.notANumber, infinite: m.infinite,
      histogram: drawn ? { edges: Array.from({ length: bins + 1 }, (_, i) => (i === bins ? m.maximum : m.minimum + i * width)), counts } : null,
    },
  }
}

/** Elements are read in place, so they must begin where their type may begin. */
const aligned = (piece: Uint8Array): Uint8Array => (piece.byteOffset % 8 === 0 ? piece : piece.slice())

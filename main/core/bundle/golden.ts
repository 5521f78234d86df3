// Golden requests: synthetic rows drawn column by column from binned profiles, never a row of real data.
// Each is answered by the model at export, and by the server of the bundle within the tolerance ever after.
import type { InputBinding } from '../../../shared/domain/binding.ts'
import type { Column } from '../../../shared/domain/dataset.ts'
import type { Signature } from '../../../shared/domain/model.ts'
import { fixedBatch, rowLayout, tensorDims } from '../../../shared/binding/shapes.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { PlainTensor } from '../engine/engine-contract.ts'
import { datatypeOf } from './facts.ts'

/** Bins and categories with fewer rows are never drawn from, so that no rare value can be read out of a bundle. */
const leastRows = 10
const requestCount = 8
const mostRows = 3
/** Rows of more values than this are asked one at a time, and fewer times: the file is read by people too. */
const largeRow = 20_000
const largeRequests = 3

type Random = () => number

/** Mulberry32 (T. Ettinger): a small seeded generator, the same on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function weighted<T>(items: readonly { readonly item: T; readonly count: number }[], random: Random): T | null {
  const total = items.reduce((sum, { count }) => sum + count, 0)
  let at = random() * total
  for (const { item, count } of items) {
    at -= count
    if (at < 0) return item
  }
  return items.at(-1)?.item ?? null
}

/** A number from the column's well-filled bins, rounded as the column is; 0 when no bin is well filled. */
function drawNumber(column: Column | undefined, random: Random): number {
  const histogram = column?.histogram ?? null
  if (histogram === null) return 0
  const bins = histogram.counts.map((count, i) => ({ item: [histogram.edges[i]!, histogram.edges[i + 1]!] as const, count })).filter((b) => b.count >= leastRows)
  const bin = weighted(bins, random)
  if (bin === null) return 0
  const value = bin[0] + random() * (bin[1] - bin[0])
  return column?.type === 'integer' ? Math.round(value) : Number(value.toPrecision(6))
}

function drawText(column: Column | undefined, random: Random): string {
  const known = (column?.top ?? []).filter((t) => t.count >= leastRows).map((t) => ({ item: t.value, count: t.count }))
  return weighted(known, random) ?? ''
}

function drawCell(dtype: string, column: Column | undefined, random: Random): number | string | boolean {
  if (dtype === 'BYTES') return drawText(column, random)
  const value = drawNumber(column, random)
  if (dtype === 'BOOL') return value >= 0.5
  if (dtype === 'INT64' || dtype === 'UINT64') return String(Math.max(dtype === 'UINT64' ? 0 : -(2 ** 53), Math.round(value)))
  const bits = /^(U?)INT(8|16|32)$/.exec(dtype)
  if (bits !== null) {
    const [low, high] = bits[1] === 'U' ? [0, 2 ** Number(bits[2]) - 1] : [-(2 ** (Number(bits[2]) - 1)), 2 ** (Number(bits[2]) - 1) - 1]
    return Math.min(high, Math.max(low, Math.round(value)))
  }
  // Values travel as JSON numbers; a 32-bit one is written as what it really is.
  return dtype === 'FP32' ? Math.fround(value) : value
}

/** A synthetic picture: a slanted gradient with seeded noise, prepared as the binding says. */
function drawPicture(bound: Extract<InputBinding, { kind: 'image' }>, random: Random): number[] {
  const { width, height, color, layout, scale, mean, std } = bound.image
  const channels = color === 'grayscale' ? 1 : 3
  const values = new Array<number>(width * height * channels)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) {
    const pixel = Math.min(255, Math.floor(((x / width + y / height) / 2) * 192 + random() * 64))
    // Six digits keep the file small; the value that the model gets is that decimal, on every machine.
    const value = Number(((pixel * scale - (mean[c] ?? 0)) / (std[c] ?? 1)).toPrecision(6))
    const channelsLast = layout === 'NHWC' || (layout === 'flat' && channels === 1)
    values[channelsLast ? (y * width + x) * channels + c : (c * height + y) * width + x] = bound.dtype === 'uint8' ? Math.round(value) : value
  }
  return values
}

/** Row-major cells of one input for `rows` rows. */
function drawInput(bound: InputBinding, datatype: string, columns: ReadonlyMap<string, Column>, rows: number, random: Random): (number | string | boolean)[] {
  const data: (number | string | boolean)[] = []
  for (let r = 0; r < rows; r++) {
    switch (bound.kind) {
      case 'column': data.push(drawCell(datatype, columns.get(bound.column), random)); break
      case 'columns': for (const name of bound.columns) data.push(drawCell(datatype, columns.get(name), random)); break
      case 'image': for (const value of drawPicture(bound, random)) data.push(value); break
      case 'constant': data.push(bound.value); break
    }
  }
  return data
}

/** Values of one row over all inputs. */
export const rowElements = (signature: Signature, inputs: readonly InputBinding[]): number => inputs.reduce((sum, bound) => {
  if (bound.kind === 'image') return sum + bound.image.width * bound.image.height * (bound.image.color === 'grayscale' ? 1 : 3)
  const spec = signature.inputs.find((s) => s.name === bound.input)
  return sum + (spec === undefined ? 1 : (rowLayout(spec)?.width ?? 1))
}, 0)

/** Synthetic requests for a model: mostly single rows, some of three, always of the fixed batch where there is one. */
export function goldenRequests(signature: Signature, inputs: readonly InputBinding[], columns: readonly Column[], seed: number): PlainTensor[][] {
  const random = seededRandom(seed)
  const byName = new Map(columns.map((c) => [c.name, c]))
  const batch = fixedBatch(signature.inputs)
  const large = rowElements(signature, inputs) > largeRow
  return Array.from({ length: large ? largeRequests : requestCount }, (_, i) => {
    const rows = batch ?? (i % 3 === 2 && !large ? mostRows : 1)
    return inputs.map((bound): PlainTensor => {
      const spec = signature.inputs.find((s) => s.name === bound.input)
      if (spec === undefined) throw new SlipwayError('binding.invalid', { reason: `the model has no input “${bound.input}”` })
      const datatype = datatypeOf(spec.dtype)
      const layout = rowLayout(spec)
      const data = drawInput(bound, datatype, byName, layout === null ? 1 : rows, random)
      const shape = layout === null ? [] : tensorDims(layout, rows, data.length / rows)
      if (shape === null) throw new SlipwayError('run.shapeMismatch', { reason: `${data.length / rows} values a row do not fit “${bound.input}” (${spec.text})` })
      return { name: bound.input, datatype, shape: [...shape], data }
    })
  })
}

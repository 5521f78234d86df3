// Codes of the values of live rows: for each watched feature the bin of the profile that a value falls into. No value is kept.
import { binOf } from '../../../../shared/drift/bin-numbers.ts'
import { code, type CategoryBins, type NumericBins, type ReferenceFeature } from '../../../../shared/drift/reference.ts'
import type { PlainTensor } from '../../engine/engine-contract.ts'

type Value = PlainTensor['data'][number] | bigint | undefined

/** Values of a tensor: the dense ones where the server holds them, else the plain ones. Half floats are bits there, so they are taken plain. */
function valuesOf(tensor: PlainTensor): ArrayLike<Value> {
  const dense = (tensor as { readonly values?: ArrayLike<Value> }).values
  return dense === undefined || tensor.datatype === 'FP16' ? tensor.data : dense
}

/** A value as a number: 64-bit integers travel as text, true as 1, and what is missing is NaN. */
export function numberOf(value: Value): number {
  if (typeof value === 'number') return value
  if (value === null || value === undefined || value === '') return NaN
  return Number(value)
}

const textOf = (value: Value): string | null => (value === null || value === undefined || value === '' ? null : String(value))

export type Coder = (value: Value) => number

function numberCoder(bins: NumericBins): Coder {
  const edges = Float64Array.from(bins.edges)
  return (value) => binOf(edges, bins.low, bins.high, numberOf(value))
}

function textCoder(bins: CategoryBins): Coder {
  const places = new Map(bins.categories.map((c, i) => [c, i]))
  return (value) => {
    const text = textOf(value)
    return text === null ? code.missing : (places.get(text) ?? code.unseen)
  }
}

/** Whether a value is missing, for columns of which nothing else is told. */
const missingCoder: Coder = (value) => (value === null || value === undefined || value === '' || value !== value ? code.missing : 0)

export const coderOf = ({ bins }: ReferenceFeature): Coder => (bins.kind === 'numeric' ? numberCoder(bins) : bins.kind === 'categorical' ? textCoder(bins) : missingCoder)

/** Writes the codes of rows. */
export interface RowCoder {
  readonly features: readonly ReferenceFeature[]
  /** Codes of `rows` rows into `out`, row after row: row `first` and every `stride`-th behind it. A tensor that is not there counts as missing. */
  code(inputs: readonly PlainTensor[], rows: number, first: number, out: Int16Array, stride?: number): void
}

export function createRowCoder(features: readonly ReferenceFeature[]): RowCoder {
  const coders = features.map(coderOf)
  return {
    features,
    code(inputs, rows, first, out, stride = 1) {
      const width = features.length
      for (let f = 0; f < width; f++) {
        const { input, place } = features[f]!
        const coder = coders[f]!
        let tensor: PlainTensor | undefined
        for (const t of inputs) if (t.name === input) { tensor = t; break }
        const data = tensor === undefined ? undefined : valuesOf(tensor)
        const total = tensor?.shape[0] ?? 1
        const perRow = data === undefined ? 0 : data.length / (total > 0 ? total : 1)
        for (let r = 0; r < rows; r++) out[r * width + f] = coder(data === undefined ? undefined : data[(first + r * stride) * perRow + place])
      }
    },
  }
}

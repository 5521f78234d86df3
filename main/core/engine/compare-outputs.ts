// Differences between the outputs of two devices, accumulated batch by batch. Owns the counting; refuses to average what is no number.
import type { OutputParity } from '../../../shared/domain/device-report.ts'
import { isFloating } from '../../../shared/binding/shapes.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { DenseTensor } from './session.ts'
import { toFloat64 } from './tensor-values.ts'

export interface OutputComparison {
  /** `fed` rows were run, the first `rows` of them count; `records` are theirs. Throws `run.shapeMismatch` when the two answered with different shapes. */
  add(against: DenseTensor, device: DenseTensor, rows: number, fed: number, records: Uint32Array): void
  result(): OutputParity
}

interface Tolerance { readonly absolute: number; readonly relative: number }

/** Compares one output of two devices. */
export function compareOutput(output: string, tolerance: Tolerance): OutputComparison {
  let dtype = ''
  let [values, unequal, outside, unlike, finite, sum, relativeSum] = [0, 0, 0, 0, 0, 0, 0]
  let [largest, largestRelative] = [-1, -1]
  let record: number | null = null

  const number = (a: number, b: number, floating: boolean, at: number): void => {
    if (Object.is(a, b) || a === b) {
      if (Number.isFinite(a)) { finite++; largest = Math.max(largest, 0); largestRelative = Math.max(largestRelative, 0) }
      return
    }
    unequal++
    if (!Number.isFinite(a) || !Number.isFinite(b)) { unlike++; return }
    const difference = Math.abs(a - b)
    const relative = difference / Math.max(Math.abs(a), Math.abs(b))
    finite++
    sum += difference
    relativeSum += relative
    if (difference > largest || record === null) { largest = Math.max(largest, difference); record = at }
    largestRelative = Math.max(largestRelative, relative)
    if (!floating || difference > tolerance.absolute + tolerance.relative * Math.abs(a)) outside++
  }
  return {
    add(against, device, rows, fed, records) {
      if (against.values.length !== device.values.length) throw new SlipwayError('run.shapeMismatch', { reason: `the output “${output}” has the shape [${against.dims.join(', ')}] on one device and [${device.dims.join(', ')}] on the other` })
      dtype = against.dtype
      // Padding counts only where an output does not go by rows.
      const perRow = against.values.length % fed === 0 ? against.values.length / fed : 0
      const count = perRow === 0 ? against.values.length : rows * perRow
      values += count
      const recordOf = (i: number): number => (perRow === 0 ? records[0]! : records[Math.floor(i / perRow)]!)
      if (against.dtype === 'string') {
        for (let i = 0; i < count; i++) if (against.values[i] !== device.values[i]) { unequal++; outside++; record ??= recordOf(i) }
        return
      }
      const [a, b] = [toFloat64(against, count), toFloat64(device, count)]
      const floating = isFloating(against.dtype)
      for (let i = 0; i < count; i++) number(a[i]!, b[i]!, floating, recordOf(i))
    },
    result: () => ({
      output, dtype, values, unequal, outside, unlike, record,
      largest: largest < 0 ? null : largest, mean: finite === 0 ? null : sum / finite, largestRelative: largestRelative < 0 ? null : largestRelative, meanRelative: finite === 0 ? null : relativeSum / finite,
    }),
  }
}

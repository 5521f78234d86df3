// The values of one tensor of a JSON request, flat or nested, as the runtime takes them. Nothing is wrapped, cut or guessed:
// a value that its datatype cannot hold is refused with its place. Numbers take a short way; everything else is read word by word.
import type { SlipwayError } from '../../../shared/errors.ts'
import type { PlainTensor } from '../engine/engine-contract.ts'
import { denseOf } from '../engine/plain-tensors.ts'
import type { TensorValues } from '../engine/session.ts'
import type { Datatype } from './datatypes.ts'
import { RequestFault } from './request-fault.ts'

export type Cell = PlainTensor['data'][number]

function flatten(data: readonly unknown[], into: Cell[], depth: number, name: string): Cell[] {
  if (depth > 32) throw new RequestFault(400, `the data of “${name}” is nested too deeply`)
  for (const value of data) {
    if (Array.isArray(value)) flatten(value, into, depth + 1, name)
    else if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') into.push(value)
    else throw new RequestFault(400, `the data of “${name}” holds something that is no value`)
  }
  return into
}

const integerLimits: Readonly<Record<string, readonly [bigint, bigint]>> = {
  INT8: [-128n, 127n], INT16: [-32768n, 32767n], INT32: [-(2n ** 31n), 2n ** 31n - 1n], INT64: [-(2n ** 63n), 2n ** 63n - 1n],
  UINT8: [0n, 255n], UINT16: [0n, 65535n], UINT32: [0n, 2n ** 32n - 1n], UINT64: [0n, 2n ** 64n - 1n],
}

/** The largest magnitudes that still round to a finite value. */
const largest: Readonly<Record<string, number>> = { FP16: 65519, FP32: 3.4028235e38 }

/** Why a 64-bit integer cannot be taken from this JSON value, or null. Beyond 2^53 a JSON number has lost digits already. */
function integerFault(value: Cell, limits: readonly [bigint, bigint]): string | null {
  const whole = typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string' && /^-?\d{1,20}$/.test(value)
  if (!whole) return 'where a whole number belongs'
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return 'which JSON numbers cannot carry exactly: write it as text'
  const exact = BigInt(value as number | string)
  return exact < limits[0] || exact > limits[1] ? 'which its datatype cannot hold' : null
}

/** Why a value does not belong into a tensor of this datatype, or null. */
function cellFault(value: Cell, datatype: string): string | null {
  if (datatype === 'BYTES') return typeof value === 'string' ? null : 'where a text belongs'
  if (datatype === 'BOOL') return typeof value === 'boolean' || value === 0 || value === 1 ? null : 'where true or false belongs'
  const limits = integerLimits[datatype]
  if (limits !== undefined) return integerFault(value, limits)
  // null is a missing number: NaN, which JSON cannot write.
  if (value === null || value === 'Infinity' || value === '-Infinity') return null
  if (typeof value !== 'number') return 'where a number belongs'
  return Math.abs(value) <= (largest[datatype] ?? Number.MAX_VALUE) ? null : 'which its datatype cannot hold'
}

function checkCells(tensor: string, data: readonly Cell[], datatype: string): void {
  for (const [i, value] of data.entries()) {
    const fault = cellFault(value, datatype)
    if (fault !== null) throw new RequestFault(400, `the input “${tensor}” holds ${JSON.stringify(value).slice(0, 60)} at place ${i}, ${fault}`)
  }
}

/** The range of plain numbers of a datatype, and whether they are whole; null: it has no short way. */
const shortWays: Readonly<Record<string, readonly [low: number, high: number, whole: boolean]>> = {
  FP32: [-3.4028235e38, 3.4028235e38, false], FP64: [-Number.MAX_VALUE, Number.MAX_VALUE, false],
  INT8: [-128, 127, true], INT16: [-32768, 32767, true], INT32: [-(2 ** 31), 2 ** 31 - 1, true], UINT8: [0, 255, true], UINT16: [0, 65535, true], UINT32: [0, 2 ** 32 - 1, true],
}

type Fillable = { [index: number]: number }

/** Fills plain numbers of any nesting; −1 as soon as something is out of the ordinary. */
function fillNumbers(data: readonly unknown[], into: Fillable, at: number, end: number, way: readonly [number, number, boolean], depth: number): number {
  const [low, high, whole] = way
  let next = at
  for (let i = 0; i < data.length; i++) {
    const value = data[i]
    if (typeof value === 'number') {
      if (!(value >= low && value <= high) || next >= end || (whole && !Number.isInteger(value))) return -1
      into[next++] = value
    } else {
      if (depth >= 32 || !Array.isArray(value)) return -1
      next = fillNumbers(value, into, next, end, way, depth + 1)
      if (next === -1) return -1
    }
  }
  return next
}

/**
 * The values of `data` for `count` elements, and those same values as plain cells where they had to be laid out flat anyway.
 * `most`: as many values as the body can hold, so that no memory is set aside on the word of a shape alone. Throws RequestFault with 400.
 */
export function readCells(name: string, datatype: Datatype, shape: readonly number[], count: number, data: readonly unknown[], most: number): { readonly values: TensorValues; readonly cells: readonly Cell[] | null } {
  const way = shortWays[datatype.name]
  if (way !== undefined && count <= most) {
    const values = new datatype.array(new ArrayBuffer(count * datatype.size), 0, count)
    if (fillNumbers(data, values as unknown as Fillable, 0, count, way, 0) === count) return { values, cells: null }
  }
  // Texts in a flat list are what the runtime takes already.
  if (datatype.size === 0 && data.length === count && data.every((value) => typeof value === 'string')) return { values: data as string[], cells: data as string[] }
  const cells = flatten(data, [], 0, name)
  if (cells.length !== count) throw new RequestFault(400, `the input “${name}” has ${cells.length} values for the shape [${shape.join(', ')}]`)
  checkCells(name, cells, datatype.name)
  try {
    return { values: denseOf({ name, datatype: datatype.name, shape: [...shape], data: cells }).values, cells }
  } catch (thrown) {
    throw new RequestFault(400, (thrown as SlipwayError).message)
  }
}

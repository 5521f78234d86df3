// The values of one tensor of a JSON request, flat or nested, as the runtime takes them. Nothing is wrapped, cut or guessed:
// a value that its datatype cannot hold is refused with its place. Numbers take a short way; everything else is read word by word.
import type { SlipwayError } from '../../../shared/errors.ts'
import type { PlainTensor } from '../engine/engine-contract.ts'
import { denseOf } from '../engine/plain-tensors.ts'
import type { TensorValues } from '../engine/session.ts'
import { freshNumbers, type Datatype } from './datatypes.ts'
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

/** Fills plain numbers from a flat list, or from lists nested as the shape says; −1 as soon as something is out of the ordinary. */
function fillNumbers(data: readonly unknown[], into: Fillable, at: number, way: readonly [number, number, boolean], shape: readonly number[], depth: number, length: number): number {
  if (data.length !== length) return -1
  const [low, high, whole] = way
  let next = at
  if (depth >= shape.length - 1) {
    for (let i = 0; i < length; i++) {
      const value = data[i]
      if (typeof value !== 'number' || !(value >= low && value <= high) || (whole && !Number.isInteger(value))) return -1
      into[next++] = value
    }
    return next
  }
  for (let i = 0; i < length; i++) {
    const value = data[i]
    if (!Array.isArray(value)) return -1
    next = fillNumbers(value, into, next, way, shape, depth + 1, shape[depth + 1]!)
    if (next === -1) return -1
  }
  return next
}

const placeText = (place: readonly number[]): string => place.map((i) => `[${i}]`).join('')

/** Where lists are nested otherwise than the shape says, in words; null: they follow it. Rows are never regrouped on a guess. */
function nestingFault(data: readonly unknown[], shape: readonly number[], place: readonly number[]): string | null {
  const depth = place.length
  const at = depth === 0 ? 'its list' : `its list at ${placeText(place)}`
  if (data.length !== shape[depth]) return `${at} has ${data.length} ${data.length === 1 ? 'entry' : 'entries'}, not ${shape[depth] ?? 0}`
  for (let i = 0; i < data.length; i++) {
    const value = data[i]
    const here = [...place, i]
    if (depth === shape.length - 1) {
      if (Array.isArray(value)) return `it holds a list at ${placeText(here)}, where a value belongs`
    } else if (!Array.isArray(value)) return `it holds no list at ${placeText(here)}, where a list of ${shape[depth + 1] ?? 0} belongs`
    else {
      const fault = nestingFault(value, shape, here)
      if (fault !== null) return fault
    }
  }
  return null
}

/** A flat list is taken as it is; a list with lists in it must be nested exactly as the shape says. Throws RequestFault with 400. */
function checkNesting(name: string, data: readonly unknown[], shape: readonly number[]): void {
  if (!data.some((value) => Array.isArray(value))) return
  const fault = shape.length === 0 ? 'it holds a list, where one value belongs' : nestingFault(data, shape, [])
  if (fault !== null) throw new RequestFault(400, `the data of the input “${name}” are not nested as its shape [${shape.join(', ')}] says: ${fault}`)
}

/**
 * The values of `data` for `count` elements, and those same values as plain cells where they had to be laid out flat anyway.
 * `most`: as many values as the body can hold, so that no memory is set aside on the word of a shape alone. Throws RequestFault with 400.
 */
export function readCells(name: string, datatype: Datatype, shape: readonly number[], count: number, data: readonly unknown[], most: number): { readonly values: TensorValues; readonly cells: readonly Cell[] | null } {
  const way = shortWays[datatype.name]
  if (way !== undefined && count <= most) {
    const values = freshNumbers(datatype, count)
    const nested = shape.length > 1 && Array.isArray(data[0])
    const into = values as unknown as Fillable
    if ((nested ? fillNumbers(data, into, 0, way, shape, 0, shape[0]!) : fillNumbers(data, into, 0, way, [], 0, count)) === count) return { values, cells: null }
  }
  // Texts in a flat list are what the runtime takes already.
  if (datatype.size === 0 && data.length === count && data.every((value) => typeof value === 'string')) return { values: data as string[], cells: data as string[] }
  checkNesting(name, data, shape)
  const cells = flatten(data, [], 0, name)
  if (cells.length !== count) throw new RequestFault(400, `the input “${name}” has ${cells.length} values for the shape [${shape.join(', ')}]`)
  checkCells(name, cells, datatype.name)
  try {
    return { values: denseOf({ name, datatype: datatype.name, shape: [...shape], data: cells }).values, cells }
  } catch (thrown) {
    throw new RequestFault(400, (thrown as SlipwayError).message)
  }
}

// Recognises Python pickles of every protocol by reading the first operations as marks on paper: nothing is unpickled, built or called.
// Owns the sizes of the pickle operations (Python's pickletools). Refuses what only begins like one.
import type { ForeignKind } from './foreign.ts'

/** Bytes that follow an operation: a number, a line or two of text, or a length of 1, 4 or 8 bytes and then as many bytes. */
type Argument = number | 'line' | 'quoted-line' | 'number-line' | 'two-lines' | 'sized1' | 'sized4' | 'sized8'

const operations: ReadonlyMap<number, Argument> = new Map<number, Argument>([
  ...[...'(.012dl]})tbeosauRNQ'].map((c) => [c.charCodeAt(0), 0] as const),
  [0x49, 'number-line'], [0x46, 'number-line'], [0x4c, 'number-line'], [0x53, 'quoted-line'], [0x56, 'line'], [0x50, 'line'], [0x67, 'number-line'], [0x70, 'number-line'], [0x63, 'two-lines'], [0x69, 'two-lines'],
  [0x4a, 4], [0x4b, 1], [0x4d, 2], [0x47, 8], [0x68, 1], [0x6a, 4], [0x71, 1], [0x72, 4], [0x54, 'sized4'], [0x55, 'sized1'], [0x58, 'sized4'], [0x42, 'sized4'], [0x43, 'sized1'],
  [0x80, 1], [0x81, 0], [0x82, 1], [0x83, 2], [0x84, 4], [0x85, 0], [0x86, 0], [0x87, 0], [0x88, 0], [0x89, 0], [0x8a, 'sized1'], [0x8b, 'sized4'],
  [0x8c, 'sized1'], [0x8d, 'sized8'], [0x8e, 'sized8'], [0x8f, 0], [0x90, 0], [0x91, 0], [0x92, 0], [0x93, 0], [0x94, 0], [0x95, 8], [0x96, 'sized8'], [0x97, 0], [0x98, 0],
])

/** Operations that can come first: those that need nothing before them. */
const openings = new Set([0x80, ...[...'(])}cIFLSVNKMJGXUTB'].map((c) => c.charCodeAt(0)), 0x88, 0x89, 0x8a, 0x8c])

const ENOUGH = 24

function lineEnd(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(10, from)
  return end < 0 || end - from > 4096 ? -1 : end + 1
}

const forms: Readonly<Record<'quoted-line' | 'number-line' | 'two-lines', RegExp>> = {
  'quoted-line': /^(['"]).*\1\r?\n$/,
  'number-line': /^[-+]?[\d.][\d.eE+-]*L?\r?\n$|^-?(inf|nan)\n$/,
  // A module and a name in it.
  'two-lines': /^[A-Za-z_][\w.]*\r?\n[A-Za-z_][\w.]*\r?\n$/,
}

/** Place after an argument; -1 when it cannot be one; beyond the piece when it is longer. */
function argumentEnd(bytes: Uint8Array, from: number, kind: Argument): number {
  if (typeof kind === 'number') return from + kind
  if (kind === 'line') return lineEnd(bytes, from)
  if (kind === 'quoted-line' || kind === 'number-line' || kind === 'two-lines') {
    const first = lineEnd(bytes, from)
    const end = kind === 'two-lines' && first >= 0 ? lineEnd(bytes, first) : first
    return end >= 0 && forms[kind].test(String.fromCharCode(...bytes.subarray(from, end))) ? end : -1
  }
  const width = kind === 'sized1' ? 1 : kind === 'sized4' ? 4 : 8
  if (from + width > bytes.length) return bytes.length + 1
  let size = 0
  for (let i = width - 1; i >= 0; i--) size = size * 256 + (bytes[from + i] ?? 0)
  return from + width + size
}

/** True when the bytes read as pickle operations up to their end, or for the first two dozen. `size` is the length of the whole file. */
export function isPickle(bytes: Uint8Array, size: number): boolean {
  const first = bytes[0]
  if (first === undefined || !openings.has(first)) return false
  if (first === 0x80 && ((bytes[1] ?? 9) < 2 || (bytes[1] ?? 9) > 5)) return false
  let at = 0
  for (let count = 0; count < ENOUGH; count++) {
    // The piece ends here. A mark and two operations are enough; without a mark, only when the file goes on.
    if (at >= bytes.length) return count > 2 && (first === 0x80 || bytes.length < size)
    const operation = bytes[at] as number
    const kind = operations.get(operation)
    if (kind === undefined) return false
    if (operation === 0x2e) return first === 0x80 || (count > 0 && at + 1 === size)
    at = argumentEnd(bytes, at + 1, kind)
    if (at < 0) return false
  }
  return true
}

/** Which library a pickle comes from, by the names of classes that stand in it as text. */
export function pickleKind(ascii: string, compressed: boolean): ForeignKind {
  if (/xgboost\.(sklearn|core)/.test(ascii)) return 'xgboostPickle'
  if (/lightgbm\.(sklearn|basic)/.test(ascii)) return 'lightgbmPickle'
  if (/torch\._utils|torch\n|torch\.nn/.test(ascii)) return 'torchLegacy'
  if (compressed) return 'joblib'
  return /sklearn\.|joblib\.numpy_pickle/.test(ascii) ? 'sklearnPickle' : 'pickle'
}

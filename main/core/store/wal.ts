// Reads SQLite's write-ahead log as a file, since SQLite itself passes over a damaged one without a word: what follows the damage is lost.
// Format: sqlite.org/walformat.html, sections 1 and 2. Changes nothing.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

export interface WalFault {
  /** Complete changes that stand behind the damage and cannot be read any more. */
  readonly lostChanges: number
  /** The damaged frame, from 1. */
  readonly frame: number
}

const headerBytes = 32
const frameHeaderBytes = 24

/** The log's running checksum over so many bytes, in the byte order that its header names. */
function checksum(bytes: Buffer, bigEndian: boolean, [a, b]: readonly [number, number]): [number, number] {
  let [s0, s1] = [a, b]
  for (let i = 0; i < bytes.length; i += 8) {
    s0 = (s0 + (bigEndian ? bytes.readUInt32BE(i) : bytes.readUInt32LE(i)) + s1) >>> 0
    s1 = (s1 + (bigEndian ? bytes.readUInt32BE(i + 4) : bytes.readUInt32LE(i + 4)) + s0) >>> 0
  }
  return [s0, s1]
}

interface Header { readonly pageBytes: number; readonly bigEndian: boolean; readonly salts: Buffer; readonly sum: [number, number] }

function headerOf(bytes: Buffer): Header | null {
  const magic = bytes.readUInt32BE(0)
  if (magic !== 0x377f0682 && magic !== 0x377f0683) return null
  const bigEndian = magic === 0x377f0683
  const sum = checksum(bytes.subarray(0, 24), bigEndian, [0, 0])
  const pageBytes = bytes.readUInt32BE(8)
  if (sum[0] !== bytes.readUInt32BE(24) || sum[1] !== bytes.readUInt32BE(28) || pageBytes < 512 || pageBytes > 65_536) return null
  return { pageBytes, bigEndian, salts: bytes.subarray(16, 24), sum }
}

function walk(file: number, size: number, header: Header): WalFault | null {
  const frame = Buffer.alloc(frameHeaderBytes + header.pageBytes)
  let sum = header.sum
  let damaged = 0
  let lost = 0
  for (let at = headerBytes, n = 1; at + frame.length <= size; at += frame.length, n++) {
    readSync(file, frame, 0, frame.length, at)
    // Frames of an earlier round carry other salts: the log ends before them.
    if (!frame.subarray(8, 16).equals(header.salts)) { if (damaged === 0) return null; continue }
    if (damaged === 0) {
      sum = checksum(frame.subarray(frameHeaderBytes), header.bigEndian, checksum(frame.subarray(0, 8), header.bigEndian, sum))
      if (sum[0] !== frame.readUInt32BE(16) || sum[1] !== frame.readUInt32BE(20)) damaged = n
    }
    // A frame that ends a change says how large the database is afterwards.
    if (damaged > 0 && frame.readUInt32BE(4) > 0) lost++
  }
  return damaged > 0 && lost > 0 ? { lostChanges: lost, frame: damaged } : null
}

/**
 * The first damaged frame of a log with complete changes from there on; null when there is none, and when there is no log.
 * A last change that a power cut tore apart looks the same, and counts as one lost change.
 */
export function walFault(database: string): WalFault | null {
  let file: number
  try { file = openSync(`${database}-wal`, 'r') } catch { return null }
  try {
    const { size } = fstatSync(file)
    if (size < headerBytes + frameHeaderBytes) return null
    const first = Buffer.alloc(headerBytes)
    readSync(file, first, 0, headerBytes, 0)
    const header = headerOf(first)
    // A log whose header does not hold is ignored as a whole; whether it held anything cannot be told from it.
    if (header === null) return first.every((byte) => byte === 0) ? null : { lostChanges: Math.max(1, Math.floor(size / (frameHeaderBytes + 4096))), frame: 0 }
    return walk(file, size, header)
  } finally { closeSync(file) }
}

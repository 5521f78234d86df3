// The first 100 bytes of the database file: the fields that SQLite writes but does not hold against anything, against what Slipway's databases say there.
// Source of the layout: the SQLite file format, “The Database Header”. Owns no check of pages; SQLite's own does those.
import { closeSync, openSync, readSync } from 'node:fs'

interface Field { readonly from: number; readonly bytes: 1 | 2 | 4; readonly name: string; readonly allowed: (value: number) => boolean; readonly says: string }

const only = (wanted: number): Pick<Field, 'allowed' | 'says'> => ({ allowed: (value) => value === wanted, says: String(wanted) })

/** What every database says that Slipway made. Not here: the page size, sizes and lists of pages, which SQLite holds against the file itself. */
const fields: readonly Field[] = [
  { from: 18, bytes: 1, name: 'file format of writers', allowed: (v) => v === 1 || v === 2, says: '1 or 2' },
  { from: 19, bytes: 1, name: 'file format of readers', allowed: (v) => v === 1 || v === 2, says: '1 or 2' },
  { from: 20, bytes: 1, name: 'reserved room of pages', ...only(0) },
  { from: 21, bytes: 1, name: 'largest share of a payload', ...only(64) }, { from: 22, bytes: 1, name: 'smallest share of a payload', ...only(32) }, { from: 23, bytes: 1, name: 'share of a payload in leaves', ...only(32) },
  { from: 44, bytes: 4, name: 'format of the schema', ...only(4) }, { from: 48, bytes: 4, name: 'suggested cache', ...only(0) }, { from: 52, bytes: 4, name: 'largest root page', ...only(0) },
  { from: 56, bytes: 4, name: 'encoding of texts', ...only(1) }, { from: 64, bytes: 4, name: 'incremental vacuum', ...only(0) }, { from: 68, bytes: 4, name: 'application id', ...only(0) },
  ...[72, 76, 80, 84, 88].map((from): Field => ({ from, bytes: 4, name: 'room for later use', ...only(0) })),
]

function readHeader(path: string): Buffer | null {
  const header = Buffer.alloc(100)
  const file = openSync(path, 'r')
  try { return readSync(file, header, 0, 100, 0) === 100 ? header : null } finally { closeSync(file) }
}

/**
 * What is wrong in the header of the file, each as a sentence without its end. Nothing for an empty file.
 * Not told, since nothing follows from them: the schema's cookie (bytes 40 to 43) and the number of the SQLite that wrote last (96 to 99).
 */
export function headerFaults(path: string): readonly string[] {
  const header = readHeader(path)
  // What does not begin as a database has no fields; SQLite itself refuses it.
  if (header === null || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') return []
  const value = (from: number, bytes: 1 | 2 | 4): number => header.readUIntBE(from, bytes)
  // All tables are still in the log: the file itself begins with the header of a database without any.
  const empty = value(40, 4) === 0
  const faults = fields.flatMap(({ from, bytes, name, allowed, says }) => {
    const found = value(from, bytes)
    if (empty && found === 0 && (from === 44 || from === 56)) return []
    const place = bytes === 1 ? `byte ${from}` : `bytes ${from} to ${from + bytes - 1}`
    return allowed(found) ? [] : [`its header says ${found} as the ${name} (${place}), where ${says} belongs`]
  })
  if (faults.length === 0 && value(18, 1) !== value(19, 1)) faults.push(`its header names two file formats (bytes 18 and 19 say ${value(18, 1)} and ${value(19, 1)}), where SQLite writes one`)
  if (value(24, 4) !== value(92, 4)) faults.push(`its header counts ${value(24, 4)} changes (bytes 24 to 27) and says to be valid for ${value(92, 4)} (bytes 92 to 95), where SQLite writes one number`)
  return faults
}

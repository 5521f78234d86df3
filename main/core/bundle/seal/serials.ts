// A file of the last serial number that was accepted of each bundle, so that an older one is not taken for a new one. Belongs to the receiver.
// Refuses a file that is not exactly that: it would let every downgrade pass.
import { readFile, rename, writeFile } from 'node:fs/promises'

export type Serials = Readonly<Record<string, number>>

/** Reads the file; one that is not there is empty. Throws TypeError with the reason as the end of a sentence. */
export async function readSerials(path: string): Promise<Serials> {
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => { if (thrown.code === 'ENOENT') return null; throw new TypeError(`it cannot be read (${thrown.code ?? 'no reason given'})`) })
  if (text === null) return {}
  const value = ((): unknown => { try { return JSON.parse(text) } catch { return null } })()
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.values(value).some((n) => typeof n !== 'number' || !Number.isSafeInteger(n))) throw new TypeError('it is not a list of names with their serial numbers')
  return value as Serials
}

/** Notes a bundle that was trusted; a lower number than the one there is left out. Whole or not at all. */
export async function noteSerial(path: string, name: string, serial: number): Promise<void> {
  const now = await readSerials(path)
  if ((Object.hasOwn(now, name) ? now[name] ?? 0 : 0) >= serial) return
  const next = Object.fromEntries(Object.entries({ ...now, [name]: serial }).sort(([a], [b]) => (a < b ? -1 : 1)))
  await writeFile(`${path}.${process.pid}.part`, `${JSON.stringify(next, null, 2)}\n`)
  await rename(`${path}.${process.pid}.part`, path)
}

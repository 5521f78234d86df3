// What was served last on this machine: the newest serial number of each model, in a folder that outlives the bundle.
// Owns the refusal of an older bundle; refuses to guess when the record cannot be read.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NotServed } from './not-served.ts'
import type { ServedBundle } from './open-bundle.ts'

interface LastServed { readonly serial: number; readonly version: string; readonly rootDigest: string }

const fileOf = (folder: string, name: string): string => join(folder, `${name}.last-served.json`)

/** The newest bundle of this model that was served here, or null. Throws NotServed for a record that makes no sense. */
export function lastServed(folder: string, name: string): LastServed | null {
  let text: string
  try {
    text = readFileSync(fileOf(folder, name), 'utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new NotServed(`the record of what was served last, ${fileOf(folder, name)}, cannot be read`, 2)
  }
  try {
    const found = JSON.parse(text) as Partial<LastServed>
    if (Number.isSafeInteger(found.serial) && typeof found.version === 'string' && typeof found.rootDigest === 'string') return found as LastServed
  } catch { /* told below */ }
  throw new NotServed(`the record of what was served last, ${fileOf(folder, name)}, makes no sense; remove it to begin anew`, 2)
}

/** Throws NotServed with exit 5 for a bundle older than the newest one served here. Answers the words of an allowed downgrade, or null. */
export function checkDowngrade(folder: string, { manifest }: Pick<ServedBundle, 'manifest'>, allowed: boolean): string | null {
  const last = lastServed(folder, manifest.name)
  if (last === null || manifest.serial >= last.serial) return null
  const words = `this is ${manifest.name} ${manifest.version}, serial ${manifest.serial}, but ${last.version}, serial ${last.serial}, was served here before`
  if (!allowed) throw new NotServed(`${words}; --allow-downgrade serves it all the same`, 5)
  return words
}

/** Remembers a bundle that became ready, unless a newer one is remembered. A downgrade that was allowed counts as the newest from then on. */
export function rememberServed(folder: string, { manifest, rootDigest }: Pick<ServedBundle, 'manifest' | 'rootDigest'>, downgraded: boolean): void {
  const last = lastServed(folder, manifest.name)
  if (!downgraded && last !== null && last.serial > manifest.serial) return
  mkdirSync(folder, { recursive: true })
  const file = fileOf(folder, manifest.name)
  writeFileSync(`${file}.part`, `${JSON.stringify({ serial: manifest.serial, version: manifest.version, rootDigest } satisfies LastServed)}\n`)
  renameSync(`${file}.part`, file)
}

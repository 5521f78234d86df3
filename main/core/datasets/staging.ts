// Temporary folders of the readers: one per use, removed at close, swept when their process died before that.
// Refuses to touch any folder that it did not name itself.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'slipway-reader-'

export interface Staging { readonly folder: string; file(name: string): string; remove(): void }

function isAlive(pid: number): boolean {
  try { process.kill(pid, 0); return true } catch (error) { return (error as NodeJS.ErrnoException).code === 'EPERM' }
}

/** A killed engine cannot clean up; the next one does it. The process id is part of the name. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix)) continue
    const pid = Number.parseInt(name.slice(prefix.length), 10)
    if (Number.isInteger(pid) && pid !== process.pid && !isAlive(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

let swept = false

/** A fresh private folder below the system's temporary folder. */
export function openStaging(): Staging {
  if (!swept) { swept = true; sweep() }
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  return { folder, file: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

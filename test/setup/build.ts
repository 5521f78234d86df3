// Vitest's global set-up: puts the database binary in place and builds the programs that tests start as real processes,
// when a source is newer than they are.
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'

const project = resolve(import.meta.dirname, '../..')

/** Throws when the build fails, so that no test runs against an older program. */
export function setup(): void {
  execFileSync(process.execPath, [resolve(project, 'scripts/build.mjs'), '--if-stale'], { cwd: project, stdio: ['ignore', 'inherit', 'inherit'] })
}

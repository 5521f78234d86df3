// Where downloads and compiled parts are kept: outside the checkout, shared by all of them.
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The cache folder (SLIPWAY_CACHE overrides it), made when absent. */
export function cacheFolder(...parts) {
  const root = process.env.SLIPWAY_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway')
  const folder = join(root, ...parts)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** One line of what is being done. */
export const say = (line) => { process.stderr.write(`slipway: ${line}\n`) }

/** An expected failure of the set-up: its words are all that the user sees. */
export class SetupError extends Error {}

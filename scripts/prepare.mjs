// Everything that must be true before Slipway runs or is tested here: Electron, system libraries, database binary, built programs.
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from './build.mjs'
import { say, SetupError } from './cache.mjs'
import { ensureElectron } from './electron-runtime.mjs'
import { ensureSqlite } from './sqlite-binary.mjs'
import { displayPackages, electronPackages, needPackages } from './system-packages.mjs'

export const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
export const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY)
export const isRoot = () => process.platform === 'linux' && process.getuid?.() === 0

/** Prepares for the command line and for tests without a window. */
export async function prepareHeadless() {
  await ensureSqlite({ oldElectron: false })
  buildIfStale()
}

/** Prepares for the window too. Answers the Electron to use and the environment that makes every tool use it. */
export async function prepareWindow({ virtualDisplay = false } = {}) {
  needPackages([...electronPackages, ...(virtualDisplay ? displayPackages : [])], 'the application window')
  const electron = await ensureElectron()
  await ensureSqlite({ oldElectron: Number(electron.version.split('.')[0]) < 36 })
  buildIfStale()
  return { electron, environment: electron.official ? process.env : { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: electron.dist } }
}

/** Runs a script's main function; an expected failure prints its words alone. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0
  } catch (thrown) {
    if (!(thrown instanceof SetupError)) throw thrown
    say(thrown.message)
    process.exitCode = 3
  }
}

// Everything that must be true before Slipway runs or is tested here: Electron, system libraries, database binary, built programs.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from './build.mjs'
import { say, SetupError } from './cache.mjs'
import { ensureElectron } from './electron-runtime.mjs'
import { ensureSqlite } from './sqlite-binary.mjs'
import { displayPackages, electronPackages, needPackages } from './system-packages.mjs'

export const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
export const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY)
export const isRoot = () => process.platform === 'linux' && process.getuid?.() === 0

/**
 * Whether Electron's process sandbox cannot start here: never for root, and not where the system forbids it to ordinary users.
 * The application keeps its windows isolated all the same.
 */
function cannotSandbox(dist) {
  if (process.platform !== 'linux') return false
  if (isRoot()) return true
  const launcher = join(dist, 'chrome-sandbox')
  const setuid = existsSync(launcher) && statSync(launcher).uid === 0 && (statSync(launcher).mode & 0o4000) !== 0
  if (setuid || spawnSync('unshare', ['-Ur', 'true'], { stdio: 'ignore' }).status === 0) return false
  say('this system does not let programs make a sandbox of their own (kernel.apparmor_restrict_unprivileged_userns or the like), so the window starts without it')
  return true
}

/** Prepares for the command line and for tests without a window. */
export async function prepareHeadless() {
  await ensureSqlite({ oldElectron: false })
  buildIfStale()
}

/** Prepares for the window too. Answers the Electron to use, whether it must start without its sandbox, and the environment that makes every tool use it. */
export async function prepareWindow({ virtualDisplay = false } = {}) {
  needPackages([...electronPackages, ...(virtualDisplay ? displayPackages : [])], 'the application window')
  const electron = await ensureElectron()
  await ensureSqlite({ oldElectron: Number(electron.version.split('.')[0]) < 36 })
  buildIfStale()
  const noSandbox = cannotSandbox(electron.dist)
  const environment = { ...process.env, ...(electron.official ? {} : { ELECTRON_OVERRIDE_DIST_PATH: electron.dist }), ...(noSandbox ? { SLIPWAY_NO_SANDBOX: '1' } : {}) }
  return { electron, noSandbox, environment }
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

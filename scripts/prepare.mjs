// Everything that must be true before Slipway runs or is tested here: Electron, system libraries, database binary, built programs.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { say, SetupError } from './cache.mjs'
import { ensureElectron } from './electron-runtime.mjs'
import { ensureSqlite } from './sqlite-binary.mjs'
import { displayPackages, electronPackages, needPackages } from './system-packages.mjs'

export const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
export const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY)
export const isRoot = () => process.platform === 'linux' && process.getuid?.() === 0

const newest = (folder) => readdirSync(folder, { withFileTypes: true, recursive: true }).filter((e) => e.isFile()).reduce((t, e) => Math.max(t, statSync(join(e.parentPath, e.name)).mtimeMs), 0)

/** Builds all programs when a source is newer than what was built. */
export function build() {
  const built = ['out/main/desktop.js', 'out/main/engine.js', 'out/main/cli.js', 'out/renderer/index.html', 'out/parts/server.cjs'].map((file) => join(project, file))
  const sources = Math.max(...['main', 'renderer', 'shared'].map((folder) => newest(join(project, folder))), statSync(join(project, 'electron.vite.config.ts')).mtimeMs)
  if (built.every((file) => existsSync(file) && statSync(file).mtimeMs >= sources)) return
  say('building')
  const answer = spawnSync('npm', ['run', '--silent', 'build'], { cwd: project, encoding: 'utf8', shell: process.platform === 'win32' })
  if (answer.status !== 0) throw new SetupError(`the build failed:\n${answer.stdout}\n${answer.stderr}`)
}

/** Prepares for the command line and for tests without a window. */
export async function prepareHeadless() {
  await ensureSqlite({ oldElectron: false })
  build()
}

/** Prepares for the window too. Answers the Electron to use and the environment that makes every tool use it. */
export async function prepareWindow({ virtualDisplay = false } = {}) {
  needPackages([...electronPackages, ...(virtualDisplay ? displayPackages : [])], 'the application window')
  const electron = await ensureElectron()
  await ensureSqlite({ oldElectron: Number(electron.version.split('.')[0]) < 36 })
  build()
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

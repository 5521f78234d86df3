// Builds the programs of Slipway into out/: desktop, preload, engine, command line, window, and the parts of a bundle.
// As a program it first puts the database binary in place, without which the built command line would not start on Node before 22.14.
// `npm run build` always builds; `--if-stale` and `buildIfStale` only when a source is newer than what was built from it.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { say, SetupError } from './cache.mjs'
import { ensureSqlite } from './sqlite-binary.mjs'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** What is built, beside the file that it starts from. */
const programs = {
  'out/main/desktop.js': 'main/desktop/entry.ts',
  'out/main/engine.js': 'main/core/engine/entry.ts',
  'out/main/cli.js': 'main/cli/entry.ts',
  'out/preload/preload.cjs': 'main/desktop/preload.ts',
  'out/renderer/index.html': 'renderer/index.html',
  'out/workers/csv-thread.cjs': 'main/core/datasets/csv-thread.ts',
  'out/workers/picture-thread.cjs': 'main/core/images/picture-thread.ts',
  'out/workers/database-thread.cjs': 'main/core/store/database-thread.ts',
  'out/parts/server.cjs': 'main/core/serve/entry.ts',
  'out/parts/verify.mjs': 'main/core/bundle/verify-main.ts',
  'out/parts/smoke.mjs': 'main/core/bundle/smoke-main.ts',
}
const sources = ['main', 'renderer', 'shared', 'electron.vite.config.ts', 'scripts/build-parts.mjs', 'scripts/build-workers.mjs', 'package-lock.json']

function newest(path) {
  const found = statSync(path)
  if (!found.isDirectory()) return found.mtimeMs
  return readdirSync(path, { withFileTypes: true, recursive: true }).filter((e) => e.isFile()).reduce((latest, e) => Math.max(latest, statSync(join(e.parentPath, e.name)).mtimeMs), 0)
}

/** What cannot be built because it has not been written. */
const unwritten = () => Object.values(programs).filter((source) => !existsSync(join(project, source)))

/** Whether something that should be in out/ is missing or older than a source. */
export function isStale() {
  const built = Object.entries(programs).filter(([, source]) => existsSync(join(project, source))).map(([file]) => join(project, file))
  if (built.some((file) => !existsSync(file))) return true
  const oldest = Math.min(...built.map((file) => statSync(file).mtimeMs))
  return sources.some((path) => newest(join(project, path)) > oldest)
}

function step(script, ...args) {
  const answer = spawnSync(process.execPath, [join(project, script), ...args], { cwd: project, encoding: 'utf8' })
  if (answer.status === 0) return
  const missing = unwritten()
  if (missing.length === 0) throw new SetupError(`the build failed:\n${answer.stdout}${answer.stderr}`)
  say(`not built: ${missing.join(', ')} does not exist`)
}

/** Builds everything. Throws SetupError with the builder's own words when it cannot. */
export function build() {
  say('building')
  step('node_modules/electron-vite/bin/electron-vite.js', 'build')
  step('scripts/build-parts.mjs')
  step('scripts/build-workers.mjs')
  // A link that npm made points at this file, and a new build makes it anew without the right to run.
  chmodSync(join(project, 'out/main/cli.js'), 0o755)
}

export function buildIfStale() {
  if (isStale()) build()
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  try {
    await ensureSqlite({ oldElectron: false })
    if (process.argv.includes('--if-stale')) buildIfStale()
    else build()
  } catch (thrown) {
    if (!(thrown instanceof SetupError)) throw thrown
    say(thrown.message)
    process.exitCode = 3
  }
}

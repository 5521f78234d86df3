// Builds the programs that tests start as real processes (engine, command line), when their sources are newer.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const project = resolve(import.meta.dirname, '../..')

function newest(folder: string): number {
  if (!existsSync(folder)) return 0
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0)
}

/** Whether what is built is older than what it is built from. */
function isStale(): boolean {
  const built = ['out/main/engine.js', 'out/main/cli.js', 'out/main/desktop.js', 'out/renderer/index.html', 'out/parts/server.cjs'].map((file) => join(project, file))
  if (built.some((file) => !existsSync(file))) return true
  const oldest = Math.min(...built.map((file) => statSync(file).mtimeMs))
  return Math.max(...['main', 'shared', 'renderer'].map((folder) => newest(join(project, folder))), statSync(join(project, 'electron.vite.config.ts')).mtimeMs) > oldest
}

/** Vitest's global set-up. */
export function setup(): void {
  const entries = ['main/core/engine/entry.ts', 'main/cli/entry.ts', 'main/desktop/entry.ts', 'renderer/index.html']
  const missing = entries.filter((entry) => !existsSync(join(project, entry)))
  if (missing.length > 0) { console.warn(`not built: ${missing.join(', ')} does not exist`); return }
  if (!isStale()) return
  for (const script of ['node_modules/electron-vite/bin/electron-vite.js build', 'scripts/build-parts.mjs']) {
    const [file = '', ...args] = script.split(' ')
    execFileSync(process.execPath, [join(project, file), ...args], { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] })
  }
}

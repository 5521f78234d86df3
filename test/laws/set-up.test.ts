// What a clean clone depends on: a lock that npm ci accepts on every platform, and downloads that are used only with their pinned hash.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const project = resolve(import.meta.dirname, '../..')

interface Locked { readonly version?: string; readonly integrity?: string; readonly optionalDependencies?: Readonly<Record<string, string>> }
type Lock = Readonly<Record<string, Locked>>

/** Optional packages of other platforms that the lock leaves out (npm ci then refuses it), and entries without a hash. */
function lockFaults(lock: Lock): string[] {
  const left = Object.entries(lock).flatMap(([path, entry]) => Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => lock[`node_modules/${name}`] === undefined && lock[`${path}/node_modules/${name}`] === undefined).map((name) => `${name} is missing`))
  const bare = Object.entries(lock).filter(([path, entry]) => path !== '' && entry.integrity === undefined).map(([path]) => `${path} has no hash`)
  return [...left, ...bare]
}

test('the lock names every optional package of every platform, each with its hash', () => {
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as { packages: Lock }
  expect(Object.keys(packages).length).toBeGreaterThan(500)
  expect(lockFaults(packages)).toEqual([])
})

test('an incomplete lock is seen', () => {
  expect(lockFaults({ '': {}, 'node_modules/a': { integrity: 'sha512-x', optionalDependencies: { 'a-darwin': '1' } } })).toEqual(['a-darwin is missing'])
  expect(lockFaults({ '': {}, 'node_modules/a': { version: '1' } })).toEqual(['node_modules/a has no hash'])
})

test('a download is used only with its pinned hash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-hash-'))
  try {
    const file = join(folder, 'download')
    writeFileSync(file, 'bytes')
    const pinned = `sha512-${createHash('sha512').update('bytes').digest('base64')}`
    const check = `import(${JSON.stringify(pathToFileURL(join(project, 'scripts/electron-runtime.mjs')).href)}).then((m) => m.checkIntegrity(process.argv[1], process.argv[2])).then(() => console.log('used'), (e) => console.log(e.message))`
    const ask = (hash: string): string => execFileSync(process.execPath, ['-e', check, file, hash], { encoding: 'utf8' }).trim()
    expect(ask(pinned)).toBe('used')
    writeFileSync(file, 'other bytes')
    expect(ask(pinned)).toMatch(/does not have the pinned hash .* it was not used/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the database binary in place loads in this Node', () => {
  const check = "const D = require('better-sqlite3'); console.log(new D(':memory:').prepare('select 6 * 7 as v').get().v)"
  const answer = spawnSync(process.execPath, ['-e', check], { cwd: project, encoding: 'utf8' })
  expect({ status: answer.status, said: answer.stdout.trim() }).toEqual({ status: 0, said: '42' })
})

/** A checkout as `npm ci` leaves it: these sources and programs, and the published database binary alone. */
function freshCheckout(folder: string): void {
  const skip = new Set(['scripts', 'out', 'node_modules', '.git', '.build', 'dist'])
  for (const name of readdirSync(project).filter((n) => !skip.has(n))) symlinkSync(join(project, name), join(folder, name))
  // Programs find the project and their packages from where they really lie, so these are copies.
  for (const name of ['scripts', 'out']) cpSync(join(project, name), join(folder, name), { recursive: true, preserveTimestamps: true })
  mkdirSync(join(folder, 'node_modules'))
  const packages = realpathSync(join(project, 'node_modules'))
  for (const name of readdirSync(packages).filter((n) => n !== 'better-sqlite3')) symlinkSync(join(packages, name), join(folder, 'node_modules', name))
  cpSync(join(packages, 'better-sqlite3'), join(folder, 'node_modules/better-sqlite3'), { recursive: true, filter: (path) => !path.endsWith('better-sqlite3/build') })
}

test('after npm ci the command line says what is missing instead of dying, and the build puts it in place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-fresh-'))
  try {
    freshCheckout(folder)
    const history = (): { status: number | null; said: string } => {
      const answer = spawnSync(process.execPath, ['out/main/cli.js', 'history', '--workspace', join(folder, 'workspace')], { cwd: folder, encoding: 'utf8' })
      return { status: answer.status, said: answer.stderr.trim().split('\n')[0] ?? '' }
    }
    const old = Number(process.versions.napi) < 10
    expect(history()).toEqual(old ? { status: 3, said: `The database program that comes with Slipway does not run in Node ${process.versions.node}, and none was compiled for it.` } : { status: 0, said: '' })
    execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: folder, stdio: 'pipe' })
    expect(existsSync(join(folder, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node'))).toBe(old)
    expect(history()).toEqual({ status: 0, said: '' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

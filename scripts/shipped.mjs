// Which packages travel in the application: those beside it as packages, and those inside its programs.
// Owns that list alone; licences, notices and the bill of materials are made from it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** Names that electron-builder.yml leaves out as a whole: `!**\/node_modules/{a,b}/**`. A scope stands for all of its packages. */
export function leftOut() {
  const { files } = parse(readFileSync(join(project, 'electron-builder.yml'), 'utf8'))
  const line = files.find((pattern) => pattern.startsWith('!**/node_modules/{') && pattern.endsWith('}/**') && pattern.includes('node-addon-api'))
  return line.slice('!**/node_modules/{'.length, -'}/**'.length).split(',')
}

/** Where a package that `from` asks for is found: its own node_modules first, then those around it. */
function resolveFrom(packages, from, name) {
  for (let folder = from; ; folder = folder.includes('/node_modules/') ? folder.slice(0, folder.lastIndexOf('/node_modules/')) : '') {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (packages[candidate] !== undefined) return candidate
    if (folder === '') return null
  }
}

/** Folders (keys of the lock file) of the packages that lie in node_modules of the application, for every platform. */
export function packagedFolders() {
  const { packages } = readJson(join(project, 'package-lock.json'))
  const skipped = leftOut()
  const isSkipped = (name) => skipped.some((out) => name === out || name.startsWith(`${out}/`))
  const found = new Set()
  const visit = (from) => {
    const entry = packages[from]
    for (const name of [...Object.keys(entry.dependencies ?? {}), ...Object.keys(entry.optionalDependencies ?? {})]) {
      const folder = resolveFrom(packages, from, name)
      if (folder === null || isSkipped(name) || found.has(folder)) continue
      found.add(folder)
      visit(folder)
    }
  }
  visit('')
  return [...found].sort()
}

/** Folders of the packages that are built into programs of out/. */
export function bundledFolders() {
  const folder = join(project, 'out/bundled')
  return [...new Set(readdirSync(folder).flatMap((file) => readJson(join(folder, file))))].sort()
}

const licenceWord = (found) => (typeof found.license === 'string' ? found.license : found.license?.type ?? found.licenses?.map((l) => l.type).join(' OR ') ?? 'not stated')

/**
 * Every shipped package: `{ name, version, licence, folder, installed, repository }`, sorted, one for each name and version.
 * Those of other platforms are not installed here and are described by the lock file.
 */
export function shippedPackages() {
  const { packages } = readJson(join(project, 'package-lock.json'))
  const described = [...new Set([...packagedFolders(), ...bundledFolders()])].map((folder) => {
    const file = join(project, folder, 'package.json')
    const installed = existsSync(file)
    const found = installed ? readJson(file) : packages[folder]
    const name = installed ? found.name : folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const repository = installed ? (typeof found.repository === 'string' ? found.repository : found.repository?.url ?? null) : null
    return { name, version: found.version, licence: licenceWord(found), folder, installed, repository, integrity: packages[folder]?.integrity ?? null }
  })
  const order = (p) => `${p.name} ${p.version}`
  return described.sort((a, b) => (order(a) < order(b) ? -1 : 1)).filter((p, i, all) => i === 0 || order(all[i - 1]) !== order(p))
}

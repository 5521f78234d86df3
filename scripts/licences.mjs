// `npm run licences`: the licence of every shipped package, held against the list of allowed ones; exit 1 when one is not allowed.
// Writes out/notices: THIRD-PARTY-NOTICES.txt with the texts, and slipway.cdx.json, the bill of materials of the application.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { billOfMaterials } from './app-bill.mjs'
import { say, SetupError } from './cache.mjs'
import { ensureElectron } from './electron-runtime.mjs'
import { buildIfStale } from './build.mjs'
import { main, project } from './prepare.mjs'
import { shippedPackages } from './shipped.mjs'

/** Licences under which a part may be passed on inside an application whose source the receiver does not get. */
export const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0', 'Python-2.0', 'Unlicense', 'Zlib']

/** Whether an SPDX expression can be met with allowed licences: one side of OR, both sides of AND. */
export function isAllowed(expression) {
  const words = expression.replace(/[()]/g, ' $& ').trim().split(/\s+/)
  let at = 0
  const atom = () => {
    const word = words[at++]
    if (word === '(') {
      const inside = either()
      if (words[at++] !== ')') return false
      return inside
    }
    if (words[at] === 'WITH') at += 2
    return allowed.includes(word)
  }
  const both = () => { let answer = atom(); while (words[at] === 'AND') { at++; const next = atom(); answer = answer && next } return answer }
  const either = () => { let answer = both(); while (words[at] === 'OR') { at++; const next = both(); answer = answer || next } return answer }
  const answer = either()
  return at === words.length && answer
}

/** Packages whose licence is not allowed, as sentences. */
export const refused = (packages) => packages.filter((p) => !isAllowed(p.licence)).map((p) => `${p.name} ${p.version} is under ${p.licence}, which is not on the list of allowed licences (scripts/licences.mjs)`)

const textFiles = /^(licen[cs]e|copying|notice|thirdpartynotices?)([-.].*)?$/i
const read = (path) => readFileSync(path, 'utf8').replace(/\r\n/g, '\n').trim()

/** Texts of a package; of its family where a platform's package has none of its own. */
function textsOf(p, packages) {
  const folder = join(project, p.folder)
  const own = existsSync(folder) ? readdirSync(folder).filter((name) => textFiles.test(name) && !/\.(js|ts|json)$/.test(name)).sort() : []
  if (own.length > 0) return own.map((name) => read(join(folder, name)))
  if (p.name.startsWith('onnxruntime-')) return [read(join(project, 'resources/bundle/onnxruntime-licence.txt'))]
  const family = packages.find((other) => other !== p && p.name.startsWith(`${other.name}-`))
  if (family !== undefined) return [`As ${family.name} ${family.version}.`]
  return [`The package carries no licence text of its own. It states: ${p.licence}.`]
}

const rule = `\n\n${'-'.repeat(78)}\n\n`

/** The whole text, the same bytes for the same packages. */
export function noticesOf(packages, electron) {
  const head = [
    'Software of others in Slipway, with its licences.', '',
    `Electron ${electron} (MIT): LICENSE.electron.txt. Chromium inside it: LICENSES.chromium.html. Both lie beside the program.`,
    'The sample: resources/sample/LICENSES.md. What every bundle carries: LICENSES.txt in each bundle.',
  ].join('\n')
  return `${[head, ...packages.filter((p) => p.installed).map((p) => `${p.name} ${p.version} (${p.licence})\n\n${textsOf(p, packages).join('\n\n')}`)].join(rule)}\n`
}

/** Checks and writes both files. Throws SetupError that names each package whose licence is not allowed. */
export function writeNotices(electron, folder = join(project, 'out/notices')) {
  const packages = shippedPackages()
  const wrong = refused(packages)
  if (wrong.length > 0) throw new SetupError(wrong.join('\n'))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesOf(packages, electron))
  const application = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'slipway.cdx.json'), `${JSON.stringify(billOfMaterials(application, packages.filter((p) => p.installed), electron), null, 2)}\n`)
  return packages
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  await main(async () => {
    buildIfStale()
    const packages = writeNotices((await ensureElectron({ plain: true })).version)
    const counts = new Map()
    for (const p of packages) counts.set(p.licence, (counts.get(p.licence) ?? 0) + 1)
    for (const [licence, count] of [...counts].sort((a, b) => b[1] - a[1])) process.stdout.write(`${String(count).padStart(4)}  ${licence}\n`)
    say(`${packages.length} packages, all allowed; notices and bill of materials are in out/notices`)
  })
}

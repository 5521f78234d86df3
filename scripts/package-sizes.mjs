// What takes the space in a packed directory, as a table; `npm run package -- --sizes` puts it into docs/packages.md.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bytesIn } from './package-linux.mjs'

const document = resolve(import.meta.dirname, '../docs/packages.md')
const [from, to] = ['<!-- sizes: made by `npm run package -- --sizes` -->', '<!-- end of sizes -->']
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`

const size = (path) => (!existsSync(path) ? 0 : statSync(path).isDirectory() ? bytesIn(path) : statSync(path).size)

/** Parts of the directory with their bytes, largest first; what is not named is one part, so that the sum is the whole. */
export function partsOf(folder) {
  const modules = join(folder, 'resources/app.asar.unpacked/node_modules')
  const parts = [
    ['Electron: the program itself (Chromium, Node.js)', size(join(folder, 'slipway'))],
    ['DuckDB, which reads tables', size(join(modules, '@duckdb'))],
    ['ONNX Runtime, which runs models', size(join(modules, 'onnxruntime-node')) + size(join(modules, 'onnxruntime-common'))],
    ['Skia, which decodes pictures', size(join(modules, '@napi-rs'))],
    ['SQLite, which keeps the workspace', size(join(modules, 'better-sqlite3'))],
    ['Slipway: the archive of programs and window', size(join(folder, 'resources/app.asar'))],
    ['Parts that bundles carry (server, verifier, …)', size(join(folder, 'resources/app.asar.unpacked/out'))],
    ['Chromium: licences', size(join(folder, 'LICENSES.chromium.html'))],
    ['Chromium: text of languages and scripts (ICU, locales)', size(join(folder, 'icudtl.dat')) + size(join(folder, 'locales'))],
    ['Chromium: graphics, media, crash handler, start images', readdirSync(folder).filter((n) => /\.(so|so\.1|pak|bin)$|^chrome_/.test(n)).reduce((sum, n) => sum + size(join(folder, n)), 0)],
    ['Sample, notices, icon, command line', size(join(folder, 'resources/resources')) + size(join(folder, 'resources/notices')) + size(join(folder, 'resources/icon.png')) + size(join(folder, 'resources/bin'))],
  ].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes)
  const whole = bytesIn(folder)
  const rest = whole - parts.reduce((sum, p) => sum + p.bytes, 0)
  return { whole, parts: [...parts, { name: 'everything else', bytes: rest }] }
}

/** The table as Markdown. */
export function describeSizes({ folder, output, electron }) {
  const { whole, parts } = partsOf(folder)
  const packages = readdirSync(output).filter((name) => /^slipway-.*\.(deb|tar\.gz)$/.test(name)).sort().map((name) => `| ${name} | ${megabytes(size(join(output, name)))} |`)
  return [
    `With Electron ${electron}, ${folder.includes('arm64') ? 'arm64' : 'x64'}:`, '', '| package | size |', '| --- | ---: |', ...packages, `| unpacked | ${megabytes(whole)} |`, '',
    '| what takes the space, unpacked | size | share |', '| --- | ---: | ---: |', ...parts.map((p) => `| ${p.name} | ${megabytes(p.bytes)} | ${((100 * p.bytes) / whole).toFixed(1)} % |`), '',
  ].join('\n')
}

/** Puts the table into the document. */
export function writeSizes(packed) {
  const text = readFileSync(document, 'utf8')
  const [head, rest] = text.split(from)
  const [, tail] = rest.split(to)
  writeFileSync(document, `${head}${from}\n\n${describeSizes(packed)}\n${to}${tail}`)
}

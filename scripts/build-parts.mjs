// Builds the parts that every bundle carries: the one-file server, the scripts verify.mjs, smoke.mjs, release.mjs and feedback.mjs, and the licences of all that is inside.
import { build } from 'esbuild'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const out = join(project, 'out/parts')
/** No paths, no source maps, no build time: the same sources give the same bytes anywhere, also where node_modules is a link. */
const shared = {
  bundle: true, platform: 'node', target: 'node20', minifySyntax: true, legalComments: 'none', sourcemap: false, metafile: true,
  absWorkingDir: project, preserveSymlinks: true, logLevel: 'warning', charset: 'utf8',
}

const made = [await build({ ...shared, entryPoints: [join(project, 'main/core/serve/entry.ts')], outfile: join(out, 'server.cjs'), format: 'cjs', external: ['onnxruntime-node'] })]
for (const name of ['verify', 'smoke', 'release', 'feedback']) {
  made.push(await build({ ...shared, entryPoints: [join(project, `main/core/bundle/${name}-main.ts`)], outfile: join(out, `${name}.mjs`), format: 'esm' }))
}

/** Folder of the package that a bundled file belongs to, relative to the project; null for our own sources. */
function packageOf(input) {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)
  return match === null ? null : match[1]
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(project, folder, 'package.json'), 'utf8'))
  const file = readdirSync(join(project, folder)).find((entry) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(entry))
  const text = file === undefined ? 'The package carries no licence text of its own.' : readFileSync(join(project, folder, file), 'utf8').replace(/\r\n/g, '\n').trim()
  return `${name} ${version} (${license})\n\n${text}\n`
}

const packages = [...new Set(made.flatMap(({ metafile }) => Object.keys(metafile.inputs).map(packageOf)))].filter((folder) => folder !== null).sort()
const runtime = ['onnxruntime-common', 'onnxruntime-node'].map((name) => {
  const { version, license } = JSON.parse(readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8'))
  return `${name} ${version} (${license}), in server/node_modules/${name}`
})
/** The same as a list, for the bill of materials. */
const described = (folder) => { const { name, version, license } = JSON.parse(readFileSync(join(project, folder, 'package.json'), 'utf8')); return { name, version, licence: typeof license === 'string' ? license : 'not stated' } }
const software = [...packages.filter((folder) => existsSync(join(project, folder, 'package.json'))), 'node_modules/onnxruntime-common', 'node_modules/onnxruntime-node'].map(described)
  .sort((a, b) => (a.name < b.name ? -1 : 1)).filter((s, i, all) => i === 0 || all[i - 1].name !== s.name || all[i - 1].version !== s.version)
writeFileSync(join(out, 'software.json'), `${JSON.stringify(software, null, 1)}\n`)
const rule = `\n${'-'.repeat(78)}\n\n`
const sections = [
  `Licences of the software in this bundle. The model and its documents are not covered.\n\nSlipway: server/server.cjs, bin/verify.mjs, bin/smoke.mjs, bin/release.mjs, bin/feedback.mjs and the scripts\n\n${readFileSync(join(project, 'LICENSE'), 'utf8').trim()}\n`,
  `${runtime.join('\n')}\n\n${readFileSync(join(project, 'resources/bundle/onnxruntime-licence.txt'), 'utf8').trim()}\n`,
  ...packages.filter((folder) => existsSync(join(project, folder, 'package.json'))).map(licenceOf),
]
writeFileSync(join(out, 'LICENSES.txt'), sections.join(rule))

// Builds the parts that every bundle carries: the one-file server, the scripts verify.mjs, smoke.mjs, release.mjs and feedback.mjs, and the licences of all that is inside.
import { build } from 'esbuild'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const out = join(project, 'out/parts')
/** No paths, no source maps, no build time: the same sources give the same bytes anywhere, also where node_modules is a link. */
const shared = {
  bundle: true, platform: 'node', target: 'node20', minifySyntax: true, legalComments: 'none', sourcemap: false, metafile: true,
  absWorkingDir: project, preserveSymlinks: true, logLevel: 'warning', charset: 'utf8',
}

/** Packages that the server loads when it needs them lie in files of their own: on its way to being ready it must not read what it does not run. */
const libraries = ['fastify', 'prom-client', 'zod']
const apart = { name: 'apart', setup: (b) => { b.onResolve({ filter: new RegExp(`^(${libraries.join('|')})$`) }, ({ path }) => ({ path: `./lib/${path}.cjs`, external: true })) } }
const cjs = { ...shared, format: 'cjs', supported: { 'dynamic-import': false } }

const made = [await build({ ...cjs, entryPoints: [join(project, 'main/core/serve/entry.ts')], outfile: join(out, 'server.cjs'), external: ['onnxruntime-node'], plugins: [apart] })]
/** What our sources in the server use of the schema library; a hundred schemas are made at every start, so it makes them without compiling each. */
const sources = Object.keys(made[0].metafile.inputs).filter((input) => /^(main|shared)\//.test(input)).map((input) => readFileSync(join(project, input), 'utf8')).join('\n')
const used = [...new Set([...sources.matchAll(/\bz\.(\w+)\(/g)].map((match) => match[1]))].filter((name) => name in z).sort()
const contents = {
  zod: `import { config, ${used.map((name) => `${name} as ${name}_`).join(', ')} } from "zod"\nconfig({ jitless: true })\nexport const z = { ${used.map((name) => `${name}: ${name}_`).join(', ')} }`,
  fastify: 'module.exports = require("fastify")',
  'prom-client': 'module.exports = require("prom-client")',
}
for (const name of libraries) made.push(await build({ ...cjs, stdin: { contents: contents[name], resolveDir: project, sourcefile: `${name}.js` }, outfile: join(out, 'lib', `${name}.cjs`) }))
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
mkdirSync(join(project, 'out/bundled'), { recursive: true })
writeFileSync(join(project, 'out/bundled/parts.json'), `${JSON.stringify(packages, null, 1)}\n`)
writeFileSync(join(out, 'software.json'), `${JSON.stringify(software, null, 1)}\n`)
const rule = `\n${'-'.repeat(78)}\n\n`
const sections = [
  `Licences of the software in this bundle. The model and its documents are not covered.\n\nSlipway: server/server.cjs, bin/verify.mjs, bin/smoke.mjs, bin/release.mjs, bin/feedback.mjs and the scripts\n\n${readFileSync(join(project, 'LICENSE'), 'utf8').trim()}\n`,
  `${runtime.join('\n')}\n\n${readFileSync(join(project, 'resources/bundle/onnxruntime-licence.txt'), 'utf8').trim()}\n`,
  ...packages.filter((folder) => existsSync(join(project, folder, 'package.json'))).map(licenceOf),
]
writeFileSync(join(out, 'LICENSES.txt'), sections.join(rule))

// Builds the parts that every bundle carries: the one-file server, and the scripts verify.mjs and smoke.mjs.
import { build } from 'esbuild'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const out = join(project, 'out/parts')
/** No paths, no source maps, no build time: the same sources give the same bytes anywhere. */
const shared = { bundle: true, platform: 'node', target: 'node20', minifySyntax: true, legalComments: 'none', sourcemap: false, absWorkingDir: project, logLevel: 'warning', charset: 'utf8' }

await build({ ...shared, entryPoints: [join(project, 'main/core/serve/entry.ts')], outfile: join(out, 'server.cjs'), format: 'cjs', external: ['onnxruntime-node'] })
for (const name of ['verify', 'smoke']) {
  await build({ ...shared, entryPoints: [join(project, `main/core/bundle/${name}-main.ts`)], outfile: join(out, `${name}.mjs`), format: 'esm' })
}

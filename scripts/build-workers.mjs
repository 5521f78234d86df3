// Builds the programs of the engine's own threads: one file each, in out/workers, loaded as text by main/core/worker-file.ts.
import { build } from 'esbuild'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const { metafile } = await build({
  bundle: true, metafile: true, platform: 'node', target: 'node20', format: 'cjs', legalComments: 'none', sourcemap: false, logLevel: 'warning', charset: 'utf8', absWorkingDir: project, preserveSymlinks: true,
  external: ['@napi-rs/canvas', 'better-sqlite3'],
  // Named by main/core/worker-file.ts, which runs these as text.
  define: { 'import.meta.url': 'programAddress' },
  entryPoints: { 'csv-thread': join(project, 'main/core/datasets/csv-thread.ts'), 'picture-thread': join(project, 'main/core/images/picture-thread.ts'), 'database-thread': join(project, 'main/core/store/database-thread.ts') }, outdir: join(project, 'out/workers'), outExtension: { '.js': '.cjs' },
})

// Which packages are inside, for the licences (scripts/shipped.mjs).
const inside = Object.keys(metafile.inputs).flatMap((input) => /(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [])
mkdirSync(join(project, 'out/bundled'), { recursive: true })
writeFileSync(join(project, 'out/bundled/workers.json'), `${JSON.stringify([...new Set(inside)].sort(), null, 1)}\n`)

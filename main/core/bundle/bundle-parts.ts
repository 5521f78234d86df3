// Where the prebuilt parts of every bundle lie: the one-file server and scripts, and the runtime that is copied beside the server.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'

/** Files inside a packaged application's archive that were left outside of it. */
const outsideArchive = (path: string): string => path.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`)

/** The folder with server.cjs, verify.mjs and smoke.mjs: in `out/parts`, seen from the built programs and from the sources alike. */
export function partsFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, 'parts'), join(folder, 'out', 'parts')]) {
      if (existsSync(join(candidate, 'server.cjs'))) return outsideArchive(candidate)
    }
    if (folder === dirname(folder)) throw new Error('the parts of bundles were not built (npm run build)')
  }
}

/** The `node_modules` folder that holds the runtime of the bundle's server. */
export function nativeModulesFolder(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node')
  return outsideArchive(entry.slice(0, entry.lastIndexOf(`${sep}onnxruntime-node${sep}`)))
}

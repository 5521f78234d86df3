// Lays out the files of a bundle in a folder, and measures each once: size, SHA-256 and CRC-32 in one pass.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import type { BundleFile } from '../../../shared/domain/bundle.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { slugOf } from '../../../shared/slug.ts'
import { byCodePoint, canonicalJson } from './canonical-json.ts'
import { ioDocument, tritonFault } from './contract-files.ts'
import { tritonConfig } from './deploy/triton-config.ts'
import { readme, runScript } from './documents.ts'
import { bindingOf, type BundleFacts, type ExportPlaces } from './facts.ts'
import { binary, json, markdown, type Planned } from './planned.ts'
import { planners } from './planners.ts'
import { verifyScript } from './seal/verify-script.ts'
import { listFault } from './zip-read.ts'

export interface StagedFile extends BundleFile { readonly file: string; readonly crc32: number }

/** Where the model lies inside the bundle. */
export const modelFolder = (facts: BundleFacts): string => `model/repository/${slugOf(facts.version.modelName)}/${facts.serial}`
export const modelPath = (facts: BundleFacts): string => `${modelFolder(facts)}/model.onnx`

/** Weight files must have names that unpack to the same name everywhere, and none that the model itself gets. */
function checkSideFiles(facts: BundleFacts): void {
  const sides = facts.modelFiles.filter((f) => f.role === 'external-data').map((f) => `${modelFolder(facts)}/${f.name}`)
  const fault = listFault([modelPath(facts), ...sides])
  if (fault !== null) throw new SlipwayError('bundle.notPackable', { reason: fault })
}

function modelFiles(facts: BundleFacts): Planned[] {
  checkSideFiles(facts)
  const classes = bindingOf(facts).classes
  const repository = posix.dirname(modelFolder(facts))
  return [
    // The model is renamed to what servers look for; side files keep the names that the graph refers to.
    ...facts.modelFiles.map((f): Planned => ({ path: f.role === 'model' ? modelPath(facts) : `${modelFolder(facts)}/${f.name}`, role: 'model', mediaType: binary, copyOf: f.path })),
    ...(classes.length === 0 ? [] : [{ path: `${repository}/labels.txt`, role: 'contract', mediaType: 'text/plain', text: `${classes.map((c) => c.label.replace(/[\r\n]+/g, ' ')).join('\n')}\n` } satisfies Planned]),
    ...(tritonFault(facts) === null ? [{ path: `${repository}/config.pbtxt`, role: 'contract', mediaType: 'text/plain', text: tritonConfig(facts) } satisfies Planned] : []),
    { path: 'model/io.json', role: 'contract', mediaType: json, text: `${canonicalJson(ioDocument(facts))}\n` },
  ]
}

const neededOfRuntime = (relative: string, platforms: readonly string[]): boolean => {
  const parts = relative.split('/')
  if (parts[0] === 'package.json' || parts[0] === 'dist') return relative.endsWith('.js') || relative.endsWith('.json')
  if (parts[0] !== 'bin') return false
  // bin/napi-v6/<platform>/<architecture>/…
  return platforms.includes(`${parts[2]}-${parts[3]}`)
}

async function runtimeFiles(nativeModules: string, platforms: readonly string[]): Promise<Planned[]> {
  const planned: Planned[] = []
  for (const name of ['onnxruntime-common', 'onnxruntime-node']) {
    const root = join(nativeModules, name)
    const entries = await readdir(root, { recursive: true, withFileTypes: true })
    for (const entry of entries.filter((e) => e.isFile())) {
      const relative = join(entry.parentPath, entry.name).slice(root.length + 1).replaceAll('\\', '/')
      const needed = name === 'onnxruntime-node' ? neededOfRuntime(relative, platforms) : relative === 'package.json' || (relative.startsWith('dist/cjs/') && /\.(js|json)$/.test(relative))
      if (needed) planned.push({ path: `server/node_modules/${name}/${relative}`, role: 'runtime', mediaType: binary, copyOf: join(root, relative) })
    }
  }
  return planned
}

/** What server.cjs loads when it needs it, and not on its way to being ready. */
const serverLibraries = ['fastify', 'prom-client', 'zod'] as const

/** Everything that goes in before golden answers, manifest and signature. */
export async function planFiles(facts: BundleFacts, places: ExportPlaces, keyId: string): Promise<Planned[]> {
  const part = (name: string): string => join(places.parts, name)
  const { run, check } = facts
  return [
    ...modelFiles(facts),
    { path: 'README.md', role: 'document', mediaType: markdown, text: readme(facts, keyId) },
    { path: 'evidence/evaluation.json', role: 'evidence', mediaType: json, text: `${canonicalJson({
      schema: 'slipway.evaluation/1', runId: run.id, modelSha256: run.modelSha256, datasetSha256: run.datasetSha256, binding: run.binding, assumptions: run.guesses, options: run.options,
      environment: run.environment === null ? null : { ...run.environment, cpu: undefined, platform: undefined }, rows: run.rows === null ? null : { ...run.rows, leftOut: run.rows.leftOut.map((l) => ({ reason: l.reason, count: l.count })) },
      metrics: run.metrics, curves: run.curves.filter((c) => c.kind !== 'residuals'), notes: run.notes, gate: { findings: check.findings, passed: check.passed, override: check.override },
    })}\n` },
    { path: 'bin/run.sh', role: 'tool', mediaType: 'text/x-shellscript', executable: true, text: runScript },
    { path: 'bin/verify.sh', role: 'tool', mediaType: 'text/x-shellscript', executable: true, text: verifyScript },
    { path: 'bin/verify.mjs', role: 'tool', mediaType: 'text/javascript', copyOf: part('verify.mjs') },
    { path: 'bin/smoke.mjs', role: 'tool', mediaType: 'text/javascript', copyOf: part('smoke.mjs') },
    { path: 'bin/feedback.mjs', role: 'tool', mediaType: 'text/javascript', copyOf: part('feedback.mjs') },
    ...(facts.targets.some(({ target }) => target === 'server' || target === 'container') ? [{ path: 'bin/release.mjs', role: 'tool', mediaType: 'text/javascript', copyOf: part('release.mjs') } satisfies Planned] : []),
    { path: 'server/server.cjs', role: 'server', mediaType: 'text/javascript', copyOf: part('server.cjs') },
    ...serverLibraries.map((name): Planned => ({ path: `server/lib/${name}.cjs`, role: 'server', mediaType: 'text/javascript', copyOf: part(`lib/${name}.cjs`) })),
    { path: 'server/LICENSES.txt', role: 'document', mediaType: 'text/plain', copyOf: part('LICENSES.txt') },
    ...planners.flatMap((plan) => plan(facts, keyId)),
    ...await runtimeFiles(places.nativeModules, facts.platforms),
  ]
}

/** Size, SHA-256 and CRC-32 of a file in one pass. */
export async function measureFile(file: string): Promise<{ bytes: number; sha256: string; crc32: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  let crc = 0
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    crc = crc32(chunk, crc)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex'), crc32: crc }
}

/** Writes or copies one file below `root` and measures what is there now. */
export async function stageFile(root: string, planned: Planned): Promise<StagedFile> {
  const file = join(root, ...planned.path.split('/'))
  await mkdir(dirname(file), { recursive: true })
  // A stream, not a copy by the file system: the source may lie inside the application's archive.
  if (planned.copyOf === undefined) await writeFile(file, planned.text ?? '')
  else await pipeline(createReadStream(planned.copyOf), createWriteStream(file, { flags: 'wx' }))
  return { path: planned.path, ...await measureFile(file), mode: planned.executable === true ? '0755' : '0644', role: planned.role, mediaType: planned.mediaType, file }
}

export const sortFiles = <T extends { readonly path: string }>(files: readonly T[]): T[] => [...files].sort((a, b) => byCodePoint(a.path, b.path))

/** SHA256SUMS in GNU format: two spaces, sorted by code point, LF. */
export const sumsText = (files: readonly { readonly path: string; readonly sha256: string }[]): string => sortFiles(files).map((f) => `${f.sha256}  ${f.path}\n`).join('')

// A small real bundle of any model, unpacked: the export's own path with facts written by hand. For tests of what serves it.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { exportBundle } from '../../main/core/bundle/export.ts'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import { loadOrCreateKey } from '../../main/core/bundle/sign.ts'
import { readModel } from '../../main/core/onnx/model-read.ts'
import { Binding } from '../../shared/domain/binding.ts'
import { Version } from '../../shared/domain/model.ts'
import { taskContext } from './onnx-context.ts'
import { exportSmall, inferHere, irisFacts } from './small-bundle.ts'

export interface ModelBundle {
  /** Bytes of a model, or where its file lies. */
  readonly model: Uint8Array | string
  readonly binding: Omit<Binding, 'schema' | 'target' | 'idColumn' | 'positiveClass' | 'classes' | 'decision' | 'rows'> & Partial<Binding>
  readonly change?: Partial<BundleFacts>
  /** With the built server and the real runtime in it, as a customer gets it. */
  readonly whole?: true
}

async function exportWhole(folder: string, facts: BundleFacts): Promise<string> {
  const project = resolve(import.meta.dirname, '../..')
  const target = join(folder, 'bundle.zip')
  const key = await loadOrCreateKey(join(folder, 'keys'), undefined)
  await exportBundle(facts, { staging: join(folder, 'staging'), target, parts: join(project, 'out/parts'), nativeModules: join(project, 'node_modules') }, { key, infer: inferHere, signal: new AbortController().signal, progress: () => undefined })
  return target
}

/** Exports a bundle called `name` below `folder`, unpacks it and answers its root. */
export async function modelBundle(folder: string, name: string, { model, binding, change = {}, whole }: ModelBundle): Promise<string> {
  const own = join(folder, name)
  mkdirSync(join(own, 'read-model'), { recursive: true })
  const path = typeof model === 'string' ? model : join(own, 'model.onnx')
  if (typeof model !== 'string') writeFileSync(path, model)
  const facts = await irisFacts(own)
  const read = await readModel({ path, staging: join(own, 'read-model') }, taskContext())
  const version = Version.parse({ ...facts.version, modelName: name, sha256: read.files[0]!.sha256, bytes: read.files[0]!.bytes, files: read.files, signature: read.signature, graph: read.graph })
  const bound = Binding.parse({ schema: 'slipway.binding/1', target: null, idColumn: null, classes: [], positiveClass: null, decision: { kind: 'argmax' }, rows: 'lenient', ...binding })
  const all: BundleFacts = { ...facts, version, run: { ...facts.run, binding: bound, modelName: name }, modelFiles: [{ name: 'model.onnx', role: 'model', path }], ...change }
  const archive = whole === true ? await exportWhole(own, all) : (await exportSmall(own, 'bundle.zip', all)).archive
  execFileSync('unzip', ['-q', archive, '-d', own])
  return join(own, `${name}-${change.semver ?? facts.semver}`)
}

// bundle.export: a passed (or overridden) gate check -> a signed bundle, verified before it is at the chosen place.
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Bundle } from '../../../shared/domain/bundle.ts'
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { newId } from '../../../shared/ids.ts'
import { nativeModulesFolder, partsFolder } from '../bundle/bundle-parts.ts'
import { exportBundle, type ExportedBundle } from '../bundle/export.ts'
import { servedSignature, type BundleFacts, type ExportTools } from '../bundle/facts.ts'
import type { JobContext } from '../jobs.ts'
import { workFolder, type Parts } from '../parts.ts'
import { insertBundle, listBundles } from '../store/bundles.ts'
import { getDataset } from '../store/datasets.ts'
import { getCheck } from '../store/gates.ts'
import { readSettings, record } from '../store/history.ts'
import { getRun } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { openModel, runningFiles } from './model-source.ts'
import { signingKey } from './publisher-key.ts'

export interface PlannedExport { readonly title: string; readonly check: GateCheck; readonly run: Run; readonly version: Version; readonly destination: string; readonly request: InputOf<SlipwayContract['bundle.export']> }

/** Errors: `input.unknownId`, `input.tokenUnknown`, `bundle.gateNotPassed`, `run.notFinished`. */
export function planExport(parts: Parts, request: InputOf<SlipwayContract['bundle.export']>): PlannedExport {
  const destination = parts.admissions.redeem(request.destination, 'write')
  return parts.store.read((db) => {
    const check = getCheck(db, request.checkId)
    const run = getRun(db, check.runId)
    const version = getVersion(db, run.versionId)
    const name = `${version.modelName} ${version.number}`
    if (run.status !== 'done') throw new SlipwayError('run.notFinished', { status: run.status })
    if (!check.passed && check.override === null) throw new SlipwayError('bundle.gateNotPassed', { version: name })
    return { title: `Export ${name}`, check, run, version, destination, request }
  })
}

/** Runs golden requests in the engine, which answers with plain tensors. */
export function inferWith(parts: Parts, context: JobContext): ExportTools['infer'] {
  return async (path, requests, outputs) => {
    const { responses } = await parts.engine.task('model.infer', { path, requests: requests.map((r) => [...r]), outputs: [...outputs] }, { signal: context.signal, kill: context.kill })
    return responses
  }
}

/** The same version, check and number of a bundle give the same serial again, so that exporting twice gives the same bytes. */
function placeInLine(parts: Parts, planned: PlannedExport, semver: string): { serial: number; previous: BundleFacts['previous'] } {
  const all = parts.store.read((db) => listBundles(db, { modelId: planned.version.modelId }))
  const same = all.find((b) => b.checkId === planned.check.id && b.version === semver && b.versionId === planned.version.id)
  const serial = same?.serial ?? Math.max(0, ...all.map((b) => b.serial)) + 1
  const before = all.filter((b) => b.serial < serial).sort((a, b) => b.serial - a.serial)[0]
  return { serial, previous: before === undefined ? null : { version: before.version, serial: before.serial, rootDigest: before.rootDigest } }
}

async function gatherFacts(parts: Parts, planned: PlannedExport): Promise<BundleFacts> {
  const { version, run, check, request } = planned
  if (servedSignature(version).outputs.every((o) => o.kind !== 'tensor')) throw new SlipwayError('model.notRewritable', { reason: 'no output is a tensor, so no server could answer; rewrite the outputs first' })
  const model = await openModel(parts, version)
  const semver = request.version ?? `${version.number}.0.0`
  return {
    version, run, check, dataset: parts.store.read((db) => getDataset(db, run.datasetId)),
    modelFiles: runningFiles(version).map((f) => ({ name: f.name, role: f.role, path: f.role === 'model' ? model.path : join(dirname(model.path), f.name) })),
    publisherName: parts.store.read(readSettings).publisherName, semver, platforms: request.platforms, appVersion: parts.version,
    ...placeInLine(parts, planned, semver),
  }
}

function commit(parts: Parts, planned: PlannedExport, made: ExportedBundle): Bundle {
  const { version, run, check, destination } = planned
  const now = parts.clock()
  const bundle: Bundle = {
    id: newId('bundle', now), versionId: version.id, modelName: version.modelName, versionNumber: version.number, runId: run.id, checkId: check.id,
    name: made.manifest.name, version: made.manifest.version, serial: made.manifest.serial, fileName: basename(destination), bytes: made.bytes, sha256: made.sha256,
    rootDigest: made.rootDigest, publisherKeyId: made.manifest.publisher.keyId, overridden: check.override !== null, createdAt: now,
  }
  parts.store.write((db) => {
    insertBundle(db, bundle, destination, made.manifest)
    const override = check.override === null ? '' : ` The gate was overridden by ${check.override.name}: ${check.override.reason}`
    record(db, { verb: 'bundle.export', subject: version.id, sentence: `Exported ${version.modelName} ${version.number} as ${bundle.fileName}.${override}`, facts: { bundleId: bundle.id, checkId: check.id, sha256: bundle.sha256, rootDigest: bundle.rootDigest } }, now)
  })
  return bundle
}

/** Writes, verifies and records the bundle. Errors: `bundle.*`, `file.*`, `store.blobMissing`, engine errors. */
export async function exportCheckedBundle(parts: Parts, planned: PlannedExport, context: JobContext): Promise<Bundle> {
  const facts = await gatherFacts(parts, planned)
  const staging = workFolder(parts)
  try {
    const places = { staging, target: planned.destination, parts: partsFolder(), nativeModules: nativeModulesFolder() }
    const made = await exportBundle(facts, places, {
      key: await signingKey(parts), infer: inferWith(parts, context), signal: context.signal,
      progress: (step, done, total) => { context.progress({ step, done, total }, done / total) },
    })
    return commit(parts, planned, made)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

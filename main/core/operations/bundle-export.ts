// bundle.export: a passed (or overridden) gate check -> a verified, signed archive at the chosen place, and its line of history.
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Bundle, BundleManifest } from '../../../shared/domain/bundle.ts'
import type { TargetChoice } from '../../../shared/domain/bundle-target.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { newId, type ModelId } from '../../../shared/ids.ts'
import { findingWithoutPersonal, withoutPersonal } from '../../../shared/personal.ts'
import { bundleFileName } from '../../../shared/slug.ts'
import { nativeModulesFolder, partsFolder } from '../bundle/bundle-parts.ts'
import { byCodePoint } from '../bundle/canonical-json.ts'
import { exportBundle } from '../bundle/export.ts'
import { type BundleFacts } from '../bundle/facts.ts'
import type { ReleaseFacts } from '../bundle/seal/evidence.ts'
import { loadOrCreateKey } from '../bundle/sign.ts'
import { lostApprovals } from '../gate/approvals.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import type { ReadDb } from '../store/database.ts'
import { bundleManifest, getBundle, insertBundle, listBundles, newestBundle } from '../store/bundles.ts'
import { getDataset } from '../store/datasets.ts'
import { speedOf } from '../store/device-reports.ts'
import { getCheck } from '../store/gates.ts'
import { readSettings, record } from '../store/history.ts'
import { getRun } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { withPapers } from '../steps/bundle-papers.ts'
import { bundleReference } from '../steps/bundle-reference.ts'
import { inferPlain } from '../steps/infer-plain.ts'
import { checkTargets, preflightVersion } from '../steps/preflight-version.ts'
import { modelFile, runningFiles } from '../steps/model-source.ts'
import { releaseFacts } from '../steps/release-facts.ts'
import { scanNames } from '../steps/scan-names.ts'
import { watchChoices, type WatchChoices } from '../steps/watch-choices.ts'

export interface PlannedExport {
  readonly title: string
  readonly check: GateCheck
  readonly run: Run
  readonly version: Version
  readonly dataset: Dataset
  readonly destination: string
  readonly semver: string
  readonly platforms: readonly string[]
  readonly targets: readonly TargetChoice[]
  readonly accepted: readonly string[]
  readonly watch: WatchChoices
}

/** Errors: `input.unknownId`, `input.tokenUnknown`, `run.notFinished`, `bundle.gateNotPassed`, `bundle.targetRefused`, `review.approvalsLost`. */
export function planExport(parts: Parts, request: InputOf<SlipwayContract['bundle.export']>): PlannedExport {
  const destination = parts.admissions.redeem(request.destination, 'write')
  return parts.store.read((db) => {
    const check = getCheck(db, request.checkId)
    const run = getRun(db, check.runId)
    const version = getVersion(db, run.versionId)
    const name = `${version.modelName} ${version.number}`
    if (run.status !== 'done') throw new SlipwayError('run.notFinished', { status: run.status })
    if (!check.passed && check.override === null) throw new SlipwayError('bundle.gateNotPassed', { version: name })
    const lost = lostApprovals(db, check)
    if (lost !== null) throw new SlipwayError('review.approvalsLost', { version: name, sentence: lost })
    const semver = request.version ?? `${version.number}.0.0`
    checkTargets(preflightVersion(parts, db, version.id, request))
    const dataset = getDataset(db, run.datasetId)
    const told = { ...check, findings: check.findings.map((f) => findingWithoutPersonal(f, dataset.personal)) }
    return { title: `Export ${name}`, check: told, run, version, dataset: withoutPersonal(dataset), destination, semver, platforms: [...request.platforms].sort(), targets: [...request.targets].sort((a, b) => byCodePoint(a.target, b.target)), accepted: [...new Set(request.accept)].sort(), watch: watchChoices(request, run.binding, dataset, check.checkedAt) }
  })
}

/**
 * Serial number, predecessor and how the version stood. Asking for the very same bundle again gives the same ones, so that its bytes are the same;
 * everything else follows the model's newest bundle.
 */
function lineage(db: ReadDb, modelId: ModelId, planned: PlannedExport): { readonly serial: number; readonly previous: BundleManifest['previous'] | null; readonly evidence: ReleaseFacts } {
  const facts = (first: BundleManifest | null): ReleaseFacts => releaseFacts(db, { ...planned, dataset: getDataset(db, planned.run.datasetId) }, first)
  const now = facts(null)
  const same = (m: BundleManifest): string => JSON.stringify([m.platforms, m.targets, m.scan?.accepted ?? [], m.release?.approvals ?? null, m.monitoring?.rawColumns ?? [], m.reviewBy ?? null])
  const wanted = JSON.stringify([planned.platforms, planned.targets, planned.accepted, now.release.approvals, planned.watch.rawColumns, planned.watch.reviewBy])
  for (const bundle of listBundles(db, { modelId })) {
    if (bundle.checkId !== planned.check.id || bundle.version !== planned.semver) continue
    const manifest = bundleManifest(db, bundle.id)
    if (same(manifest) === wanted) return { serial: bundle.serial, previous: manifest.previous ?? null, evidence: facts(manifest) }
  }
  const newest = newestBundle(db, modelId)
  return newest === null ? { serial: 1, previous: null, evidence: now } : { serial: newest.serial + 1, previous: { version: newest.version, serial: newest.serial, rootDigest: newest.rootDigest }, evidence: now }
}

async function targetOf(planned: PlannedExport): Promise<string> {
  const isFolder = await stat(planned.destination).then((s) => s.isDirectory(), () => false)
  return isFolder ? join(planned.destination, bundleFileName(planned.version.modelName, planned.semver)) : planned.destination
}

async function collect(parts: Parts, planned: PlannedExport, context: JobContext): Promise<BundleFacts> {
  const { version, run, check, dataset } = planned
  const files = runningFiles(version)
  for (const file of files) await parts.blobs.verify(file.sha256, file.role === 'model' ? 'model' : 'weight file')
  const model = modelFile(files)
  if (model.sha256 !== run.modelSha256) throw new SlipwayError('bundle.verifyFailed', { reason: 'the version was rewritten after this run; evaluate it again' })
  const ordered = [model, ...files.filter((f) => f !== model)]
  const reference = await bundleReference(parts, run, version, dataset, context)
  return parts.store.read((db) => ({
    version, run, check, reference, dataset, modelFiles: ordered.map((f) => ({ name: f.name, role: f.role, path: parts.blobs.path(f.sha256) })),
    publisherName: readSettings(db).publisherName, semver: planned.semver, platforms: planned.platforms, targets: planned.targets, speed: speedOf(db, version.id, run.modelSha256), appVersion: parts.version, accepted: planned.accepted, ...planned.watch, ...withPapers(db, version.modelId, lineage(db, version.modelId, planned)),
  }))
}

/** Errors: `bundle.targetExists`, `bundle.secretsFound`, `bundle.verifyFailed`, `store.blobMissing`, `file.*`, engine errors. */
export async function exportCheckedBundle(parts: Parts, planned: PlannedExport, context: JobContext): Promise<Bundle> {
  const { version, run, check } = planned
  const staging = workFolder(parts)
  const target = await targetOf(planned)
  const progress = stepProgress(context)
  try {
    const facts = await collect(parts, planned, context)
    const key = await loadOrCreateKey(parts.places.keys, parts.passphrase())
    const made = await exportBundle(facts, { staging, target, parts: partsFolder(), nativeModules: nativeModulesFolder() }, {
      key, infer: inferPlain(parts, context), names: scanNames(parts.store.read((db) => getDataset(db, run.datasetId))), signal: context.signal, progress: (step, done, total) => progress({ step, done, total }),
    })
    const now = parts.clock()
    return parts.store.write((db) => {
      const id = newId('bundle', now)
      const bundle: Bundle = {
        id, versionId: version.id, modelName: version.modelName, versionNumber: version.number, runId: run.id, checkId: check.id, name: made.manifest.name, version: planned.semver,
        serial: facts.serial, fileName: made.fileName, bytes: made.bytes, sha256: made.sha256, rootDigest: made.rootDigest, publisherKeyId: key.keyId, overridden: !check.passed, createdAt: now,
      }
      insertBundle(db, bundle, target, made.manifest)
      record(db, { verb: 'bundle.export', subject: id, sentence: `Exported ${version.modelName} ${version.number} as ${made.fileName}.`, facts: { rootDigest: made.rootDigest, checkId: check.id, overridden: !check.passed } }, now)
      return getBundle(db, id)
    })
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

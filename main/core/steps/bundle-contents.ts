// What an export would write, before it is made: the planned files with the sizes that are known, and those that are only made on the way.
import { stat } from 'node:fs/promises'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { BundleContents } from '../../../shared/domain/bundle-overview.ts'
import { nativeModulesFolder, partsFolder } from '../bundle/bundle-parts.ts'
import type { BundleFacts } from '../bundle/facts.ts'
import { signaturesOfToday } from '../bundle/seal/signature-files.ts'
import { planFiles } from '../bundle/stage.ts'
import { withoutPersonal } from '../../../shared/personal.ts'
import type { Parts } from '../parts.ts'
import { newestBundle } from '../store/bundles.ts'
import { getDataset } from '../store/datasets.ts'
import { speedOf } from '../store/device-reports.ts'
import { getCheck } from '../store/gates.ts'
import { readSettings } from '../store/history.ts'
import { getRun } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { withPapers } from './bundle-papers.ts'
import { modelFile, runningFiles } from './model-source.ts'
import { publisherKeyId } from './publisher-key.ts'
import { releaseFacts } from './release-facts.ts'

/** Written while the bundle is made, from what was answered and hashed then. */
const madeOnTheWay = ['model/golden.jsonl', 'monitoring/reference.json', 'bundle.json', 'SHA256SUMS', ...signaturesOfToday]

function factsOf(parts: Parts, request: InputOf<SlipwayContract['bundle.contents']>): BundleFacts {
  return parts.store.read((db) => {
    const check = getCheck(db, request.checkId)
    const run = getRun(db, check.runId)
    const version = getVersion(db, run.versionId)
    const files = runningFiles(version)
    const model = modelFile(files)
    const newest = newestBundle(db, version.modelId)
    return {
      version, run, check, dataset: withoutPersonal(getDataset(db, run.datasetId)), modelFiles: [model, ...files.filter((f) => f !== model)].map((f) => ({ name: f.name, role: f.role, path: parts.blobs.path(f.sha256) })),
      publisherName: readSettings(db).publisherName, serial: (newest?.serial ?? 0) + 1, semver: `${version.number}.0.0`, platforms: [...request.platforms].sort(), targets: request.targets, speed: speedOf(db, version.id, run.modelSha256), reference: null,
      ...withPapers(db, version.modelId, { previous: newest === null ? null : { version: newest.version, serial: newest.serial, rootDigest: newest.rootDigest } }), appVersion: parts.version,
      evidence: releaseFacts(db, { version, run, check, dataset: getDataset(db, run.datasetId) }, null), accepted: [],
    }
  })
}

/** Errors: `input.unknownId`, `bundle.notPackable`. */
export async function contentsOfBundle(parts: Parts, request: InputOf<SlipwayContract['bundle.contents']>): Promise<BundleContents> {
  const planned = await planFiles(factsOf(parts, request), { staging: '', target: '', parts: partsFolder(), nativeModules: nativeModulesFolder() }, publisherKeyId(parts))
  const files = await Promise.all(planned.map(async (p) => ({ path: p.path, bytes: p.copyOf === undefined ? Buffer.byteLength(p.text ?? '') : await stat(p.copyOf).then((s) => s.size, () => null) })))
  const listed = [...files, ...madeOnTheWay.filter((path) => !files.some((f) => f.path === path)).map((path) => ({ path, bytes: null }))]
  return { files: listed.sort((a, b) => (a.path < b.path ? -1 : 1)), bytes: listed.reduce((sum, f) => sum + (f.bytes ?? 0), 0) }
}

// version.diff: the files of two versions, their bindings and their speed -> what differs, and what it means for callers.
// Reads the files as they were imported; the interface is the one that is served. Stores nothing: versions never change.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { ModelDiff } from '../../../shared/domain/model-diff.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { modelDiff, type DiffedSide } from '../../../shared/model-diff/model-diff.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { openModel } from '../steps/model-source.ts'
import { newestBinding } from '../store/bindings.ts'
import { listDeviceReports } from '../store/device-reports.ts'
import { getVersion } from '../store/versions.ts'

/** Errors: `input.unknownId`, `store.blobMissing`, those of reading a model file. */
export async function diffVersions(parts: Parts, request: InputOf<SlipwayContract['version.diff']>, context: JobContext): Promise<ModelDiff> {
  const side = (versionId: VersionId): DiffedSide => parts.store.read((db) => ({
    version: getVersion(db, versionId), binding: newestBinding(db, versionId)?.binding ?? null, speed: listDeviceReports(db, { versionId }).speed,
  }))
  const [left, right] = [side(request.left), side(request.right)]
  const [ours, theirs] = [await openModel(parts, left.version, 'original'), await openModel(parts, right.version, 'original')]
  const graph = await parts.light.task('model.diff', { left: { path: ours.path }, right: { path: theirs.path } }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
  return modelDiff(left, right, graph)
}

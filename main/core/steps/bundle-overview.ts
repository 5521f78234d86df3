// Stored bundles as a list shows them: with their targets, their predecessor, and whether the archive still lies where it was written to.
import { stat } from 'node:fs/promises'
import type { Bundle } from '../../../shared/domain/bundle.ts'
import type { BundleOverview } from '../../../shared/domain/bundle-overview.ts'
import type { ModelId } from '../../../shared/ids.ts'
import type { Parts } from '../parts.ts'
import { bundleManifest, bundlePath, listBundles } from '../store/bundles.ts'
import { getVersion } from '../store/versions.ts'

const placeOf = (path: string, bytes: number): Promise<BundleOverview['place']> =>
  stat(path).then((s) => (s.isFile() && s.size === bytes ? 'there' : 'changed'), () => 'gone')

/** Newest first; of one model, or all. */
export async function overviewOfBundles(parts: Parts, modelId: ModelId | undefined): Promise<BundleOverview[]> {
  const found = parts.store.read((db) => {
    const models = new Map<string, ModelId>()
    const modelOf = (bundle: Bundle): ModelId => models.get(bundle.versionId) ?? models.set(bundle.versionId, getVersion(db, bundle.versionId).modelId).get(bundle.versionId)!
    const all = listBundles(db, modelId === undefined ? {} : { modelId })
    return all.map((bundle) => {
      const before = all.filter((b) => b.serial < bundle.serial && modelOf(b) === modelOf(bundle)).sort((a, b) => b.serial - a.serial)[0]
      const { targets, platforms, files } = bundleManifest(db, bundle.id)
      return { path: bundlePath(db, bundle.id), row: { ...bundle, targets: targets ?? [], platforms, fileCount: files.length, previousId: before?.id ?? null } }
    })
  })
  return Promise.all(found.map(async ({ path, row }) => ({ ...row, place: await placeOf(path, row.bytes) })))
}

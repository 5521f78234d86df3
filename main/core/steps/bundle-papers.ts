// What the papers of a bundle need beside its own facts: the manifest of the bundle before it, and the software that it carries.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { BundleManifest } from '../../../shared/domain/bundle.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { partsFolder } from '../bundle/bundle-parts.ts'
import type { BundledSoftware, BundleFacts } from '../bundle/facts.ts'
import { bundleManifest, listBundles } from '../store/bundles.ts'
import type { ReadDb } from '../store/database.ts'

const Software = z.array(z.object({ name: z.string(), version: z.string(), licence: z.string() }))

/** The list that was made when the parts of bundles were built. */
const bundledSoftware = (folder: string): readonly BundledSoftware[] => Software.parse(JSON.parse(readFileSync(join(folder, 'software.json'), 'utf8')))

/** The same with the manifest behind its `previous` block, null where there is none or it is not known here, and with the software. */
export function withPapers<L extends { readonly previous: BundleManifest['previous'] | null }>(db: ReadDb, modelId: ModelId, line: L): L & Pick<BundleFacts, 'previousManifest' | 'software'> {
  const { previous } = line
  const bundle = previous == null ? undefined : listBundles(db, { modelId }).find((b) => b.rootDigest === previous.rootDigest)
  return { ...line, previousManifest: bundle === undefined ? null : bundleManifest(db, bundle.id), software: bundledSoftware(partsFolder()) }
}

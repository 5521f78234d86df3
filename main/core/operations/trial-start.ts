// trial.start: a stored bundle -> its own server, running on this machine. Stores nothing.
import { join } from 'node:path'
import { newId, type BundleId } from '../../../shared/ids.ts'
import type { Parts } from '../parts.ts'
import { ownPublicKey } from '../steps/publisher-key.ts'
import { bundleManifest, bundlePath, getBundle } from '../store/bundles.ts'
import type { TrialPlan } from '../trial/trials.ts'

/** What a trial of a stored bundle needs, and its name. Errors: `input.unknownId`. */
export function planTrial(parts: Parts, bundleId: BundleId): TrialPlan & { readonly name: string } {
  const own = ownPublicKey(parts)
  return parts.store.read((db) => {
    const bundle = getBundle(db, bundleId)
    return {
      bundleId, name: bundle.fileName, archive: bundlePath(db, bundleId), platforms: bundleManifest(db, bundleId).platforms, folder: join(parts.places.session, newId('job', parts.clock())),
      trust: own?.keyId === bundle.publisherKeyId ? own.publicPem : null,
    }
  })
}

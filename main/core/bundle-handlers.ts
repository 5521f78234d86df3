// Answers to the questions about bundles beyond making and verifying them: preflight, contents, list, comparison, and trying one.
import { join } from 'node:path'
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Handlers } from '../../shared/contract-kit.ts'
import type { BundleId } from '../../shared/ids.ts'
import { newId } from '../../shared/ids.ts'
import { compareBundles } from './operations/bundle-compare.ts'
import type { Parts } from './parts.ts'
import { contentsOfBundle } from './steps/bundle-contents.ts'
import { overviewOfBundles } from './steps/bundle-overview.ts'
import { preflightVersion } from './steps/preflight-version.ts'
import { ownPublicKey } from './steps/publisher-key.ts'
import { bundleManifest, bundlePath, getBundle } from './store/bundles.ts'
import type { TrialPlan } from './trial/trials.ts'

type Answers<K extends keyof SlipwayContract> = Pick<Handlers<SlipwayContract>, K>

export const bundleQueries = (parts: Parts): Answers<'bundle.preflight' | 'bundle.contents' | 'bundle.overview' | 'bundle.compare' | 'trial.get'> => ({
  'bundle.preflight': ({ versionId, ...wish }) => parts.store.read((db) => preflightVersion(parts, db, versionId, wish)),
  'bundle.contents': (request) => contentsOfBundle(parts, request),
  'bundle.overview': ({ modelId }) => overviewOfBundles(parts, modelId),
  'bundle.compare': (request) => parts.store.read((db) => compareBundles(db, request)),
  'trial.get': ({ bundleId }) => parts.trials.get(bundleId),
})

export const bundleCommands = (parts: Parts): Answers<'bundle.file' | 'trial.send' | 'trial.metrics' | 'trial.stop'> => ({
  'bundle.file': ({ bundleId }) => parts.admissions.admit(parts.store.read((db) => bundlePath(db, bundleId))),
  'trial.send': ({ bundleId, values }) => parts.trials.send(bundleId, values),
  'trial.metrics': ({ bundleId }) => parts.trials.metrics(bundleId),
  'trial.stop': async ({ bundleId }) => { await parts.trials.stop(bundleId); return { ok: true } },
})

/** What a trial of a stored bundle needs, and its name. Errors: `input.unknownId`. */
export function planTrial(parts: Parts, bundleId: BundleId): TrialPlan & { readonly name: string } {
  const own = ownPublicKey(parts)
  return parts.store.read((db) => {
    const bundle = getBundle(db, bundleId)
    return { bundleId, name: bundle.fileName, archive: bundlePath(db, bundleId), platforms: bundleManifest(db, bundleId).platforms, folder: join(parts.places.session, newId('job', parts.clock())), trust: own?.keyId === bundle.publisherKeyId ? own.publicPem : null }
  })
}

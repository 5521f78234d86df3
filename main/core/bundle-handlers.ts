// Answers to the questions about bundles beyond making and verifying them: preflight, contents, list, comparison, and trying one.
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Handlers } from '../../shared/contract-kit.ts'
import { compareBundles } from './operations/bundle-compare.ts'
import type { Parts } from './parts.ts'
import { contentsOfBundle } from './steps/bundle-contents.ts'
import { overviewOfBundles } from './steps/bundle-overview.ts'
import { preflightVersion } from './steps/preflight-version.ts'
import { bundleManifest, bundlePath } from './store/bundles.ts'

type Answers<K extends keyof SlipwayContract> = Pick<Handlers<SlipwayContract>, K>

export const bundleQueries = (parts: Parts): Answers<'bundle.preflight' | 'bundle.contents' | 'bundle.overview' | 'bundle.compare' | 'bundle.files' | 'trial.get'> => ({
  'bundle.preflight': ({ versionId, ...wish }) => parts.store.read((db) => preflightVersion(parts, db, versionId, wish)),
  'bundle.contents': (request) => contentsOfBundle(parts, request),
  'bundle.overview': ({ modelId }) => overviewOfBundles(parts, modelId),
  'bundle.compare': (request) => parts.store.read((db) => compareBundles(db, request)),
  'bundle.files': ({ bundleId }) => parts.store.read((db) => bundleManifest(db, bundleId)).files.map(({ path, bytes }) => ({ path, bytes })),
  'trial.get': ({ bundleId }) => parts.trials.get(bundleId),
})

export const bundleCommands = (parts: Parts): Answers<'bundle.file' | 'trial.send' | 'trial.metrics' | 'trial.stop'> => ({
  'bundle.file': ({ bundleId }) => parts.admissions.admit(parts.store.read((db) => bundlePath(db, bundleId))),
  'trial.send': ({ bundleId, values }) => parts.trials.send(bundleId, values),
  'trial.metrics': ({ bundleId }) => parts.trials.metrics(bundleId),
  'trial.stop': async ({ bundleId }) => { await parts.trials.stop(bundleId); return { ok: true } },
})

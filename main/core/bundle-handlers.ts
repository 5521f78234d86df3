// Answers to the questions about bundles beyond making and verifying them.
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Handlers } from '../../shared/contract-kit.ts'
import type { Parts } from './parts.ts'
import { preflightVersion } from './steps/preflight-version.ts'

type Answers<K extends keyof SlipwayContract> = Pick<Handlers<SlipwayContract>, K>

export const bundleQueries = (parts: Parts): Answers<'bundle.preflight'> => ({
  'bundle.preflight': ({ versionId, ...wish }) => parts.store.read((db) => preflightVersion(parts, db, versionId, wish)),
})

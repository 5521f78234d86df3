// The part of the contract about bundles beyond making and verifying them: preflight. Spread in contract.ts.
import { z } from 'zod'
import { query } from './contract-kit.ts'
import { BundleTarget, TargetChoice } from './domain/bundle-target.ts'
import { TargetPreflight } from './domain/preflight.ts'
import { VersionId } from './ids.ts'

/** Every target, each with the oldest version that is supported. */
export const everyTarget: readonly TargetChoice[] = BundleTarget.options.map((target) => ({ target, engine: null }))

export const bundleContract = {
  /** Whether a version loads and serves on each target; `canary`: where its requests are to be shared out step by step. */
  'bundle.preflight': query({ input: z.object({ versionId: VersionId, targets: z.array(TargetChoice).min(1).max(40).default([...everyTarget]), canary: z.boolean().default(false) }), output: z.array(TargetPreflight), reads: ['versions', 'bindings', 'runs'] }),
} as const

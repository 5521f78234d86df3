// The part of the contract about bundles beyond making and verifying them: preflight, contents, list, comparison, and trying one. Spread in contract.ts.
import { z } from 'zod'
import { command, job, query } from './contract-kit.ts'
import { BundleContents, BundleDifference, BundleOverview } from './domain/bundle-overview.ts'
import { BundleTarget, TargetChoice } from './domain/bundle-target.ts'
import { TargetPreflight } from './domain/preflight.ts'
import { Trial, TrialAnswer, TrialMetrics } from './domain/trial.ts'
import { BundleId, CheckId, FileToken, ModelId, VersionId } from './ids.ts'

/** Every target, each with the oldest version that is supported. */
export const everyTarget: readonly TargetChoice[] = BundleTarget.options.map((target) => ({ target, engine: null }))
/** As every job of steps tells its way. */
const Steps = z.object({ step: z.string(), done: z.number().nullable(), total: z.number().nullable() })
const targets = z.array(TargetChoice).max(40)

export const bundleContract = {
  /** Whether a version loads and serves on each target; `canary`: where its requests are to be shared out step by step. */
  'bundle.preflight': query({ input: z.object({ versionId: VersionId, targets: targets.min(1).default([...everyTarget]), canary: z.boolean().default(false) }), output: z.array(TargetPreflight), reads: ['versions', 'bindings', 'runs'] }),
  /** The files that an export would write, with their sizes where they are known before. */
  'bundle.contents': query({ input: z.object({ checkId: CheckId, targets, platforms: z.array(z.string()).max(10) }), output: BundleContents, reads: ['versions', 'bundles'] }),
  /** Every bundle, newest first, with what it is for and whether it still lies where it was written to. */
  'bundle.overview': query({ input: z.object({ modelId: ModelId.optional() }), output: z.array(BundleOverview), reads: ['bundles', 'models'] }),
  /** What differs between two bundles, from their manifests. */
  'bundle.compare': query({ input: z.object({ left: BundleId, right: BundleId }), output: BundleDifference, reads: ['bundles'] }),
  /** The files of a stored bundle, as its manifest lists them. */
  'bundle.files': query({ input: z.object({ bundleId: BundleId }), output: z.array(z.object({ path: z.string(), bytes: z.number().int().nonnegative() })), reads: ['bundles'] }),
  /** The archive of a stored bundle, to verify or to open it. */
  'bundle.file': command({ input: z.object({ bundleId: BundleId }), output: z.object({ token: FileToken, name: z.string(), kind: z.enum(['file', 'folder']), bytes: z.number().int().nullable() }), touches: [] }),

  /** The archive encrypted for its recipients, in the age format: whoever opens it decrypts first and verifies then. */
  'bundle.encrypt': job({ input: z.object({ file: FileToken, destination: FileToken, recipients: z.array(z.string().trim().max(4000)).min(1).max(50) }), progress: Steps, output: z.object({ fileName: z.string(), bytes: z.number().int(), recipients: z.number().int() }), touches: [] }),
  /** The bundle as an OCI image layout (CNCF ModelPack), a layer a file, for registries of model artifacts. */
  'bundle.layout': job({ input: z.object({ file: FileToken, destination: FileToken }), progress: Steps, output: z.object({ folder: z.string(), digest: z.string(), tag: z.string(), layers: z.number().int(), bytes: z.number().int() }), touches: [] }),

  /** Starts the bundle's own server on a free port of this machine; one at a time. */
  'trial.start': job({ input: z.object({ bundleId: BundleId }), progress: Steps, output: Trial, touches: ['trials'] }),
  'trial.get': query({ input: z.object({ bundleId: BundleId }), output: Trial.nullable(), reads: ['trials'] }),
  /** Sends one row, by the names of its fields; an empty text is a missing value. */
  'trial.send': command({ input: z.object({ bundleId: BundleId, values: z.record(z.string(), z.string().max(1_000_000)) }), output: TrialAnswer, touches: [] }),
  'trial.metrics': command({ input: z.object({ bundleId: BundleId }), output: TrialMetrics, touches: [] }),
  'trial.stop': command({ input: z.object({ bundleId: BundleId }), output: z.object({ ok: z.literal(true) }), touches: ['trials'] }),
} as const

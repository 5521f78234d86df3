// The deployment bundle: its manifest (schema version 1), and the report of verifying one.
// Layout and rules: docs/bundle.md. Only what is really in the bundle is described here.
import { z } from 'zod'
import { BundleId, CheckId, RunId, Sha256, VersionId } from '../ids.ts'
import { TargetChoice } from './bundle-target.ts'
import { GateFinding } from './gate.ts'
import { ModelTask } from './model.ts'

export const BundleFile = z.object({
  path: z.string(), bytes: z.number().int().nonnegative(), sha256: Sha256,
  mode: z.enum(['0644', '0755']), role: z.enum(['model', 'contract', 'golden', 'server', 'runtime', 'tool', 'document', 'evidence', 'deploy', 'monitoring']), mediaType: z.string(),
})
export type BundleFile = z.infer<typeof BundleFile>

export const BundleTensor = z.object({
  name: z.string(), datatype: z.string(), shape: z.array(z.number().int()), meaning: z.string(),
})
export type BundleTensor = z.infer<typeof BundleTensor>

export const BundleManifest = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('MLDeploymentBundle'),
  name: z.string(),
  version: z.string(),
  serial: z.number().int().positive(),
  /** When the evaluation finished (RFC 3339 UTC), not when the bundle was exported. */
  createdAt: z.string(),
  publisher: z.object({ name: z.string(), keyId: z.string() }),
  app: z.object({ name: z.literal('Slipway'), version: z.string(), serverDigest: Sha256 }),
  model: z.object({
    path: z.string(), format: z.literal('onnx'), sha256: Sha256, bytes: z.number().int(), opset: z.number().int(), irVersion: z.number().int(),
    task: ModelTask, inputs: z.array(BundleTensor), outputs: z.array(BundleTensor), classes: z.array(z.string()).optional(),
    positiveClass: z.string().optional(), decisionThreshold: z.number().optional(),
    derivedFrom: z.object({ sha256: Sha256, edits: z.array(z.string()) }).optional(),
    tolerance: z.object({ abs: z.number(), rel: z.number() }),
  }),
  lineage: z.object({ runId: RunId, versionId: VersionId, datasetFingerprint: Sha256, bindingDigest: Sha256, seed: z.number().int() }),
  evaluation: z.object({
    runId: RunId, rows: z.number().int(), provider: z.string(),
    metrics: z.array(z.object({ metric: z.string(), slice: z.string(), value: z.number().nullable(), n: z.number().int() })),
    gate: z.object({ checkId: CheckId, passed: z.boolean(), findings: z.array(GateFinding), override: z.object({ name: z.string(), reason: z.string() }).nullable() }),
    assumptions: z.array(z.string()),
  }),
  serving: z.object({
    protocol: z.literal('oip-v2'), defaultPort: z.number().int(), maxBodyBytes: z.number().int(), maxRows: z.number().int(),
    extensions: z.array(z.string()).optional(), /** of one request */ timeoutMs: z.number().int().positive().optional(),
    /** Asked of a cluster for one server: cores and bytes, from the measured speed where there is one. */
    resources: z.object({ cpu: z.number().positive(), memoryBytes: z.number().int().positive() }).optional(),
  }),
  /** Where the reference (null: the rows were gone) and the limits of watching lie, and how many rows a window has. */
  monitoring: z.object({
    reference: z.string().nullable(), thresholds: z.string(), windowRows: z.number().int().positive(), minRows: z.number().int().positive(),
    logLevelDefault: z.number().int().min(0).max(2), schema: z.literal('predlog.v1'),
    /** Columns whose values level 2 of the prediction log may write; none unless the publisher said so. */
    rawColumns: z.array(z.string()).optional(),
  }).optional(),
  /** How the version stood in the registry when it was first exported. `record`: the record's entry of the gate's judgement. */
  release: z.object({
    state: z.string(), aliases: z.array(z.string()), approvals: z.object({ needed: z.number().int().nonnegative(), approved: z.array(z.object({ name: z.string(), keyId: z.string() })) }),
    record: z.object({ entry: z.number().int().nonnegative(), hash: Sha256 }).nullable(),
  }).optional(),
  /** Licences of what is inside, as their own words or SPDX names have it; the model's is not known to Slipway unless somebody said it. */
  licences: z.array(z.object({ what: z.string(), licence: z.string() })).optional(),
  /** Day (RFC 3339, UTC) by which somebody is to look at it again. */
  reviewBy: z.string().optional(),
  /** Files in `signatures/`: exactly these are there. Absent in bundles of before there were more than two. */
  signatures: z.array(z.string()).optional(),
  /** Version of the scan's rules, and the ids of what it found and the publisher looked at and accepted. */
  scan: z.object({ rules: z.number().int().positive(), accepted: z.array(z.string()) }).optional(),
  platforms: z.array(z.string()),
  /** What its deploy files are for; absent in bundles of before they existed. */
  targets: z.array(TargetChoice).optional(),
  previous: z.object({ version: z.string(), serial: z.number().int(), rootDigest: Sha256 }).optional(),
  files: z.array(BundleFile),
})
export type BundleManifest = z.infer<typeof BundleManifest>

export const Bundle = z.object({
  id: BundleId, versionId: VersionId, modelName: z.string(), versionNumber: z.number().int(), runId: RunId, checkId: CheckId,
  name: z.string(), version: z.string(), serial: z.number().int(), fileName: z.string(), bytes: z.number().int(),
  /** Hash of the archive, and of SHA256SUMS inside it (the root digest shown everywhere). */
  sha256: Sha256, rootDigest: Sha256, publisherKeyId: z.string(), overridden: z.boolean(), createdAt: z.number().int(),
})
export type Bundle = z.infer<typeof Bundle>

/**
 * Exit codes of `bin/verify` and `slipway verify`: 0 trusted, 1 tampered, 2 malformed (or, with `--strict`, `secrets` inside), 3 unknown publisher
 * or `not-approved` by as many people as asked for, 4 golden mismatch, 5 downgrade.
 */
export const VerifyVerdict = z.enum(['trusted', 'tampered', 'malformed', 'unknown-publisher', 'golden-mismatch', 'downgrade', 'not-approved', 'secrets'])
export type VerifyVerdict = z.infer<typeof VerifyVerdict>

export const VerifyReport = z.object({
  verdict: VerifyVerdict,
  exit: z.number().int().min(0).max(5),
  sentence: z.string(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), /** true where the check was left out; `detail` says why */ notRun: z.literal(true).optional(), detail: z.string() })),
  rootDigest: Sha256.nullable(),
  publisherKeyId: z.string().nullable(),
  name: z.string().nullable(),
  version: z.string().nullable(),
  serial: z.number().int().nullable().optional(),
  /** The file or folder that was verified, without its directory; the scripts of a bundle leave it out. */
  fileName: z.string().optional(),
})
export type VerifyReport = z.infer<typeof VerifyReport>

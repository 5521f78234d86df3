// What would change if an alias were moved, before it is. Facts in order, and sentences made from them.
import { z } from 'zod'
import { AliasAction } from './alias.ts'
import { Comparison, SignatureChange } from './compare.ts'
import { VersionState } from './life.ts'
import { ErrorRecord } from './run.ts'
import { BundleId, CheckId, ModelId, RunId, VersionId } from '../ids.ts'

export const PreviewVersion = z.object({ versionId: VersionId, number: z.number().int(), state: VersionState, /** without the one that moves */ otherAliases: z.array(z.string()), bundleId: BundleId.nullable().describe('the newest bundle of it') })
export type PreviewVersion = z.infer<typeof PreviewVersion>

/** How the newest check of a version by its gate went. `never`: there was none. */
export const GateStanding = z.object({
  verdict: z.enum(['passed', 'overridden', 'failed', 'never']),
  sentence: z.string(), checkId: CheckId.nullable(), runId: RunId.nullable(), at: z.number().int().nullable(),
})
export type GateStanding = z.infer<typeof GateStanding>

export const AliasPreview = z.object({
  modelId: ModelId, modelName: z.string(), alias: z.string(), action: AliasAction,
  from: PreviewVersion.nullable(),
  /** null: the alias would point to nothing, or there is nothing to go back to. */
  to: PreviewVersion.nullable(),
  /** Why it is not possible; everything else is told all the same. */
  refusal: ErrorRecord.nullable(),
  /** States that would change by it. */
  states: z.array(z.object({ versionId: VersionId, number: z.number().int(), from: VersionState, to: VersionState, why: z.string() })),
  /** Inputs and outputs that differ, for callers of the present target. */
  signature: z.array(SignatureChange),
  breaking: z.boolean(),
  /** Metrics of both on the newest data that both were measured on; null with the reason in `missing`. */
  onData: Comparison.shape.onData,
  missing: z.string().nullable(),
  /** null where the alias would point to nothing. */
  gate: GateStanding.nullable(),
  approval: z.object({ approved: z.boolean(), sentence: z.string() }).nullable(),
  /** What it does, each in a sentence. */
  changes: z.array(z.string()),
  /** What speaks against it, each in a sentence: breaking changes, worse metrics, a gate that was not passed, no approval. */
  concerns: z.array(z.string()),
  /** What is lost by it, each in a sentence. */
  losses: z.array(z.string()),
})
export type AliasPreview = z.infer<typeof AliasPreview>

// Bundles as a list shows them, what goes into one before it is made, and what differs between two.
import { z } from 'zod'
import { BundleId } from '../ids.ts'
import { Bundle } from './bundle.ts'
import { TargetChoice } from './bundle-target.ts'

export const BundleOverview = Bundle.extend({
  /** What its deploy files are for; empty in bundles of before there were targets. */
  targets: z.array(TargetChoice), platforms: z.array(z.string()), fileCount: z.number().int(),
  /** Whether the archive still lies where it was written to: `changed` where its size is another. */
  place: z.enum(['there', 'changed', 'gone']),
  /** The bundle of the same model before it. */
  previousId: BundleId.nullable(),
})
export type BundleOverview = z.infer<typeof BundleOverview>

/** What an export would hold, as far as it is known before it is made. */
export const BundleContents = z.object({
  /** `bytes`: null where the file is made during the export. */
  files: z.array(z.object({ path: z.string(), bytes: z.number().int().nonnegative().nullable() })),
  /** Of what is known. */
  bytes: z.number().int().nonnegative(),
})
export type BundleContents = z.infer<typeof BundleContents>

/** One fact of two bundles; null where one of them does not say. */
export const BundleFact = z.object({ about: z.enum(['model', 'inputs', 'outputs', 'decision', 'data', 'gate', 'targets', 'platforms', 'application', 'publisher']), name: z.string(), before: z.string().nullable(), after: z.string().nullable(), same: z.boolean() })
export type BundleFact = z.infer<typeof BundleFact>

export const BundleDifference = z.object({
  left: Bundle, right: Bundle,
  sentence: z.string(),
  /** Callers of the left one break on the right one. */
  breaking: z.boolean(),
  facts: z.array(BundleFact),
  /** Over all rows; `delta`: right − left. */
  metrics: z.array(z.object({ metric: z.string(), before: z.number().nullable(), after: z.number().nullable(), delta: z.number().nullable(), verdict: z.enum(['better', 'worse', 'same', 'not-comparable']) })),
  /** Both evaluated on the same data; without it the numbers do not compare. */
  sameData: z.boolean(),
  files: z.array(z.object({ path: z.string(), change: z.enum(['added', 'removed', 'changed']), before: z.number().int().nullable(), after: z.number().int().nullable() })),
  filesSame: z.number().int(),
})
export type BundleDifference = z.infer<typeof BundleDifference>

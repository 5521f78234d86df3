// What changed between two versions: signature, graph, size and the metrics on the same data.
import { z } from 'zod'
import { DatasetId, RunId } from '../ids.ts'
import { Version } from './model.ts'

export const SignatureChange = z.object({
  where: z.enum(['input', 'output']), name: z.string(),
  change: z.enum(['added', 'removed', 'type', 'shape', 'same']),
  before: z.string().nullable(), after: z.string().nullable(),
  /** Whether a caller of the first version breaks on the second. */
  breaking: z.boolean(),
  /** Why it breaks, or why not, in one sentence; absent when nothing changed. */
  why: z.string().optional(),
})
export type SignatureChange = z.infer<typeof SignatureChange>

export const FactChange = z.object({ fact: z.string(), before: z.string(), after: z.string(), same: z.boolean() })
export type FactChange = z.infer<typeof FactChange>

export const MetricChange = z.object({
  metric: z.string(), slice: z.string(),
  before: z.number().nullable(), after: z.number().nullable(),
  /** after − before */
  delta: z.number().nullable(),
  direction: z.enum(['higher-is-better', 'lower-is-better', 'neither']),
  /** By direction alone; statistics of difference come with the registry. */
  verdict: z.enum(['better', 'worse', 'same', 'not-comparable']),
})
export type MetricChange = z.infer<typeof MetricChange>

export const Comparison = z.object({
  left: Version, right: Version,
  signature: z.array(SignatureChange),
  facts: z.array(FactChange),
  operators: z.array(z.object({ domain: z.string(), type: z.string(), before: z.number().int(), after: z.number().int() })),
  /** Newest finished runs of both on the same data set content; null when there is none. */
  onData: z.object({
    datasetId: DatasetId, datasetName: z.string(), leftRunId: RunId, rightRunId: RunId,
    leftRows: z.number().int(), rightRows: z.number().int(), metrics: z.array(MetricChange),
    /** What makes the two runs not fully comparable, such as different row policies. */
    caveats: z.array(z.string()),
  }).nullable(),
  /** Why there is no common data, and what would make one; null when there is. */
  missing: z.string().nullable(),
})
export type Comparison = z.infer<typeof Comparison>

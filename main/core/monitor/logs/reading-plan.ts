// What the engine is told before it reads logs: the version's words, its profile, and what must not be kept. No database, no clock.
import { z } from 'zod'
import { Binding } from '../../../../shared/domain/binding.ts'
import { LabelFile, LabelMapping, LogAccount, LogBatch, LogFormat, LogLayout, LogLook, LogMapping } from '../../../../shared/domain/log-batch.ts'
import { Reference } from '../../../../shared/drift/reference.ts'

/** A Parquet file of an earlier import, with the time of its rows; null: unknown. */
export const EarlierLog = z.object({ path: z.string(), from: z.number().nullable(), to: z.number().nullable() })
export type EarlierLog = z.infer<typeof EarlierLog>

export const ReadingPlan = z.object({
  format: LogFormat, paths: z.array(z.string()).min(1),
  /** Finished stages stay here when the reading is stopped, and are used again by the next one with the same key. */
  stages: z.string(), key: z.string(),
  /** Where the result goes. */
  target: z.string(),
  mapping: LogMapping, level: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  /** The version of rows that name none; `knownNumbers`: all that rows may name. */
  versionNumber: z.number().int().nullable(), knownNumbers: z.array(z.number().int()),
  /** Records of any other bundle are not taken; null: whatever the first record names. */
  rootDigest: z.string().nullable(),
  /** For records without a time; null: that of their file. */
  time: z.number().int().nullable(),
  classes: z.array(z.string()), positiveClass: z.string().nullable(), regression: z.boolean(),
  /** How payloads are read; null: they cannot be. `inputTypes`: datatype of every input in the protocol's words. */
  binding: Binding.nullable(), inputTypes: z.record(z.string(), z.string()), outputTypes: z.record(z.string(), z.string()),
  reference: Reference.nullable(), referenceSha256: z.string().nullable(),
  /** What the binding puts where a cell is missing. */
  fills: z.record(z.string(), z.union([z.number(), z.string()])),
  /** Columns whose values are never kept. */
  personal: z.array(z.string()),
  earlier: z.array(EarlierLog),
})
export type ReadingPlan = z.infer<typeof ReadingPlan>

export const ReadingResult = LogBatch.pick({ files: true, versions: true, layout: true, rows: true, from: true, to: true, outcomes: true, arms: true, standsFor: true, lowestSampling: true, warnings: true })
  .extend({ account: LogAccount, /** columns with raw values, and personal ones that were left out */ rawColumns: z.array(z.string()), leftOut: z.array(z.string()), rootDigest: z.string().nullable() })
export type ReadingResult = z.infer<typeof ReadingResult>

/** A stored batch as later readers open it. */
export const StoredLog = z.object({ path: z.string(), layout: LogLayout })
export type StoredLog = z.infer<typeof StoredLog>

export const LabelPlan = z.object({ paths: z.array(z.string()).min(1), target: z.string(), mapping: LabelMapping, logs: z.array(StoredLog), earlier: z.array(z.string()) })
export type LabelPlan = z.infer<typeof LabelPlan>

export const LookPlan = z.object({ paths: z.array(z.string()).min(1), staging: z.string(), format: LogFormat.nullable(), features: z.array(z.string()), classes: z.array(z.string()), regression: z.boolean() })
export type LookPlan = z.infer<typeof LookPlan>

export const LookResult = LogLook.omit({ bundle: true, sentence: true }).extend({ rootDigest: z.string().nullable(), model: z.string().nullable(), version: z.string().nullable() })
export type LookResult = z.infer<typeof LookResult>

export const LabelResult = LabelFile.pick({ files: true, account: true, rows: true, from: true, to: true })
export type LabelResult = z.infer<typeof LabelResult>

export const CoveragePlan = z.object({ logs: z.array(StoredLog), labels: z.array(z.string()), version: z.number().int().nullable(), from: z.number().nullable(), to: z.number().nullable(), windows: z.number().int().positive() })
export type CoveragePlan = z.infer<typeof CoveragePlan>

export const CutPlan = z.object({ path: z.string(), target: z.string(), from: z.number().nullable(), to: z.number().nullable(), /** of the file, kept as it was */ metadata: z.string() })
export type CutPlan = z.infer<typeof CutPlan>

export const CutResult = z.object({ removed: z.number().int(), rows: z.number().int(), from: z.number().nullable(), to: z.number().nullable() })
export type CutResult = z.infer<typeof CutResult>

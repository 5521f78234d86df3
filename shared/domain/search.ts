// What a search, a saved view, a trend and a leaderboard answer: versions with the few facts by which they are told apart.
import { z } from 'zod'
import { DatasetId, ModelId, RunId, VersionId } from '../ids.ts'
import { longestSearch } from '../search/limits.ts'
import { ModelTask } from './model.ts'
import { MetricValue } from './run.ts'

export const SearchText = z.string().max(longestSearch)
export const SortText = z.string().max(100)

/** One number of the newest finished run of a version; one over the whole data set goes before those over a part of it. */
export const FoundMetric = z.object({
  metric: z.string(), value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable(), n: z.number().int(), runId: RunId, datasetName: z.string(),
  /** Which rows, such as “first 20 rows”, where the run is not over the whole data set. */
  part: z.string().nullable().optional(),
})
export type FoundMetric = z.infer<typeof FoundMetric>

export const FoundVersion = z.object({
  versionId: VersionId, number: z.number().int().positive(), createdAt: z.number().int(), evaluatedAt: z.number().int().nullable(), bytes: z.number().int(),
  opset: z.number().int().nullable(), task: ModelTask.nullable(), state: z.string(), sourceName: z.string(), note: z.string(), tags: z.array(z.string()), aliases: z.array(z.string()),
  /** Those that the search or the order names, else the headline of the task. */
  metrics: z.array(FoundMetric),
})
export type FoundVersion = z.infer<typeof FoundVersion>

export const FoundModel = z.object({
  modelId: ModelId, modelName: z.string(), archived: z.boolean(),
  /** How many of its versions were found; `versions` holds the first of them. */
  found: z.number().int(), versions: z.array(FoundVersion),
})
export type FoundModel = z.infer<typeof FoundModel>

export const SearchAnswer = z.object({
  models: z.number().int(), versions: z.number().int(),
  /** A page of the models, in the order of their first version. */
  found: z.array(FoundModel),
  /** What may be why nothing was found, such as a tag that no version has. */
  notes: z.array(z.string()),
})
export type SearchAnswer = z.infer<typeof SearchAnswer>

/** Values that conditions can be completed with, the most used first. */
export const SearchWords = z.object({ tags: z.array(z.string()), aliases: z.array(z.string()), owners: z.array(z.string()), datasets: z.array(z.string()), models: z.array(z.string()) })
export type SearchWords = z.infer<typeof SearchWords>

export const ViewName = z.string().trim().min(1).max(60)
/** A search under a name. A setting of the workspace, no history: nothing that was decided rests on it. */
export const SavedView = z.object({ name: ViewName, query: SearchText, sort: SortText, createdAt: z.number().int(), changedAt: z.number().int() })
export type SavedView = z.infer<typeof SavedView>

/** One metric of one version on one data content, by its newest finished run there, over the whole data set if there is such a one. */
export const TrendPoint = z.object({
  versionId: VersionId, number: z.number().int(), runId: RunId, datasetId: DatasetId, datasetName: z.string(), value: MetricValue, at: z.number().int(),
  /** Which rows, such as “first 20 rows”, where the run is not over the whole data set. */
  part: z.string().nullable().optional(),
  /** Aliases that point to the version now. */
  aliases: z.array(z.string()),
})
export type TrendPoint = z.infer<typeof TrendPoint>

export const LeaderboardEntry = z.object({
  /** 1 and how many are certainly better: their whole interval lies beyond this one's. null: the number is not available. */
  best: z.number().int().nullable(),
  /** The last place that the intervals allow. */
  worst: z.number().int().nullable(),
  /** Its interval reaches into that of the first one. */
  withFirst: z.boolean(),
  modelId: ModelId, modelName: z.string(), versionId: VersionId, number: z.number().int(), state: z.string(), aliases: z.array(z.string()),
  runId: RunId, at: z.number().int(), value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable(), n: z.number().int(),
  /** The other main metrics of its task. */
  others: z.array(z.object({ metric: z.string(), value: z.number().nullable() })),
  /** What its numbers rest on where that is not usual, such as “the first 1,000 rows”. */
  conditions: z.array(z.string()),
})
export type LeaderboardEntry = z.infer<typeof LeaderboardEntry>

/** All versions of all models on one data content, by one metric, the newest finished run of each. */
export const Leaderboard = z.object({
  datasetId: DatasetId, datasetName: z.string(), metric: z.string().nullable(),
  /** Every metric that some entry has, in the order of the catalogue. */
  metrics: z.array(z.string()),
  total: z.number().int(), entries: z.array(LeaderboardEntry),
  /** The order in one sentence: how many cannot be told from the first by their intervals. */
  sentence: z.string(),
  /** Why the numbers may not be comparable. */
  caveats: z.array(z.string()),
})
export type Leaderboard = z.infer<typeof Leaderboard>

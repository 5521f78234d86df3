// A run: one evaluation of one version on one data set, with everything that its numbers depend on.
import { z } from 'zod'
import { DatasetId, ModelId, RunId, Sha256, VersionId } from '../ids.ts'
import { Binding, Guess, RowPolicy } from './binding.ts'
import { Histogram } from './dataset.ts'
import { ModelTask } from './model.ts'

export const ExecutionProvider = z.enum(['cpu', 'webgpu', 'cuda', 'tensorrt', 'dml', 'coreml'])
export type ExecutionProvider = z.infer<typeof ExecutionProvider>

/** What a probe in a disposable process found out about one execution provider. */
export const ProviderStatus = z.object({
  provider: ExecutionProvider,
  status: z.enum(['works', 'unavailable']),
  sentence: z.string(),
  /** Milliseconds of one small run, warm; null when it does not work. Shows plumbing, not speed. */
  probeMs: z.number().nullable(),
})
export type ProviderStatus = z.infer<typeof ProviderStatus>

export const RunOptions = z.object({
  provider: ExecutionProvider.default('cpu'),
  /** null: grows by itself toward 250 ms a batch. */
  batchSize: z.number().int().positive().max(65536).nullable().default(null),
  /** null: one per core; more than twice the cores are never started. */
  threads: z.number().int().positive().max(256).nullable().default(null),
  /** Only the first rows of the data set; null: all of them. */
  limit: z.number().int().positive().nullable().default(null),
  /** So many rows, picked at random by the seed from all of them or from the first `limit`; null: every row. */
  sample: z.number().int().positive().nullable().default(null),
  rows: RowPolicy.nullable().default(null),
  /** 1-based data records to leave out, for example from a data-quality report. */
  excludeRecords: z.array(z.number().int().positive()).max(1_000_000).default([]),
  seed: z.number().int().nonnegative().default(1),
})
export type RunOptions = z.infer<typeof RunOptions>

/** One number of a result. `value` null means "not available", and `reason` says why; beside a value it says why there is no interval (null in older runs). */
export const MetricValue = z.object({
  /** A key of the metric catalogue, such as `accuracy` or `roc_auc.ovr_macro`. */
  metric: z.string(),
  /** '' for all rows, else `class:NAME` or `column=value`. */
  slice: z.string(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.number().int(),
  reason: z.string().nullable(),
})
export type MetricValue = z.infer<typeof MetricValue>

const CalibrationBin = z.object({ low: z.number(), high: z.number(), count: z.number().int(), accuracy: z.number().nullable(), confidence: z.number().nullable() })

export const Curve = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('confusion'), classes: z.array(z.string()), /** rows: true class, columns: predicted class */ counts: z.array(z.array(z.number().int())) }),
  z.object({ kind: z.literal('roc'), class: z.string(), auc: z.number().nullable(), falsePositiveRate: z.array(z.number()), truePositiveRate: z.array(z.number()), threshold: z.array(z.number().nullable()) }),
  z.object({ kind: z.literal('precision-recall'), class: z.string(), averagePrecision: z.number().nullable(), recall: z.array(z.number()), precision: z.array(z.number()), threshold: z.array(z.number().nullable()) }),
  /** Share of the class found, and how many times more than by chance, against the share of rows selected, highest scores first. */
  z.object({ kind: z.literal('gain'), class: z.string(), selected: z.array(z.number()), found: z.array(z.number()), lift: z.array(z.number().nullable()), threshold: z.array(z.number().nullable()) }),
  z.object({ kind: z.literal('calibration'), name: z.string(), expectedCalibrationError: z.number().nullable(), maximumCalibrationError: z.number().nullable(), bins: z.array(CalibrationBin) }),
  z.object({ kind: z.literal('thresholds'), positiveClass: z.string(), rows: z.array(z.object({ threshold: z.number(), precision: z.number(), recall: z.number(), f1: z.number(), accuracy: z.number(), tp: z.number().int(), fp: z.number().int(), fn: z.number().int(), tn: z.number().int() })) }),
  z.object({ kind: z.literal('residuals'), histogram: Histogram, /** a seeded sample of [truth, prediction] */ points: z.array(z.tuple([z.number(), z.number()])) }),
  /** Without true answers: how scores or predicted numbers are spread. */
  z.object({ kind: z.literal('distribution'), name: z.string(), histogram: Histogram }),
  z.object({ kind: z.literal('scores'), class: z.string(), histogram: Histogram }),
])
export type Curve = z.infer<typeof Curve>

/** Where every row of the file went; the counts add up to `read`. */
export const RowAccount = z.object({
  read: z.number().int(),
  scored: z.number().int(),
  leftOut: z.array(z.object({
    reason: z.string(), count: z.number().int(), /** 1-based records, at most 100 */ records: z.array(z.number().int()),
    /** Columns whose cells were the reason, the most common 20; absent where it was no cell of one column, and in older runs. */
    columns: z.array(z.object({ column: z.string(), count: z.number().int() })).optional(),
  })),
  /** Rows scored with a value replaced by the missing rule, by column. */
  replaced: z.array(z.object({ column: z.string(), reason: z.string(), count: z.number().int() })),
})
export type RowAccount = z.infer<typeof RowAccount>

/** The conditions of the measurement. Numbers without conditions are rumours. */
export const RunEnvironment = z.object({
  slipway: z.string(),
  runtime: z.string(),
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
  providerAsked: ExecutionProvider,
  /**
   * Nodes by the runtime's name of the provider that ran them: for a device beside the CPU from one profiled row, after the runtime has
   * joined nodes; empty when it gave no profile. The CPU has one entry, all nodes of the graph as its file holds them: there is no other
   * place for them, and a profile would cost another load and run of the model.
   */
  nodesByProvider: z.array(z.object({ provider: z.string(), nodes: z.number().int() })),
  providerUsed: ExecutionProvider,
  /** The operators of the nodes that did not run on the device asked for, from the same profile; absent where none was taken. */
  fellBack: z.array(z.object({ operator: z.string(), provider: z.string(), nodes: z.number().int() })).optional(),
  /** Nodes that the runtime added to move tensors between devices; they count as nodes of none. */
  copies: z.number().int().optional(),
  /** What another batch size would change: nothing that is known, the last digits (sums in another order), or a row's scores (a range taken from the whole batch). */
  batchEffect: z.enum(['none', 'rounding', 'range']).optional(),
  threads: z.number().int(),
  batchSizes: z.array(z.number().int()),
  optimization: z.string(),
  seed: z.number().int(),
})
export type RunEnvironment = z.infer<typeof RunEnvironment>

export const RunTiming = z.object({
  totalMs: z.number(), loadMs: z.number(), inferenceMs: z.number(), rowsPerSecond: z.number().nullable(),
})
export type RunTiming = z.infer<typeof RunTiming>

/** What the engine hands back at the end of an evaluation. */
export const EvaluationResult = z.object({
  task: ModelTask,
  metrics: z.array(MetricValue),
  curves: z.array(Curve),
  rows: RowAccount,
  environment: RunEnvironment,
  timing: RunTiming,
  notes: z.array(z.string()),
  /** File name of the per-row predictions (Parquet) inside the staging folder. */
  predictionsFile: z.string(),
})
export type EvaluationResult = z.infer<typeof EvaluationResult>

export const EvaluateProgress = z.object({
  phase: z.enum(['waiting', 'opening', 'warming up', 'scoring', 'finishing']),
  rowsDone: z.number().int(),
  rowsTotal: z.number().int().nullable(),
  rowsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  headline: z.object({ metric: z.string(), value: z.number() }).nullable(),
})
export type EvaluateProgress = z.infer<typeof EvaluateProgress>

export const RunStatus = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted'])
export type RunStatus = z.infer<typeof RunStatus>

export const ErrorRecord = z.object({ code: z.string(), details: z.record(z.string(), z.unknown()), title: z.string(), message: z.string(), next: z.string() })
export type ErrorRecord = z.infer<typeof ErrorRecord>

export const RunSummary = z.object({
  id: RunId,
  modelId: ModelId,
  modelName: z.string(),
  versionId: VersionId,
  versionNumber: z.number().int(),
  datasetId: DatasetId,
  datasetName: z.string(),
  datasetSha256: Sha256,
  status: RunStatus,
  task: ModelTask,
  headline: z.object({ metric: z.string(), value: z.number().nullable(), n: z.number().int() }).nullable(),
  /** Which rows, such as “first 20 rows”, where it is not over the whole data set. Only in lists: a run in full has its options. */
  part: z.string().nullable().optional(),
  error: ErrorRecord.nullable(),
  createdAt: z.number().int(),
  startedAt: z.number().int().nullable(),
  endedAt: z.number().int().nullable(),
})
export type RunSummary = z.infer<typeof RunSummary>

export const Run = RunSummary.extend({
  /** Hash of the model bytes that really ran (the derived blob where there is one). */
  modelSha256: Sha256,
  binding: Binding,
  guesses: z.array(Guess),
  options: RunOptions,
  environment: RunEnvironment.nullable(),
  timing: RunTiming.nullable(),
  rows: RowAccount.nullable(),
  metrics: z.array(MetricValue),
  curves: z.array(Curve),
  notes: z.array(z.string()),
  predictionsSha256: Sha256.nullable(),
})
export type Run = z.infer<typeof Run>

/** By loss (`worst`, `best`), by confidence (`surest`, `unsurest`), or as in the file (`record`). */
export const PredictionOrder = z.enum(['worst', 'record', 'best', 'surest', 'unsurest'])
export type PredictionOrder = z.infer<typeof PredictionOrder>
/** A page of stored predictions joined with nothing: record, truth, prediction, confidence, loss and the scores. */
export const PredictionPage = z.object({
  total: z.number().int(),
  scoreNames: z.array(z.string()),
  rows: z.array(z.object({
    record: z.number().int(), id: z.string().nullable(), truth: z.string().nullable(), predicted: z.string().nullable(),
    correct: z.boolean().nullable(), /** top probability, or null for regression */ confidence: z.number().nullable(),
    /** −ln p(true class), or |error| for regression */ loss: z.number().nullable(), scores: z.array(z.number().nullable()),
  })),
})
export type PredictionPage = z.infer<typeof PredictionPage>

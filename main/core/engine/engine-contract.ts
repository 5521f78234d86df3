// The second contract: what main may ask of the engine process. The engine opens users' files and runs models;
// it has no database and no window, and can be killed at any instant without loss. Paths exist on this hop only.
import { z } from 'zod'
import { AbPlan, AbSums } from '../monitor/decide/ab-sums.ts'
import { RolloutPlan, RolloutPlayed } from '../monitor/decide/replay-rollout.ts'
import { RowsPlan, RowsWritten } from '../monitor/decide/write-rows.ts'
import { AnalysisPlan, AnalysisResult } from '../monitor/analysis/analysis-plan.ts'
import { query, task } from '../../../shared/contract-kit.ts'
import { CalibrationMethod, CalibrationReport } from '../../../shared/domain/calibration.ts'
import { Binding, Proposal } from '../../../shared/domain/binding.ts'
import { Column, DatasetFinding, DatasetFormat, DatasetSource, FormatOverride, RowPage } from '../../../shared/domain/dataset.ts'
import { GraphNodeDetail, GraphOverview, GraphPage, GraphSizes, GraphSource, TensorStatistics } from '../../../shared/domain/graph.ts'
import { GraphDiff } from '../../../shared/domain/model-diff.ts'
import { Derivation, GraphSummary, ModelFile, ModelTask, Signature } from '../../../shared/domain/model.ts'
import { RunBoxes } from '../../../shared/domain/run-boxes.ts'
import { EvaluateProgress, EvaluationResult, ExecutionProvider, MetricValue, PredictionOrder, PredictionPage, ProviderStatus, RunOptions } from '../../../shared/domain/run.ts'
import { BaselineReport } from '../../../shared/domain/baseline.ts'
import { FairnessReport } from '../../../shared/domain/fairness.ts'
import { QualityReport } from '../../../shared/domain/quality.ts'
import { NearRows, RowFilter, RowOrder } from '../../../shared/domain/run-rows.ts'
import { SegmentCondition, SliceReport, SliceMetric } from '../../../shared/domain/slices.ts'
import { ThresholdGoal, ThresholdReport } from '../../../shared/domain/thresholds.ts'
import { ParityOptions, ParityReport, SpeedOptions, SpeedReport } from '../../../shared/domain/device-report.ts'
import { ExplainBudget, Explanation } from '../../../shared/domain/explanation.ts'
import { Occlusion, OcclusionFill } from '../../../shared/domain/occlusion.ts'
import { mostLevels, StressKind, StressTest } from '../../../shared/domain/stress.ts'
import { Challenger, DisagreementKind, DisagreementPage, DisagreementReport } from '../../../shared/domain/verdict.ts'
import { Reference, ReferenceFeature } from '../../../shared/drift/reference.ts'
import { LabelCoverage } from '../../../shared/domain/log-batch.ts'
import { Sha256 } from '../../../shared/ids.ts'
import { CoveragePlan, CutPlan, CutResult, LabelPlan, LabelResult, LookPlan, LookResult, ReadingPlan, ReadingResult } from '../monitor/logs/reading-plan.ts'

/** Stored predictions with the labels of their binding. */
const PredictionFile = z.object({ path: z.string(), labels: z.array(z.string()) })

const Bytes = z.object({ step: z.string(), done: z.number().nullable(), total: z.number().nullable() })

/** What a device report is stored with, which the engine does not know. */
const storedWith = { id: true, versionId: true, datasetId: true, datasetSha256: true, modelSha256: true, createdAt: true } as const

/** A model as the engine opens it: a folder with the files under the names that the graph refers to. */
export const ModelSource = z.object({ path: z.string(), signature: Signature, graph: GraphSummary })
export type ModelSource = z.infer<typeof ModelSource>

/** Tensor values as plain data for golden requests; int64 as decimal text, floats by value (null: NaN). */
export const PlainTensor = z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.number().int()), data: z.array(z.union([z.number(), z.string(), z.boolean(), z.null()])) })
export type PlainTensor = z.infer<typeof PlainTensor>

/** Where an evaluation keeps what its model answered, so that it can go on after it was stopped; see run-journal.ts. */
const Journal = z.object({ path: z.string(), key: z.string(), afterMs: z.number().nonnegative() })

/** The step of a proposal in which the model runs. Whoever asks counts the time since it was last told, and may end the process. */
export const probingStep = 'Running the sample through the model'

/** What `dataset.profile` answered before for some content, read in some way. */
const KnownProfile = z.object({
  kind: z.enum(['table', 'images']), format: DatasetFormat, sha256: Sha256, bytes: z.number().int(), rows: z.number().int(), columns: z.array(Column),
  classes: z.array(z.object({ value: z.string(), count: z.number().int() })), findings: z.array(DatasetFinding),
})

export const engineContract = {
  /** Runtime versions and the list of providers that the binding names. */
  'engine.hello': query({ input: z.object({}), output: z.object({ onnxruntime: z.string(), node: z.string(), providers: z.array(z.string()), pid: z.number().int() }), reads: [] }),
  /** Resident memory of the process. */
  'engine.memory': query({ input: z.object({}), output: z.object({ residentBytes: z.number().int() }), reads: [] }),
  /** Tries one provider with a tiny model. Always asked of a process of its own, which is then thrown away. */
  'provider.probe': task({ input: z.object({ provider: ExecutionProvider }), progress: Bytes, output: ProviderStatus }),
  /** Streams the file once into `staging` (hash and copy), reads the graph without its weights, copies external data, and proves that ONNX Runtime loads it. */
  'model.read': task({ input: z.object({ path: z.string(), staging: z.string() }), progress: Bytes, output: z.object({
    files: z.array(ModelFile), signature: Signature, graph: GraphSummary, needsRewrite: z.boolean(),
  }) }),
  /** Unpacks a safe archive or lists a folder: the model files in it. Refuses links, traversal and bombs. Writes only below `staging`. */
  'model.find': task({ input: z.object({ path: z.string(), staging: z.string() }), progress: Bytes, output: z.object({ models: z.array(z.string()) }) }),
  /** Writes the model without its ZipMap nodes to `target` and proves equality on sample rows. */
  'model.rewrite': task({ input: z.object({ model: ModelSource, sourceSha256: Sha256, target: z.string() }), progress: Bytes, output: Derivation.omit({ createdAt: true }) }),
  /** Reads two model files with their weights, in streams, and tells what became of every layer. Runs neither. */
  'model.diff': task({ input: z.object({ left: z.object({ path: z.string() }), right: z.object({ path: z.string() }) }), progress: Bytes, output: GraphDiff }),
  /** Looks into the graph of a model file; see `version.graph`. */
  'graph.overview': task({ input: z.object({ path: z.string(), which: GraphSource, sizes: GraphSizes }), progress: Bytes, output: GraphOverview }),
  'graph.page': task({ input: z.object({ path: z.string(), sizes: GraphSizes, offset: z.number().int(), limit: z.number().int() }), progress: Bytes, output: GraphPage }),
  'graph.node': task({ input: z.object({ path: z.string(), sizes: GraphSizes, node: z.number().int() }), progress: Bytes, output: GraphNodeDetail }),
  'graph.tensor': task({ input: z.object({ path: z.string(), node: z.number().int(), slot: z.string() }), progress: Bytes, output: TensorStatistics }),
  /** Detects the format, hashes the content and profiles every column; `known`: what was measured before, taken over where content and format are the same. */
  'dataset.profile': task({ input: z.object({ path: z.string(), format: FormatOverride, known: z.array(KnownProfile).optional() }), progress: Bytes, output: KnownProfile }),
  /** Hash of the content, as `dataset.profile` computes it. */
  'dataset.hash': task({ input: z.object({ path: z.string(), format: DatasetFormat }), progress: Bytes, output: z.object({ sha256: Sha256, bytes: z.number().int() }) }),
  /** The latest point in time of a column; null where no cell is one. */
  'newest-time': task({ input: z.object({ source: DatasetSource, column: z.string() }), progress: Bytes, output: z.object({ newest: z.number().nullable(), rows: z.number().int() }) }),
  'dataset.rows': task({ input: z.object({ source: DatasetSource, offset: z.number().int(), limit: z.number().int(), records: z.array(z.number().int()).optional() }), progress: Bytes, output: RowPage }),
  'dataset.image': task({ input: z.object({ source: DatasetSource, record: z.number().int(), side: z.number().int().positive().optional() }), progress: Bytes, output: z.object({ png: z.string(), width: z.number().int(), height: z.number().int(), name: z.string() }) }),
  /** Proposes a binding from names, shapes, types, metadata and a small probe run; `skipProbe`: without that run. */
  'binding.propose': task({ input: z.object({ model: ModelSource, source: DatasetSource, columns: z.array(Column), classes: z.array(z.object({ value: z.string(), count: z.number().int() })), target: z.string().nullable(), separator: z.string().min(1).max(8).optional(), outputs: z.array(z.string()).min(1).optional(), otherTargets: z.array(z.string()).optional(), skipProbe: z.boolean().optional() }), progress: Bytes, output: Proposal }),
  'evaluate': task({ input: z.object({ model: ModelSource, source: DatasetSource, rowsTotal: z.number().int().nullable(), binding: Binding, options: RunOptions, staging: z.string(), journal: Journal.optional() }), progress: EvaluateProgress, output: EvaluationResult }),
  'predictions.page': task({ input: z.object({ path: z.string(), offset: z.number().int(), limit: z.number().int(), order: PredictionOrder, onlyWrong: z.boolean(), onlyRight: z.boolean().optional(), truth: z.string().optional(), predicted: z.string().optional() }), progress: Bytes, output: PredictionPage }),
  /** Cuts a finished run by the columns of its data. Runs no model. */
  'slices': task({ input: z.object({
    predictions: z.string(), source: DatasetSource, metric: SliceMetric, positiveClass: z.string().nullable(),
    /** null: all but `leaveOut` */ columns: z.array(z.string()).nullable(), leaveOut: z.array(z.string()), minimumRows: z.number().int(), level: z.number(), seed: z.number().int(),
  }), progress: Bytes, output: SliceReport.pick({ overall: true, slices: true, segments: true, skipped: true }) }),
  /** Counts a finished run at every distinct score of one class. Runs no model. */
  'thresholds': task({ input: z.object({
    predictions: z.string(), class: z.string(), /** between the labels of a row */ separator: z.string(), goal: ThresholdGoal, at: z.array(z.number()), seed: z.number().int(),
  }), progress: Bytes, output: ThresholdReport.pick({ rows: true, positives: true, negatives: true, distinct: true, points: true, asked: true, best: true }) }),
  'predictions.rows': task({ input: z.object({ path: z.string(), source: DatasetSource, positiveClass: z.string().nullable(), offset: z.number().int(), limit: z.number().int(), filter: RowFilter, order: RowOrder }), progress: Bytes, output: PredictionPage }),
  'predictions.near': task({ input: z.object({ path: z.string(), source: DatasetSource, columns: z.array(z.string()).min(1), regression: z.boolean(), record: z.number().int(), count: z.number().int() }), progress: Bytes, output: NearRows }),
  /** Pairs stored predictions by record and tests every metric. Runs no model. */
  'compare': task({ input: z.object({
    task: ModelTask, champion: PredictionFile, challengers: z.array(PredictionFile).min(1), positiveClass: z.string().nullable(), /** between the labels of a row */ separator: z.string(),
    metrics: z.array(z.object({ metric: z.string(), slice: z.string() })).min(1), confidence: z.number(), power: z.number(), margins: z.record(z.string(), z.number()), seed: z.number().int(),
  }), progress: Bytes, output: z.object({ questions: z.number().int(), challengers: z.array(Challenger.pick({ rows: true, answer: true, metrics: true, agreement: true, errors: true })) }) }),
  /** A page of the rows on which two runs differ; `conditions`: of a segment. */
  'predictions.disagreements': task({ input: z.object({ first: z.string(), second: z.string(), task: ModelTask, source: DatasetSource, kind: DisagreementKind, conditions: z.array(SegmentCondition), order: z.enum(['difference', 'record']), offset: z.number().int(), limit: z.number().int() }), progress: Bytes, output: DisagreementPage }),
  /** The parts of the data in which two runs differ most. Runs no model. */
  'disagreements': task({ input: z.object({ first: z.string(), second: z.string(), task: ModelTask, source: DatasetSource, leaveOut: z.array(z.string()), minimumRows: z.number().int(), level: z.number(), seed: z.number().int() }), progress: Bytes, output: DisagreementReport }),
  /** Looks at the scored rows themselves, alone and beside a training file; `columns`: the model's inputs. Runs no model. */
  'quality': task({ input: z.object({
    predictions: z.string(), source: DatasetSource, columns: z.array(z.string()), target: z.string().nullable(), training: DatasetSource.nullable(), regression: z.boolean(), /** for pictures */ task: ModelTask.optional(),
    /** Which rows the run was asked to score, so that those that it left out for their cells are looked at too. */
    options: RunOptions.pick({ limit: true, sample: true, seed: true, excludeRecords: true }), rowsTotal: z.number().int(),
  }), progress: Bytes, output: QualityReport.omit({ runId: true, trainingName: true }) }),
  /** Sets groups of a finished run side by side. Runs no model. */
  'fairness': task({ input: z.object({ predictions: z.string(), source: DatasetSource, class: z.string(), columns: z.array(z.string()).min(1), reference: z.string().nullable(), minimumRows: z.number().int() }), progress: Bytes, output: FairnessReport.pick({ rows: true, tables: true, skipped: true, notes: true }) }),
  /** Sets the predictions of a finished run beside baselines. Runs no model. `source` and `columns` (the model's inputs): for a time column or a tree. */
  'baselines': task({ input: z.object({
    predictions: z.string(), binding: Binding, source: DatasetSource.nullable(), columns: z.array(z.string()), timeColumn: z.string().nullable(), training: DatasetSource.nullable(), seed: z.number().int(),
  }), progress: Bytes, output: BaselineReport.omit({ runId: true, trainingName: true }) }),
  /** Fits a recalibration on stored probabilities. Runs no model. */
  'calibrate': task({ input: z.object({
    predictions: z.string(), method: CalibrationMethod, labels: z.array(z.string()), positiveClass: z.string().nullable(), fitted: z.object({ runId: z.string(), dataset: z.string() }), seed: z.number().int(),
  }), progress: Bytes, output: CalibrationReport.omit({ runId: true }) }),
  /** SQL aggregates over stored predictions; `strict`: the first that cannot be computed is an error. Without predictions the expressions are only read. */
  'metrics.custom': task({ input: z.object({ predictions: z.string().nullable(), positiveClass: z.string().nullable(), strict: z.boolean(), expressions: z.array(z.object({ metric: z.string(), expression: z.string() })) }), progress: Bytes, output: z.object({ metrics: z.array(MetricValue) }) }),
  /** Explains a model on rows of its data, through the model itself. */
  'explain': task({ input: z.object({
    model: ModelSource, source: DatasetSource, binding: Binding, options: RunOptions, records: z.array(z.number().int()), class: z.string().nullable(), budget: ExplainBudget,
  }), progress: Bytes, output: Explanation.omit({ runId: true }) }),
  /** Adds up both sides of an A/B comparison, look by look. Runs no model. */
  'monitor.ab': task({ input: AbPlan, progress: Bytes, output: AbSums }),
  /** Plays a rollout on rows of both sides. Runs no model. */
  'monitor.rollout': task({ input: RolloutPlan, progress: Bytes, output: RolloutPlayed }),
  /** Writes rows of logs with their values as a Parquet file. */
  'monitor.rows': task({ input: RowsPlan, progress: Bytes, output: RowsWritten }),
  /** Analyses stored rows of logs: drift, answers, quality, service, alerts. Runs no model. */
  'monitor.analyse': task({ input: AnalysisPlan, progress: Bytes, output: AnalysisResult }),
  /** Scores one picture with every part covered in turn. */
  'occlusion': task({ input: z.object({
    model: ModelSource, source: DatasetSource, binding: Binding, options: RunOptions, record: z.number().int(), class: z.string().nullable(), patch: z.number().int().positive(), stride: z.number().int().positive(), fill: OcclusionFill,
  }), progress: Bytes, output: Occlusion.omit({ runId: true }) }),
  /** Runs the rows of a run again and again, spoiled a little more each time. `limit`: so many of them, drawn; `batch`: rows of one call. */
  'stress': task({ input: z.object({
    model: ModelSource, source: DatasetSource, binding: Binding, options: RunOptions, rowsTotal: z.number().int(), staging: z.string(),
    kinds: z.array(StressKind).nullable(), levels: z.number().int().min(1).max(mostLevels), limit: z.number().int().positive().nullable(), seed: z.number().int(), batch: z.number().int().positive(),
  }), progress: Bytes, output: StressTest.omit({ id: true, runId: true, createdAt: true }) }),
  /** True and predicted class maps of one picture as base64 PNG; `labels`: the binding's classes in order. */
  'predictions.masks': task({ input: z.object({ path: z.string(), source: DatasetSource, labels: z.array(z.string()), record: z.number().int().positive() }), progress: Bytes, output: z.object({ name: z.string(), truth: z.string().nullable(), predicted: z.string().nullable() }) }),
  /** True and predicted boxes of one picture, matched at this score and IoU 0.5; `labels`: the binding's classes in order. */
  'predictions.boxes': task({ input: z.object({ path: z.string(), labels: z.array(z.string()), record: z.number().int().positive(), score: z.number() }), progress: Bytes, output: RunBoxes }),
  /** The same rows on two devices. Asked of a process of its own, like the next one, since a driver may take the process with it. */
  'parity': task({ input: z.object({ model: ModelSource, source: DatasetSource, binding: Binding, options: ParityOptions }), progress: Bytes, output: ParityReport.omit(storedWith) }),
  /** Times calls by batch size and profiles the nodes. */
  'speed': task({ input: z.object({ model: ModelSource, source: DatasetSource, binding: Binding, options: SpeedOptions }), progress: Bytes, output: SpeedReport.omit(storedWith) }),
  /** The profile of the scored rows and of their answers that live data is compared with: counts in bins. `hidden`: why nothing but missing cells may be told of a column. Runs no model. */
  'reference': task({ input: z.object({
    predictions: z.string(), source: DatasetSource.nullable(), task: ModelTask, positiveClass: z.string().nullable(),
    features: z.array(ReferenceFeature.omit({ bins: true }).extend({ /** what stands for a missing cell */ fill: z.union([z.number(), z.string()]).nullable(), hidden: z.string().nullable() })),
  }), progress: Bytes, output: Reference.pick({ rows: true, features: true, answers: true }) }),
  /** What files of logs seem to be, by their beginnings. */
  'logs.look': task({ input: LookPlan, progress: Bytes, output: LookResult }),
  /** Files of logs into one stored file, with an account of every record. */
  'logs.read': task({ input: ReadingPlan, progress: Bytes, output: ReadingResult }),
  /** Files of labels into one stored file. */
  'logs.readLabels': task({ input: LabelPlan, progress: Bytes, output: LabelResult }),
  /** How many stored rows have labels, how late those are, and whether they are selective. */
  'logs.labelCoverage': task({ input: CoveragePlan, progress: Bytes, output: LabelCoverage }),
  /** A stored file of rows or labels without a stretch of time. */
  'logs.cut': task({ input: CutPlan, progress: Bytes, output: CutResult }),
  /** Runs tensors through the model on the CPU, for golden requests and their check. */
  'model.infer': task({ input: z.object({ path: z.string(), requests: z.array(z.array(PlainTensor)), outputs: z.array(z.string()) }), progress: Bytes, output: z.object({ responses: z.array(z.array(PlainTensor)) }) }),
} as const

export type EngineContract = typeof engineContract

// Every question the window or the command line may ask the core: one list. See contract-kit.ts for the words.
import { z } from 'zod'
import { command, job, query, Tag } from './contract-kit.ts'
import { bundleContract } from './contract-bundles.ts'
import { desktopContract } from './contract-desktop.ts'
import { graphContract } from './contract-graph.ts'
import { driftContract } from './contract-drift.ts'
import { monitorContract } from './contract-monitor.ts'
import { reportContract } from './contract-report.ts'
import { lifeContract } from './contract-life.ts'
import { RetentionPlan, RetentionRule } from './domain/retention.ts'
import { NearRows, RowFilter, RowOrder } from './domain/run-rows.ts'
import { FairnessReport } from './domain/fairness.ts'
import { QualityReport } from './domain/quality.ts'
import { AuditHead, AuditReport, AuditState } from './domain/audit.ts'
import { BaselineReport } from './domain/baseline.ts'
import { Binding, BindingProblem, Guess, Proposal } from './domain/binding.ts'
import { Bundle, VerifyReport } from './domain/bundle.ts'
import { defaultTargets, TargetChoice } from './domain/bundle-target.ts'
import { CalibrationMethod, CalibrationReport } from './domain/calibration.ts'
import { Comparison } from './domain/compare.ts'
import { CustomMetric, CustomMetricExpression, CustomMetricName } from './domain/custom-metric.ts'
import { Dataset, FormatOverride, RowPage } from './domain/dataset.ts'
import { DeviceReports, ParityOptions, ParityReport, SpeedOptions, SpeedReport } from './domain/device-report.ts'
import { ExplainBudget, Explanation } from './domain/explanation.ts'
import { Gate, GateCheck, GateFilled, GatePreview, PolicyReading } from './domain/gate.ts'
import { GatePolicy } from './domain/gate-rules.ts'
import { HistoryEvent, HistoryFilter, Settings, SettingsChange } from './domain/history.ts'
import { JobSnapshot } from './domain/job.ts'
import { ModelDiff } from './domain/model-diff.ts'
import { ModelSummary, ModelTask, Version } from './domain/model.ts'
import { reviewContract } from './contract-reviews.ts'
import { SegmentCondition, SliceReport } from './domain/slices.ts'
import { Leaderboard, SavedView, SearchAnswer, SearchText, SearchWords, SortText, TrendPoint, ViewName } from './domain/search.ts'
import { RunBoxes } from './domain/run-boxes.ts'
import { ThresholdGoal, ThresholdReport } from './domain/thresholds.ts'
import { DisagreementKind, DisagreementPage, DisagreementReport, RunComparison } from './domain/verdict.ts'
import { ErrorRecord, EvaluateProgress, MetricValue, PredictionOrder, PredictionPage, ProviderStatus, Run, RunOptions, RunSummary } from './domain/run.ts'
import { PackPreview, PackReport, UnpackReport } from './domain/pack.ts'
import { Occlusion, OcclusionFill } from './domain/occlusion.ts'
import { mostLevels, StressKind, StressTest } from './domain/stress.ts'
import { BackupReport, RestoreReport, WorkspaceCheck } from './domain/workspace.ts'
import { BundleId, CheckId, DatasetId, FileToken, JobId, ModelId, RunId, VersionId } from './ids.ts'

const Empty = z.object({}).strict()
const Done = z.object({ ok: z.literal(true) })
const Page = { offset: z.number().int().nonnegative().default(0), limit: z.number().int().positive().max(1000).default(100) }
/** A step of a job without row counts. */
export const StepProgress = z.object({ step: z.string(), done: z.number().nullable(), total: z.number().nullable() })
export type StepProgress = z.infer<typeof StepProgress>

/** A file that the user handed over: its token and what may be shown of it. The path stays on the main side. */
export const AdmittedFile = z.object({ token: FileToken, name: z.string(), kind: z.enum(['file', 'folder']), bytes: z.number().int().nullable() })
export type AdmittedFile = z.infer<typeof AdmittedFile>

/** What a folder holds, by its names alone. */
export const FolderContents = z.object({
  /** Without a dot and in small letters; `''` for names without one. */
  endings: z.array(z.object({ ending: z.string(), count: z.number().int() })),
  /** The first files with one of the endings that were asked for. */
  files: z.array(AdmittedFile),
  /** It has the files of an unpacked bundle at its top. */
  bundle: z.boolean(),
  /** false: there is more than was looked at or handed over. */
  whole: z.boolean(),
})
export type FolderContents = z.infer<typeof FolderContents>

export const ImportOutcome = z.object({
  fileName: z.string(),
  outcome: z.enum(['created', 'existing', 'refused']),
  version: Version.nullable(),
  error: ErrorRecord.nullable(),
})
export type ImportOutcome = z.infer<typeof ImportOutcome>

export const StoredBinding = z.object({ versionId: VersionId, revision: z.number().int(), binding: Binding, guesses: z.array(Guess), createdAt: z.number().int() })
export type StoredBinding = z.infer<typeof StoredBinding>

export const contract = {
  'app.about': query({ input: Empty, output: z.object({
    version: z.string(), workspace: z.string(), electron: z.string().nullable(), node: z.string(), onnxruntime: z.string(), platform: z.string(),
    sampleAvailable: z.boolean(), empty: z.boolean(), engine: z.enum(['idle', 'starting', 'ready', 'busy', 'down', 'unstable']), publisherKeyId: z.string(),
    /** What must be said on every screen: the rules of the database were changed, or nothing can be written. Absent: nothing. */
    notices: z.array(z.string()).optional(),
  }), reads: ['app', 'models', 'engine'] }),
  'app.providers': query({ input: Empty, output: z.array(ProviderStatus), reads: ['engine'] }),
  'app.probe': job({ input: Empty, progress: StepProgress, output: z.array(ProviderStatus), touches: ['engine'] }),
  'engine.restart': command({ input: Empty, output: Done, touches: ['engine'] }),
  'settings.get': query({ input: Empty, output: Settings, reads: ['settings'] }),
  'settings.save': command({ input: SettingsChange, output: Settings, touches: ['settings'] }),
  'sample.open': job({ input: Empty, progress: StepProgress, output: z.object({ modelId: ModelId, versionIds: z.array(VersionId), datasetId: DatasetId, runIds: z.array(RunId) }), touches: ['models', 'versions', 'datasets', 'bindings', 'runs', 'history', 'app'] }),
  'model.list': query({ input: z.object({ /** archived ones too */ archived: z.boolean().default(false), search: z.string().default('') }), output: z.array(ModelSummary), reads: ['models', 'versions', 'runs', 'bundles'] }),
  'model.get': query({ input: z.object({ modelId: ModelId }), output: z.object({ model: ModelSummary, versions: z.array(Version), runs: z.array(RunSummary), bundles: z.array(Bundle) }), reads: ['models', 'versions', 'runs', 'bundles'] }),
  'model.rename': command({ input: z.object({ modelId: ModelId, name: z.string().trim().min(1).max(120) }), output: Done, touches: ['models', 'history'] }),
  'model.archive': command({ input: z.object({ modelId: ModelId, archived: z.boolean() }), output: Done, touches: ['models', 'history'] }),
  /** One metric over the versions of a model, newest run per version and data set content. */
  'model.trend': query({ input: z.object({ modelId: ModelId, metric: z.string(), /** so many of the newest versions */ versions: z.number().int().positive().max(10_000).default(200) }), output: z.array(TrendPoint), reads: ['versions', 'runs'] }),
  /** Versions that fulfil a search such as `auc > 0.9 and tag = prod`, grouped by model; a page of the models and the first versions of each. */
  'search.run': query({ input: z.object({
    query: SearchText.default(''), /** a field or a metric; a minus before it turns the order around; absent: newest first */ sort: SortText.default(''), /** archived models too */ archived: z.boolean().default(false),
    offset: z.number().int().nonnegative().default(0), limit: z.number().int().positive().max(200).default(25), /** of each model, at most */ versions: z.number().int().positive().max(1000).default(3),
  }), output: SearchAnswer, reads: ['models', 'versions', 'runs', 'bindings', 'datasets'] }),
  /** What the conditions of a search can be completed with. */
  'search.words': query({ input: Empty, output: SearchWords, reads: ['models', 'versions', 'datasets'] }),
  'view.list': query({ input: Empty, output: z.array(SavedView), reads: ['views'] }),
  'view.save': command({ input: z.object({ name: ViewName, query: SearchText, sort: SortText.default(''), /** take the place of a view of that name */ replace: z.boolean().default(false) }), output: SavedView, touches: ['views'] }),
  'view.remove': command({ input: z.object({ name: ViewName }), output: Done, touches: ['views'] }),
  /** Every version of every model on one data content by one metric, the newest finished run of each, with the places that the intervals allow. */
  'leaderboard.get': query({ input: z.object({ datasetId: DatasetId, /** absent: the headline of the first task that has one here */ metric: z.string().max(100).optional(), offset: z.number().int().nonnegative().default(0), limit: z.number().int().positive().max(500).default(50) }), output: Leaderboard, reads: ['datasets', 'models', 'versions', 'runs'] }),
  'version.import': job({ input: z.object({
    files: z.array(FileToken).min(1).max(1000),
    /** Add to this model; absent: a model named after the file, or an existing one of that name. */
    modelId: ModelId.optional(), modelName: z.string().trim().min(1).max(120).optional(), note: z.string().max(10_000).default(''),
    /** Consent to rewrite sequence and map outputs to plain tensors. */
    rewrite: z.boolean().default(false),
  }), progress: StepProgress, output: z.array(ImportOutcome), touches: ['models', 'versions', 'history', 'app'] }),
  'version.rewrite': job({ input: z.object({ versionId: VersionId }), progress: StepProgress, output: Version, touches: ['versions', 'history'] }),
  'version.get': query({ input: z.object({ versionId: VersionId }), output: z.object({ version: Version, binding: StoredBinding.nullable(), runs: z.array(RunSummary), bundles: z.array(Bundle) }), reads: ['versions', 'bindings', 'runs', 'bundles'] }),
  'version.annotate': command({ input: z.object({ versionId: VersionId, note: z.string().max(10_000).optional(), tags: z.array(z.string().trim().min(1).max(60)).max(50).optional() }), output: Version, touches: ['versions', 'history'] }),
  'version.compare': query({ input: z.object({ left: VersionId, right: VersionId, datasetId: DatasetId.optional() }), output: Comparison, reads: ['versions', 'runs'] }),
  /** What differs between two models: interface, layers, weights, use, format; whether callers break and answers change. Of stored versions, or of files, which are read and not imported. */
  'version.diff': job({ input: z.object({ left: z.union([VersionId, z.object({ file: FileToken })]), right: z.union([VersionId, z.object({ file: FileToken })]) }), progress: StepProgress, output: ModelDiff, touches: [] }),

  /** The same rows on two devices: differences, flipped decisions, speed. Stored with the version. */
  'version.parity': job({ input: z.object({ versionId: VersionId, datasetId: DatasetId, /** absent: the stored binding */ binding: Binding.optional(), options: ParityOptions }), progress: StepProgress, output: ParityReport, touches: ['runs', 'history'] }),
  /** How fast a version runs on a device, by batch size and by operator. Stored with the version. */
  'version.speed': job({ input: z.object({ versionId: VersionId, datasetId: DatasetId, /** absent: the stored binding */ binding: Binding.optional(), options: SpeedOptions.default(SpeedOptions.parse({})) }), progress: StepProgress, output: SpeedReport, touches: ['runs', 'history'] }),
  /** The newest stored reports of both kinds, newest first, at most 20 of each. */
  'version.devices': query({ input: z.object({ versionId: VersionId, datasetId: DatasetId.optional() }), output: DeviceReports, reads: ['runs'] }),

  ...lifeContract,
  ...graphContract, ...desktopContract,
  ...reportContract,

  ...monitorContract,
  ...driftContract,

  'dataset.list': query({ input: Empty, output: z.array(Dataset), reads: ['datasets'] }),
  'dataset.get': query({ input: z.object({ datasetId: DatasetId }), output: Dataset, reads: ['datasets'] }),
  'dataset.add': job({ input: z.object({ file: FileToken, name: z.string().trim().min(1).max(120).optional(), format: FormatOverride.default({}), copy: z.boolean().default(false) }), progress: StepProgress, output: Dataset, touches: ['datasets', 'history'] }),
  /** The file behind a data set, handed over once more, so that it can be read with other settings. */
  'dataset.file': command({ input: z.object({ datasetId: DatasetId }), output: AdmittedFile, touches: [] }),
  /** Which columns hold personal data, or all of it; replaces what was flagged before. */
  'dataset.flag': command({ input: z.object({ datasetId: DatasetId, whole: z.boolean().default(false), columns: z.array(z.string().max(10_000)).max(100_000).default([]), reason: z.string().trim().min(1).max(2000).optional() }), output: Dataset, touches: ['datasets', 'history'] }),
  /** Removes every value that was derived from it: profiles, predictions, its copy. Cannot be undone; a tombstone stays. */
  'dataset.forget': command({ input: z.object({ datasetId: DatasetId, reason: z.string().trim().min(3).max(2000) }), output: Dataset, touches: ['datasets', 'runs', 'history'] }),
  'dataset.rows': query({ input: z.object({ datasetId: DatasetId, ...Page, records: z.array(z.number().int().positive()).max(1000).optional() }), output: RowPage, reads: ['datasets'] }),
  /** One picture of an image data set as a PNG with at most `side` pixels a side; width and height are the picture's own. */
  'dataset.image': query({ input: z.object({ datasetId: DatasetId, record: z.number().int().positive(), side: z.number().int().min(16).max(1024).default(1024) }), output: z.object({ png: z.string().describe('base64'), width: z.number().int(), height: z.number().int(), name: z.string() }), reads: ['datasets'] }),

  'binding.propose': job({ input: z.object({ versionId: VersionId, datasetId: DatasetId, /** One column, or several separated by commas. */ target: z.string().optional(), /** Between the labels of one cell. */ separator: z.string().min(1).max(8).optional(), /** For one head of several: the outputs that answer. */ outputs: z.array(z.string().max(1000)).min(1).max(100).optional(), /** Columns with the true answers of other heads; never fed. */ otherTargets: z.array(z.string().max(10_000)).max(100).optional() }), progress: StepProgress, output: Proposal, touches: [] }),
  'binding.check': query({ input: z.object({ versionId: VersionId, datasetId: DatasetId.optional(), binding: Binding }), output: z.array(BindingProblem), reads: ['versions', 'datasets'] }),
  /** Versions with a stored binding and whether it fits this data, so that several can be evaluated one after the other. */
  'binding.ready': query({ input: z.object({ datasetId: DatasetId }), output: z.array(z.object({
    versionId: VersionId, modelName: z.string(), number: z.number().int(), task: ModelTask, /** the first error of the binding on this data */ problem: z.string().nullable(), /** the newest finished run on this content */ runId: RunId.nullable(),
  })), reads: ['versions', 'bindings', 'datasets', 'runs'] }),
  'binding.save': command({ input: z.object({ versionId: VersionId, binding: Binding, guesses: z.array(Guess).default([]) }), output: StoredBinding, touches: ['bindings', 'versions', 'history'] }),
  'binding.text': query({ input: z.object({ binding: Binding, format: z.enum(['yaml', 'json']) }), output: z.object({ text: z.string() }), reads: [] }),
  'binding.parse': query({ input: z.object({ text: z.string().max(5_000_000) }), output: Binding, reads: [] }),

  'run.evaluate': job({ input: z.object({ versionId: VersionId, datasetId: DatasetId, /** absent: the stored binding */ binding: Binding.optional(), guesses: z.array(Guess).default([]), options: RunOptions.default(RunOptions.parse({})), /** consent to go on after two crashes of the same model on the same data */ again: z.boolean().default(false) }), progress: EvaluateProgress, output: z.object({ runId: RunId }), touches: ['runs', 'models', 'versions', 'history'] }),
  /** Goes on from a run that was cancelled, failed or was interrupted, as a new run under the same conditions; a short one begins again. */
  'run.resume': job({ input: z.object({ runId: RunId, /** as for `run.evaluate` */ again: z.boolean().default(false) }), progress: EvaluateProgress, output: z.object({ runId: RunId }), touches: ['runs', 'models', 'versions', 'history'] }),
  'run.list': query({ input: z.object({ modelId: ModelId.optional(), versionId: VersionId.optional(), datasetId: DatasetId.optional(), ...Page }), output: z.array(RunSummary), reads: ['runs'] }),
  'run.get': query({ input: z.object({ runId: RunId }), output: Run.extend({ /** the model's answers are kept, so that `run.resume` saves time */ kept: z.boolean() }), reads: ['runs'] }),
  'run.predictions': query({ input: z.object({ runId: RunId, ...Page, order: PredictionOrder.default('worst'), onlyWrong: z.boolean().default(false), onlyRight: z.boolean().default(false), truth: z.string().optional(), predicted: z.string().optional() }), output: PredictionPage, reads: ['runs'] }),
  /** What the pixels of one picture are and what the model took them for: grey PNGs, a value is the place of a class in the binding, 255 is none. */
  'run.masks': query({ input: z.object({ runId: RunId, record: z.number().int().positive() }), output: z.object({ name: z.string(), truth: z.string().nullable().describe('base64'), predicted: z.string().nullable().describe('base64') }), reads: ['runs'] }),
  /** What is on one picture and what the model found, in pixels of the original picture: its boxes that reach the score (absent: the binding's), matched at IoU 0.5. */
  'run.boxes': query({ input: z.object({ runId: RunId, record: z.number().int().positive(), score: z.number().min(0).max(1).optional() }), output: RunBoxes, reads: ['runs'] }),

  /** How a finished run does on every part of its data, and where it does worst. */
  'run.slices': job({ input: z.object({ runId: RunId, /** absent: every column that can be cut */ columns: z.array(z.string()).min(1).max(200).optional(), minimumRows: z.number().int().positive().default(30), level: z.number().gt(0).lt(1).default(0.05) }), progress: StepProgress, output: SliceReport, touches: [] }),

  /** Finished runs on the same rows, the first one being the champion: the difference of every metric with its test, and the answer in words. Stores nothing. */
  'run.compare': job({ input: z.object({
    runs: z.array(RunId).min(2).max(8),
    /** absent: the main metrics of the task; the first is the one that the answer opens with */
    metrics: z.array(z.object({ metric: z.string(), /** '' or `class:NAME` */ slice: z.string().default('') })).min(1).max(100).optional(),
    confidence: z.number().min(0.5).max(0.9999).default(0.95), /** how surely a difference is to be seen, for the numbers of rows */ power: z.number().min(0.5).max(0.999).default(0.8),
    /** differences that do not matter, by metric; the others: 0.01 of what is at most 1, 2 % of the champion's value of errors and losses */ margins: z.record(z.string(), z.number().nonnegative()).default({}),
  }), progress: StepProgress, output: RunComparison, touches: [] }),
  /** The data on which all of these versions have a finished run, newest first, with the newest run of each in the order asked for. */
  'run.common': query({ input: z.object({ versions: z.array(VersionId).min(2).max(8), /** only this content */ datasetId: DatasetId.optional() }), output: z.array(z.object({ datasetId: DatasetId, datasetName: z.string(), runs: z.array(RunId) })), reads: ['runs', 'datasets'] }),

  /** The rows on which two finished runs on the same data differ, the largest differences first; `conditions`: only those in a segment. */
  'run.disagreements': query({ input: z.object({ first: RunId, second: RunId, ...Page, kind: DisagreementKind.default('any'), conditions: z.array(SegmentCondition).max(20).default([]), order: z.enum(['difference', 'record']).default('difference') }), output: DisagreementPage, reads: ['runs', 'datasets'] }),
  /** How often two finished runs differ, by kind, and in which parts of the data they differ clearly more than elsewhere. */
  'run.differ': job({ input: z.object({ first: RunId, second: RunId, minimumRows: z.number().int().positive().default(30), level: z.number().gt(0).lt(1).default(0.05) }), progress: StepProgress, output: DisagreementReport, touches: [] }),

  /** What every decision threshold of a finished run would give for one class, and the best one for a goal. */
  'run.thresholds': job({ input: z.object({ runId: RunId, /** absent: the positive class, or the first */ class: z.string().optional(), goal: ThresholdGoal.default({ kind: 'f1' }), /** thresholds whose exact counts are wanted */ at: z.array(z.number().min(0).max(1)).max(20).default([]) }), progress: StepProgress, output: ThresholdReport, touches: [] }),
  /** The rows of a run by kind of error, class pair, score, any cell or text, in any order. */
  'run.rows': query({ input: z.object({ runId: RunId, ...Page, filter: RowFilter.default(RowFilter.parse({})), order: RowOrder.default({ by: 'loss', of: 'answer', descending: true }) }), output: PredictionPage, reads: ['runs', 'datasets'] }),
  /** The rows nearest to one row by the model's inputs, among those that the model has right. */
  'run.neighbours': query({ input: z.object({ runId: RunId, record: z.number().int().positive(), count: z.number().int().positive().max(50).default(5) }), output: NearRows, reads: ['runs', 'datasets'] }),
  /** What the scored rows of a finished run have wrong with them: repeated and contradicting rows, odd cells; with a training file also leakage, unseen categories and ranges. */
  'run.quality': job({ input: z.object({ runId: RunId, trainingId: DatasetId.optional() }), progress: StepProgress, output: QualityReport, touches: [] }),
  /** How a finished run treats the groups that columns name, each against a reference group. */
  'run.fairness': job({ input: z.object({ runId: RunId, columns: z.array(z.string()).min(1).max(10), /** absent: the largest group */ reference: z.string().optional(), /** absent: the positive class */ class: z.string().optional(), minimumRows: z.number().int().positive().default(10) }), progress: StepProgress, output: FairnessReport, touches: [] }),
  /** Is a finished run better than nothing: baselines with constants from the evaluated rows, from the stored predictions alone. */
  'run.trivial': query({ input: z.object({ runId: RunId }), output: BaselineReport, reads: ['runs'] }),
  /** The same with constants and a small decision tree from a training file, and with the last value in the order of a time column. */
  'run.baseline': job({ input: z.object({ runId: RunId, trainingId: DatasetId.optional(), timeColumn: z.string().optional() }), progress: StepProgress, output: BaselineReport, touches: [] }),

  /** A correction of a finished run's probabilities, and what it does to rows that did not help to fit it. */
  'run.calibrate': job({ input: z.object({ runId: RunId, method: CalibrationMethod.default('temperature') }), progress: StepProgress, output: CalibrationReport, touches: [] }),

  /** Which columns a finished run's model goes by, how its answer follows them, and what made single answers. */
  'run.explain': job({ input: z.object({ runId: RunId, /** 1-based records to explain one by one */ records: z.array(z.number().int().positive()).max(20).default([]), /** absent: the positive class, or the first */ class: z.string().optional(), budget: ExplainBudget.default(ExplainBudget.parse({})) }), progress: StepProgress, output: Explanation, touches: [] }),

  /** Which parts of one picture a finished run's classifier goes by: its score with every part covered in turn. */
  'run.occlusion': job({ input: z.object({ runId: RunId, record: z.number().int().positive(), /** absent: the predicted one */ class: z.string().optional(), /** side of the patch in pixels of the model's input; absent: a seventh of the shorter side */ patch: z.number().int().positive().max(16384).optional(), /** absent: half the patch */ stride: z.number().int().positive().max(16384).optional(), fill: OcclusionFill.default('mean') }), progress: StepProgress, output: Occlusion, touches: [] }),
  /** Runs a finished run's rows again, spoiled on purpose kind by kind and step by step, and stores how its numbers fall. */
  'run.stress': job({ input: z.object({ runId: RunId, /** absent: every kind that fits the data */ kinds: z.array(StressKind).min(1).optional(), /** severities of each kind, at most */ levels: z.number().int().min(1).max(mostLevels).default(mostLevels), /** so many rows, drawn by the run's seed; absent: all of the run */ limit: z.number().int().positive().optional(), /** absent: the run's */ seed: z.number().int().nonnegative().optional() }), progress: StepProgress, output: StressTest, touches: ['runs', 'history'] }),
  /** The stress tests of a run, newest first. */
  'run.stressTests': query({ input: z.object({ runId: RunId }), output: z.array(StressTest), reads: ['runs'] }),

  /** Metrics of a user's own: SQL aggregates over stored predictions. Adding one tries it on the model's newest finished run. */
  'metric.list': query({ input: z.object({ modelId: ModelId }), output: z.array(CustomMetric), reads: ['metrics'] }),
  'metric.add': job({ input: z.object({ modelId: ModelId, name: CustomMetricName, expression: CustomMetricExpression }), progress: StepProgress, output: z.object({ metric: CustomMetric, runId: RunId.nullable(), value: MetricValue.nullable() }), touches: ['metrics', 'history'] }),
  /** One expression, or all saved metrics of the model, on a finished run. */
  'metric.compute': job({ input: z.object({ runId: RunId, expression: CustomMetricExpression.optional() }), progress: StepProgress, output: z.array(MetricValue), touches: [] }),

  'gate.get': query({ input: z.object({ modelId: ModelId }), output: Gate.nullable(), reads: ['gates'] }),
  'gate.save': command({ input: z.object({ modelId: ModelId, policy: GatePolicy }), output: Gate, touches: ['gates', 'history'] }),
  'gate.check': command({ input: z.object({ runId: RunId, baselineRunId: RunId.optional(), /** absent: the model's stored policy */ policy: GatePolicy.optional(), override: z.object({ name: z.string().trim().min(1), reason: z.string().trim().min(3) }).optional() }), output: GateCheck, touches: ['gates', 'history'] }),
  /** A policy judged without keeping anything: what an editor shows while it is being written. */
  'gate.preview': query({ input: z.object({ runId: RunId, baselineRunId: RunId.optional(), policy: GatePolicy }), output: GatePreview, reads: ['gates', 'runs', 'versions', 'datasets', 'models'] }),
  /** Runs what rules of a policy wait for, within a number of seconds, and keeps what it found. */
  'gate.fill': job({ input: z.object({ runId: RunId, baselineRunId: RunId.optional(), /** absent: the model's stored policy */ policy: GatePolicy.optional(), /** places of the rules to serve; absent: all */ rules: z.array(z.number().int().nonnegative()).optional(), seconds: z.number().positive().max(86_400).default(600) }), progress: StepProgress, output: GateFilled, touches: ['gates', 'runs', 'history'] }),
  /** Every revision of a model's policy, newest first, those too that were only used for a check. */
  'gate.revisions': query({ input: z.object({ modelId: ModelId }), output: z.array(Gate), reads: ['gates'] }),
  /** A policy as a file, and back: the policy, or every fault with its line. */
  'gate.text': query({ input: z.object({ policy: GatePolicy, format: z.enum(['yaml', 'json']).default('yaml') }), output: z.object({ text: z.string() }), reads: [] }),
  'gate.read': query({ input: z.object({ text: z.string().max(1_000_000) }), output: PolicyReading, reads: [] }),
  'gate.checks': query({ input: z.object({ runId: RunId }), output: z.array(GateCheck), reads: ['gates'] }),

  ...reviewContract,

  'bundle.export': job({ input: z.object({ checkId: CheckId, destination: FileToken, /** semantic version; absent: `<number>.0.0` */ version: z.string().regex(/^\d+\.\d+\.\d+$/, 'not three whole numbers with dots between, such as 1.2.0').optional(), platforms: z.array(z.enum(['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'])).default(['linux-x64']), targets: z.array(TargetChoice).max(20).default([...defaultTargets]), /** shared out step by step; refused where a target cannot */ canary: z.boolean().default(false), /** columns whose values level 2 of the prediction log may write */ logColumns: z.array(z.string()).max(500).default([]), /** day of the next review, such as 2027-05-31; absent: 180 days after the gate’s judgement */ reviewBy: z.string().optional(), /** finds of the scan that may pass, by id */ accept: z.array(z.string().regex(/^[0-9a-f]{12}$/, 'not the id of a find')).max(100).default([]) }), progress: StepProgress, output: Bundle, touches: ['bundles', 'models', 'history'] }),
  ...bundleContract,
  'bundle.verify': job({ input: z.object({ file: FileToken, /** a public key in PEM, or a list of keys in JSON */ trust: FileToken.optional(), golden: z.boolean().default(true), /** scans for secrets and personal data too */ strict: z.boolean().default(false), requireApprovals: z.number().int().min(0).max(100).default(0), /** the last serial number by the bundle’s name; an older bundle is a downgrade */ serials: z.record(z.string(), z.number().int()).optional() }), progress: StepProgress, output: VerifyReport, touches: [] }),
  'bundle.list': query({ input: z.object({ versionId: VersionId.optional() }), output: z.array(Bundle), reads: ['bundles'] }),
  'bundle.get': query({ input: z.object({ bundleId: BundleId }), output: Bundle, reads: ['bundles'] }),

  /** One model with all its history in one file, and such a file into this workspace; ids stay, nothing is added twice. */
  'model.packPreview': query({ input: z.object({ modelId: ModelId, withoutPersonal: z.boolean().default(false) }), output: PackPreview, reads: ['models', 'versions', 'runs', 'datasets'] }),
  'model.pack': job({ input: z.object({ modelId: ModelId, file: FileToken, withoutPersonal: z.boolean().default(false) }), progress: StepProgress, output: PackReport, touches: [] }),
  'model.unpack': job({ input: z.object({ file: FileToken, name: z.string().trim().min(1).max(120).optional() }), progress: StepProgress, output: UnpackReport, touches: ['models', 'versions', 'bindings', 'datasets', 'runs', 'gates', 'bundles', 'history', 'metrics', 'app'] }),
  /** Whether the workspace is whole: database, references, every stored file, leftovers. Sweeping removes what harms nothing. */
  'workspace.check': job({ input: z.object({ sweep: z.boolean().default(false) }), progress: StepProgress, output: WorkspaceCheck, touches: [] }),

  /** Everything of the workspace in one file, consistent while others work; read again before it gets its name. */
  'workspace.backup': job({ input: z.object({ /** the file to write, or a folder */ file: FileToken, withKey: z.boolean().default(false) }), progress: StepProgress, output: BackupReport, touches: [] }),
  /** A backup as a workspace of its own, in an empty or new folder. */
  'workspace.restore': job({ input: z.object({ file: FileToken, folder: FileToken }), progress: StepProgress, output: RestoreReport, touches: [] }),

  /** Newest first; every filter narrows it further. */
  'history.list': query({ input: z.object({ ...Page, ...HistoryFilter.shape }), output: z.array(HistoryEvent), reads: ['history'] }),
  /** How the record stands: length, head, the newest check, and whom and what one can filter by. */
  /** Stored predictions that a rule by age and size would remove; and the removing of exactly those. Everything else of a run stays. */
  'retention.preview': query({ input: RetentionRule, output: RetentionPlan, reads: ['runs', 'bundles', 'versions'] }),
  'retention.run': command({ input: z.object({ rule: RetentionRule, /** as the preview named them */ runs: z.array(RunId).max(1_000_000), reason: z.string().trim().min(3).max(2000) }), output: RetentionPlan, touches: ['runs', 'history'] }),
  'audit.state': query({ input: Empty, output: AuditState, reads: ['history'] }),
  /** Checks the chain, and every stored row against it; `against`: a log exported before, of which nothing may be gone. */
  'audit.verify': job({ input: z.object({ against: FileToken.optional() }), progress: StepProgress, output: AuditReport, touches: ['history'] }),
  /** Writes the record as JSON lines. */
  'audit.export': job({ input: z.object({ file: FileToken }), progress: StepProgress, output: z.object({ fileName: z.string(), entries: z.number().int(), events: z.number().int(), head: AuditHead }), touches: ['history'] }),
  'job.list': query({ input: Empty, output: z.array(JobSnapshot), reads: ['jobs'] }),
  'job.cancel': command({ input: z.object({ jobId: JobId, /** kill the engine now instead of asking first */ now: z.boolean().default(false) }), output: Done, touches: ['jobs'] }),

  /** Stops a running evaluation and keeps what its model answered; `run.resume` goes on from there. */
  'job.pause': command({ input: z.object({ jobId: JobId }), output: Done, touches: ['jobs'] }),

  /** Questions that only the desktop can answer; elsewhere they fail with `shell.unavailable`. */
  /** Looks into a folder that was handed over; opens no file. */
  'shell.lookInto': command({ input: z.object({ folder: FileToken, endings: z.array(z.string().max(20)).max(40).default([]) }), output: FolderContents, touches: [] }),
  'shell.openFiles': command({ input: z.object({ what: z.enum(['model', 'dataset', 'image-folder', 'binding', 'bundle', 'public-key', 'backup', 'empty-folder', 'review', 'logs', 'labels']) }), output: z.array(AdmittedFile), touches: [] }),
  'shell.saveFile': command({ input: z.object({ what: z.enum(['bundle', 'binding', 'log', 'diagnostics', 'csv', 'svg', 'png', 'backup', 'review', 'public-key', 'report', 'report-pdf']), suggestedName: z.string().max(200) }), output: AdmittedFile.nullable(), touches: [] }),
  'shell.reveal': command({ input: z.object({ bundleId: BundleId }), output: Done, touches: [] }),
  'shell.writeText': command({ input: z.object({ file: FileToken, text: z.string().max(50_000_000), /** how `text` stands for bytes; pictures come as base64 */ encoding: z.enum(['utf-8', 'base64']).default('utf-8') }), output: Done, touches: [] }),
  'shell.readText': query({ input: z.object({ file: FileToken }), output: z.object({ text: z.string() }), reads: [] }),
} as const

export type SlipwayContract = typeof contract

/** What the core tells every window without being asked. */
export const events = {
  /** All jobs that are not ended, and those ended within the last minutes. */
  jobs: z.array(JobSnapshot),
  /** Tags whose answers are stale now. */
  changed: z.array(Tag),
  /** Files handed over by the operating system: file association, second instance, command line. */
  opened: z.array(AdmittedFile),
} as const
export type SlipwayEvents = typeof events

// What the logs of a served version say over time: drift, answers, quality, service, alerts, and what was decided. Owns the shapes.
import { z } from 'zod'
import { AlertDecisionId, BundleId, EventId, ModelId, MonitorId, RunId, VersionId } from '../ids.ts'
import { DriftReport } from './drift.ts'
import { LogArm, LogOutcome } from './log-batch.ts'
import { MetricValue } from './run.ts'
import { ModelTask } from './model.ts'

const count = z.number().int().nonnegative()
const moment = z.number().int()
const share = z.number().min(0).max(1)

/** What live rows are held against: the profile of the version's evaluation, as its bundle carries it, or another stretch of the logs. */
export const MonitorAgainst = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('profile') }),
  z.object({ kind: z.literal('window'), from: moment, to: moment, /** absent: the same version */ versionId: VersionId.optional() }),
])
export type MonitorAgainst = z.infer<typeof MonitorAgainst>

export const MonitorRequest = z.object({
  versionId: VersionId,
  against: MonitorAgainst.default({ kind: 'profile' }),
  /** Milliseconds since 1970; absent: all that came home. `to` is not included. */
  from: moment.optional(), to: moment.optional(),
  /** Equal stretches of time. */
  windows: z.number().int().min(1).max(200).default(24),
  /** Rows of the last window, which alerts look at; absent: that of the bundle. */
  lastRows: z.number().int().min(50).max(1_000_000).optional(),
  arm: LogArm.optional(),
  /** Columns by whose values quality is told, at most five. */
  slices: z.array(z.string().max(10_000)).max(5).default([]),
  /** Ask the model first how much it rests on each column, so that what matters comes first; takes some seconds more. */
  explain: z.boolean().default(false),
})
export type MonitorRequest = z.infer<typeof MonitorRequest>

/** A value with its 95 % interval. `low` and `high` null: it has none. */
export const WithInterval = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() })
export type WithInterval = z.infer<typeof WithInterval>

/** Quality as it is to be expected from calibrated confidence alone, without true answers. */
export const EstimatedQuality = z.object({
  state: z.enum(['estimated', 'off']),
  /** Why there is none, or what it rests on; always said. */
  reason: z.string(), assumption: z.string(),
  metric: z.string(), rows: count,
  value: WithInterval.nullable(),
  /** Whether confidence still means what it meant, judged on the labelled rows. */
  calibration: z.object({
    verdict: z.enum(['holds', 'drifted', 'not-enough']), labelled: count,
    /** Share of right answers among labelled rows, seen and expected; and the chance of such a difference where calibration holds. */
    seen: z.number().nullable(), expected: z.number().nullable(), chance: z.number().nullable(),
  }),
})
export type EstimatedQuality = z.infer<typeof EstimatedQuality>

/** One stretch of time. */
export const MonitorWindow = z.object({
  from: moment, to: moment, rows: count,
  verdict: DriftReport.shape.verdict, columnsDrifted: count,
  /** By column of the report, in its order; null: it has none. */
  psi: z.array(z.number().nullable()), drifted: z.array(z.boolean()), missing: z.array(z.number().nullable()),
  answers: z.object({ class: z.number().nullable(), score: z.number().nullable(), /** over their limit */ drifted: z.boolean() }),
  /** Share of each class of the report among the answers. */
  classes: z.array(share),
  score: z.object({ mean: z.number(), p10: z.number(), p50: z.number(), p90: z.number() }).nullable(),
  confidence: z.number().nullable(),
  service: z.object({ /** answers that the rows stand for, a second */ perSecond: z.number().nullable(), errorShare: share.nullable(), outcomes: z.array(z.object({ outcome: LogOutcome, rows: count })), latency: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable() }),
  labelled: count,
  quality: z.array(MetricValue),
  estimated: WithInterval.nullable(),
})
export type MonitorWindow = z.infer<typeof MonitorWindow>

/** A control chart over the windows: what is usual, and where it changed. */
export const ControlChart = z.object({
  /** A metric of the catalogue, `latency_p95`, `error_share`, `rows_per_second`, `confidence`, `psi:COLUMN` or `answers`. */
  measure: z.string(), name: z.string(),
  centre: z.number(),
  /** Where single windows are out of control, window by window, since windows hold different numbers of rows; null: no value there. */
  limits: z.array(z.object({ low: z.number(), high: z.number() }).nullable()),
  /** Places of windows beyond their limits. */
  out: z.array(count),
  /** The level is another one from this window on, with the chance of so large a change where there is none. */
  changes: z.array(z.object({ window: count, at: moment, before: z.number(), after: z.number(), chance: z.number(), sentence: z.string() })),
})
export type ControlChart = z.infer<typeof ControlChart>

export const QualityGroup = z.object({ name: z.string(), rows: count, labelled: count, metrics: z.array(MetricValue) })
export type QualityGroup = z.infer<typeof QualityGroup>

export const MonitorQuality = z.object({
  /** Metrics that are told, the headline first. */
  metrics: z.array(z.string()),
  /** The version's own evaluation: what is to be expected; drawn behind. */
  expected: z.object({ runId: RunId, datasetName: z.string(), metrics: z.array(MetricValue) }).nullable(),
  labelled: count, rows: count,
  whole: z.array(MetricValue),
  arms: z.array(QualityGroup),
  slices: z.array(z.object({ column: z.string(), groups: z.array(QualityGroup) })),
  estimated: EstimatedQuality,
  charts: z.array(ControlChart),
  notes: z.array(z.string()),
})
export type MonitorQuality = z.infer<typeof MonitorQuality>

/** Whether a classifier can tell live rows from those they are compared with, looking at all columns together. */
export const JointDrift = z.object({
  state: z.enum(['measured', 'not-measured']), /** why not; else what was compared */ reason: z.string(),
  /** Area under the ROC curve on rows that it was not made from: 0.5 is chance. */
  auc: WithInterval.nullable(),
  verdict: z.enum(['drift', 'none', 'not-enough']).nullable(),
  rows: z.object({ reference: count, live: count }),
  /** Columns that it used most, by the share of what they explain. */
  columns: z.array(z.object({ column: z.string(), share: z.number() })),
})
export type JointDrift = z.infer<typeof JointDrift>

export const AlertAction = z.enum(['roll-back', 'retrain', 'recalibrate', 'threshold', 'accept'])
export type AlertAction = z.infer<typeof AlertAction>

/** What somebody decided about an alert. Never changed; a later decision takes its place. */
export const AlertDecision = z.object({
  id: AlertDecisionId, monitorId: MonitorId, versionId: VersionId, thresholdId: z.string(), action: AlertAction, reason: z.string(),
  /** What the alert said then. */
  alert: z.string(), value: z.number().nullable(), limit: z.number(), severity: z.enum(['warning', 'critical']),
  /** Of `threshold`: the limit from now on. */
  newLimit: z.number().nullable(),
  who: z.string().nullable(), eventId: EventId, at: moment,
})
export type AlertDecision = z.infer<typeof AlertDecision>

export const Alert = z.object({
  /** Of the limit in thresholds.json: the same name as in Prometheus. */
  thresholdId: z.string(), alert: z.string(), severity: z.enum(['warning', 'critical']),
  /** `not-enough`: too few rows for the rule to speak. `not-judged`: the logs do not tell this. */
  state: z.enum(['firing', 'clear', 'not-enough', 'not-judged']),
  metric: z.string(), selector: z.record(z.string(), z.string()),
  op: z.enum(['>', '<', '==']), value: z.number().nullable(), limit: z.number(),
  window: z.object({ rows: count, minRows: count.nullable(), from: moment.nullable(), to: moment.nullable() }),
  summary: z.string(),
  /** What it means, in the words of the bundle's runbook. */
  cause: z.string(),
  evidence: z.array(z.string()), firstChecks: z.array(z.string()),
  actions: z.array(z.object({ action: AlertAction, label: z.string(), available: z.boolean(), /** why it is offered, or why it cannot be done */ reason: z.string() })),
  origin: z.object({ runId: z.string().nullable(), statistic: z.string(), formula: z.string() }),
  decision: AlertDecision.nullable(),
})
export type Alert = z.infer<typeof Alert>

export const MonitorSource = z.object({
  batches: count, rows: count, from: moment.nullable(), to: moment.nullable(), /** rows that are in no window */ withoutTime: count,
  arms: z.array(z.object({ arm: LogArm, rows: count })), outcomes: z.array(z.object({ outcome: LogOutcome, rows: count })),
  /** Where the profile and limits come from: the bundle's own files, or made again from the run. */
  profile: z.object({ from: z.enum(['bundle', 'run', 'window', 'none']), bundleId: BundleId.nullable(), runId: RunId.nullable(), rows: count, sentence: z.string() }),
  limits: z.enum(['bundle', 'run', 'none']),
})
export type MonitorSource = z.infer<typeof MonitorSource>

/** Confidence of the answers: the mean probability of the answered class. */
export const ConfidenceDrift = z.object({ reference: z.number().nullable(), live: z.number().nullable(), limit: z.number().nullable(), low: z.boolean() })

export const MonitorReport = z.object({
  id: MonitorId, createdAt: moment, who: z.string().nullable(),
  modelId: ModelId, modelName: z.string(), versionId: VersionId, versionNumber: z.number().int(), task: ModelTask,
  request: MonitorRequest,
  source: MonitorSource,
  /** Inputs over the whole stretch, and answers (columns `class` and `score`). */
  data: DriftReport, answers: DriftReport, confidence: ConfidenceDrift,
  joint: JointDrift,
  /** The last rows: what the server's own window holds at the end of the log. */
  last: z.object({ rows: count, wanted: count, from: moment.nullable(), to: moment.nullable(), data: DriftReport, answers: DriftReport, confidence: ConfidenceDrift }),
  /** Columns of `windows[].psi`, in that order; classes of `windows[].classes`. */
  columns: z.array(z.string()), classes: z.array(z.string()),
  windows: z.array(MonitorWindow),
  /** Control charts of drift, answers and service; those of quality are in `quality`. */
  charts: z.array(ControlChart),
  quality: MonitorQuality,
  alerts: z.array(Alert.omit({ decision: true })),
  notes: z.array(z.string()),
})
export type MonitorReport = z.infer<typeof MonitorReport>

/** One analysis in a list. */
export const MonitorSummary = MonitorReport.pick({ id: true, createdAt: true, who: true, modelId: true, modelName: true, versionId: true, versionNumber: true, request: true }).extend({
  rows: count, from: moment.nullable(), to: moment.nullable(), verdict: DriftReport.shape.verdict, sentence: z.string(), firing: count, critical: count, undecided: count,
  /** Logs came home, or were forgotten, after it was made. */
  stale: z.boolean(),
})
export type MonitorSummary = z.infer<typeof MonitorSummary>

export const MonitorOverview = MonitorReport.omit({ quality: true, alerts: true }).extend({
  stale: z.boolean(), firing: count, critical: count, undecided: count,
  /** Short words for a first look: the headline metric, seen and expected. */
  headline: z.object({ metric: z.string(), seen: WithInterval.nullable(), expected: WithInterval.nullable(), labelled: count, estimated: WithInterval.nullable() }),
})
export type MonitorOverview = z.infer<typeof MonitorOverview>

/** One column in full. */
export const MonitorColumn = z.object({
  column: z.string(), of: z.enum(['input', 'answer']), kind: z.enum(['numeric', 'categorical', 'none']), personal: z.boolean(),
  whole: DriftReport.shape.columns.element, last: DriftReport.shape.columns.element.nullable(),
  /** Rows by cell, of the profile and live; labels say what a cell holds. */
  cells: z.array(z.object({ label: z.string(), reference: count, live: count, last: count, /** its part of PSI */ psi: z.number() })),
  /** The edges between numeric cells, and the usual range. */
  edges: z.array(z.number()).nullable(), usual: z.object({ low: z.number(), high: z.number() }).nullable(),
  windows: z.array(z.object({ from: moment, to: moment, rows: count, psi: z.number().nullable(), drifted: z.boolean(), missing: z.number().nullable(), unseen: z.number().nullable(), outside: z.number().nullable(), /** share of rows by cell, as `cells` */ shares: z.array(share) })),
  chart: ControlChart.nullable(),
  alerts: z.array(z.string()),
})
export type MonitorColumn = z.infer<typeof MonitorColumn>

// The rules that a gate policy may hold, kind by kind, with what each field means: the one home of the policy language.
// Owns shapes and words only; judging is shared/gate/. The words here are the reference in docs/gates.md and in the JSON schema for editors.
import { z } from 'zod'
import { FairnessRate } from './fairness.ts'
import { ParityVerdict } from './device-report.ts'
import { QualityFinding } from './quality.ts'
import { ExecutionProvider } from './run.ts'
import { StressKind } from './stress.ts'

const said = <T extends z.ZodType>(schema: T, words: string): T => schema.describe(words)

/** What every rule of `slipway.gate/2` may say beside its own fields. */
const every = {
  severity: said(z.enum(['required', 'advisory']).optional(), 'required (without this field): the gate passes only when the rule holds. advisory: the finding is shown and kept, but does not decide.'),
  why: said(z.string().trim().min(1).max(500).optional(), 'Why the rule is there, in your own words.'),
}

/** Which number of an estimate is compared with the limit. */
const at = said(z.enum(['value', 'low', 'high']).optional(), 'Which number is compared: value (without this field), or the low or high end of its 95 % interval. `low` of a floor asks that the data shows it, not only that it looks so.')
const metricName = said(z.string().min(1).max(200), 'The name of a metric, such as accuracy; `slipway evaluate --json` lists those of a run.')
const sliceName = said(z.string().default(''), 'The rows that count: empty for all of them, else a slice of the run such as `class:>50K`.')
const dataName = said(z.string().min(1).max(200).optional(), 'The name of a data set: the newest run of the same version on it is judged, and not the run at hand.')
const device = said(ExecutionProvider.optional(), 'The device; cpu without this field.')
const batchSize = said(z.number().int().positive().max(16_384), 'Rows of one call. The stored speed report must have timed this size.')
const smallParts = said(z.enum(['pass-over', 'not-established', 'fail']).optional(), 'What a part with fewer rows means: pass-over (without this field: it is counted in the sentence and does not decide), not-established or fail.')
const least = z.number().int().positive().max(1_000_000).optional()

/** The five kinds of `slipway.gate/1`, as they were. */
const metric1 = z.object({ kind: z.literal('metric'), metric: metricName, slice: sliceName, op: said(z.enum(['>=', '<=']), '>= for a floor, <= for a ceiling.'), limit: said(z.number(), 'The limit, in the unit of the metric.') })
const regression1 = z.object({ kind: z.literal('no-regression'), metric: metricName, slice: sliceName, margin: said(z.number().nonnegative(), 'How much worse the metric may be, in its own unit.') })
const rows1 = z.object({ kind: z.literal('rows'), atLeast: said(z.number().int().positive(), 'Scored rows.') })
const size1 = z.object({ kind: z.literal('size'), atMostBytes: said(z.number().int().positive(), 'Bytes of the model, its external data with it.') })
const leftOut1 = z.object({ kind: z.literal('left-out'), atMostShare: said(z.number().min(0).max(1), 'Share of the rows read, from 0 to 1.') })

export const GateRule1 = z.discriminatedUnion('kind', [metric1, regression1, rows1, size1, leftOut1])
export type GateRule1 = z.infer<typeof GateRule1>

const strength = [
  metric1.extend({ at, data: dataName, ...every }),
  regression1.extend({
    against: said(z.string().min(1).max(200).optional(), 'What it is compared with: an alias of the model such as champion (the newest run of the version that has it, on the same data), or the id of a run. Without this field the baseline run that is named with the check.'),
    confidence: said(z.number().min(0.5).max(0.999).optional(), 'How sure it must be, such as 0.95: judged by the interval of the difference on the same rows. Without this field the two values alone are compared.'),
    ...every,
  }),
  z.object({
    kind: z.literal('beats-baseline'),
    baseline: said(z.enum(['constant', 'tree']), 'constant: everything that needs no model, such as always the most frequent class or the mean. tree: a decision tree of depth 4 fitted on the training file.'),
    metric: said(z.string().min(1).max(200).optional(), 'The metric that is compared; the first one of the baseline without this field.'),
    by: said(z.number().nonnegative().optional(), 'How much better it must be at least, in the unit of the metric; anything above 0 without this field.'),
    at: said(z.enum(['value', 'low']).optional(), 'low (without this field): the low end of the paired 95 % interval of the gain must reach it. value: the gain itself.'),
    training: said(z.string().min(1).max(200).optional(), 'The name of the data set that the model was trained on; needed for a tree.'),
    ...every,
  }),
  z.object({
    kind: z.literal('calibration'),
    measure: said(z.enum(['ece', 'brier']), 'ece: the expected calibration error in ten bins. brier: the Brier score.'),
    atMost: said(z.number().nonnegative(), 'The ceiling.'), at, ...every,
  }),
  z.object({
    kind: z.literal('robustness'), stress: said(StressKind, 'How the data is spoiled.'),
    upTo: said(z.number().nonnegative().optional(), 'The highest severity that counts, in the unit of the kind; all that were tried without this field.'),
    metric: said(z.string().min(1).max(200).optional(), 'The metric whose loss is judged; the headline of the stress test without this field.'),
    atMostLoss: said(z.number().nonnegative(), 'How much worse it may become, in the unit of the metric.'),
    ...every,
  }),
] as const

const parts = [
  z.object({
    kind: z.literal('slices'),
    columns: said(z.array(z.string().min(1)).min(1).max(200).optional(), 'The columns whose values are the slices; every column that can be cut without this field.'),
    op: said(z.enum(['>=', '<=']), '>= for a floor on the accuracy of every slice, <= for a ceiling on its mean absolute error.'),
    limit: said(z.number(), 'The limit for every slice.'), at,
    minimumRows: said(least, 'Slices with fewer rows are too small to judge; 30 without this field.'),
    small: smallParts, ...every,
  }),
  z.object({
    kind: z.literal('weak-segments'), atMost: said(z.number().int().nonnegative(), 'How many segments may be clearly weaker than the rest.'),
    minimumRows: said(least, 'Segments with fewer rows do not count; 30 without this field.'), ...every,
  }),
  z.object({
    kind: z.literal('fairness'), column: said(z.string().min(1), 'The column that names the groups.'),
    rate: said(FairnessRate, 'selection: share called positive. truePositive: share found of the truly positive. falsePositive: share called positive of the truly negative. precision: share truly positive of those called so.'),
    measure: said(z.enum(['difference', 'ratio']), 'difference: the largest distance of a group from the reference group is at most the limit. ratio: the smaller over the larger of the two rates is at least the limit (0.8 is the rule of four fifths).'),
    limit: said(z.number().min(0).max(1), 'The limit, from 0 to 1.'),
    reference: said(z.string().optional(), 'The reference group; the largest one without this field.'),
    class: said(z.string().optional(), 'The class that counts as yes; the positive class without this field.'),
    minimumRows: said(least, 'Groups with fewer rows are too small to judge; 10 without this field.'), small: smallParts, ...every,
  }),
] as const

const cost = [
  z.object({
    kind: z.literal('latency'), percentile: said(z.enum(['p50', 'p95', 'p99', 'p999']), 'Which percentile of the calls.'), batchSize, device,
    atMostMs: said(z.number().positive(), 'Milliseconds of one call.'), ...every,
  }),
  z.object({ kind: z.literal('throughput'), batchSize, device, atLeastRowsPerSecond: said(z.number().positive(), 'Rows a second.'), ...every }),
  z.object({ kind: z.literal('memory'), device, atMostBytes: said(z.number().int().positive(), 'The most memory that the process held, in bytes.'), ...every }),
  size1.extend(every),
  z.object({
    kind: z.literal('parity'), device: said(ExecutionProvider, 'The device that is compared.'),
    against: said(ExecutionProvider.optional(), 'The device it is compared with; cpu without this field.'),
    atWorst: said(ParityVerdict.extract(['identical', 'close', 'apart']), 'identical: every value the same. close: differences within the tolerance, no decision flipped. apart: differences beyond it, no decision flipped.'),
    rows: said(z.number().int().positive().max(10_000_000).optional(), 'Rows that must have been compared at least.'), ...every,
  }),
] as const

const evidence = [
  rows1.extend({ data: dataName, ...every }), leftOut1.extend(every),
  z.object({
    kind: z.literal('freshness'), column: said(z.string().min(1).optional(), 'A column of times: its newest value counts. Without this field the date of the data’s file.'),
    atMostDays: said(z.number().positive().max(100_000), 'Days between that date and the check.'), ...every,
  }),
  z.object({
    kind: z.literal('data-quality'), finding: said(QualityFinding.shape.kind, 'What is looked for in the scored rows. leakage, unseen-category and out-of-range need the training file.'),
    atMostShare: said(z.number().min(0).max(1), 'Share of the scored rows that it may concern; 0 for none at all.'),
    training: said(z.string().min(1).max(200).optional(), 'The name of the data set that the model was trained on.'), ...every,
  }),
] as const

/** Fields of the model card that somebody has to fill in. */
export const CardField = z.enum(['description', 'intended-use', 'known-limits', 'licence', 'training-data'])
export type CardField = z.infer<typeof CardField>

const people = [
  z.object({
    kind: z.literal('documents'), note: said(z.boolean().optional(), 'true: the version must have a note.'),
    tags: said(z.array(z.string().min(1)).min(1).max(50).optional(), 'Tags that the version must have.'),
    links: said(z.array(z.string().min(1)).min(1).max(50).optional(), 'Titles or addresses of links that the version or its model must have, such as a ticket.'),
    card: said(z.array(CardField).min(1).optional(), 'Fields of the model card that must be filled in: from the model file, or from a line of the note such as “Intended use: …”.'), ...every,
  }),
  z.object({
    kind: z.literal('approvals'), count: said(z.number().int().positive().max(20), 'How many people must have approved this very version and its evidence.'),
    by: said(z.array(z.string().min(1)).min(1).max(100).optional(), 'Names or key ids of those whose approval counts; anybody’s without this field.'),
    authorMayApprove: said(z.boolean().optional(), 'true: the approval of whoever brought the version in counts too. Without this field it does not.'), ...every,
  }),
] as const

/** Every rule of `slipway.gate/2`. A rule of `/1` is one of these and means the same. */
export const GateRule = z.discriminatedUnion('kind', [...strength, ...parts, ...cost, ...evidence, ...people])
export type GateRule = z.infer<typeof GateRule>
export type RuleKind = GateRule['kind']
export type RuleOf<K extends RuleKind> = Extract<GateRule, { kind: K }>

export const GatePolicy = z.discriminatedUnion('schema', [
  z.object({ schema: z.literal('slipway.gate/1'), rules: z.array(GateRule1).min(1) }),
  z.object({ schema: z.literal('slipway.gate/2'), rules: z.array(GateRule).min(1).max(200) }),
])
export type GatePolicy = z.infer<typeof GatePolicy>

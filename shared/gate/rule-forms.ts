// How each kind of rule is called and edited: its name, its group, what to start from, and its fields in the order of reading.
// The one home of these words for the form, the command line and docs/gates.md. Owns no widgets and no judging.
import { stressKinds } from '../stress/kinds.ts'
import { CardField, type GateRule, type RuleKind } from '../domain/gate-rules.ts'
import { QualityFinding } from '../domain/quality.ts'
import { ExecutionProvider, type Run } from '../domain/run.ts'
import { StressKind } from '../domain/stress.ts'
import { metricDirection } from '../metrics/catalogue.ts'
import { mainMetrics } from '../metrics/main-metrics.ts'

interface Base { readonly key: string, readonly label: string, /** Words before and after the field, as in “at least … rows”. */ readonly before?: string, readonly after?: string }
export type RuleField =
  | Base & { readonly kind: 'metric', /** With a choice of rows. */ readonly slices?: true, readonly optional?: true }
  | Base & { readonly kind: 'number', readonly min?: number, readonly max?: number, readonly whole?: true, readonly optional?: true, readonly as?: 'bytes' | 'share' }
  | Base & { readonly kind: 'choice', readonly choices: readonly (readonly [string, string])[], /** What no choice means. */ readonly optional?: string }
  | Base & { readonly kind: 'text', readonly of: 'column' | 'dataset' | 'run' | 'free', readonly optional?: true }
  | Base & { readonly kind: 'list', readonly of: 'column' | 'free', readonly optional?: true }
  | Base & { readonly kind: 'flag' }

export interface RuleForm {
  readonly title: string
  readonly group: 'Numbers' | 'Parts of the data' | 'Cost and devices' | 'Data' | 'People and papers'
  /** What the rule asks, in one sentence. */
  readonly asks: string
  /** Shown in the row. */
  readonly main: readonly RuleField[]
  /** Shown on request. */
  readonly more: readonly RuleField[]
}

const bound: RuleField = { key: 'op', label: 'Side', kind: 'choice', choices: [['>=', 'at least'], ['<=', 'at most']] }
const limit = (key: string, label: string, more: Partial<Extract<RuleField, { kind: 'number' }>> = {}): RuleField => ({ key, label, kind: 'number', ...more })
const at: RuleField = { key: 'at', label: 'Which number', kind: 'choice', choices: [['low', 'low end of the interval'], ['high', 'high end of the interval']], optional: 'the value' }
const data: RuleField = { key: 'data', label: 'Data set', kind: 'text', of: 'dataset', optional: true }
const training: RuleField = { key: 'training', label: 'Training file', kind: 'text', of: 'dataset', optional: true }
const small: RuleField = { key: 'small', label: 'Parts with too few rows', kind: 'choice', choices: [['not-established', 'make it not established'], ['fail', 'fail it']], optional: 'are passed over' }
const minimumRows = (usual: number): RuleField => ({ key: 'minimumRows', label: `Least rows of a part (${usual} if empty)`, kind: 'number', min: 1, whole: true, optional: true })
const devices = ExecutionProvider.options.map((d) => [d, d === 'cpu' ? 'CPU' : d] as const)
const device: RuleField = { key: 'device', label: 'Device', kind: 'choice', choices: devices.filter(([d]) => d !== 'cpu'), optional: 'CPU' }
const batch: RuleField = { key: 'batchSize', label: 'Rows a call', kind: 'number', min: 1, whole: true, before: 'in calls of', after: 'rows' }
const confidence: RuleField = { key: 'confidence', label: 'Confidence, such as 0.95', kind: 'number', min: 0.5, max: 0.999, optional: true }
const rates = [['selection', 'share called positive'], ['truePositive', 'share found of the positive'], ['falsePositive', 'share called positive of the negative'], ['precision', 'share right of those called positive']] as const
const qualityWords = { 'unreadable-pictures': 'unreadable pictures', 'tiny-pictures': 'tiny pictures', 'class-imbalance': 'rare classes', 'boxes-outside': 'boxes outside the picture', 'empty-annotations': 'pictures without a box',
  'duplicate-rows': 'repeated rows', 'contradicting-answers': 'contradicting answers', leakage: 'leakage from training', 'constant-column': 'constant columns', 'mixed-types': 'odd cells', 'unseen-category': 'unseen categories', 'out-of-range': 'numbers out of range' } as const
const cardWords = { description: 'description', 'intended-use': 'intended use', 'known-limits': 'known limits', licence: 'licence', 'training-data': 'training data' } as const

export const ruleForms: Readonly<Record<RuleKind, RuleForm>> = {
  metric: { title: 'Metric limit', group: 'Numbers', asks: 'A metric is at least, or at most, a limit.', main: [{ key: 'metric', label: 'Metric', kind: 'metric', slices: true }, bound, limit('limit', 'Limit')], more: [at, data] },
  'no-regression': {
    title: 'No regression', group: 'Numbers', asks: 'A metric is not worse than in another run by more than a margin.',
    main: [{ key: 'metric', label: 'Metric', kind: 'metric', slices: true }, limit('margin', 'Margin', { min: 0, before: 'worse by at most' }), { key: 'against', label: 'Against', kind: 'text', of: 'run', optional: true, before: 'than' }], more: [confidence],
  },
  'beats-baseline': {
    title: 'Better than nothing', group: 'Numbers', asks: 'The model is better than answers that need no model, or than a small tree.',
    main: [{ key: 'baseline', label: 'Baseline', kind: 'choice', choices: [['constant', 'constant answers'], ['tree', 'a small tree']] }, training], more: [{ key: 'metric', label: 'Metric', kind: 'metric', optional: true }, limit('by', 'Better by at least', { min: 0, optional: true }), { key: 'at', label: 'Which number', kind: 'choice', choices: [['value', 'the gain itself']], optional: 'low end of the interval' }],
  },
  calibration: { title: 'Calibration', group: 'Numbers', asks: 'Stated probabilities are as right as they say.', main: [{ key: 'measure', label: 'Measure', kind: 'choice', choices: [['ece', 'calibration error'], ['brier', 'Brier score']] }, limit('atMost', 'Limit', { min: 0, before: 'at most' })], more: [at] },
  robustness: {
    title: 'Robustness', group: 'Numbers', asks: 'A metric falls by at most so much when the data is spoiled.',
    main: [{ key: 'stress', label: 'How the data is spoiled', kind: 'choice', choices: StressKind.options.map((k) => [k, stressKinds[k].title] as const) }, limit('atMostLoss', 'Largest loss', { min: 0, before: 'loses at most' })],
    more: [limit('upTo', 'Up to the severity', { min: 0, optional: true }), { key: 'metric', label: 'Metric', kind: 'metric', optional: true }],
  },
  slices: { title: 'Every slice', group: 'Parts of the data', asks: 'Every slice of the data reaches a limit.', main: [{ key: 'columns', label: 'Columns', kind: 'list', of: 'column', optional: true, before: 'by' }, bound, limit('limit', 'Limit')], more: [at, minimumRows(30), small] },
  'weak-segments': { title: 'Weak segments', group: 'Parts of the data', asks: 'At most so many segments are clearly weaker than the rest.', main: [limit('atMost', 'Most segments', { min: 0, whole: true, before: 'at most' })], more: [minimumRows(30)] },
  fairness: {
    title: 'Groups', group: 'Parts of the data', asks: 'Groups are treated nearly alike.',
    main: [{ key: 'column', label: 'Column', kind: 'text', of: 'column' }, { key: 'rate', label: 'Rate', kind: 'choice', choices: rates }, { key: 'measure', label: 'Measure', kind: 'choice', choices: [['difference', 'difference at most'], ['ratio', 'ratio at least']] }, limit('limit', 'Limit', { min: 0, max: 1 })],
    more: [{ key: 'reference', label: 'Reference group (the largest if empty)', kind: 'text', of: 'free', optional: true }, { key: 'class', label: 'Class that counts as yes', kind: 'text', of: 'free', optional: true }, minimumRows(10), small],
  },
  latency: {
    title: 'Latency', group: 'Cost and devices', asks: 'A call takes at most so long.',
    main: [{ key: 'percentile', label: 'Percentile', kind: 'choice', choices: [['p50', 'p50'], ['p95', 'p95'], ['p99', 'p99'], ['p999', 'p99.9']] }, batch, limit('atMostMs', 'Milliseconds', { before: 'at most', after: 'ms' })], more: [device],
  },
  throughput: { title: 'Throughput', group: 'Cost and devices', asks: 'At least so many rows a second.', main: [batch, limit('atLeastRowsPerSecond', 'Rows a second', { before: 'at least', after: 'rows/s' })], more: [device] },
  memory: { title: 'Memory', group: 'Cost and devices', asks: 'The process holds at most so much memory.', main: [limit('atMostBytes', 'Bytes', { min: 1, whole: true, before: 'at most', after: 'bytes', as: 'bytes' })], more: [device] },
  size: { title: 'Model size', group: 'Cost and devices', asks: 'The model takes at most so many bytes.', main: [limit('atMostBytes', 'Bytes', { min: 1, whole: true, before: 'at most', after: 'bytes', as: 'bytes' })], more: [] },
  parity: {
    title: 'Same answers on a device', group: 'Cost and devices', asks: 'A device answers as another one does.',
    main: [{ key: 'device', label: 'Device', kind: 'choice', choices: devices }, { key: 'atWorst', label: 'At worst', kind: 'choice', choices: [['identical', 'every value the same'], ['close', 'within the tolerance'], ['apart', 'no flipped decision']] }],
    more: [{ key: 'against', label: 'Compared with', kind: 'choice', choices: devices.filter(([d]) => d !== 'cpu'), optional: 'CPU' }, limit('rows', 'Rows at least', { min: 1, whole: true, optional: true })],
  },
  rows: { title: 'Rows scored', group: 'Data', asks: 'At least so many rows were scored.', main: [limit('atLeast', 'Rows', { min: 1, whole: true, before: 'at least', after: 'rows' })], more: [data] },
  'left-out': { title: 'Rows left out', group: 'Data', asks: 'At most a share of the rows was left out.', main: [limit('atMostShare', 'Share', { min: 0, max: 1, before: 'at most', after: 'of the rows', as: 'share' })], more: [] },
  freshness: { title: 'Fresh data', group: 'Data', asks: 'The data is at most so old.', main: [limit('atMostDays', 'Days', { before: 'at most', after: 'days old' }), { key: 'column', label: 'Time column (the file’s date if empty)', kind: 'text', of: 'column', optional: true, before: 'by' }], more: [] },
  'data-quality': {
    title: 'Data quality', group: 'Data', asks: 'At most a share of the rows has something wrong with it.',
    main: [{ key: 'finding', label: 'What is looked for', kind: 'choice', choices: QualityFinding.shape.kind.options.map((k) => [k, qualityWords[k]] as const) }, limit('atMostShare', 'Share', { min: 0, max: 1, before: 'at most', after: 'of the rows', as: 'share' })], more: [training],
  },
  documents: {
    title: 'Documents', group: 'People and papers', asks: 'The version has the papers that it needs.',
    main: [{ key: 'note', label: 'a note', kind: 'flag' }, { key: 'card', label: `Fields of the card (${Object.values(cardWords).join(', ')})`, kind: 'list', of: 'free', optional: true, before: 'card' }],
    more: [{ key: 'tags', label: 'Tags', kind: 'list', of: 'free', optional: true }, { key: 'links', label: 'Links', kind: 'list', of: 'free', optional: true }],
  },
  approvals: { title: 'Approvals', group: 'People and papers', asks: 'People have approved this version.', main: [limit('count', 'Approvals', { min: 1, max: 20, whole: true, before: 'at least', after: 'people' })], more: [{ key: 'by', label: 'Only these people or keys', kind: 'list', of: 'free', optional: true }, { key: 'authorMayApprove', label: 'the author’s counts too', kind: 'flag' }] },
}

export const ruleKinds = Object.keys(ruleForms) as RuleKind[]

interface Start { readonly run: Pick<Run, 'task' | 'headline' | 'rows'>, /** Names of the columns of the data, without what is predicted. */ readonly columns: readonly string[] }

/** A new rule of a kind, with values to start from. */
export function newRule(kind: RuleKind, { run, columns }: Start): GateRule {
  const metric = run.headline?.metric ?? mainMetrics(run.task)[0] ?? 'accuracy'
  const regression = run.task === 'regression'
  switch (kind) {
    case 'metric': return { kind, metric, slice: '', op: metricDirection(metric) === 'lower-is-better' ? '<=' : '>=', limit: run.headline?.value ?? 0 }
    case 'no-regression': return { kind, metric, slice: '', margin: 0.01, against: 'champion' }
    case 'beats-baseline': return { kind, baseline: 'constant' }
    case 'calibration': return { kind, measure: 'ece', atMost: 0.05 }
    case 'robustness': return { kind, stress: 'missing', atMostLoss: 0.1 }
    case 'slices': return { kind, op: regression ? '<=' : '>=', limit: regression ? run.headline?.value ?? 1 : 0.5 }
    case 'weak-segments': return { kind, atMost: 0 }
    case 'fairness': return { kind, column: columns[0] ?? 'group', rate: 'selection', measure: 'ratio', limit: 0.8 }
    case 'latency': return { kind, percentile: 'p95', batchSize: 1, atMostMs: 50 }
    case 'throughput': return { kind, batchSize: 32, atLeastRowsPerSecond: 100 }
    case 'memory': return { kind, atMostBytes: 1024 ** 3 }
    case 'size': return { kind, atMostBytes: 100 * 1024 * 1024 }
    case 'parity': return { kind, device: 'webgpu', atWorst: 'close' }
    case 'rows': return { kind, atLeast: Math.max(1, run.rows?.scored ?? 100) }
    case 'left-out': return { kind, atMostShare: 0.05 }
    case 'freshness': return { kind, atMostDays: 90 }
    case 'data-quality': return { kind, finding: 'duplicate-rows', atMostShare: 0.05 }
    case 'documents': return { kind, note: true, card: [CardField.enum['intended-use']] }
    case 'approvals': return { kind, count: 2 }
  }
}

// Judges a run by a gate policy: one finding a rule, each a sentence with its numbers. Owns no storing and no overrides.
// What was not measured is not established, and not established is never a pass.
import type { GateFinding, GatePolicy, GateRule } from './domain/gate.ts'
import type { MetricValue, RowAccount, Run } from './domain/run.ts'
import { formatBytes, formatCount, formatPlural } from './format.ts'
import { metricDirection } from './metrics/catalogue.ts'
import { metricLabel, numbersApart } from './metrics/metric-text.ts'
import { leftOutCount } from './row-words.ts'

export interface RunFacts {
  readonly metrics: readonly MetricValue[]
  /** Null when the run kept no account of its rows. */
  readonly rows: RowAccount | null
  /** Bytes of the model that ran, its external data with it. */
  readonly modelBytes: number
  /** Metrics of the baseline run; null when there is none. */
  readonly baselineMetrics: readonly MetricValue[] | null
}

export interface GateOutcome { readonly passed: boolean, readonly findings: GateFinding[] }

/** Differences smaller than this are rounding, not a drop. */
const rounding = 1e-12

type RuleOf<K extends GateRule['kind']> = Extract<GateRule, { kind: K }>

/** Every rule's finding; passed only when all of them pass. */
export function evaluateGate(policy: GatePolicy, facts: RunFacts): GateOutcome {
  const findings = policy.rules.map((rule) => findingOf(rule, facts))
  return { passed: findings.every((f) => f.verdict === 'pass'), findings }
}

function findingOf(rule: GateRule, facts: RunFacts): GateFinding {
  switch (rule.kind) {
    case 'metric': return limitFinding(rule, facts)
    case 'no-regression': return regressionFinding(rule, facts)
    case 'rows': return rowsFinding(rule, facts)
    case 'left-out': return leftOutFinding(rule, facts)
    case 'size': {
      const holds = facts.modelBytes <= rule.atMostBytes
      return judged(rule, holds, facts.modelBytes, rule.atMostBytes, `The model takes ${sizeText(facts.modelBytes)}, ${holds ? 'within' : 'above'} the limit of ${sizeText(rule.atMostBytes)}.`)
    }
  }
}

const judged = (rule: GateRule, holds: boolean, value: number, limit: number, sentence: string): GateFinding =>
  ({ rule, verdict: holds ? 'pass' : 'fail', sentence, value, limit })
const open = (rule: GateRule, limit: number | null, sentence: string, value: number | null = null): GateFinding =>
  ({ rule, verdict: 'not-established', sentence, value, limit })

const sizeText = (bytes: number): string => `${formatBytes(bytes)} (${formatCount(bytes)} bytes)`
const find = (metrics: readonly MetricValue[], metric: string, slice: string): MetricValue | undefined => metrics.find((m) => m.metric === metric && m.slice === slice)

/** A known value, or the sentence that says why there is none. */
function measured(metrics: readonly MetricValue[], rule: { readonly metric: string, readonly slice: string }, of: string): { readonly value: number } | { readonly why: string } {
  const found = find(metrics, rule.metric, rule.slice)
  const label = metricLabel(rule.metric, rule.slice)
  if (found === undefined) return { why: `${label} was not measured in ${of}, so the rule is not established.${elsewhere(metrics, rule)}` }
  if (found.value === null) return { why: `${label} is not available in ${of}, so the rule is not established: ${lowerFirst(found.reason ?? 'no reason was recorded.')}` }
  return { value: found.value }
}

/** Where the metric was measured, when not where the rule looks. */
function elsewhere(metrics: readonly MetricValue[], rule: { readonly metric: string, readonly slice: string }): string {
  const slices = metrics.filter((m) => m.metric === rule.metric).map((m) => (m.slice === '' ? 'all rows (no slice)' : m.slice))
  return slices.length === 0 ? '' : ` It was measured for ${slices.slice(0, 8).join(', ')}${slices.length > 8 ? ` and ${formatCount(slices.length - 8)} more` : ''}: name one as the slice of the rule.`
}

const lowerFirst = (text: string): string => /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text

function limitFinding(rule: RuleOf<'metric'>, facts: RunFacts): GateFinding {
  const found = measured(facts.metrics, rule, 'this run')
  if ('why' in found) return open(rule, rule.limit, found.why)
  const holds = rule.op === '>=' ? found.value >= rule.limit : found.value <= rule.limit
  const [value, limit] = numbersApart(found.value, rule.limit)
  const bound = rule.op === '>=' ? 'at least' : 'at most'
  return judged(rule, holds, found.value, rule.limit, `${metricLabel(rule.metric, rule.slice)} is ${value}; the gate asks for ${bound} ${limit}${holds ? '' : `, so it misses by ${gap(found.value, rule.limit)}`}.`)
}

const gap = (a: number, b: number): string => numbersApart(Math.abs(a - b), 0)[0]

function regressionFinding(rule: RuleOf<'no-regression'>, facts: RunFacts): GateFinding {
  const label = metricLabel(rule.metric, rule.slice)
  const direction = metricDirection(rule.metric)
  if (direction === 'neither') return open(rule, null, `${label} has no better direction, so a regression cannot be told.`)
  if (facts.baselineMetrics === null) return open(rule, null, `There is no baseline run to compare ${label} with, so the rule is not established.`)
  const now = measured(facts.metrics, rule, 'this run')
  if ('why' in now) return open(rule, null, now.why)
  const before = measured(facts.baselineMetrics, rule, 'the baseline run')
  if ('why' in before) return open(rule, null, before.why, now.value)
  const up = direction === 'higher-is-better'
  const drop = up ? before.value - now.value : now.value - before.value
  const limit = up ? before.value - rule.margin : before.value + rule.margin
  const [value, baseline] = numbersApart(now.value, before.value)
  const change = Math.abs(drop) <= rounding ? 'unchanged' : `${drop > 0 ? 'worse' : 'better'} by ${gap(now.value, before.value)}`
  return judged(rule, drop <= rule.margin + rounding, now.value, limit, `${label} is ${value} and was ${baseline} in the baseline run: ${change}; the gate allows ${rule.margin === 0 ? 'no worsening' : `a worsening of at most ${numbersApart(rule.margin, 0)[0]}`}.`)
}

function rowsFinding(rule: RuleOf<'rows'>, facts: RunFacts): GateFinding {
  const scored = facts.rows?.scored ?? null
  if (scored === null) return open(rule, rule.atLeast, 'The run kept no account of its rows, so their number is not established.')
  const holds = scored >= rule.atLeast
  return judged(rule, holds, scored, rule.atLeast, `${formatPlural(scored, 'row was', 'rows were')} scored; the gate asks for at least ${formatCount(rule.atLeast)}.`)
}

function leftOutFinding(rule: RuleOf<'left-out'>, facts: RunFacts): GateFinding {
  if (facts.rows === null) return open(rule, rule.atMostShare, 'The run kept no account of its rows, so the share left out is not established.')
  const { read } = facts.rows
  if (read === 0) return open(rule, rule.atMostShare, 'No rows were read, so the share left out is not established.')
  const out = leftOutCount(facts.rows)
  const share = out / read
  const [value, limit] = numbersApart(share * 100, rule.atMostShare * 100).map(percent)
  return judged(rule, share <= rule.atMostShare, share, rule.atMostShare, `${formatCount(out)} of ${formatPlural(read, 'row')} ${out === 1 ? 'was' : 'were'} left out, ${value} %; the gate allows at most ${limit} %.`)
}

/** `4.0000` reads `4`. */
const percent = (text: string): string => text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text

const hundredthsDown = (value: number): number => Math.floor(value * 100 + 1e-9) / 100
const threeDigitsUp = (value: number): number => {
  if (value === 0) return 0
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2)
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(3))
}

/** Metrics that a first policy is built on, by task, with how each limit is set. */
const proposedFloors = {
  'binary-classification': ['accuracy', 'roc_auc'],
  'multiclass-classification': ['accuracy', 'macro.f1'],
  'multilabel-classification': ['micro.f1', 'subset_accuracy'],
  'object-detection': ['map50', 'map50_95'],
  'semantic-segmentation': ['mean_iou', 'pixel_accuracy'],
  regression: ['r2'],
} as const satisfies Record<Run['task'], readonly string[]>

/** What a constant answer reaches on the same rows: the share of the most frequent class, an area of one half, an R² of 0. Null where none is known. */
function constantFloor(metrics: readonly MetricValue[], metric: string): number | null {
  if (metric === 'roc_auc') return 0.5
  if (metric === 'r2') return 0
  const supports = metrics.filter((m) => m.metric === 'support' && m.slice.startsWith('class:') && m.value !== null).map((m) => m.value!)
  const total = supports.reduce((a, b) => a + b, 0)
  return metric === 'accuracy' && total > 0 ? Math.max(...supports) / total : null
}

/** Two hundredths of room below the value, but not below the constant answer: in hundredths where the value still passes, else in ten-thousandths. */
function floorFor(value: number, constant: number | null): number {
  const roomy = rounded(hundredthsDown(value) - 0.02)
  if (constant === null || roomy >= constant) return roomy
  const up = (unit: number): number => Number((Math.ceil(constant * unit - 1e-9) / unit).toFixed(4))
  return up(100) <= value || value < constant ? up(100) : up(10_000)
}

/** The RMSE of always answering the mean, from RMSE and R² of the run (R² = 1 − RMSE² ÷ variance). */
function meanRmse(metrics: readonly MetricValue[], rmse: number): number {
  const r2 = find(metrics, 'r2', '')?.value ?? null
  return r2 === null || r2 >= 1 ? Infinity : rmse / Math.sqrt(1 - r2)
}

/**
 * A policy to start editing from, which this run passes with a little room where it is better than a constant answer, and fails where it is not:
 * floors two hundredths below what was reached but never below what a constant answer reaches, a ceiling on RMSE 5 % above under the same condition, the recall of the weakest class five hundredths below, nine tenths of the rows, and the rows left out.
 */
export function proposePolicy(run: Pick<Run, 'task' | 'metrics' | 'rows'>): GatePolicy {
  const rules: GateRule[] = proposedFloors[run.task].flatMap((metric) => {
    const value = find(run.metrics, metric, '')?.value ?? null
    return value === null ? [] : [{ kind: 'metric', metric, slice: '', op: '>=', limit: floorFor(value, constantFloor(run.metrics, metric)) }]
  })
  const rmse = run.task === 'regression' ? find(run.metrics, 'rmse', '')?.value ?? null : null
  if (rmse !== null) rules.unshift({ kind: 'metric', metric: 'rmse', slice: '', op: '<=', limit: threeDigitsUp(Math.min(rmse * 1.05, meanRmse(run.metrics, rmse))) })
  const weakest = run.metrics.filter((m) => m.metric === 'recall' && m.slice.startsWith('class:') && m.value !== null && m.n > 0).sort((a, b) => a.value! - b.value!)[0]
  if (weakest !== undefined && weakest.value! > 0.05) rules.push({ kind: 'metric', metric: 'recall', slice: weakest.slice, op: '>=', limit: rounded(hundredthsDown(weakest.value!) - 0.05) })
  const scored = run.rows?.scored ?? find(run.metrics, 'n', '')?.value ?? 0
  rules.push({ kind: 'rows', atLeast: Math.max(1, Math.floor(scored * 0.9)) })
  if (run.rows !== null && run.rows.read > 0) {
    const share = leftOutCount(run.rows) / run.rows.read
    rules.push({ kind: 'left-out', atMostShare: Math.min(1, rounded(Math.ceil(share * 100 - 1e-9) / 100 + 0.01)) })
  }
  return { schema: 'slipway.gate/1', rules }
}

const rounded = (value: number): number => Number(value.toFixed(2))

// A policy to start from: rules that a run meets with a little room where it is better than a constant answer. Owns no judging.
import type { GateRule1 } from '../domain/gate-rules.ts'
import type { MetricValue, Run } from '../domain/run.ts'
import { leftOutCount } from '../row-words.ts'
import { find } from './finding.ts'

export interface ProposedPolicy { readonly schema: 'slipway.gate/1', readonly rules: GateRule1[] }

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
export function proposePolicy(run: Pick<Run, 'task' | 'metrics' | 'rows'>): ProposedPolicy {
  const rules: GateRule1[] = proposedFloors[run.task].flatMap((metric): GateRule1[] => {
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

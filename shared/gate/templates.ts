// Policies to start from, by what a release has to show. Limits are those that this run reached with a little room, never made up. Owns no judging.
import type { GateRule } from '../domain/gate-rules.ts'
import type { MetricValue, Run } from '../domain/run.ts'
import { proposePolicy } from './propose.ts'

export interface PolicyTemplate { readonly key: string, readonly title: string, /** Whom it is for. */ readonly note: string, readonly rules: readonly GateRule[] }

type Judged = Pick<Run, 'task' | 'metrics' | 'rows'>

const value = (metrics: readonly MetricValue[], metric: string): number | null => metrics.find((m) => m.metric === metric && m.slice === '')?.value ?? null
const oneClass: readonly string[] = ['binary-classification', 'multiclass-classification']
const tables: readonly string[] = [...oneClass, 'regression']

/** At most this, in two digits, rounded up. */
const up = (x: number): number => Number((Math.ceil(x * 100) / 100).toFixed(2))

function evidence(run: Judged): GateRule[] {
  const floors: readonly GateRule[] = proposePolicy(run).rules
  const ece = value(run.metrics, 'ece_10')
  return [
    ...floors,
    ...(tables.includes(run.task) ? [{ kind: 'beats-baseline', baseline: 'constant' } as const, { kind: 'data-quality', finding: 'duplicate-rows', atMostShare: 0.05, severity: 'advisory' } as const] : []),
    ...(oneClass.includes(run.task) ? [{ kind: 'weak-segments', atMost: 0, severity: 'advisory' } as const] : []),
    ...(ece === null ? [] : [{ kind: 'calibration', measure: 'ece', atMost: up(ece + 0.01) } as const]),
  ]
}

const serving: readonly GateRule[] = [
  { kind: 'size', atMostBytes: 500 * 1024 * 1024 }, { kind: 'latency', percentile: 'p95', batchSize: 1, atMostMs: 50 }, { kind: 'memory', atMostBytes: 2 * 1024 ** 3 },
]

/** The templates for a run; `groups`: columns that could name groups of people. */
export function policyTemplates(run: Judged, groups: readonly string[]): readonly PolicyTemplate[] {
  const headline: GateRule[] = proposePolicy(run).rules.flatMap((rule) => (rule.kind === 'metric' && rule.slice === '' ? [{ kind: 'no-regression', metric: rule.metric, slice: '', margin: rule.op === '>=' ? 0.01 : up(Math.abs(rule.limit) * 0.02), against: 'champion' }] : []))
  const fair: GateRule[] = oneClass.includes(run.task) ? groups.slice(0, 2).flatMap((column) => [{ kind: 'fairness', column, rate: 'selection', measure: 'ratio', limit: 0.8 } as const, { kind: 'fairness', column, rate: 'truePositive', measure: 'difference', limit: 0.1 } as const]) : []
  return [
    { key: 'reached', title: 'What this run reached', note: 'Floors a little below this run, and not below a constant answer.', rules: proposePolicy(run).rules },
    { key: 'evidence', title: 'Believable numbers', note: 'The same, and better than nothing, calibrated, without weak segments or many repeated rows.', rules: evidence(run) },
    { key: 'replace', title: 'Replace the champion', note: 'No worse than the champion, and a note and two approvals.', rules: [...headline, { kind: 'rows', atLeast: Math.max(1, Math.floor((run.rows?.scored ?? 100) * 0.9)) }, { kind: 'documents', note: true }, { kind: 'approvals', count: 2 }] },
    ...(fair.length === 0 ? [] : [{ key: 'groups', title: 'Treats groups alike', note: `Selection and hit rates by ${groups.slice(0, 2).join(' and ')}.`, rules: [...proposePolicy(run).rules, ...fair] }]),
    { key: 'serving', title: 'Fast enough to serve', note: 'Size, latency and memory on the CPU.', rules: [...proposePolicy(run).rules, ...serving] },
  ]
}

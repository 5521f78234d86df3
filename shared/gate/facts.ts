// What rules are judged by: stored facts of a run, its version and its data, as plain values. Owns the shapes; main/core/gate fills them.
import type { BaselineReport } from '../domain/baseline.ts'
import type { ParityReport, SpeedReport } from '../domain/device-report.ts'
import type { FairnessReport } from '../domain/fairness.ts'
import type { CardField } from '../domain/gate-rules.ts'
import type { QualityReport } from '../domain/quality.ts'
import type { MetricValue, RowAccount, Run } from '../domain/run.ts'
import type { SliceReport } from '../domain/slices.ts'
import type { RunId } from '../ids.ts'
import type { StressTest } from '../domain/stress.ts'

/** A derived report that was kept, with what it was asked for. */
export interface Kept<T> { readonly id: string, readonly at: number, readonly request: Readonly<Record<string, unknown>>, readonly report: T }

/** A run that is looked at beside the one at hand. */
export interface OtherRun { readonly id: RunId, readonly label: string, readonly metrics: readonly MetricValue[], readonly rows: RowAccount | null }

/** What an `against` leads to: a run, the very version that is judged, or nothing and why. */
export type Against = { readonly kind: 'run', readonly run: OtherRun } | { readonly kind: 'itself', readonly label: string } | { readonly kind: 'none', readonly why: string }

/** The difference of one metric on the rows that two runs share. */
export interface Paired {
  readonly against: string
  readonly metric: string
  readonly slice: string
  readonly confidence: number
  readonly rows: number
  /** In the unit of the metric; above 0 the run at hand is better. Null with a reason where rows cannot be paired. */
  readonly gain: { readonly value: number, readonly low: number, readonly high: number } | null
  readonly reason: string | null
}

/** One person's answer to a request for review of this version. `doubt`: why it does not count for this run and policy, as a part of a sentence. */
export interface Approval { readonly name: string, readonly keyId: string, readonly decision: 'approve' | 'reject', readonly at: number, readonly doubt?: string }

export interface MoreFacts {
  /** The moment of judging, in milliseconds since 1970. */
  readonly now: number
  readonly runId: string
  readonly task: Run['task']
  /** By name of the data set; null: this version has no finished run on a data set of that name. */
  readonly onData: Readonly<Record<string, OtherRun | null>>
  readonly against: Readonly<Record<string, Against>>
  /** Newest first, each list. */
  readonly slices: readonly Kept<SliceReport>[]
  readonly fairness: readonly Kept<FairnessReport>[]
  readonly quality: readonly Kept<QualityReport>[]
  readonly baselines: readonly Kept<BaselineReport>[]
  readonly newestTimes: readonly Kept<{ readonly column: string, readonly newest: number | null, readonly rows: number }>[]
  readonly paired: readonly Kept<Paired>[]
  readonly stress: readonly StressTest[]
  /** Of this version's model bytes only. */
  readonly speed: readonly SpeedReport[]
  readonly parity: readonly ParityReport[]
  readonly dataset: { readonly id: string, readonly name: string, readonly addedAt: number, /** When its file was last written; null: it is gone, or was written after it was added. */ readonly fileAt: number | null, readonly columns: readonly { readonly name: string, readonly type: string }[] }
  readonly version: { readonly label: string, readonly note: string, readonly tags: readonly string[], readonly links: readonly string[], readonly card: Readonly<Record<CardField, string | null>> }
  /** Null: nobody has been asked. */
  readonly approvals: { readonly list: readonly Approval[], /** Keys, and names where no key stood, of who brought the version in, bound it or asked. */ readonly authors: readonly string[] } | null
}

export interface RunFacts {
  readonly metrics: readonly MetricValue[]
  /** Null when the run kept no account of its rows. */
  readonly rows: RowAccount | null
  /** Bytes of the model that ran, its external data with it. */
  readonly modelBytes: number
  /** Metrics of the baseline run; null when there is none. */
  readonly baselineMetrics: readonly MetricValue[] | null
  /** The baseline run itself, for rules that pair rows. */
  readonly baselineRun?: OtherRun | null
  /** Everything beyond the run itself; rules that need it are not established without. */
  readonly more?: MoreFacts
}

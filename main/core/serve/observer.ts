// What the server tells of each answered or refused request, to whoever counts, logs and watches: one event, after the answer was sent.
import type { PlainTensor } from '../engine/engine-contract.ts'

/** Which of the versions served side by side answered. */
export type Arm = 'stable' | 'canary' | 'shadow'

export interface PredictionEvent {
  readonly requestId: string
  /** Milliseconds since 1970, when the request had arrived. */
  readonly at: number
  readonly arm: Arm
  readonly outcome: 'ok' | 'refused' | 'failed' | 'rejected' | 'timed-out'
  /** The HTTP status, and for anything but `ok` a short word for the reason (`queue-full`, `too-many-rows`, …). */
  readonly status: number
  readonly reason: string | null
  readonly rows: number
  /** From the request's arrival to its answer, in the queue, and in the runtime (of the batch it was part of). */
  readonly totalMs: number
  readonly queueMs: number
  readonly inferenceMs: number
  /** The tensors of this request alone, rows first; empty where it never came to the model. */
  readonly inputs: readonly PlainTensor[]
  readonly outputs: readonly PlainTensor[]
  /** A pseudonym of the unit (a customer, a device) that the request is about, where the caller sent one. */
  readonly unitHash: string | null
}

/** Counts, logs and watches. `observe` never throws and never waits: what it cannot keep up with it drops and counts. */
export interface Observer {
  observe(event: PredictionEvent): void
  /** Set by the server: how many requests wait. */
  queueDepth(depth: number): void
  /** The exposition for `/metrics`, in Prometheus' text format. */
  metrics(): Promise<string>
  readonly metricsType: string
  close(): Promise<void>
}

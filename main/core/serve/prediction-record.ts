// What is told of one request after its answer was sent: the observer's event, with plain tensors only when the observer looks at them.
// Owns nothing else.
import type { PlainTensor } from '../engine/engine-contract.ts'
import type { DenseTensor } from '../engine/session.ts'
import type { ServedArm } from './arm.ts'
import type { JobTiming } from './job.ts'
import type { Arm, PredictionEvent } from './observer.ts'
import type { RequestFault } from './request-fault.ts'
import { ServedTensor } from './served-tensor.ts'

export interface RecordedRequest { readonly requestId: string; readonly at: number; readonly began: number; readonly unit: string | null }

const noTime: JobTiming = { queueMs: 0, runMs: 0 }

const outcomes = { 'timed-out': 'timed-out', 'queue-full': 'rejected', draining: 'rejected', 'not-ready': 'rejected', failed: 'failed', crashed: 'failed', gone: 'failed' } as const

export class PredictionRecord implements PredictionEvent {
  readonly requestId: string
  readonly at: number
  readonly arm: Arm
  readonly outcome: PredictionEvent['outcome']
  readonly status: number
  readonly reason: string | null
  readonly rows: number
  readonly totalMs: number
  readonly queueMs: number
  readonly inferenceMs: number
  readonly unitHash: string | null
  private readonly asked: readonly ServedTensor[]
  private readonly found: readonly DenseTensor[]
  private readonly places: readonly number[]
  private readonly served: ServedArm
  private plainOutputs: readonly PlainTensor[] | null = null

  constructor(request: RecordedRequest, arm: ServedArm, fault: RequestFault | null, timing: JobTiming | null, rows: number, inputs: readonly ServedTensor[], places: readonly number[], outputs: readonly DenseTensor[]) {
    this.requestId = request.requestId
    this.at = request.at
    this.arm = arm.told
    this.outcome = fault === null ? 'ok' : (outcomes as Partial<Record<string, PredictionEvent['outcome']>>)[fault.reason] ?? 'refused'
    this.status = fault?.status ?? 200
    this.reason = fault?.reason ?? null
    this.rows = rows
    this.totalMs = performance.now() - request.began
    this.queueMs = (timing ?? noTime).queueMs
    this.inferenceMs = (timing ?? noTime).runMs
    // The observer turns it into a pseudonym, or leaves it out.
    this.unitHash = request.unit
    this.served = arm
    this.asked = inputs
    this.places = places
    this.found = outputs
  }

  get inputs(): readonly PlainTensor[] { return this.asked }

  get outputs(): readonly PlainTensor[] {
    return this.plainOutputs ??= this.found.map((tensor, i) => {
      const spec = this.served.contract.outputs[this.places[i]!]!
      return new ServedTensor(spec.name, spec.datatype, tensor.dims, tensor.values)
    })
  }
}

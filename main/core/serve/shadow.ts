// The shadow: a version that gets a copy of every answered request, whose answers nobody sees. They are compared with those that were sent,
// and counted. Owns the comparison; never holds up or changes an answer.
import { goldenDistance } from '../bundle/golden-lines.ts'
import type { DenseTensor } from '../engine/session.ts'
import { jobOf, type ServedArm } from './arm.ts'
import type { Observer } from './observer.ts'
import { PredictionRecord } from './prediction-record.ts'
import type { RequestFault } from './request-fault.ts'
import { answerReader, type RowAnswer } from './row-answers.ts'
import { ServedTensor } from './served-tensor.ts'

export interface MirroredRequest { readonly requestId: string; readonly at: number; readonly inputs: readonly ServedTensor[]; readonly places: readonly number[]; readonly rows: number; readonly arm: ServedArm }

export interface ShadowCounts { agreed: number; differed: number; failed: number }

export interface Shadow {
  mirror(request: MirroredRequest, outputs: readonly DenseTensor[]): void
  readonly counts: Readonly<ShadowCounts>
}

const decisionOf = (row: RowAnswer): string => ('error' in row ? 'error' : 'label' in row ? row.label : 'labels' in row ? row.labels.join('\0') : String(row.value))

/** How many rows two versions answer alike: the same class or labels where the binding says them, else values within the tolerance. */
export function rowsAlike(served: ServedArm, shadow: ServedArm, places: readonly number[], mine: readonly DenseTensor[], theirs: readonly DenseTensor[], rows: number): number {
  const names = places.map((place) => served.contract.outputs[place]?.name ?? '')
  const readers = [served, shadow].map((arm) => (arm.bundle.serving === null || arm.bundle.serving.binding.task === 'regression' ? null : answerReader(arm.bundle.serving.binding)))
  const [own, other] = readers
  if (own != null && other != null && [...own.fetches, ...other.fetches].every((name) => names.includes(name))) {
    const read = (reader: typeof own, outputs: readonly DenseTensor[]): string[] => reader.read(Object.fromEntries(names.map((name, i) => [name, outputs[i]!])), rows).map(decisionOf)
    const [a, b] = [read(own, mine), read(other, theirs)]
    return a.filter((decision, r) => decision === b[r]).length
  }
  const plain = (outputs: readonly DenseTensor[]) => outputs.map((t, i) => new ServedTensor(names[i]!, served.contract.outputs[places[i]!]!.datatype, t.dims, t.values).plain)
  return goldenDistance(plain(mine), plain(theirs), served.bundle.manifest.model.tolerance) <= 1 ? rows : 0
}

export function createShadow(arm: ServedArm, observer: Observer | undefined): Shadow {
  const counts: ShadowCounts = { agreed: 0, differed: 0, failed: 0 }
  return {
    counts,
    mirror(request, outputs) {
      const began = performance.now()
      const record = (fault: RequestFault | null, found: readonly DenseTensor[], timing: { queueMs: number; runMs: number }): void =>
        observer?.observe(new PredictionRecord({ requestId: request.requestId, at: request.at, began, unit: null }, arm, fault, timing, request.rows, request.inputs, request.places, found))
      arm.dispatcher.submit(jobOf(request.inputs, request.places, request.rows, {
        answered({ outputs: found, timing }) {
          try {
            const alike = rowsAlike(request.arm, arm, request.places, outputs, found, request.rows)
            counts.agreed += alike
            counts.differed += request.rows - alike
          } catch { counts.failed++ }
          record(null, found, timing)
        },
        refused(fault) {
          counts.failed++
          record(fault, [], { queueMs: 0, runMs: 0 })
        },
      }))
    },
  }
}

// How many rows go into one native call: starts small, grows toward a quarter of a second, respects a fixed batch dimension.
// Owns sizes only; refuses to know what a row is.
import { batchLimit, elementLimit } from '../../../shared/binding/shapes.ts'

export interface BatchPlan {
  /** Rows that the next call may hold. */
  size(): number
  /** Told after every full call how long it took, in milliseconds. */
  took(rows: number, ms: number): void
  /** Rows that every call must have, padded; null: as many as there are. */
  readonly fixed: number | null
  /** The sizes that were used, in order of first use. */
  readonly used: readonly number[]
}

export interface BatchWish {
  readonly fixed: number | null
  /** Asked for by the user; null: grows by itself. */
  readonly asked: number | null
  readonly pictures: boolean
  /** Never grow: for models whose answers depend on the batch, so that a repeat cuts its rows alike however fast the machine is. */
  readonly steady?: boolean
  /** Where growth begins, from an earlier part of the same run; null: at the beginning. */
  readonly start?: number | null
  /** Values of one row over all inputs, to bound memory. */
  readonly rowWidth: number
}

const target = 250
/** Values of one batch stay below this (64 MiB of float32), however fast the model is. */
const valueCap = 2 ** 24
/** The same for pictures (16 MiB): beyond it a batch and its layers leave the processor's caches to the threads that decode, and both get slower (measured: 5 % of the whole). */
const pictureValueCap = 2 ** 22

/** The plan of batch sizes. Throughput of table models is flat above some thousand rows, so growth stops at 16,384 (pictures: 256). */
export function planBatches(wish: BatchWish): BatchPlan {
  const used: number[] = []
  const most = Math.max(1, Math.min(batchLimit, Math.floor(elementLimit / Math.max(1, wish.rowWidth))))
  const cap = Math.max(1, Math.min(wish.pictures ? 256 : 16_384, Math.floor((wish.pictures ? pictureValueCap : valueCap) / Math.max(1, wish.rowWidth))))
  const growing = wish.fixed === null && wish.asked === null && wish.steady !== true
  let current = wish.fixed ?? Math.min(wish.asked ?? Math.min(wish.start ?? (wish.pictures ? 8 : 1024), cap), most)
  return {
    fixed: wish.fixed,
    used,
    size: () => current,
    took(rows, ms) {
      if (!used.includes(current)) used.push(current)
      if (!growing || rows < current) return
      if (ms * 2 <= target) current = Math.min(cap, current * 2)
      else if (ms > target * 1.6 && current > 1) current = Math.max(1, Math.floor(current / 2))
    },
  }
}

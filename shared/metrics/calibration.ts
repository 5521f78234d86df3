// How well stated confidence agrees with what happens: equal-width bins over [0, 1]. Owns the bin edges and their closing side.
import type { Curve } from '../domain/run.ts'

export type CalibrationCurve = Extract<Curve, { kind: 'calibration' }>

/**
 * Streaming calibration table: `bins` equal-width bins, right-closed (low, high]; 0 falls into the first.
 * ECE = Σ nb/N · |accuracy b − confidence b|; MCE = the largest such gap over bins that are not empty.
 * M. P. Naeini, G. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
 */
export class CalibrationTable {
  readonly #edges: Float64Array
  readonly #count: Float64Array
  readonly #hits: Float64Array
  readonly #confidence: Float64Array
  #rows = 0

  constructor(readonly name: string, bins: number) {
    this.#edges = Float64Array.from({ length: bins + 1 }, (_, i) => i === bins ? 1 : i * (1 / bins))
    this.#count = new Float64Array(bins)
    this.#hits = new Float64Array(bins)
    this.#confidence = new Float64Array(bins)
  }

  /** Adds the first `count` rows; `hits` is 1 for a hit. */
  addMany(confidences: Float64Array, hits: Uint8Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const bin = this.#binOf(confidences[i]!)
      this.#count[bin]!++
      this.#confidence[bin]! += confidences[i]!
      this.#hits[bin]! += hits[i]!
    }
    this.#rows += count
  }

  /** The table with both errors; they are null when no row came. */
  finish(): CalibrationCurve {
    let expected = 0
    let maximum = 0
    const bins = Array.from(this.#count, (count, b) => {
      const accuracy = count === 0 ? null : this.#hits[b]! / count
      const confidence = count === 0 ? null : this.#confidence[b]! / count
      if (accuracy !== null && confidence !== null) {
        const gap = Math.abs(accuracy - confidence)
        expected += count / this.#rows * gap
        maximum = Math.max(maximum, gap)
      }
      return { low: this.#edges[b]!, high: this.#edges[b + 1]!, count, accuracy, confidence }
    })
    const some = this.#rows > 0
    return { kind: 'calibration', name: this.name, expectedCalibrationError: some ? expected : null, maximumCalibrationError: some ? maximum : null, bins }
  }

  #binOf(value: number): number {
    const last = this.#count.length - 1
    let bin = Math.min(last, Math.max(0, Math.ceil(value * (last + 1)) - 1))
    // The product above may round across an edge: settle it against the edges themselves.
    while (bin > 0 && value <= this.#edges[bin]!) bin--
    while (bin < last && value > this.#edges[bin + 1]!) bin++
    return bin
  }
}

// Whether the true class is among the k largest scores of its row, and how often a tie leaves that open.

/** The depths shown, as far as they are smaller than the number of classes. */
const depthsShown = [1, 2, 3, 5] as const

/** A row is a hit at k when fewer than k classes score strictly more than the true one; a tie at the boundary counts in its favour and is counted apart. */
export class TopKCounts {
  readonly depths: readonly number[]
  readonly #classes: number
  readonly #hits = new Float64Array(6)
  readonly #ties = new Float64Array(6)
  readonly #top: Float64Array

  constructor(classes: number) {
    this.#classes = classes
    this.depths = depthsShown.filter((k) => k < classes)
    this.#top = new Float64Array((this.depths.at(-1) ?? 0) + 1)
  }

  /** Adds the first `rows` rows of `values`. */
  addRows(values: Float64Array, rows: number, truth: Int32Array): void {
    if (this.depths.length === 0) return
    if (this.#classes > 2) { for (let row = 0; row < rows; row++) this.#add(values, row * this.#classes, truth[row]!); return }
    for (let row = 0; row < rows; row++) {
      const own = values[row * 2 + truth[row]!]!
      const other = values[row * 2 + 1 - truth[row]!]!
      if (other <= own) this.#hits[1]!++
      if (other === own) this.#ties[1]!++
    }
  }

  #add(values: Float64Array, start: number, truth: number): void {
    const own = values[start + truth]!
    const top = this.#top
    top.fill(-Infinity)
    let above = 0
    for (let c = 0; c < this.#classes; c++) {
      const v = values[start + c]!
      if (v > own) above++
      if (v <= top[top.length - 1]!) continue
      let place = top.length - 1
      while (place > 0 && top[place - 1]! < v) { top[place] = top[place - 1]!; place-- }
      top[place] = v
    }
    for (const k of this.depths) {
      if (above < k) this.#hits[k] = this.#hits[k]! + 1
      if (top[k - 1] === top[k]) this.#ties[k] = this.#ties[k]! + 1
    }
  }

  hits(k: number): number { return this.#hits[k]! }
  /** Rows whose k-th and (k + 1)-th largest scores are equal. */
  ties(k: number): number { return this.#ties[k]! }
}

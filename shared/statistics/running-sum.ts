// A sum that does not lose small terms beside large ones. Owns nothing else.

/** Neumaier's compensated summation: the error stays near one rounding, however many terms there are. */
export class RunningSum {
  #sum = 0
  #lost = 0

  add(value: number): void {
    const next = this.#sum + value
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? (this.#sum - next) + value : (value - next) + this.#sum
    this.#sum = next
  }

  /** Adds the first `count` values, in order: the same sum as one by one, without a call for each. */
  addMany(values: Float64Array, count: number): void {
    let sum = this.#sum
    let lost = this.#lost
    for (let i = 0; i < count; i++) {
      const value = values[i]!
      const next = sum + value
      lost += Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum
      sum = next
    }
    this.#sum = sum
    this.#lost = lost
  }

  get total(): number { return this.#sum + this.#lost }
}

/** A sum of squares beside a sum: what the standard error of a mean needs. */
export class SquareSum {
  #sum = 0

  /** Adds the squares of the first `count` values. */
  addMany(values: Float64Array, count: number): void {
    let sum = this.#sum
    for (let i = 0; i < count; i++) sum += values[i]! * values[i]!
    this.#sum = sum
  }

  /** The standard error of the mean of `n` values with this sum of squares and this mean. */
  errorOfMean(mean: number, n: number): number {
    return n < 2 ? NaN : Math.sqrt(Math.max(0, this.#sum - n * mean * mean) / (n - 1) / n)
  }
}

/** The compensated sum of `term(0)` to `term(count − 1)`. */
export function sumOf(count: number, term: (index: number) => number): number {
  const sum = new RunningSum()
  for (let i = 0; i < count; i++) sum.add(term(i))
  return sum.total
}

// From raw scores to probabilities and predicted classes, in float64. Owns no model and no class names.

/**
 * Softmax of each row: exp(x − max) ÷ Σ exp(x − max), in float64.
 * `scores` is row-major [rows, columns]; the result has the same shape. A row holding NaN or +∞ becomes NaN.
 */
export function softmaxRows(scores: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const start = row * columns
    let top = -Infinity
    for (let c = 0; c < columns; c++) { const v = scores[start + c]!; if (v > top || v !== v) top = v }
    let sum = 0
    for (let c = 0; c < columns; c++) { const e = Math.exp(scores[start + c]! - top); out[start + c] = e; sum += e }
    for (let c = 0; c < columns; c++) out[start + c] = out[start + c]! / sum
  }
  return out
}

/** The logistic function 1 ÷ (1 + e^−x), arranged so that neither end overflows. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** Index of the largest value of each row; ties go to the lowest index, and the first NaN wins over every number. */
export function argmaxRows(scores: ArrayLike<number>, rows: number, columns: number): Int32Array {
  const out = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const start = row * columns
    let best = 0
    let top = scores[start]!
    for (let c = 1; c < columns && top === top; c++) {
      const v = scores[start + c]!
      if (v > top || v !== v) { top = v; best = c }
    }
    out[row] = best
  }
  return out
}

/** Two probability columns [1 − p, p] from one column of positive-class probabilities; `positive` is the column that gets p. */
export function twoColumns(positiveProbability: ArrayLike<number>, rows: number, positive: 0 | 1): Float64Array {
  const out = new Float64Array(rows * 2)
  for (let row = 0; row < rows; row++) {
    const p = positiveProbability[row]!
    out[row * 2 + positive] = p
    out[row * 2 + 1 - positive] = 1 - p
  }
  return out
}

// Temperature scaling: one number divides all logits, so that the log loss is least. The order of the classes never changes.
// C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017.

/** Probabilities below the smallest float32 count as that: a model that writes 0 means "very little", and its logarithm must stay finite. */
const least = 2 ** -149
const logOf = (p: number): number => Math.log(p < least ? least : p)

/** 1 ÷ T is looked for between these; beyond them every class is the same, or one is certain. */
const [flattest, sharpest] = [1 / 1000, 1000]

/** First and second derivative, by 1 ÷ T, of the mean log loss of row-major probabilities. */
function slopes(logits: Float64Array, truth: ArrayLike<number>, classes: number, sharpness: number): readonly [number, number] {
  const rows = truth.length
  let first = 0, second = 0
  for (let row = 0; row < rows; row++) {
    const start = row * classes
    let top = -Infinity
    for (let c = 0; c < classes; c++) if (logits[start + c]! > top) top = logits[start + c]!
    let sum = 0, mean = 0, square = 0
    for (let c = 0; c < classes; c++) {
      const z = logits[start + c]! - top
      const e = Math.exp(sharpness * z)
      sum += e
      mean += e * z
      square += e * z * z
    }
    mean /= sum
    first += mean - (logits[start + truth[row]!]! - top)
    second += square / sum - mean * mean
  }
  return [first / rows, second / rows]
}

/** The temperature that makes the log loss least, from 0.001 to 1,000. The loss is convex in 1 ÷ T: Newton's steps, halved where they leave the bracket. */
export function fitTemperature(probabilities: ArrayLike<number>, truth: ArrayLike<number>, classes: number): number {
  const logits = Float64Array.from(probabilities, logOf)
  let low: number = flattest, high: number = sharpest, at = 1
  for (let step = 0; step < 200; step++) {
    const [first, second] = slopes(logits, truth, classes, at)
    if (first > 0) high = at
    else low = at
    const newton = at - first / second
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high)
    if (Math.abs(next - at) <= 1e-12 * at) return 1 / next
    at = next
  }
  return 1 / at
}

/** Row-major probabilities at a temperature, in a new array. A row that is not finite becomes NaN. */
export function atTemperature(probabilities: ArrayLike<number>, rows: number, classes: number, temperature: number): Float64Array {
  const out = new Float64Array(rows * classes)
  for (let start = 0; start < rows * classes; start += classes) {
    let top = -Infinity
    for (let c = start; c < start + classes; c++) {
      const z = logOf(probabilities[c]!)
      out[c] = z
      if (z > top || z !== z) top = z
    }
    let sum = 0
    for (let c = start; c < start + classes; c++) sum += out[c] = Math.exp((out[c]! - top) / temperature)
    for (let c = start; c < start + classes; c++) out[c]! /= sum
  }
  return out
}

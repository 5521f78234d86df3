// Tails and quantiles of the distributions that tests need, in float64 with small relative error also far out in the tail.
// Owns no tests. Methods after M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 1964 (section numbers below).

const lanczos = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7]

/** ln Γ(x) for x > 0. C. Lanczos, SIAM J. Numer. Anal. 1, 1964, g = 7; Stirling's series (6.1.41) above 20. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  if (x > 20) {
    const s = 1 / (x * x)
    return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s / 1680))) / x
  }
  const base = x + 6.5
  const sum = lanczos.reduce((total, c, i) => i === 0 ? c : total + c / (x - 1 + i), 0)
  return 0.9189385332046727 + (x - 0.5) * Math.log(base) - base + Math.log(sum)
}

const tiny = 1e-300
const settled = 1e-16

/** Modified Lentz evaluation of a continued fraction b₀ + a₁/(b₁ + a₂/(b₂ + …)). */
function continuedFraction(b0: number, term: (i: number) => readonly [a: number, b: number]): number {
  let value = b0 === 0 ? tiny : b0
  let c = value
  let d = 0
  for (let i = 1; i < 100_000; i++) {
    const [a, b] = term(i)
    d = 1 / (b + a * d || tiny)
    c = b + a / c || tiny
    value *= c * d
    if (Math.abs(c * d - 1) < settled) break
  }
  return value
}

/** Upper regularised incomplete gamma function Q(a, x), a > 0, x ≥ 0 (6.5.29 below a + 1, 6.5.31 above). */
export function gammaTail(a: number, x: number): number {
  if (x <= 0) return 1
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let k = 1; term > sum * settled; k++) {
      term *= x / (a + k)
      sum += term
    }
    return 1 - scale * sum
  }
  return scale / continuedFraction(x + 1 - a, (i) => [-i * (i - a), x + 2 * i + 1 - a])
}

/** Regularised incomplete beta function I_x(a, b) (26.5.8). */
export function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges fast on this side only.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a)
  const scale = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a
  return scale / continuedFraction(1, (i) => {
    const m = Math.floor(i / 2)
    const numerator = i % 2 === 0 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)) : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return [numerator, 1]
  })
}

/** P(Z > z) of the standard normal distribution. */
export function normalTail(z: number): number {
  const half = gammaTail(0.5, z * z / 2) / 2
  return z >= 0 ? half : 1 - half
}

/** z with P(Z ≤ z) = p, 0 < p < 1. A rational start (26.2.23), then Newton steps. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity
  if (p >= 1) return Infinity
  if (p > 0.5) return -normalQuantile(1 - p)
  const t = Math.sqrt(-2 * Math.log(p))
  // Good to 4.5e-4; every Newton step about squares the error.
  let z = -(t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3))
  for (let i = 0; i < 3; i++) z -= (normalTail(-z) - p) * Math.sqrt(2 * Math.PI) * Math.exp(z * z / 2)
  return z
}

/** P(X > x) of a χ² distribution. */
export const chiSquareTail = (x: number, freedom: number): number => gammaTail(freedom / 2, x / 2)

/** P(|T| > |t|) of Student's t distribution. */
export const studentTwoSided = (t: number, freedom: number): number => betaShare(freedom / (freedom + t * t), freedom / 2, 0.5)

/** P(X ≤ k) of a binomial distribution with n trials and chance p. */
export function binomialUpTo(k: number, n: number, p: number): number {
  if (k < 0) return 0
  return k >= n ? 1 : betaShare(1 - p, n - k, k + 1)
}

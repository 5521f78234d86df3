// Two samples of numbers side by side: Kolmogorov and Smirnov's largest gap with its exact chance, and Wasserstein's distance.

/** A sorted copy without NaN. */
export const sortedSample = (sample: ArrayLike<number>): Float64Array => Float64Array.from(sample).filter((x) => !Number.isNaN(x)).sort()

/** Walks two sorted samples value by value: how many of each lie at or below, and the gap to the next value (0 at the end). */
function walk(a: Float64Array, b: Float64Array, step: (belowA: number, belowB: number, gap: number) => void): void {
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const at = Math.min(a[i] ?? Infinity, b[j] ?? Infinity)
    while (i < a.length && a[i] === at) i++
    while (j < b.length && b[j] === at) j++
    const next = Math.min(a[i] ?? Infinity, b[j] ?? Infinity)
    step(i, j, Number.isFinite(next) ? next - at : 0)
  }
}

/** Wasserstein's distance of order 1 of two sorted samples: the area between their distribution functions, in the unit of the values. */
export function wasserstein(a: Float64Array, b: Float64Array): number {
  let area = 0
  walk(a, b, (i, j, gap) => { area += Math.abs(i / a.length - j / b.length) * gap })
  return area
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

/**
 * The chance that the largest gap of two samples of sizes `m` and `n` is at least `reach` (in units of 1 ÷ the least common multiple of the sizes).
 * Exact: a random path of m steps right and n steps up leaves the band |x/m − y/n| < gap. `out[y]` is the chance for a path that ends at (x, y);
 * its last step came from the left with chance x ÷ (x + y). J. L. Hodges, Arkiv för Matematik 3, 1958.
 */
function chanceToLeave(m: number, n: number, reach: number, common: number): number {
  const [right, up] = [n / common, m / common]
  const out = new Float64Array(n + 1)
  // In the first column paths go straight up, and have left once the gap is reached.
  for (let y = 0; y <= n; y++) out[y] = y * up >= reach ? 1 : 0
  for (let x = 1; x <= m; x++) {
    const first = Math.max(0, Math.floor((x * right - reach) / up) + 1)
    const last = Math.min(n, Math.ceil((x * right + reach) / up) - 1)
    // Below the band everything has left; only the neighbour of the band is looked at.
    if (first > 0) out[first - 1] = 1
    for (let y = first; y <= last; y++) out[y] = y === 0 ? out[0]! : (x * out[y]! + y * out[y - 1]!) / (x + y)
  }
  return out[n]!
}

/** Kolmogorov's limit of the chance, for samples too large to count paths. N. Smirnov, Annals of Mathematical Statistics 19, 1948. */
export function limitChance(gap: number, m: number, n: number): number {
  const reach = gap * Math.sqrt((m * n) / (m + n))
  let sum = 0
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * (k * reach) ** 2)
    sum += k % 2 === 1 ? term : -term
    if (term < 1e-18) break
  }
  return Math.min(1, Math.max(0, 2 * sum))
}

const mostCounted = 10_000

/** The two-sided test of Kolmogorov and Smirnov on two sorted samples: the largest gap of their distribution functions, and its chance (exact up to 10,000 values each). */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): { readonly statistic: number; readonly p: number } {
  const [m, n] = [a.length, b.length]
  if (m === 0 || n === 0) return { statistic: NaN, p: NaN }
  const common = divisor(m, n)
  let reach = 0
  walk(a, b, (i, j) => { reach = Math.max(reach, Math.abs(i * (n / common) - j * (m / common))) })
  const statistic = reach / ((m / common) * n)
  if (reach === 0) return { statistic, p: 1 }
  return { statistic, p: Math.max(m, n) <= mostCounted ? chanceToLeave(m, n, reach, common) : limitChance(statistic, m, n) }
}

// Gaussian blur of a plane of numbers in a time that does not grow with its width: three extended box blurs along each axis.
// P. Gwosdek et al., "Theoretical foundations of Gaussian convolution by extended box filtering", SSVM 2011. Owns no picture.

const passes = 3

/** A box of 2·reach + 1 full weights and one partial weight at each end, whose variance is exactly a third of sigma². */
function boxOf(sigma: number): { readonly reach: number; readonly edge: number } {
  const variance = (sigma * sigma) / passes
  const reach = Math.floor(0.5 * Math.sqrt(12 * variance + 1) - 0.5)
  const edge = ((2 * reach + 1) * (reach * (reach + 1) - 3 * variance)) / (6 * (variance - (reach + 1) ** 2))
  return { reach, edge }
}

/** One pass along a line of `count` numbers that lie `step` apart; beyond the ends the last number goes on. */
function blurLine(from: Float32Array, to: Float32Array, start: number, count: number, step: number, reach: number, edge: number): void {
  const at = (i: number): number => from[start + Math.min(count - 1, Math.max(0, i)) * step]!
  const weight = 1 / (2 * reach + 1 + 2 * edge)
  let sum = 0
  for (let i = -reach; i <= reach; i++) sum += at(i)
  for (let i = 0, o = start; i < count; i++, o += step) {
    to[o] = (sum + edge * (at(i - reach - 1) + at(i + reach + 1))) * weight
    sum += at(i + reach + 1) - at(i - reach)
  }
}

/** Blurs a row-major plane of width × height in place. `sigma` in pixels; 0 leaves it as it is. */
export function blurPlane(plane: Float32Array, width: number, height: number, sigma: number): void {
  if (sigma <= 0) return
  const { reach, edge } = boxOf(sigma)
  let from = plane
  let to: Float32Array = new Float32Array(plane.length)
  for (let pass = 0; pass < passes; pass++) {
    for (let y = 0; y < height; y++) blurLine(from, to, y * width, width, 1, reach, edge)
    ;[from, to] = [to, from]
  }
  for (let pass = 0; pass < passes; pass++) {
    for (let x = 0; x < width; x++) blurLine(from, to, x, height, width, reach, edge)
    ;[from, to] = [to, from]
  }
  // Six passes: what was read last is the plane itself again.
}

// Sorts many float32 scores fast: by their bits, in buckets that fit the processor's cache. Owns nothing else.
// The order is that of TypedArray.prototype.sort for finite numbers (−0 before 0); NaN is the caller's to keep out.

const bucketBits = 12
const buckets = 1 << bucketBits
const shift = 32 - bucketBits
const digitBits = shift / 2
const digits = 1 << digitBits
/** Below this many values the built-in sort is as fast. */
const few = 4096

/** Bits of a float32 as an unsigned number in the order of the floats. */
const keyOf = (bits: number): number => (bits ^ ((bits >> 31) | 0x80000000)) >>> 0
const bitsOf = (key: number): number => ((key & 0x80000000) !== 0 ? key ^ 0x80000000 : ~key) >>> 0

/** Sorts one bucket, whose keys share their top bits, by its remaining bits in two passes. `spare` must be as long. */
function sortBucket(keys: Uint32Array, spare: Uint32Array, counts: Uint32Array): void {
  const n = keys.length
  for (let pass = 0; pass < 2; pass++) {
    const [from, to] = pass === 0 ? [keys, spare] : [spare, keys]
    const low = pass * digitBits
    counts.fill(0)
    for (let i = 0; i < n; i++) counts[(from[i]! >>> low) & (digits - 1)]!++
    let start = 0
    for (let d = 0; d < digits; d++) { const count = counts[d]!; counts[d] = start; start += count }
    for (let i = 0; i < n; i++) { const key = from[i]!; to[counts[(key >>> low) & (digits - 1)]!++] = key }
  }
}

/** The values of `parts` in one ascending array. Memory: the result and, for a moment, the largest bucket. */
export function sortFloats(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const total = parts.reduce((sum, part) => sum + part.length, 0)
  const out = new Float32Array(total)
  if (total < few) {
    let at = 0
    for (const part of parts) { out.set(part, at); at += part.length }
    return out.sort()
  }
  const keys = new Uint32Array(out.buffer)
  const views = parts.map((part) => new Uint32Array(part.buffer, part.byteOffset, part.length))
  const ends = new Uint32Array(buckets + 1)
  for (const bits of views) for (let i = 0; i < bits.length; i++) ends[(keyOf(bits[i]!) >>> shift) + 1]!++
  let widest = 0
  for (let b = 1; b <= buckets; b++) { widest = Math.max(widest, ends[b]!); ends[b]! += ends[b - 1]! }
  const places = ends.slice(0, buckets)
  for (const bits of views) for (let i = 0; i < bits.length; i++) { const key = keyOf(bits[i]!); keys[places[key >>> shift]!++] = key }
  const spare = new Uint32Array(widest)
  const counts = new Uint32Array(digits)
  for (let b = 0; b < buckets; b++) {
    const bucket = keys.subarray(ends[b], ends[b + 1])
    if (bucket.length > 256) sortBucket(bucket, spare, counts)
    else if (bucket.length > 1) bucket.sort()
  }
  for (let i = 0; i < total; i++) keys[i] = bitsOf(keys[i]!)
  return out
}

// Random numbers by place instead of by turn: the same seed, stream and index give the same number whatever was asked before.
// So rows can be read in chunks of any length, and a test at two severities hits the same cells. Owns the mixing only.

/** The finalizer of MurmurHash3 (A. Appleby, public domain): every bit of the input moves every bit of the output. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A 32-bit number for a text, so that columns have streams of their own (FNV-1a over UTF-16 code units). */
export function streamOf(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mix(h)
}

/** Uniform on [0, 1), 53 bits, from a seed, a stream and an index (whole numbers). */
export function randomAt(seed: number, stream: number, index: number): number {
  const base = mix((mix((seed >>> 0) ^ 0x9e3779b9) + Math.floor(seed / 2 ** 32) + stream) | 0)
  const one = mix((base + Math.imul(index | 0, 0x9e3779b1)) | 0)
  const two = mix(one ^ mix((base ^ 0x7f4a7c15) + Math.imul(index | 0, 0x85ebca77) | 0))
  return ((one >>> 5) * 67108864 + (two >>> 6)) / 9007199254740992
}

/** A standard normal number from two uniform ones of the place (G. Box, M. Muller, 1958). */
export function normalAt(seed: number, stream: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - randomAt(seed, stream, index)))
  return radius * Math.cos(2 * Math.PI * randomAt(seed, mix(stream ^ 0x5bd1e995), index))
}

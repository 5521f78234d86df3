// BLAKE2b with 64 bytes of digest and without a key, after RFC 7693: minisign signs this digest, and the OpenSSL inside Electron does not have it.
// For small files: everything is in memory.

const mask = 0xffff_ffff_ffff_ffffn
const initial = [
  0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n, 0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n,
] as const
/** Which words of the block each of the ten rounds takes; rounds 11 and 12 are the first two again. */
const schedule = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3], [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8], [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10], [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
] as const
/** The four columns, then the four diagonals of the state. */
const quarters = [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]] as const

const turn = (word: bigint, by: bigint): bigint => ((word >> by) | (word << (64n - by))) & mask

function compress(state: bigint[], block: Buffer, counted: bigint, last: boolean): void {
  const words = Array.from({ length: 16 }, (_, i) => block.readBigUInt64LE(8 * i))
  const v = [...state, ...initial]
  v[12] = v[12]! ^ (counted & mask)
  if (last) v[14] = v[14]! ^ mask
  for (let round = 0; round < 12; round++) {
    const order = schedule[round % 10]!
    for (const [q, [a, b, c, d]] of quarters.entries()) {
      v[a] = (v[a]! + v[b]! + words[order[2 * q]!]!) & mask
      v[d] = turn(v[d]! ^ v[a], 32n)
      v[c] = (v[c]! + v[d]) & mask
      v[b] = turn(v[b]! ^ v[c], 24n)
      v[a] = (v[a] + v[b] + words[order[2 * q + 1]!]!) & mask
      v[d] = turn(v[d] ^ v[a], 16n)
      v[c] = (v[c] + v[d]) & mask
      v[b] = turn(v[b] ^ v[c], 63n)
    }
  }
  for (let i = 0; i < 8; i++) state[i] = state[i]! ^ v[i]! ^ v[i + 8]!
}

/** The 64 bytes of the digest. */
export function blake2b512(bytes: Buffer): Buffer {
  const state: bigint[] = [...initial]
  // No key, no tree, 64 bytes out.
  state[0] = state[0]! ^ 0x0101_0040n
  const blocks = Math.max(1, Math.ceil(bytes.length / 128))
  for (let i = 0; i < blocks; i++) {
    const block = Buffer.alloc(128)
    bytes.copy(block, 0, 128 * i)
    const last = i === blocks - 1
    compress(state, block, BigInt(last ? bytes.length : 128 * (i + 1)), last)
  }
  const digest = Buffer.alloc(64)
  for (const [i, word] of state.entries()) digest.writeBigUInt64LE(word, 8 * i)
  return digest
}

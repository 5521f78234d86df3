// Our BLAKE2b against OpenSSL's, which Node has and Electron has not.
import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { blake2b512 } from '../../main/core/bundle/seal/blake2b.ts'

test('every length up to three blocks, and a long text, as OpenSSL has it', () => {
  const bytes = randomBytes(70_001)
  for (const length of [...Array(386).keys(), 1000, 70_001]) {
    const part = bytes.subarray(0, length)
    expect(blake2b512(part).toString('hex'), `${length} bytes`).toBe(createHash('blake2b512').update(part).digest('hex'))
  }
})

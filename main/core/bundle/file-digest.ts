// SHA-256 of files on disk, quickly: small ones in one breath, large ones read ahead while the piece before is hashed.
// Owns how bytes get from the disk into the hash; refuses to judge what comes out.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** Up to this size a file is read at once: one call of the system takes less time than waiting for it would. */
const smallBytes = 256 * 1024
const pieceBytes = 2 * 1024 * 1024

/** The SHA-256 of a file of about `bytes` bytes, in hexadecimal digits. */
export async function digestOfFile(path: string, bytes: number, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  if (bytes <= smallBytes) return hash.update(readFileSync(path)).digest('hex')
  const file = await open(path, 'r')
  try {
    const pieces = [Buffer.allocUnsafe(pieceBytes), Buffer.allocUnsafe(pieceBytes)] as const
    let coming = file.read(pieces[0], 0, pieceBytes, null)
    for (let turn = 1; ; turn++) {
      const { buffer, bytesRead } = await coming
      if (bytesRead === 0) return hash.digest('hex')
      signal?.throwIfAborted()
      coming = file.read(pieces[turn % 2 === 0 ? 0 : 1], 0, pieceBytes, null)
      hash.update(buffer.subarray(0, bytesRead))
    }
  } finally { await file.close() }
}

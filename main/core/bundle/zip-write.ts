// Writes the deterministic archive from files on disk: one pass for sizes and checksums is the caller's, one pass writes.
import { open, type FileHandle } from 'node:fs/promises'
import { layout, localHeader, tail, type ZipEntry } from './zip-layout.ts'

export interface ZipSource extends ZipEntry { readonly file: string }

const chunkBytes = 1 << 20

/** A disk that is getting full takes a part of what it is given; only asking again brings its error. */
async function writeAll(target: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await target.write(bytes, done, bytes.length - done)).bytesWritten
}

async function copyInto(target: FileHandle, file: string, signal: AbortSignal): Promise<void> {
  const source = await open(file, 'r')
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes)
    for (;;) {
      signal.throwIfAborted()
      const { bytesRead } = await source.read(buffer, 0, chunkBytes)
      if (bytesRead === 0) return
      await writeAll(target, buffer.subarray(0, bytesRead))
    }
  } finally {
    await source.close()
  }
}

/** Writes the archive to `path`, which must not exist, and syncs it to disk. Entries must be sorted by code point already. */
export async function writeZip(path: string, entries: readonly ZipSource[], signal: AbortSignal): Promise<void> {
  const target = await open(path, 'wx', 0o644)
  try {
    for (const entry of entries) {
      await writeAll(target, localHeader(entry))
      await copyInto(target, entry.file, signal)
    }
    const expected = layout(entries).directoryOffset
    const { size } = await target.stat()
    // A source that grew or shrank since it was measured would make a broken archive.
    if (size !== expected) throw new Error(`the staged files changed while they were archived (${size} bytes instead of ${expected})`)
    await writeAll(target, tail(entries))
    await target.sync()
  } finally {
    await target.close()
  }
}

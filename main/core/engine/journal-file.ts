// A file of frames that is only ever appended to: what was written whole is found again, whatever happened to the rest.
// Owns lengths and checksums; refuses to know what a frame means.
import { constants } from 'node:fs'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'

/** Where bytes lie in the file. */
export interface Place { readonly at: number; readonly length: number }

export interface FrameFile {
  read(place: Place): Promise<Buffer>
  /** One at a time: call again when it has settled. */
  append(bytes: Uint8Array): Promise<void>
  bytes(): number
  close(): Promise<void>
}

/** Length and checksum before the bytes of each frame. */
const headBytes = 8
/** A power cut takes what the system had not yet written; this often it must. */
const syncEveryMs = 5000

/** The length is part of the checksum, so that a stretch of zeros is no frame. */
function frameHead(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(headBytes)
  head.writeUInt32LE(bytes.length, 0)
  head.writeUInt32LE(crc32(bytes, crc32(head.subarray(0, 4))), 4)
  return head
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer | null> {
  const bytes = Buffer.alloc(length)
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, length - done, at + done)
    if (bytesRead === 0) return null
    done += bytesRead
  }
  return bytes
}

/** Visits every frame from the start that is whole; the first torn or changed one is the end, which is answered. */
async function scan(handle: FileHandle, visit: (bytes: Buffer, at: number) => void): Promise<number> {
  const { size } = await handle.stat()
  let at = 0
  for (;;) {
    const head = at + headBytes > size ? null : await readAt(handle, at, headBytes)
    const length = head?.readUInt32LE(0) ?? 0
    if (head === null || at + headBytes + length > size) return at
    const bytes = await readAt(handle, at + headBytes, length)
    if (bytes === null || !frameHead(bytes).equals(head)) return at
    visit(bytes, at + headBytes)
    at += headBytes + length
  }
}

function frameFile(handle: FileHandle, start: number): FrameFile {
  let end = start
  let synced = performance.now()
  return {
    async read(place) {
      const bytes = await readAt(handle, place.at, place.length)
      if (bytes === null) throw new Error('a journal became shorter while it was read')
      return bytes
    },
    async append(bytes) {
      const whole = Buffer.concat([frameHead(bytes), bytes])
      for (let done = 0; done < whole.length;) done += (await handle.write(whole, done, whole.length - done, end + done)).bytesWritten
      end += whole.length
      if (performance.now() - synced < syncEveryMs) return
      await handle.datasync()
      synced = performance.now()
    },
    bytes: () => end,
    close: () => handle.close(),
  }
}

/**
 * Opens a file for reading and for appending after its last whole frame; what is torn behind it is cut off. `visit` is told the bytes of
 * every whole frame and where they begin. Rejects with the system's error, or what `visit` throws.
 */
export async function readFrames(path: string, visit: (bytes: Buffer, at: number) => void): Promise<FrameFile> {
  const handle = await open(path, 'r+')
  try {
    const end = await scan(handle, visit)
    await handle.truncate(end)
    return frameFile(handle, end)
  } catch (thrown) {
    await handle.close()
    throw thrown
  }
}

/** Begins a file with one frame; an old file of that name is replaced. Rejects with the system's error. */
export async function appendFrames(path: string, first: Uint8Array): Promise<FrameFile> {
  await mkdir(dirname(path), { recursive: true })
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600)
  const file = frameFile(handle, 0)
  try {
    await file.append(first)
    return file
  } catch (thrown) {
    await handle.close()
    throw thrown
  }
}

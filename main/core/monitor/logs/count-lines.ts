// Turns "the n-th line that is not blank" into the number of the line, for the few lines that are named to a user. Reads no further than it must.
import { createReadStream } from 'node:fs'

const newline = 10

/** `wanted`: places among the lines that are not blank, from 1. Answers line numbers by place; a place that the file lacks is missing. */
export async function linesOf(path: string, wanted: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>()
  const last = Math.max(0, ...wanted)
  const asked = new Set(wanted)
  let [line, place, blank] = [1, 0, true]
  for await (const raw of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const block = raw as Buffer
    for (let i = 0; i < block.length; i++) {
      const byte = block[i]!
      if (byte === newline) { line++; blank = true; continue }
      if (!blank || byte === 32 || byte === 9 || byte === 13) continue
      blank = false
      if (asked.has(++place)) found.set(place, line)
      if (place >= last) return found
    }
  }
  return found
}

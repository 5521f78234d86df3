// What a picture is like apart from what it shows: size, brightness, contrast. Reads and decodes; refuses to judge.
import { readFile } from 'node:fs/promises'
import { cancelled } from '../datasets/duckdb.ts'
import { decodePicture } from './decode.ts'
import type { Picture } from './picture.ts'

export interface PictureFacts { readonly width: number, readonly height: number, /** Mean luma, 0 black to 255 white. */ readonly brightness: number, /** Standard deviation of the luma. */ readonly contrast: number }

/** About so many pixels are looked at, evenly spread. */
const pixelsLooked = 20_000

/** Luma with the weights of ITU-R BT.709, over every pixel or an even grid of them. */
export function factsOf({ width, height, rgba }: Picture): PictureFacts {
  const step = Math.max(1, Math.floor(Math.sqrt(width * height / pixelsLooked)))
  let [count, sum, squares] = [0, 0, 0]
  for (let y = 0; y < height; y += step) for (let x = 0; x < width; x += step) {
    const at = (y * width + x) * 4
    const luma = 0.2126 * rgba[at]! + 0.7152 * rgba[at + 1]! + 0.0722 * rgba[at + 2]!
    count++
    sum += luma
    squares += luma * luma
  }
  const brightness = sum / count
  return { width, height, brightness, contrast: Math.sqrt(Math.max(0, squares / count - brightness ** 2)) }
}

/** The facts of each file in order; null for one that cannot be read. */
export async function pictureFacts(paths: readonly string[], signal: AbortSignal, tell: (done: number) => void): Promise<(PictureFacts | null)[]> {
  const facts: (PictureFacts | null)[] = []
  for (const path of paths) {
    if (signal.aborted) throw cancelled()
    facts.push(await readFile(path).then(decodePicture).then(factsOf).catch(() => null))
    tell(facts.length)
  }
  return facts
}

// One picture file to pixels, or to the few words that say why not. Owns the words of a file that cannot be read.
import { readFile } from 'node:fs/promises'
import { decodePicture } from './decode.ts'
import type { Picture } from './picture.ts'

/** The picture, or why it is unreadable, without its name, so that equal reasons can be counted. */
export async function decodeFile(path: string): Promise<Picture | string> {
  try {
    return await decodePicture(await readFile(path))
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code
    return `the picture is unreadable: ${code === undefined ? (thrown as Error).message : `reading it failed (${code})`}`
  }
}

// Writes a text where the user wants it: beside the place first, then renamed, so that a failure leaves what was there.
import { rename, rm, writeFile } from 'node:fs/promises'
import { writeFault } from './staged-copy.ts'

/** Errors: `file.diskFull`, `file.notWritable`. */
export async function writeText(path: string, text: string, encoding: 'utf-8' | 'base64' = 'utf-8'): Promise<void> {
  const half = `${path}.${process.pid}.part`
  try {
    await writeFile(half, text, { flag: 'wx', encoding })
    await rename(half, path)
  } catch (thrown) {
    await rm(half, { force: true })
    throw writeFault(thrown, 'The chosen place')
  }
}

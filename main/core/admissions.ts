// Tokens instead of paths: a path enters the core here, handed over by the user, and leaves only to whoever holds its token.
// Refuses what is neither file nor folder, and every token that is old or made for another use.
import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { AdmittedFile } from '../../shared/contract.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { newId, type FileToken } from '../../shared/ids.ts'
import { readFault } from './files/staged-copy.ts'

export type FileUse = 'read' | 'write'

export interface Admissions {
  admit(path: string, use?: FileUse): Promise<AdmittedFile>
  /** The path behind a token. Errors: `input.tokenUnknown`. */
  redeem(token: FileToken, use: FileUse): string
}

const lifeMs = 60 * 60 * 1000
const mostTokens = 20_000

async function look(path: string): Promise<{ kind: 'file' | 'folder'; bytes: number | null }> {
  const name = basename(path)
  const found = await stat(path).catch((thrown: unknown) => { throw readFault(thrown, name) })
  if (found.isDirectory()) return { kind: 'folder', bytes: null }
  if (found.isFile()) return { kind: 'file', bytes: found.size }
  throw new SlipwayError('file.notRegular', { file: name, what: found.isFIFO() ? 'a named pipe' : found.isSocket() ? 'a socket' : 'a device' })
}

/** A file to be written need not exist, but its folder must. */
async function lookForWriting(path: string): Promise<{ kind: 'file' | 'folder'; bytes: number | null }> {
  try { return await look(path) } catch (thrown) {
    if (!(thrown instanceof SlipwayError) || thrown.code !== 'file.missing') throw thrown
  }
  const folder = await stat(dirname(path)).catch(() => null)
  if (folder?.isDirectory() !== true) throw new SlipwayError('file.notWritable', { where: `“${basename(path)}”`, reason: 'its folder does not exist' })
  return { kind: 'file', bytes: null }
}

export function openAdmissions(clock: () => number): Admissions {
  const tokens = new Map<FileToken, { readonly path: string; readonly use: FileUse; readonly until: number }>()
  const forget = (): void => {
    const now = clock()
    for (const [token, entry] of tokens) {
      if (entry.until > now && tokens.size < mostTokens) break
      tokens.delete(token)
    }
  }
  return {
    async admit(given, use = 'read') {
      if (given === '' || given.includes('\0')) throw new SlipwayError('input.invalid', { reason: 'not a path' })
      const path = resolve(given)
      const { kind, bytes } = await (use === 'write' ? lookForWriting(path) : look(path))
      forget()
      const token = newId('file', clock())
      tokens.set(token, { path, use, until: clock() + lifeMs })
      return { token, name: basename(path), kind, bytes }
    },
    redeem(token, use) {
      const entry = tokens.get(token)
      if (entry === undefined || entry.use !== use || entry.until <= clock()) throw new SlipwayError('input.tokenUnknown', {})
      return entry.path
    },
  }
}

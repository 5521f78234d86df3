// Who may ask: bearer tokens from a file, kept and compared as hashes. Owns reading that file; refuses short tokens and empty files.
import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { NotServed } from './not-served.ts'

export interface Access {
  /** Whether the value of an Authorization header names a known token. */
  allows(header: string | undefined): boolean
  /** Reads the file again; the old tokens stay when it cannot be read. Answers what is wrong with it, or null. */
  reload(): string | null
}

const leastLetters = 16
const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Hashes of the tokens in a file: one a line, in clear or as sha256:HEX, lines with # left out. Throws NotServed. */
export function readTokens(file: string): readonly Buffer[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new NotServed(`the file of tokens ${file} cannot be read`, 2)
  }
  const hashes = text.split(/\r?\n/).flatMap((line, i): Buffer[] => {
    const word = line.trim()
    if (word === '' || word.startsWith('#')) return []
    const hash = /^sha256:([0-9a-f]{64})$/i.exec(word)?.[1]
    if (hash !== undefined) return [Buffer.from(hash, 'hex')]
    if (/\s/.test(word)) throw new NotServed(`line ${i + 1} of the file of tokens has a space in it; a line holds one token`, 2)
    if (word.length < leastLetters) throw new NotServed(`the token in line ${i + 1} of the file of tokens is shorter than ${leastLetters} characters`, 2)
    return [hashOf(word)]
  })
  if (hashes.length === 0) throw new NotServed('the file of tokens holds no token', 2)
  return hashes
}

/** Everybody. */
export const openAccess: Access = { allows: () => true, reload: () => null }

/** Those who name a token of this file. Every known hash is compared, whichever fits. */
export function tokenAccess(file: string): Access {
  let known = readTokens(file)
  return {
    allows(header) {
      const token = /^bearer +(\S+) *$/i.exec(header ?? '')?.[1]
      if (token === undefined) return false
      const hash = hashOf(token)
      let found = false
      for (const one of known) if (timingSafeEqual(one, hash)) found = true
      return found
    },
    reload() {
      try {
        known = readTokens(file)
        return null
      } catch (thrown) {
        return thrown instanceof Error ? thrown.message : String(thrown)
      }
    },
  }
}

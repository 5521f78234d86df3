// reviewer.trust and reviewer.distrust: whose answers count in this workspace, by public key. Trust is never taken from a file that came with an answer.
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Reviewer } from '../../../shared/domain/review.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { keyIdOf, publicPemOf } from '../bundle/sign.ts'
import { readFault } from '../files/staged-copy.ts'
import type { Parts } from '../parts.ts'
import { record } from '../store/history.ts'
import { findReviewer, insertReviewer, listReviewers } from '../store/reviews.ts'

async function readKey(path: string): Promise<{ keyId: string; publicKey: string }> {
  const file = basename(path)
  const handle = await open(path, 'r').catch((thrown: unknown) => { throw readFault(thrown, file) })
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(8192), 0, 8192, 0)
    const pem = buffer.toString('utf8', 0, bytesRead)
    return { keyId: keyIdOf(pem), publicKey: publicPemOf(pem) }
  } catch (thrown) {
    throw thrown instanceof SlipwayError ? thrown : new SlipwayError('key.notPublic', { file, reason: 'it holds no Ed25519 public key' })
  } finally { await handle.close() }
}

/** A key that is trusted under another name is renamed only when `rename` says so. Errors: `key.notPublic`, `review.otherName`, `file.*`. */
export async function trustReviewer(parts: Parts, request: { readonly name: string; readonly path: string; readonly rename?: boolean }): Promise<Reviewer> {
  const key = await readKey(request.path)
  const now = parts.clock()
  return parts.store.write((db) => {
    const known = findReviewer(db, key.keyId)
    if (known?.name === request.name) return known
    if (known !== null && request.rename !== true) throw new SlipwayError('review.otherName', { keyId: key.keyId, name: known.name, wanted: request.name })
    const eventId = record(db, { verb: 'reviewer.trust', subject: key.keyId, sentence: known === null ? `Trusted the key ${key.keyId} as ${request.name}’s.` : `The trusted key ${key.keyId} of ${known.name} is called ${request.name} from now on.`, facts: { publicKey: key.publicKey } }, now)
    insertReviewer(db, { ...key, name: request.name, trusted: true, eventId }, now)
    return findReviewer(db, key.keyId)!
  })
}

/** `who`: a key id, or a name that only one trusted key has. Answers that were recorded stay. Errors: `review.notTrusted`. */
export function distrustReviewer(parts: Parts, who: string, reason: string): readonly Reviewer[] {
  const now = parts.clock()
  return parts.store.write((db) => {
    const found = listReviewers(db).filter((r) => r.keyId === who || r.name === who)
    if (found.length !== 1) throw new SlipwayError('review.notTrusted', { id: who })
    const { name, keyId, publicKey } = found[0]!
    const eventId = record(db, { verb: 'reviewer.distrust', subject: keyId, sentence: `The key ${keyId} of ${name} is trusted no more.`, why: reason }, now)
    insertReviewer(db, { name, keyId, publicKey, trusted: false, eventId }, now)
    return listReviewers(db)
  })
}

// review.request: a version with its evidence -> one small signed file for another person, and the version in review.
import { rm } from 'node:fs/promises'
import { ReviewRequestBody, type Review } from '../../../shared/domain/review.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { newId, type RunId, type VersionId } from '../../../shared/ids.ts'
import { bodySha256 } from '../bundle/review-signature.ts'
import { loadOrCreateKey } from '../bundle/sign.ts'
import { writeText } from '../files/write-text.ts'
import type { Parts } from '../parts.ts'
import { record } from '../store/history.ts'
import { recordState, versionState } from '../store/life.ts'
import { findReview, insertRequest } from '../store/reviews.ts'
import { gatherEvidence } from '../steps/review-evidence.ts'
import { signReview } from '../steps/signed-review.ts'
import { signerOf } from './identity-make.ts'

/** As a person can read it, too. */
export const writeReviewFile = (path: string, value: unknown): Promise<void> => writeText(path, `${JSON.stringify(value, null, 2)}\n`)

export interface RequestWish { readonly versionId: VersionId; readonly runId?: RunId; readonly message: string; readonly path: string }

/**
 * Makes the file first and enters the request only when it is there, so that no version waits for a review that nobody can give.
 * Errors: `review.nothingToReview`, `life.notAllowed`, `key.locked`, `file.*`.
 */
export async function requestReview(parts: Parts, wish: RequestWish): Promise<Review> {
  const key = await loadOrCreateKey(parts.places.keys, parts.passphrase())
  const now = parts.clock()
  const { evidence, needed, authorMayApprove } = parts.store.read((db) => gatherEvidence(db, wish.versionId, wish.runId))
  const body = ReviewRequestBody.parse({ schema: 'slipway.review-request/1', id: newId('review', now), createdAt: now, author: signerOf(parts, key), message: wish.message, needed, authorMayApprove, evidence })
  const signed = { body, signature: signReview(key, body) }
  const sha256 = bodySha256(body)
  const enter = (): Review => parts.store.write((db) => {
    const { name, number } = evidence.model
    if (bodySha256(gatherEvidence(db, wish.versionId, wish.runId).evidence) !== bodySha256(evidence)) throw new SlipwayError('review.stale', { version: `${name} ${number}`, reason: 'its evidence changed while the request was written' })
    const eventId = record(db, { verb: 'review.request', subject: wish.versionId, sentence: `Asked for a review of ${name} ${number}.`, why: wish.message === '' ? null : wish.message, facts: { requestId: body.id, sha256, runId: evidence.run.id, checkId: evidence.gate?.checkId ?? null } }, now)
    insertRequest(db, signed, sha256, eventId)
    // What is approved or released keeps its state until the new request is decided.
    if (!['in-review', 'approved', 'released'].includes(versionState(db, wish.versionId))) recordState(db, { versionId: wish.versionId, action: 'submit', reason: wish.message === '' ? 'A review was asked for.' : wish.message }, now)
    return findReview(db, body.id)!
  })
  await writeReviewFile(wish.path, signed)
  try {
    return enter()
  } catch (thrown) {
    await rm(wish.path, { force: true })
    throw thrown
  }
}

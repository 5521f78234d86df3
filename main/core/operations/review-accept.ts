// review.accept: a signed answer -> an approval or a rejection in the record, once every check holds. Nothing is entered otherwise.
import { SignedAnswer, type Review } from '../../../shared/domain/review.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { bodySha256 } from '../bundle/review-signature.ts'
import type { Parts } from '../parts.ts'
import type { WriteDb } from '../store/database.ts'
import { record } from '../store/history.ts'
import { recordState } from '../store/life.ts'
import { authorsOf, findReview, findReviewer, insertAnswer, insertRevocation, standingApprovals } from '../store/reviews.ts'
import { demandSignature, readReviewFile } from '../steps/signed-review.ts'
import { staleness } from '../steps/review-staleness.ts'

/** The key's own part in the version, in words; null: none that is known. Where no key stood, the name it goes by counts. */
function ownPart(db: WriteDb, review: Review, { body }: SignedAnswer): string | null {
  const { keyId, name } = body.reviewer
  if (keyId === review.body.author.keyId) return 'asked for the review of'
  const names = [name, findReviewer(db, keyId)?.name ?? name]
  return authorsOf(db, review.versionId).find((a) => (a.key ? a.who === keyId : names.includes(a.who)))?.part ?? null
}

/** The request as it was made here, if this answer is one to it. `late`: it takes back an approval of the same key. */
function requestOf(db: WriteDb, answer: SignedAnswer): { readonly review: Review; readonly late: boolean } {
  const { body } = answer
  const review = findReview(db, body.requestId)
  if (review === null) throw new SlipwayError('review.unknownRequest', { id: body.requestId })
  const { name, number } = review.body.evidence.model
  const version = `${name} ${number}`
  // The stored text is hashed anew: an edited database must not lend its word to an answer.
  // And what the answer says in its own words must be what it signs: nobody reads a hash.
  if (body.requestSha256 !== bodySha256(review.body) || body.modelName !== name || body.modelNumber !== number) throw new SlipwayError('review.otherEvidence', { version })
  const earlier = review.answers.find((a) => a.keyId === body.reviewer.keyId)
  const late = earlier !== undefined && earlier.decision === 'approve' && earlier.revoked === undefined && body.decision === 'reject' && body.answeredAt >= earlier.answeredAt
  if (earlier !== undefined && !late) throw new SlipwayError('review.replayed', { name: findReviewer(db, body.reviewer.keyId)?.name ?? body.reviewer.name, version })
  const own = body.reviewer.keyId === review.body.author.keyId
  if (own && body.decision === 'approve' && !review.body.authorMayApprove) throw new SlipwayError('review.selfApproval', { version, part: 'asked for the review of' })
  if (!own && findReviewer(db, body.reviewer.keyId) === null) throw new SlipwayError('review.unknownReviewer', { name: body.reviewer.name, keyId: body.reviewer.keyId })
  const part = body.decision === 'approve' && !review.body.authorMayApprove ? ownPart(db, review, answer) : null
  if (part !== null) throw new SlipwayError('review.selfApproval', { version, part })
  // A no never depends on what moved since: it takes nothing for granted.
  const stale = staleness(db, review, body.decision)
  if (stale !== null) throw new SlipwayError('review.stale', { version, reason: stale })
  return { review, late }
}

/** What the answer does to the version: a rejection ends a review or takes an approval back, enough approvals end a review; what was released stays so. */
function moveState(db: WriteDb, review: Review, step: { readonly reject: boolean; readonly reason: string; readonly who: { readonly name: string; readonly keyId: string } }, now: number): void {
  const { versionId, state } = review
  const { reason, who } = step
  if (step.reject) {
    if (state === 'in-review' || state === 'approved') recordState(db, { versionId, action: state === 'approved' ? 'revoke' : 'reject', reason, who }, now)
    return
  }
  if (state === 'in-review' && standingApprovals(review.answers).length + 1 >= review.body.needed) recordState(db, { versionId, action: 'approve', reason, who }, now)
}

/**
 * Records the answer, and takes the version out of review when it is rejected or enough people have approved.
 * Errors: `review.notAFile`, `review.altered`, `review.wrongKey`, `review.unknownRequest`, `review.otherEvidence`, `review.replayed`,
 * `review.selfApproval`, `review.unknownReviewer`, `review.stale`, `file.*`.
 */
export async function acceptAnswer(parts: Parts, path: string): Promise<Review> {
  const answer = await readReviewFile(path, SignedAnswer, 'answer')
  const { body } = answer
  demandSignature('review answer', body.reviewer, body, answer.signature)
  const now = parts.clock()
  return parts.store.write((db) => {
    const { review, late } = requestOf(db, answer)
    const { name, number } = review.body.evidence.model
    // The name under which the key is trusted here counts, not the one that the file claims.
    const who = { name: findReviewer(db, body.reviewer.keyId)?.name ?? body.reviewer.name, keyId: body.reviewer.keyId }
    const did = late ? `took the approval of ${name} ${number} back` : `${body.decision === 'approve' ? 'approved' : 'rejected'} ${name} ${number}`
    const eventId = record(db, { verb: 'review.accept', subject: review.versionId, sentence: `${who.name} ${did}.`, who, why: body.comment === '' ? null : body.comment, facts: { requestId: body.requestId, requestSha256: body.requestSha256, decision: body.decision, answeredAt: body.answeredAt } }, now)
    const reason = body.comment === '' ? `${who.name} ${did.replace(`${name} ${number}`, 'it')}.` : body.comment
    if (late) insertRevocation(db, { requestId: review.body.id, keyId: who.keyId, reason, later: answer, eventId }, now)
    else insertAnswer(db, answer, who.name, eventId, now)
    moveState(db, review, { reject: body.decision === 'reject', reason, who }, now)
    return findReview(db, review.body.id)!
  })
}

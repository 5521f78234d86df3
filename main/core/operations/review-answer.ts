// review.open and review.answer: what a handed-over request says once its signature holds, and a signed yes or no to exactly that.
import { ReviewAnswerBody, SignedRequest, type OpenedReview, type ReviewDecision, type SignedAnswer } from '../../../shared/domain/review.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { loadOrCreateKey } from '../bundle/sign.ts'
import type { Parts } from '../parts.ts'
import { ownPublicKey } from '../steps/publisher-key.ts'
import { record } from '../store/history.ts'
import { findReviewer } from '../store/reviews.ts'
import { bodySha256, demandSignature, readReviewFile, signReview } from '../steps/signed-review.ts'
import { signerOf } from './identity-make.ts'
import { writeReviewFile } from './review-request.ts'

async function openRequest(path: string): Promise<SignedRequest> {
  const request = await readReviewFile(path, SignedRequest, 'request')
  demandSignature('review request', request.body.author, request.body, request.signature)
  return request
}

/** Errors: `review.notAFile`, `review.altered`, `review.wrongKey`, `file.*`. */
export async function openReview(parts: Parts, path: string): Promise<OpenedReview> {
  const { body } = await openRequest(path)
  const own = ownPublicKey(parts)?.keyId === body.author.keyId
  return {
    body, sha256: bodySha256(body), own, knownAs: parts.store.read((db) => findReviewer(db, body.author.keyId))?.name ?? null,
    mayNotAnswer: own && !body.authorMayApprove ? 'You made this request with this very key, and its author may not approve it too.' : null,
  }
}

export interface AnswerWish { readonly path: string; readonly decision: ReviewDecision; readonly comment: string; readonly destination: string }

/** Signs the answer and writes it. The record here keeps what was answered, to what. Errors: those of `review.open`, `review.selfApproval`, `key.locked`. */
export async function answerReview(parts: Parts, wish: AnswerWish): Promise<SignedAnswer['body']> {
  const { body: request } = await openRequest(wish.path)
  const key = await loadOrCreateKey(parts.places.keys, parts.passphrase())
  const { name, number } = request.evidence.model
  if (key.keyId === request.author.keyId && wish.decision === 'approve' && !request.authorMayApprove) throw new SlipwayError('review.selfApproval', { version: `${name} ${number}` })
  const now = parts.clock()
  const body = ReviewAnswerBody.parse({
    schema: 'slipway.review-answer/1', requestId: request.id, requestSha256: bodySha256(request), modelName: name, modelNumber: number,
    decision: wish.decision, comment: wish.comment, answeredAt: now, reviewer: signerOf(parts, key),
  })
  await writeReviewFile(wish.destination, { body, signature: signReview(key, body) })
  const said = wish.decision === 'approve' ? 'Approved' : 'Rejected'
  parts.store.write((db) => record(db, { verb: 'review.answer', subject: request.id, sentence: `${said} ${name} ${number} as asked by ${request.author.name} (key ${request.author.keyId}).`, why: wish.comment === '' ? null : wish.comment, facts: { requestSha256: body.requestSha256, decision: wish.decision } }, now))
  return body
}

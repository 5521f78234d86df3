// review.open and review.answer: what a handed-over request says once its signature holds, and a signed yes or no to exactly that.
import { ReviewAnswerBody, SignedRequest, type OpenedReview, type ReviewRequestBody, type ReviewDecision, type SignedAnswer } from '../../../shared/domain/review.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { bodySha256 } from '../bundle/review-signature.ts'
import { loadOrCreateKey } from '../bundle/sign.ts'
import type { Parts } from '../parts.ts'
import { ownPublicKey } from '../steps/publisher-key.ts'
import { record } from '../store/history.ts'
import { authorsOf, findReviewer } from '../store/reviews.ts'
import { demandSignature, readReviewFile, signReview } from '../steps/signed-review.ts'
import { signerOf } from './identity-make.ts'
import { writeReviewFile } from './review-request.ts'

async function openRequest(path: string): Promise<SignedRequest> {
  const request = await readReviewFile(path, SignedRequest, 'request')
  demandSignature('review request', request.body.author, request.body, request.signature)
  return request
}

/** What this workspace's key has done itself for the version of a request, in words; null: nothing that is known here. */
function ownPart(parts: Parts, body: ReviewRequestBody, keyId: string | undefined): string | null {
  if (keyId === undefined || body.authorMayApprove) return null
  if (keyId === body.author.keyId) return 'asked for the review of'
  return parts.store.read((db) => authorsOf(db, body.evidence.model.versionId)).find((a) => a.key && a.who === keyId)?.part ?? null
}

/** Errors: `review.notAFile`, `review.altered`, `review.wrongKey`, `file.*`. */
export async function openReview(parts: Parts, path: string): Promise<OpenedReview> {
  const { body } = await openRequest(path)
  const keyId = ownPublicKey(parts)?.keyId
  const own = keyId === body.author.keyId
  const part = ownPart(parts, body, keyId)
  return {
    body, sha256: bodySha256(body), own, knownAs: parts.store.read((db) => findReviewer(db, body.author.keyId))?.name ?? null,
    mayNotAnswer: part === null ? null : `This very key ${part} ${body.evidence.model.name} ${body.evidence.model.number}, and its author may not approve it too.`,
  }
}

export interface AnswerWish { readonly path: string; readonly decision: ReviewDecision; readonly comment: string; readonly destination: string }

/** Signs the answer and writes it. The record here keeps what was answered, to what. Errors: those of `review.open`, `review.selfApproval`, `key.locked`. */
export async function answerReview(parts: Parts, wish: AnswerWish): Promise<SignedAnswer['body']> {
  const { body: request } = await openRequest(wish.path)
  const key = await loadOrCreateKey(parts.places.keys, parts.passphrase())
  const { name, number } = request.evidence.model
  const part = wish.decision === 'approve' ? ownPart(parts, request, key.keyId) : null
  if (part !== null) throw new SlipwayError('review.selfApproval', { version: `${name} ${number}`, part })
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

// review.open, review.received, review.aside and review.answer: what a handed-over request says once its signature holds, and a signed yes or no to exactly that.
import { ReviewAnswerBody, SignedRequest, type OpenedReview, type ReceivedReview, type ReviewRequestBody, type ReviewDecision, type SignedAnswer } from '../../../shared/domain/review.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { ReviewId, Sha256 } from '../../../shared/ids.ts'
import { bodySha256 } from '../bundle/review-signature.ts'
import { loadOrCreateKey } from '../bundle/sign.ts'
import type { Parts } from '../parts.ts'
import { ownPublicKey } from '../steps/publisher-key.ts'
import { record } from '../store/history.ts'
import { findReceived, insertGiven, insertReceived, listReceived } from '../store/received.ts'
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

/** What this workspace knows about a request whose signature holds. */
function lookAt(parts: Parts, body: ReviewRequestBody, keyId: string | undefined): OpenedReview {
  const part = ownPart(parts, body, keyId)
  return {
    body, sha256: bodySha256(body), own: keyId === body.author.keyId, knownAs: parts.store.read((db) => findReviewer(db, body.author.keyId))?.name ?? null,
    mayNotAnswer: part === null ? null : `This very key ${part} ${body.evidence.model.name} ${body.evidence.model.number}, and its author may not approve it too.`,
  }
}

/** Keeps the request, once, so that it waits for an answer and can be answered without its file. */
function keep(parts: Parts, request: SignedRequest): void {
  const { body } = request
  const sha256 = bodySha256(body)
  if (parts.readOnly !== null || parts.store.read((db) => findReceived(db, sha256)) !== null) return
  const now = parts.clock()
  parts.store.write((db) => {
    if (findReceived(db, sha256) !== null) return
    const eventId = record(db, { verb: 'review.receive', subject: body.id, sentence: `Received the request of ${body.author.name} (key ${body.author.keyId}) to review ${body.evidence.model.name} ${body.evidence.model.number}.`, why: body.message === '' ? null : body.message, facts: { requestSha256: sha256 } }, now)
    insertReceived(db, request, sha256, eventId, now)
  })
}

/** Shows a request, and keeps it. Errors: `review.notAFile`, `review.altered`, `review.wrongKey`, `file.*`. */
export async function openReview(parts: Parts, path: string): Promise<OpenedReview> {
  const request = await openRequest(path)
  keep(parts, request)
  return lookAt(parts, request.body, ownPublicKey(parts)?.keyId)
}

/** Every request that was opened here, what waits first. */
export function receivedReviews(parts: Parts): ReceivedReview[] {
  const keyId = ownPublicKey(parts)?.keyId
  return parts.store.read(listReceived).map((r) => ({ ...lookAt(parts, r.body, keyId), ...r }))
}

/** A request that nobody here will answer waits no more. Errors: `input.unknownId`. */
export function putAside(parts: Parts, id: ReviewId, reason: string): ReceivedReview[] {
  const found = parts.store.read(listReceived).find((r) => r.body.id === id)
  if (found === undefined) throw new SlipwayError('input.unknownId', { what: 'received request', id })
  const { model } = found.body.evidence
  if (found.aside === null) parts.store.write((db) => record(db, { verb: 'review.aside', subject: id, sentence: `The request of ${found.body.author.name} to review ${model.name} ${model.number} was put aside.`, why: reason === '' ? null : reason }, parts.clock()))
  return receivedReviews(parts)
}

/** The request: its file, or the hash under which it was kept. */
export interface AnswerWish { readonly request: { readonly path: string } | { readonly sha256: Sha256 }; readonly decision: ReviewDecision; readonly comment: string; readonly destination: string }

/** The request as it was kept, its signature held against it anew. */
function keptRequest(parts: Parts, sha256: Sha256): SignedRequest {
  const found = parts.store.read((db) => findReceived(db, sha256))
  if (found === null) throw new SlipwayError('input.unknownId', { what: 'received request', id: sha256 })
  demandSignature('review request', found.body.author, found.body, found.signature)
  return found
}

/** Signs the answer and writes it. The record here keeps what was answered, to what. Errors: those of `review.open`, `review.selfApproval`, `key.locked`. */
export async function answerReview(parts: Parts, wish: AnswerWish): Promise<SignedAnswer['body']> {
  const signed = 'path' in wish.request ? await openRequest(wish.request.path) : keptRequest(parts, wish.request.sha256)
  const request = signed.body
  const key = await loadOrCreateKey(parts.places.keys, parts.passphrase())
  const { name, number } = request.evidence.model
  const part = wish.decision === 'approve' ? ownPart(parts, request, key.keyId) : null
  if (part !== null) throw new SlipwayError('review.selfApproval', { version: `${name} ${number}`, part })
  const now = parts.clock()
  const body = ReviewAnswerBody.parse({
    schema: 'slipway.review-answer/1', requestId: request.id, requestSha256: bodySha256(request), modelName: name, modelNumber: number,
    decision: wish.decision, comment: wish.comment, answeredAt: now, reviewer: signerOf(parts, key),
  })
  const answer = { body, signature: signReview(key, body) }
  keep(parts, signed)
  await writeReviewFile(wish.destination, answer)
  const said = wish.decision === 'approve' ? 'Approved' : 'Rejected'
  parts.store.write((db) => insertGiven(db, answer, record(db, { verb: 'review.answer', subject: request.id, sentence: `${said} ${name} ${number} as asked by ${request.author.name} (key ${request.author.keyId}).`, why: wish.comment === '' ? null : wish.comment, facts: { requestSha256: body.requestSha256, decision: wish.decision } }, now), now))
  return body
}

// review.accept: a signed answer -> an approval or a rejection in the record, once every check holds. Nothing is entered otherwise.
import { SignedAnswer, type Review } from '../../../shared/domain/review.ts'
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { CheckId, RunId } from '../../../shared/ids.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { stateWords } from '../../../shared/domain/life.ts'
import type { Parts } from '../parts.ts'
import type { ReadDb } from '../store/database.ts'
import { currentGate, getCheck, listChecks } from '../store/gates.ts'
import { record } from '../store/history.ts'
import { recordState } from '../store/life.ts'
import { findReview, findReviewer, insertAnswer } from '../store/reviews.ts'
import { getVersion } from '../store/versions.ts'
import { gatherEvidence } from '../steps/review-evidence.ts'
import { bodySha256, demandSignature, readReviewFile } from '../steps/signed-review.ts'

/** What a judgement said, rule by rule, but for the approvals, which come one after the other. */
const verdictsOf = (check: GateCheck): string => JSON.stringify([check.gateId, check.findings.filter((f) => f.rule.kind !== 'approvals').map((f) => f.verdict)])

const judgedOtherwise = (db: ReadDb, checkId: CheckId, runId: RunId): boolean => {
  const newest = listChecks(db, runId)[0]
  return newest !== undefined && newest.id !== checkId && verdictsOf(newest) !== verdictsOf(getCheck(db, checkId))
}

/** Why a review no longer speaks of what holds; null when it does. */
function staleness(db: ReadDb, review: Review): string | null {
  const { evidence } = review.body
  if (!review.open) return review.state === 'in-review' ? 'a newer request about this version was made since' : `the version is ${stateWords(review.state)} meanwhile, not in review`
  const now = gatherEvidence(db, review.versionId, evidence.run.id, evidence.gate?.checkId)
  if (bodySha256(now.evidence) !== bodySha256(evidence)) return 'the evidence changed since the request was made'
  if (evidence.gate !== null && judgedOtherwise(db, evidence.gate.checkId, evidence.run.id)) return 'its gate was judged otherwise since the request was made'
  const policy = currentGate(db, getVersion(db, review.versionId).modelId)
  if (policy !== null && now.gate !== null && policy.revision > now.gate.revision) return `the policy was changed since: the request was judged by revision ${now.gate.revision}, now there is revision ${policy.revision}`
  return null
}

/** The request as it was made here, if this answer is one to it. */
function requestOf(db: ReadDb, { body }: SignedAnswer): Review {
  const review = findReview(db, body.requestId)
  if (review === null) throw new SlipwayError('review.unknownRequest', { id: body.requestId })
  const { name, number } = review.body.evidence.model
  const version = `${name} ${number}`
  // The stored text is hashed anew: an edited database must not lend its word to an answer.
  if (body.requestSha256 !== bodySha256(review.body)) throw new SlipwayError('review.otherEvidence', { version })
  if (review.answers.some((a) => a.keyId === body.reviewer.keyId)) throw new SlipwayError('review.replayed', { name: body.reviewer.name, version })
  const own = body.reviewer.keyId === review.body.author.keyId
  if (own && body.decision === 'approve' && !review.body.authorMayApprove) throw new SlipwayError('review.selfApproval', { version })
  if (!own && findReviewer(db, body.reviewer.keyId) === null) throw new SlipwayError('review.unknownReviewer', { name: body.reviewer.name, keyId: body.reviewer.keyId })
  const stale = staleness(db, review)
  if (stale !== null) throw new SlipwayError('review.stale', { version, reason: stale })
  return review
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
    const review = requestOf(db, answer)
    const { name, number } = review.body.evidence.model
    // The name under which the key is trusted here counts, not the one that the file claims.
    const who = { name: findReviewer(db, body.reviewer.keyId)?.name ?? body.reviewer.name, keyId: body.reviewer.keyId }
    const verb = body.decision === 'approve' ? 'approved' : 'rejected'
    const eventId = record(db, { verb: 'review.accept', subject: review.versionId, sentence: `${who.name} ${verb} ${name} ${number}.`, who, why: body.comment === '' ? null : body.comment, facts: { requestId: body.requestId, requestSha256: body.requestSha256, decision: body.decision, answeredAt: body.answeredAt } }, now)
    insertAnswer(db, answer, who.name, eventId, now)
    const approvals = review.answers.filter((a) => a.decision === 'approve').length + 1
    const reason = body.comment === '' ? `${who.name} ${verb} it.` : body.comment
    if (body.decision === 'reject') recordState(db, { versionId: review.versionId, action: 'reject', reason, who }, now)
    else if (approvals >= review.body.needed) recordState(db, { versionId: review.versionId, action: 'approve', reason, who }, now)
    return findReview(db, review.body.id)!
  })
}

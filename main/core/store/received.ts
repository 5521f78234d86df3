// Requests that others handed over, the signed answers given to them here, and which were put aside. Everything is only ever added.
// Owns no signature check: whoever stores a request or answers one checks it first.
import { ReviewAnswerBody, ReviewRequestBody, SignedRequest, type ReceivedReview, type SignedAnswer } from '../../../shared/domain/review.ts'
import type { EventId, Sha256 } from '../../../shared/ids.ts'
import { fits, json, number, text, type ReadDb, type Row, type WriteDb } from './database.ts'

/** The request as it was signed; null when none with this hash was received. */
export function findReceived(db: ReadDb, sha256: Sha256): SignedRequest | null {
  const row = db.get('SELECT body, signature FROM received_requests WHERE sha256 = $sha256', { sha256 })
  return row === undefined ? null : fits('a received request', SignedRequest, () => ({ body: json(row, 'body', ReviewRequestBody), signature: row['signature'] }))
}

export function insertReceived(db: WriteDb, { body, signature }: SignedRequest, sha256: Sha256, eventId: EventId, at: number): void {
  db.run('INSERT INTO received_requests (sha256, body, signature, event_id, created_at) VALUES ($sha256, $body, $signature, $eventId, $at)', { sha256, body: JSON.stringify(body), signature, eventId, at })
}

/** A first answer, or a later one of another mind. */
export function insertGiven(db: WriteDb, { body, signature }: SignedAnswer, eventId: EventId, at: number): void {
  const revision = number(db.get('SELECT COALESCE(max(revision), 0) + 1 AS next FROM given_answers WHERE request_sha256 = $sha256', { sha256: body.requestSha256 }) ?? {}, 'next')
  db.run('INSERT INTO given_answers (request_sha256, revision, decision, body, signature, event_id, created_at) VALUES ($sha256, $revision, $decision, $body, $signature, $eventId, $at)',
    { sha256: body.requestSha256, revision, decision: body.decision, body: JSON.stringify(body), signature, eventId, at })
}

/** One that was asked for here and that its author may not answer is in the list of own requests already. */
const foreign = "(json_extract(r.body, '$.authorMayApprove') OR NOT EXISTS (SELECT 1 FROM review_requests o WHERE o.id = json_extract(r.body, '$.id')))"

/** A request waits for this workspace's word until it is answered or put aside. */
const waits = `NOT EXISTS (SELECT 1 FROM given_answers g WHERE g.request_sha256 = r.sha256)
  AND NOT EXISTS (SELECT 1 FROM events e WHERE e.subject = json_extract(r.body, '$.id') AND e.verb = 'review.aside')`

export type Received = Pick<ReceivedReview, 'body' | 'sha256' | 'receivedAt' | 'answer' | 'aside'>

function toReceived(row: Row): Received {
  const given = row['given'] === null ? null : json(row, 'given', ReviewAnswerBody)
  return {
    body: json(row, 'body', ReviewRequestBody), sha256: text(row, 'sha256') as Sha256, receivedAt: number(row, 'created_at'),
    answer: given === null ? null : { decision: given.decision, comment: given.comment, answeredAt: given.answeredAt },
    aside: row['aside_at'] === null ? null : { at: number(row, 'aside_at'), reason: row['aside_why'] === null ? '' : text(row, 'aside_why') },
  }
}

/** Newest first, those that wait before all others. */
export function listReceived(db: ReadDb): readonly Received[] {
  return db.all(`SELECT r.*, ${waits} AS waiting,
      (SELECT body FROM given_answers g WHERE g.request_sha256 = r.sha256 ORDER BY revision DESC LIMIT 1) AS given,
      (SELECT at FROM events e WHERE e.subject = json_extract(r.body, '$.id') AND e.verb = 'review.aside' ORDER BY at DESC LIMIT 1) AS aside_at,
      (SELECT why FROM events e WHERE e.subject = json_extract(r.body, '$.id') AND e.verb = 'review.aside' ORDER BY at DESC LIMIT 1) AS aside_why
    FROM received_requests r WHERE ${foreign} ORDER BY waiting DESC, r.created_at DESC LIMIT 500`).map(toReceived)
}

export const countReceivedWaiting = (db: ReadDb): number => number(db.get(`SELECT count(*) AS n FROM received_requests r WHERE ${foreign} AND ${waits}`) ?? {}, 'n')

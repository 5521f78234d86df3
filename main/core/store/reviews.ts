// Reviews as they were asked for and answered, and whose keys are trusted. Everything is only ever added.
import type { Approval } from '../../../shared/domain/review.ts'
import { Review, ReviewAnswerBody, ReviewRequestBody, Reviewer, type SignedAnswer, type SignedRequest } from '../../../shared/domain/review.ts'
import type { EventId, ReviewId, Sha256, VersionId } from '../../../shared/ids.ts'
import { fits, json, number, text, type ReadDb, type Row, type WriteDb } from './database.ts'
import { versionState } from './life.ts'

const toReviewer = (row: Row): Reviewer => fits('a reviewer', Reviewer, () => ({ name: row['name'], keyId: row['key_id'], publicKey: row['public_key'], since: row['created_at'] }))

/** The newest word on every key, where it is trust; by name. */
export function listReviewers(db: ReadDb): readonly Reviewer[] {
  return db.all(`SELECT * FROM reviewers r WHERE trusted = 1 AND revision = (SELECT max(revision) FROM reviewers o WHERE o.key_id = r.key_id) ORDER BY name COLLATE NOCASE, key_id`).map(toReviewer)
}

export const findReviewer = (db: ReadDb, keyId: string): Reviewer | null => listReviewers(db).find((r) => r.keyId === keyId) ?? null

/** A new revision of what is thought of a key. */
export function insertReviewer(db: WriteDb, reviewer: { readonly name: string; readonly keyId: string; readonly publicKey: string; readonly trusted: boolean; readonly eventId: EventId }, at: number): void {
  const revision = number(db.get('SELECT COALESCE(max(revision), 0) + 1 AS next FROM reviewers WHERE key_id = $keyId', { keyId: reviewer.keyId }) ?? {}, 'next')
  db.run('INSERT INTO reviewers (key_id, revision, name, public_key, trusted, event_id, created_at) VALUES ($keyId, $revision, $name, $publicKey, $trusted, $eventId, $at)', { ...reviewer, revision, trusted: reviewer.trusted ? 1 : 0, at })
}

export function insertRequest(db: WriteDb, signed: SignedRequest, sha256: Sha256, eventId: EventId): void {
  const { body, signature } = signed
  db.run(`INSERT INTO review_requests (id, version_id, run_id, check_id, author_key_id, body, body_sha256, signature, event_id, created_at)
    VALUES ($id, $versionId, $runId, $checkId, $author, $body, $sha256, $signature, $eventId, $at)`, {
    id: body.id, versionId: body.evidence.model.versionId, runId: body.evidence.run.id, checkId: body.evidence.gate?.checkId ?? null, author: body.author.keyId,
    body: JSON.stringify(body), sha256, signature, eventId, at: body.createdAt,
  })
}

/** `name`: the one under which the key is trusted here; what the file claims stays in the file. */
export function insertAnswer(db: WriteDb, { body, signature }: SignedAnswer, name: string, eventId: EventId, at: number): void {
  db.run('INSERT INTO review_answers (request_id, key_id, decision, name, body, signature, event_id, created_at) VALUES ($requestId, $keyId, $decision, $name, $body, $signature, $eventId, $at)',
    { requestId: body.requestId, keyId: body.reviewer.keyId, decision: body.decision, name, body: JSON.stringify(body), signature, eventId, at })
}

function answersTo(db: ReadDb, id: ReviewId): Review['answers'] {
  return db.all('SELECT body, name, created_at FROM review_answers WHERE request_id = $id ORDER BY created_at, key_id', { id }).map((row) => {
    const { requestId, decision, comment, answeredAt, reviewer } = json(row, 'body', ReviewAnswerBody)
    return { requestId, decision, comment, name: text(row, 'name'), keyId: reviewer.keyId, answeredAt, recordedAt: number(row, 'created_at') }
  })
}

/** Whether this is the newest request about its version. */
const isNewest = (db: ReadDb, versionId: VersionId, id: ReviewId): boolean =>
  db.get('SELECT id FROM review_requests WHERE version_id = $versionId ORDER BY created_at DESC, id DESC LIMIT 1', { versionId })?.['id'] === id

function toReview(db: ReadDb, row: Row): Review {
  return fits('a review', Review, () => {
    const body = json(row, 'body', ReviewRequestBody)
    const versionId = row['version_id'] as VersionId
    const state = versionState(db, versionId)
    return { body, sha256: row['body_sha256'], versionId, state, open: state === 'in-review' && isNewest(db, versionId, body.id), answers: answersTo(db, body.id), eventId: row['event_id'] }
  })
}

/** Newest first; of one version or all. */
export function listReviews(db: ReadDb, versionId: VersionId | null = null): readonly Review[] {
  return db.all('SELECT * FROM review_requests WHERE $versionId IS NULL OR version_id = $versionId ORDER BY created_at DESC, id DESC LIMIT 500', { versionId }).map((row) => toReview(db, row))
}

export function findReview(db: ReadDb, id: ReviewId): Review | null {
  const row = db.get('SELECT * FROM review_requests WHERE id = $id', { id })
  return row === undefined ? null : toReview(db, row)
}

/** The answers that count for a version: those to its newest request, with the author's key. null: nobody was asked. */
export function approvalsOf(db: ReadDb, versionId: VersionId): { readonly list: readonly Approval[]; readonly author: string | null } | null {
  const row = db.get('SELECT id, author_key_id FROM review_requests WHERE version_id = $versionId ORDER BY created_at DESC, id DESC LIMIT 1', { versionId })
  if (row === undefined) return null
  return { list: answersTo(db, text(row, 'id') as ReviewId).map(({ name, keyId, decision, answeredAt }) => ({ name, keyId, decision, at: answeredAt })), author: text(row, 'author_key_id') }
}

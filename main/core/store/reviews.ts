// Reviews as they were asked for and answered, what was taken back, and whose keys are trusted. Everything is only ever added.
// Every answer that is handed out was held against its signature and the trusted keys first; what is not believed says why.
import { Review, ReviewAnswerBody, ReviewRequestBody, Reviewer, type SignedAnswer, type SignedRequest } from '../../../shared/domain/review.ts'
import type { EventId, ReviewId, Sha256, VersionId } from '../../../shared/ids.ts'
import { fits, json, number, text, type ReadDb, type Row, type WriteDb } from './database.ts'
import { versionState } from './life.ts'
import { answerFault, requestFault } from './review-proof.ts'

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

/** An approval is taken back, once: by the reviewer's later signed answer, or here. */
export function insertRevocation(db: WriteDb, of: { readonly requestId: ReviewId; readonly keyId: string; readonly reason: string; readonly later: SignedAnswer | null; readonly eventId: EventId }, at: number): void {
  const { requestId, keyId, reason, later, eventId } = of
  db.run('INSERT INTO revoked_approvals (request_id, key_id, body, signature, reason, event_id, created_at) VALUES ($requestId, $keyId, $body, $signature, $reason, $eventId, $at)',
    { requestId, keyId, body: later === null ? null : JSON.stringify(later.body), signature: later?.signature ?? null, reason, eventId, at })
}

/** Why an answer is not believed, as a sentence; null when it is. */
function doubtOf(db: ReadDb, row: Row, request: { readonly fault: string | null; readonly sha256: string; readonly body: ReviewRequestBody }): string | null {
  const [key, name] = [text(row, 'key_id'), text(row, 'name')]
  if (request.fault !== null) return `the stored request ${request.body.id} ${request.fault}`
  const fault = answerFault(row, request.sha256)
  if (fault !== null) return `the stored answer of ${name} (${key}) ${fault}`
  if (findReviewer(db, key) !== null || (key === request.body.author.keyId && request.body.authorMayApprove)) return null
  return `the key of ${name} (${key}) is not trusted any more`
}

function answersTo(db: ReadDb, request: { readonly fault: string | null; readonly sha256: string; readonly body: ReviewRequestBody }): Review['answers'] {
  const rows = db.all(`SELECT a.*, r.reason AS revoked_reason, r.created_at AS revoked_at, r.body AS later FROM review_answers a
    LEFT JOIN revoked_approvals r ON r.request_id = a.request_id AND r.key_id = a.key_id WHERE a.request_id = $id ORDER BY a.created_at, a.key_id`, { id: request.body.id })
  return rows.map((row) => {
    const { requestId, decision, comment, answeredAt, reviewer } = json(row, 'body', ReviewAnswerBody)
    const doubt = doubtOf(db, row, request)
    return {
      requestId, decision, comment, name: text(row, 'name'), keyId: reviewer.keyId, answeredAt, recordedAt: number(row, 'created_at'), ...(doubt === null ? {} : { doubt }),
      ...(row['revoked_at'] === null ? {} : { revoked: { at: number(row, 'revoked_at'), reason: text(row, 'revoked_reason'), byReviewer: row['later'] !== null } }),
    }
  })
}

/** Approvals that stand: believed, and not taken back. */
export const standingApprovals = (answers: Review['answers']): Review['answers'] => answers.filter((a) => a.decision === 'approve' && a.doubt === undefined && a.revoked === undefined)

/** Whether somebody whose word counts has said no, at first or later. */
export const isRejected = (answers: Review['answers']): boolean => answers.some((a) => a.doubt === undefined && (a.decision === 'reject' || a.revoked?.byReviewer === true))

/** Whether this is the newest request about its version. */
export const isNewest = (db: ReadDb, versionId: VersionId, id: ReviewId): boolean =>
  db.get('SELECT id FROM review_requests WHERE version_id = $versionId ORDER BY created_at DESC, id DESC LIMIT 1', { versionId })?.['id'] === id

/** A version in review waits; one that is approved or released already keeps its state until a newer request is decided. */
const waits = (state: Review['state'], needed: number, answers: Review['answers']): boolean =>
  state === 'in-review' || ((state === 'approved' || state === 'released') && !isRejected(answers) && standingApprovals(answers).length < needed)

function toReview(db: ReadDb, row: Row): Review {
  return fits('a review', Review, () => {
    const body = json(row, 'body', ReviewRequestBody)
    const versionId = row['version_id'] as VersionId
    const state = versionState(db, versionId)
    const answers = answersTo(db, { fault: requestFault(row), sha256: text(row, 'body_sha256'), body })
    return { body, sha256: row['body_sha256'], versionId, state, open: isNewest(db, versionId, body.id) && waits(state, body.needed, answers), answers, eventId: row['event_id'] }
  })
}

/** Newest first; of one version or all. */
export function listReviews(db: ReadDb, versionId: VersionId | null = null): readonly Review[] {
  return db.all('SELECT * FROM review_requests WHERE $versionId IS NULL OR version_id = $versionId ORDER BY created_at DESC, id DESC LIMIT 500', { versionId }).map((row) => toReview(db, row))
}

/** How many requests wait for answers: the few that may are looked at as closely as in the list. */
export function countWaiting(db: ReadDb): number {
  const trusted = 'SELECT 1 FROM reviewers t WHERE t.key_id = a.key_id AND t.trusted = 1 AND t.revision = (SELECT max(revision) FROM reviewers o WHERE o.key_id = t.key_id)'
  return db.all(`SELECT * FROM review_requests r WHERE id = (SELECT id FROM review_requests n WHERE n.version_id = r.version_id ORDER BY created_at DESC, id DESC LIMIT 1) AND NOT (
      (SELECT count(*) FROM review_answers a WHERE a.request_id = r.id AND a.decision = 'approve' AND EXISTS (${trusted})
        AND NOT EXISTS (SELECT 1 FROM revoked_approvals x WHERE x.request_id = a.request_id AND x.key_id = a.key_id)) >= json_extract(r.body, '$.needed')
      OR EXISTS (SELECT 1 FROM review_answers a WHERE a.request_id = r.id AND a.decision = 'reject'))`).map((row) => toReview(db, row)).filter((r) => r.open).length
}

export function findReview(db: ReadDb, id: ReviewId): Review | null {
  const row = db.get('SELECT * FROM review_requests WHERE id = $id', { id })
  return row === undefined ? null : toReview(db, row)
}

export interface Author { readonly who: string; /** `who` is a key, not a name. */ readonly key: boolean; /** such as `imported` */ readonly part: string }

/** Who brought a version in or decided how it is run: keys, and names where no key stood. `part`: what they did. */
export function authorsOf(db: ReadDb, versionId: VersionId): readonly Author[] {
  const parts: Readonly<Record<string, string>> = { 'version.import': 'imported', 'binding.save': 'saved the binding of', 'version.rewrite': 'rewrote the outputs of' }
  return db.all(`SELECT DISTINCT verb, who, who_key FROM events WHERE subject = $versionId AND verb IN (${Object.keys(parts).map((v) => `'${v}'`).join(', ')}) ORDER BY verb`, { versionId }).flatMap((row): Author[] => {
    const part = parts[text(row, 'verb')] ?? ''
    if (row['who_key'] !== null) return [{ who: text(row, 'who_key'), key: true, part }]
    return row['who'] === null || row['who'] === 'Slipway' ? [] : [{ who: text(row, 'who'), key: false, part }]
  })
}

/** The newest request about a version as it was signed, with every answer to it as it was signed. null: nobody was asked. */
export function signedReview(db: ReadDb, versionId: VersionId): { readonly request: SignedRequest; readonly answers: readonly SignedAnswer[] } | null {
  const row = db.get('SELECT id, body, signature FROM review_requests WHERE version_id = $versionId ORDER BY created_at DESC, id DESC LIMIT 1', { versionId })
  if (row === undefined) return null
  const answers = db.all('SELECT body, signature FROM review_answers WHERE request_id = $id ORDER BY created_at, key_id', { id: text(row, 'id') })
  return { request: { body: json(row, 'body', ReviewRequestBody), signature: text(row, 'signature') }, answers: answers.map((a) => ({ body: json(a, 'body', ReviewAnswerBody), signature: text(a, 'signature') })) }
}

// Whether stored requests and answers are what their signatures say: asked every time they are counted, and by the check of the record.
// Owns no trust: whose key counts is for the caller to say. Refuses nothing itself; it answers what is wrong, in words.
import type { z } from 'zod'
import { ReviewAnswerBody, ReviewRequestBody } from '../../../shared/domain/review.ts'
import { bodySha256, signatureFault } from '../bundle/review-signature.ts'

type Row = Readonly<Record<string, unknown>>

/** The stored body exactly as it was signed; null when it is none of its kind. */
function bodyIn<T extends z.ZodType>(row: Row, schema: T): z.infer<T> | null {
  try {
    const raw: unknown = JSON.parse(String(row['body']))
    return schema.safeParse(raw).success ? raw as z.infer<T> : null
  } catch { return null }
}

const altered = 'does not fit its signature: it was not stored by Slipway as its author signed it'

/** What is wrong with a row of `review_requests`, as the end of a sentence; null when its author's key signed exactly this. */
export function requestFault(row: Row): string | null {
  const body = bodyIn(row, ReviewRequestBody)
  if (body === null) return 'holds no request'
  const { model, run, gate } = body.evidence
  const agrees = body.id === row['id'] && model.versionId === row['version_id'] && run.id === row['run_id'] && (gate?.checkId ?? null) === row['check_id'] && body.author.keyId === row['author_key_id'] && bodySha256(body) === row['body_sha256']
  return agrees && signatureFault(body.author, body, String(row['signature'])) === null ? null : altered
}

/** The same of an answer to the request whose body has this hash: a row of `review_answers`, or a later one in `revoked_approvals`. */
export function answerFault(row: Row, requestSha256: string): string | null {
  const body = bodyIn(row, ReviewAnswerBody)
  if (body === null) return 'holds no answer'
  const decision = row['decision'] ?? 'reject'
  const agrees = body.requestId === row['request_id'] && body.requestSha256 === requestSha256 && body.reviewer.keyId === row['key_id'] && body.decision === decision
  return agrees && signatureFault(body.reviewer, body, String(row['signature'])) === null ? null : altered
}

export interface ReviewFault { readonly table: 'review_requests' | 'review_answers' | 'revoked_approvals' | 'version_states'; readonly key: string; readonly sentence: string }

/** Everything of reviews that its signatures do not bear out. `all` reads rows; of a database that has these tables. */
export function reviewFaults(all: (sql: string) => readonly Row[]): readonly ReviewFault[] {
  const faults: ReviewFault[] = []
  const shas = new Map<string, string>()
  const proven = new Map<string, number[]>()
  const versions = new Map<string, string>()
  for (const row of all('SELECT * FROM review_requests')) {
    const id = String(row['id'])
    shas.set(id, String(row['body_sha256']))
    const fault = requestFault(row)
    if (fault === null) versions.set(id, String(row['version_id']))
    else faults.push({ table: 'review_requests', key: id, sentence: `the request for review ${id} ${fault}.` })
  }
  const answers = (table: 'review_answers' | 'revoked_approvals', what: string): void => {
    for (const row of all(`SELECT * FROM ${table}${table === 'revoked_approvals' ? ' WHERE body IS NOT NULL' : ''}`)) {
      const [id, key] = [String(row['request_id']), String(row['key_id'])]
      const fault = answerFault(row, shas.get(id) ?? '')
      if (fault !== null) faults.push({ table, key: JSON.stringify([id, key]), sentence: `the ${what} of the key ${key} to the request ${id} ${fault}.` })
      else if (row['decision'] === 'approve' && versions.has(id)) proven.set(versions.get(id)!, [...proven.get(versions.get(id)!) ?? [], Number(row['created_at'])])
    }
  }
  answers('review_answers', 'answer')
  answers('revoked_approvals', 'later answer')
  // A model that was brought in may have left answers behind whose runs stayed elsewhere.
  for (const row of all(`SELECT s.version_id, s.revision, s.created_at, m.name || ' ' || v.number AS name FROM version_states s JOIN versions v ON v.id = s.version_id JOIN models m ON m.id = v.model_id
    WHERE s.action = 'approve' AND NOT EXISTS (SELECT 1 FROM events e WHERE e.subject = m.id AND e.verb = 'model.unpack')`)) {
    if ((proven.get(String(row['version_id'])) ?? []).some((at) => at <= Number(row['created_at']))) continue
    faults.push({ table: 'version_states', key: JSON.stringify([row['version_id'], row['revision']]), sentence: `${String(row['name'])} became approved without any answer whose signature holds.` })
  }
  return faults
}

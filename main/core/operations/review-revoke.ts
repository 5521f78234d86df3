// review.revoke: approvals of a version are taken back in this workspace, with a reason. What was recorded stays; it only counts no more.
import type { Review } from '../../../shared/domain/review.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Parts } from '../parts.ts'
import { record } from '../store/history.ts'
import { recordState, versionState } from '../store/life.ts'
import { insertRevocation, listReviews, standingApprovals } from '../store/reviews.ts'
import { getVersion } from '../store/versions.ts'

/** `by`: the approvals of this person or key alone; absent: all. An approved version is evaluated again; a released one stays so. Errors: `input.unknownId`, `review.nothingToRevoke`. */
export function revokeApprovals(parts: Parts, wish: { readonly versionId: VersionId; readonly reason: string; readonly by?: string | undefined }): readonly Review[] {
  const { versionId, reason, by } = wish
  const now = parts.clock()
  return parts.store.write((db) => {
    const { modelName, number } = getVersion(db, versionId)
    const version = `${modelName} ${number}`
    const found = listReviews(db, versionId).flatMap((r) => standingApprovals(r.answers)).filter((a) => by === undefined || a.name === by || a.keyId === by)
    if (found.length === 0) throw new SlipwayError('review.nothingToRevoke', { version, by: by ?? null })
    const names = [...new Set(found.map((a) => a.name))].join(' and ')
    const eventId = record(db, { verb: 'review.revoke', subject: versionId, sentence: `The approval of ${version} by ${names} was taken back.`, why: reason, facts: { approvals: found.map(({ requestId, keyId }) => ({ requestId, keyId })) } }, now)
    for (const { requestId, keyId } of found) insertRevocation(db, { requestId, keyId, reason, later: null, eventId }, now)
    const newest = listReviews(db, versionId)[0]
    if (versionState(db, versionId) === 'approved' && (newest === undefined || standingApprovals(newest.answers).length < newest.body.needed)) recordState(db, { versionId, action: 'revoke', reason }, now)
    return listReviews(db, versionId)
  })
}

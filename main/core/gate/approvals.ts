// Which answers of reviewers count for one run and one policy: those to a request that showed this evidence and named these rules, whose signatures
// hold and whose keys are trusted. Looked at anew every time; what does not count says why.
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { GatePolicy } from '../../../shared/domain/gate-rules.ts'
import type { Review, ReviewAnswer } from '../../../shared/domain/review.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { Approval, MoreFacts } from '../../../shared/gate/facts.ts'
import { countApprovals } from '../../../shared/gate/judge-evidence.ts'
import type { ReadDb } from '../store/database.ts'
import { getGate } from '../store/gates.ts'
import { authorsOf, isRejected, listReviews, standingApprovals } from '../store/reviews.ts'
import { getRun } from '../store/runs.ts'
import { policyDifference, runDifference } from '../steps/review-evidence.ts'

const saidWords = { approve: 'approved', reject: 'rejected' } as const

/** Of several requests about the same evidence the newest that was decided counts, otherwise the newest. */
const counting = (fitting: readonly Review[]): Review | undefined =>
  fitting.find((r) => isRejected(r.answers) || standingApprovals(r.answers).length >= r.body.needed) ?? fitting[0]

function asApproval(a: ReviewAnswer, doubt: string | null): Approval {
  const plain = { name: a.name, keyId: a.keyId, decision: a.revoked?.byReviewer === true ? 'reject' as const : a.decision, at: a.answeredAt }
  const why = a.doubt ?? (a.revoked !== undefined && !a.revoked.byReviewer ? `the approval of ${a.name} was taken back: ${a.revoked.reason.replace(/\.$/, '')}` : doubt)
  return why === null ? plain : { ...plain, doubt: why }
}

/** null: nobody has been asked about this version. */
export function approvalsFor(db: ReadDb, run: Run, policy: GatePolicy): MoreFacts['approvals'] {
  const reviews = listReviews(db, run.versionId)
  if (reviews.length === 0) return null
  const differences = new Map(reviews.map((r) => [r.body.id, runDifference(db, run, r.body.evidence) ?? policyDifference(db, policy, r.body.evidence)]))
  const counted = counting(reviews.filter((r) => differences.get(r.body.id) === null))
  const list = reviews.flatMap((r) => r.answers.map((a) => {
    const difference = differences.get(r.body.id) ?? null
    const other = difference === null ? (r === counted ? null : `${a.name} answered an older request`) : `${a.name} ${saidWords[a.decision]} other evidence (${difference}), so ask again`
    return asApproval(a, other)
  }))
  const authors = authorsOf(db, run.versionId)
  const asked = counted ?? reviews[0]
  return { list, authors: [...new Set([...authors.map((a) => a.who), ...(asked === undefined ? [] : [asked.body.author.keyId])])] }
}

/** Why a check that was passed may not be gone by any more: its approvals no longer hold. null: they do, or it asks for none. */
export function lostApprovals(db: ReadDb, check: GateCheck): string | null {
  if (!check.passed) return null
  const { policy } = getGate(db, check.gateId)
  for (const rule of policy.rules) {
    if (rule.kind !== 'approvals' || rule.severity === 'advisory') continue
    const { finding } = countApprovals(rule, approvalsFor(db, getRun(db, check.runId), policy))
    if (finding.verdict !== 'pass') return finding.sentence
  }
  return null
}

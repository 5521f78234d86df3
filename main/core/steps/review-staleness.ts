// Whether a request still speaks of what holds: what moved since it was made, in words. Reads stored facts only.
import { createHash } from 'node:crypto'
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { Review, ReviewDecision } from '../../../shared/domain/review.ts'
import { stateWords } from '../../../shared/domain/life.ts'
import type { CheckId, RunId } from '../../../shared/ids.ts'
import { canonicalJson } from '../bundle/canonical-json.ts'
import { newestBinding } from '../store/bindings.ts'
import type { ReadDb } from '../store/database.ts'
import { currentGate, getCheck, listChecks } from '../store/gates.ts'
import { isNewest } from '../store/reviews.ts'
import { getRun, listRuns } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { gatherEvidence, namedRules, runDifference } from './review-evidence.ts'

/** What a judgement said, rule by rule, but for the approvals, which come one after the other. */
const verdictsOf = (check: GateCheck): string => JSON.stringify([check.gateId, check.findings.filter((f) => f.rule.kind !== 'approvals').map((f) => f.verdict)])

const judgedOtherwise = (db: ReadDb, checkId: CheckId, runId: RunId): boolean => {
  const newest = listChecks(db, runId)[0]
  return newest !== undefined && newest.id !== checkId && verdictsOf(newest) !== verdictsOf(getCheck(db, checkId))
}

const bindingSha256 = (binding: unknown): string => createHash('sha256').update(canonicalJson(binding), 'utf8').digest('hex')

function movedRun(db: ReadDb, { versionId, body }: Review): string | null {
  const { run } = body.evidence
  for (const newer of listRuns(db, { versionId, offset: 0, limit: 1000 })) {
    if (newer.id === run.id) return null
    if (newer.status !== 'done' || newer.datasetSha256 !== run.datasetSha256) continue
    const difference = runDifference(db, getRun(db, newer.id), body.evidence)
    if (difference !== null) return `a newer run on ${newer.datasetName} has ${difference}`
  }
  return null
}

function movedPolicy(db: ReadDb, { versionId, body }: Review): string | null {
  const policy = currentGate(db, getVersion(db, versionId).modelId)
  const named = namedRules(db, body.evidence)
  if (policy === null) return null
  if (named === null) return policy.createdAt > body.createdAt ? `a policy was saved since, as revision ${policy.revision}` : null
  return policy.revision > named.revision ? `the policy was changed since: the request was judged by revision ${named.revision}, now there is revision ${policy.revision}` : null
}

function moved(db: ReadDb, review: Review): string | null {
  const { evidence } = review.body
  const now = gatherEvidence(db, review.versionId, evidence.run.id, evidence.gate?.checkId).evidence
  const difference = runDifference(db, getRun(db, evidence.run.id), evidence)
  if (difference !== null || canonicalJson(now.model) !== canonicalJson(evidence.model)) return `the evidence changed since the request was made: ${difference ?? 'another model'}`
  const binding = newestBinding(db, review.versionId)
  if (binding !== null && binding.createdAt >= review.body.createdAt && bindingSha256(binding.binding) !== evidence.run.bindingSha256) return `another binding was saved since, as revision ${binding.revision}`
  const run = movedRun(db, review)
  if (run !== null) return run
  if (evidence.gate !== null && judgedOtherwise(db, evidence.gate.checkId, evidence.run.id)) return 'its gate was judged otherwise since the request was made'
  return movedPolicy(db, review)
}

/** Why an answer would no longer speak of what holds; null when it does. A rejection of the newest request is never too late. */
export function staleness(db: ReadDb, review: Review, decision: ReviewDecision): string | null {
  if (!isNewest(db, review.versionId, review.body.id)) return 'a newer request about this version was made since'
  if (!['in-review', 'approved', 'released'].includes(review.state)) return `the version is ${stateWords(review.state)} meanwhile, not in review`
  return decision === 'reject' ? null : moved(db, review)
}

// The evidence of a review, made from what is stored: the version, one run, the newest judgement of its gate, and the policy. The same facts give
// the same evidence. Owns the one answer to whether two runs, or two policies, are the same to a reviewer.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { Gate, GateCheck } from '../../../shared/domain/gate.ts'
import type { GatePolicy } from '../../../shared/domain/gate-rules.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { ReviewEvidence } from '../../../shared/domain/review.ts'
import { servedSignature } from '../../../shared/comparison.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { ruleWords } from '../../../shared/gate/policy-diff.ts'
import type { CheckId, RunId, VersionId } from '../../../shared/ids.ts'
import { findingWithoutPersonal, ruleWithoutPersonal } from '../../../shared/personal.ts'
import { canonicalJson } from '../bundle/canonical-json.ts'
import type { ReadDb } from '../store/database.ts'
import { getDataset } from '../store/datasets.ts'
import { currentGate, getCheck, getGate, listChecks } from '../store/gates.ts'
import { getRun, listRuns } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { runningSha256 } from './model-source.ts'

const digest = (value: unknown): string => createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex')

function runOf(db: ReadDb, versionId: VersionId, runId: RunId | undefined, label: string): Run {
  const id = runId ?? listRuns(db, { versionId, offset: 0, limit: 1000 }).find((r) => r.status === 'done')?.id
  if (id === undefined) throw new SlipwayError('review.nothingToReview', { version: label })
  const run = getRun(db, id)
  if (run.versionId !== versionId) throw new SlipwayError('input.invalid', { reason: 'the run is one of another version' })
  if (run.status !== 'done') throw new SlipwayError('run.notFinished', { status: run.status })
  return run
}

const gatePart = (check: GateCheck, gate: Gate, personal: Dataset['personal']): ReviewEvidence['gate'] => ({
  checkId: check.id, revision: gate.revision, passed: check.passed, checkedAt: check.checkedAt,
  findings: check.findings.map((f) => findingWithoutPersonal(f, personal)).map(({ verdict, sentence }) => ({ verdict, sentence })), override: check.override,
})

const runPart = (run: Run): ReviewEvidence['run'] => ({
  id: run.id, datasetId: run.datasetId, datasetName: run.datasetName, datasetSha256: run.datasetSha256, task: run.task, rows: run.rows,
  device: run.environment?.providerUsed ?? 'not recorded', endedAt: run.endedAt,
  bindingSha256: digest(run.binding),
  metrics: run.metrics.filter((m) => m.slice === ''), notes: run.notes,
  guesses: run.guesses.filter((g) => g.confidence === 'guess').map((g) => `${g.about}: ${g.reason}`),
})

/** What a policy asks for beside approvals, as one hash; reasons are words and change nothing. */
export const rulesSha256 = (policy: GatePolicy): string => digest(policy.rules.filter((rule) => rule.kind !== 'approvals').map((rule) => ({ ...rule, why: undefined })))

const policyPart = (gate: Gate, personal: Dataset['personal']): NonNullable<ReviewEvidence['policy']> => ({ revision: gate.revision, sha256: rulesSha256(gate.policy), rules: gate.policy.rules.map((rule) => ruleWords(ruleWithoutPersonal(rule, personal))) })

/**
 * What a run has other than the evidence that was signed, in words; null when a reviewer would have seen the same. Another run counts as the same when it has
 * the same model bytes, data content, binding, options, device and numbers.
 */
export function runDifference(db: ReadDb, run: Run, evidence: ReviewEvidence): string | null {
  const seen = evidence.run
  // Through the schema, as the evidence went.
  const own = ReviewEvidence.shape.run.parse(runPart(run))
  if (run.modelSha256 !== evidence.model.modelSha256) return 'another model file'
  if (own.datasetSha256 !== seen.datasetSha256) return `other data (${own.datasetName})`
  if (own.task !== seen.task || own.bindingSha256 !== seen.bindingSha256) return 'another binding, such as another threshold or positive class'
  if (own.device !== seen.device) return `another device (${own.device})`
  const other = run.id === seen.id ? run : getRun(db, seen.id)
  if (digest(run.options) !== digest(other.options)) return 'other options of the run'
  if (digest([own.metrics, own.rows]) !== digest([seen.metrics, seen.rows])) return 'other numbers'
  return digest(own.guesses) === digest(seen.guesses) ? null : 'other assumptions'
}

/** The hash of the rules that a request named; requests of older versions of Slipway named them by their judgement alone. null: none. */
export function namedRules(db: ReadDb, evidence: ReviewEvidence): { readonly revision: number; readonly sha256: string } | null {
  if (evidence.policy !== undefined) return evidence.policy
  if (evidence.gate === null) return null
  const gate = getGate(db, getCheck(db, evidence.gate.checkId).gateId)
  return { revision: gate.revision, sha256: rulesSha256(gate.policy) }
}

/** The same of policies; one that asks for nothing but approvals is as none. */
export function policyDifference(db: ReadDb, policy: GatePolicy, evidence: ReviewEvidence): string | null {
  const named = namedRules(db, evidence)
  if (named === null) return policy.rules.every((rule) => rule.kind === 'approvals') ? null : 'no policy was named'
  return named.sha256 === rulesSha256(policy) ? null : `other rules (revision ${named.revision} of the policy)`
}

/** What the policy says about approvals; without such a rule one other person approves. */
const ApprovalsRule = z.object({ kind: z.literal('approvals'), count: z.number().int().positive(), authorMayApprove: z.boolean().optional() })

export interface Gathered { readonly evidence: ReviewEvidence; readonly needed: number; readonly authorMayApprove: boolean; readonly gate: Gate | null }

/** `checkId`: this judgement of the run; absent: its newest. Errors: `input.unknownId`, `review.nothingToReview`, `run.notFinished`, `input.invalid`. */
export function gatherEvidence(db: ReadDb, versionId: VersionId, runId: RunId | undefined, checkId?: CheckId): Gathered {
  const version = getVersion(db, versionId)
  const run = runOf(db, versionId, runId, `${version.modelName} ${version.number}`)
  const check = checkId === undefined ? listChecks(db, run.id)[0] ?? null : getCheck(db, checkId)
  const judgedBy = check === null ? null : getGate(db, check.gateId)
  const gate = judgedBy ?? currentGate(db, version.modelId)
  const rules = (gate?.policy.rules ?? []).flatMap((rule) => { const asked = ApprovalsRule.safeParse(rule); return asked.success ? [asked.data] : [] })
  const { modelName: name, number, sha256, bytes } = version
  const { personal } = getDataset(db, run.datasetId)
  return {
    // Through the schema, so that what is signed is exactly what a reader of the file will see.
    evidence: ReviewEvidence.parse({
      model: { name, number, versionId, sha256, modelSha256: runningSha256(version), bytes, signature: servedSignature(version) },
      run: runPart(run), gate: check === null || judgedBy === null ? null : gatePart(check, judgedBy, personal), policy: gate === null ? null : policyPart(gate, personal),
    }),
    needed: Math.max(1, ...rules.map((r) => r.count)), authorMayApprove: rules.length > 0 && rules.every((r) => r.authorMayApprove === true), gate,
  }
}

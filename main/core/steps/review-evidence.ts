// The evidence of a review, made from what is stored: the version, one run, and the newest judgement of its gate. The same facts give the same evidence.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Gate, GateCheck } from '../../../shared/domain/gate.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { ReviewEvidence } from '../../../shared/domain/review.ts'
import { servedSignature } from '../../../shared/comparison.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { CheckId, RunId, VersionId } from '../../../shared/ids.ts'
import { canonicalJson } from '../bundle/canonical-json.ts'
import type { ReadDb } from '../store/database.ts'
import { getCheck, getGate, listChecks } from '../store/gates.ts'
import { getRun, listRuns } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { runningSha256 } from './model-source.ts'

function runOf(db: ReadDb, versionId: VersionId, runId: RunId | undefined, label: string): Run {
  const id = runId ?? listRuns(db, { versionId, offset: 0, limit: 1000 }).find((r) => r.status === 'done')?.id
  if (id === undefined) throw new SlipwayError('review.nothingToReview', { version: label })
  const run = getRun(db, id)
  if (run.versionId !== versionId) throw new SlipwayError('input.invalid', { reason: 'the run is one of another version' })
  if (run.status !== 'done') throw new SlipwayError('run.notFinished', { status: run.status })
  return run
}

const gatePart = (check: GateCheck, gate: Gate): ReviewEvidence['gate'] => ({
  checkId: check.id, revision: gate.revision, passed: check.passed, checkedAt: check.checkedAt,
  findings: check.findings.map(({ verdict, sentence }) => ({ verdict, sentence })), override: check.override,
})

const runPart = (run: Run): ReviewEvidence['run'] => ({
  id: run.id, datasetId: run.datasetId, datasetName: run.datasetName, datasetSha256: run.datasetSha256, task: run.task, rows: run.rows,
  device: run.environment?.providerUsed ?? 'not recorded', endedAt: run.endedAt,
  bindingSha256: createHash('sha256').update(canonicalJson(run.binding), 'utf8').digest('hex'),
  metrics: run.metrics.filter((m) => m.slice === ''), notes: run.notes,
  guesses: run.guesses.filter((g) => g.confidence === 'guess').map((g) => `${g.about}: ${g.reason}`),
})

/** What the policy says about approvals; without such a rule one other person approves. */
const ApprovalsRule = z.object({ kind: z.literal('approvals'), count: z.number().int().positive(), authorMayApprove: z.boolean().optional() })

export interface Gathered { readonly evidence: ReviewEvidence; readonly needed: number; readonly authorMayApprove: boolean; readonly gate: Gate | null }

/** `checkId`: this judgement of the run; absent: its newest. Errors: `input.unknownId`, `review.nothingToReview`, `run.notFinished`, `input.invalid`. */
export function gatherEvidence(db: ReadDb, versionId: VersionId, runId: RunId | undefined, checkId?: CheckId): Gathered {
  const version = getVersion(db, versionId)
  const run = runOf(db, versionId, runId, `${version.modelName} ${version.number}`)
  const check = checkId === undefined ? listChecks(db, run.id)[0] ?? null : getCheck(db, checkId)
  const gate = check === null ? null : getGate(db, check.gateId)
  const rules = (gate?.policy.rules ?? []).flatMap((rule) => { const asked = ApprovalsRule.safeParse(rule); return asked.success ? [asked.data] : [] })
  const { modelName: name, number, sha256, bytes } = version
  return {
    // Through the schema, so that what is signed is exactly what a reader of the file will see.
    evidence: ReviewEvidence.parse({
      model: { name, number, versionId, sha256, modelSha256: runningSha256(version), bytes, signature: servedSignature(version) },
      run: runPart(run), gate: check === null || gate === null ? null : gatePart(check, gate),
    }),
    needed: Math.max(1, ...rules.map((r) => r.count)), authorMayApprove: rules.length > 0 && rules.every((r) => r.authorMayApprove === true), gate,
  }
}

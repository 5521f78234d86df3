// gate.check, gate.preview and gate.save: policy + stored facts -> findings, kept or not. A check that says "no" is an answer; only an unfinished run is an error.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Gate, GateCheck, GatePreview } from '../../../shared/domain/gate.ts'
import type { GatePolicy } from '../../../shared/domain/gate-rules.ts'
import type { MetricValue, Run } from '../../../shared/domain/run.ts'
import { gateTasks } from '../../../shared/gate/tasks.ts'
import { evaluateGate } from '../../../shared/gate-evaluation.ts'
import { policyFault } from '../../../shared/gate-policy.ts'
import { newId, type ModelId, type RunId } from '../../../shared/ids.ts'
import { fileDate, gatherFacts } from '../gate/facts.ts'
import type { Parts } from '../parts.ts'
import type { ReadDb, WriteDb } from '../store/database.ts'
import { currentGate, findGate, insertCheck, insertGate } from '../store/gates.ts'
import { record } from '../store/history.ts'
import { modelName } from '../store/models.ts'
import { getRun, newestRunIds } from '../store/runs.ts'

function finishedRun(db: ReadDb, id: RunId): Run {
  const run = getRun(db, id)
  if (run.status !== 'done') throw new SlipwayError('run.notFinished', { status: run.status })
  return run
}

const metricNames = (results: readonly MetricValue[]): string[] => [...new Set(results.map((m) => m.metric))]

/** Refuses a policy that asks for metrics which neither the catalogue nor these results know. Errors: `gate.policyInvalid`. */
function demandPolicy(policy: GatePolicy | undefined, results: readonly MetricValue[]): void {
  const fault = policy === undefined ? null : policyFault(policy, metricNames(results))
  if (fault !== null) throw new SlipwayError('gate.policyInvalid', { reason: fault })
}

/** The model's own policy. Errors: `gate.policyMissing`. */
export function storedPolicy(db: ReadDb, modelId: ModelId): Gate {
  const gate = currentGate(db, modelId)
  if (gate === null) throw new SlipwayError('gate.policyMissing', { model: modelName(db, modelId) })
  return gate
}

/** The policy to judge by: the given one (kept as a revision, so that the check stays explained) or the model's own. */
function gateFor(db: WriteDb, modelId: ModelId, policy: GatePolicy | undefined, now: number): Gate {
  if (policy === undefined) return storedPolicy(db, modelId)
  return findGate(db, modelId, policy) ?? insertGate(db, { id: newId('gate', now), modelId, policy, saved: false, createdAt: now })
}

interface Runs { readonly run: Run; readonly baseline: Run | null }

const runsOf = (db: ReadDb, request: { readonly runId: RunId; readonly baselineRunId?: RunId | undefined }): Runs => ({
  run: finishedRun(db, request.runId), baseline: request.baselineRunId === undefined ? null : finishedRun(db, request.baselineRunId),
})

/** Errors: `input.unknownId`, `run.notFinished`, `gate.policyInvalid`, `gate.policyMissing`. */
export async function checkGate(parts: Parts, request: InputOf<SlipwayContract['gate.check']>): Promise<GateCheck> {
  const now = parts.clock()
  const fileAt = await fileDate(parts, parts.store.read((db) => finishedRun(db, request.runId)).datasetId)
  return parts.store.write((db) => {
    const { run, baseline } = runsOf(db, request)
    demandPolicy(request.policy, [...run.metrics, ...(baseline?.metrics ?? [])])
    const gate = gateFor(db, run.modelId, request.policy, now)
    const { passed, findings } = evaluateGate(gate.policy, gatherFacts(db, { run, baseline, policy: gate.policy, now, fileAt }))
    const check: GateCheck = {
      id: newId('check', now), gateId: gate.id, runId: run.id, baselineRunId: baseline?.id ?? null, passed, findings,
      override: passed ? null : request.override ?? null, checkedAt: now,
    }
    insertCheck(db, check)
    const verdict = passed ? 'passed its gate' : check.override === null ? 'did not pass its gate' : `did not pass its gate; ${check.override.name} overrode it`
    record(db, { verb: 'gate.check', subject: check.id, sentence: `${run.modelName} ${run.versionNumber} ${verdict}.`, why: check.override?.reason ?? null, facts: { runId: run.id, versionId: run.versionId, gateId: gate.id, revision: gate.revision, passed, override: check.override } }, now)
    return check
  })
}

/** The same without keeping anything, and with what could be run for rules that are not established. Errors: `input.unknownId`, `run.notFinished`. */
export async function previewGate(parts: Parts, request: InputOf<SlipwayContract['gate.preview']>): Promise<GatePreview> {
  const fileAt = await fileDate(parts, parts.store.read((db) => finishedRun(db, request.runId)).datasetId)
  return parts.store.read((db) => {
    const { run, baseline } = runsOf(db, request)
    const { passed, findings, needs } = evaluateGate(request.policy, gatherFacts(db, { run, baseline, policy: request.policy, now: parts.clock(), fileAt }))
    const fault = policyFault(request.policy, metricNames([...run.metrics, ...(baseline?.metrics ?? [])]))
    return { passed: passed && fault === null, findings, tasks: gateTasks(needs, run), fault }
  })
}

/** Stores a policy as the model's newest revision; the same policy again changes nothing. Errors: `gate.policyInvalid`. */
export function saveGate(parts: Parts, modelId: ModelId, policy: GatePolicy, name: string): Gate {
  const now = parts.clock()
  return parts.store.write((db) => {
    const current = currentGate(db, modelId)
    demandPolicy(policy, newestRunIds(db, modelId).slice(-1).flatMap((id) => getRun(db, id).metrics))
    if (current !== null && JSON.stringify(current.policy) === JSON.stringify(policy)) return current
    const gate = insertGate(db, { id: newId('gate', now), modelId, policy, saved: true, createdAt: now })
    record(db, { verb: 'gate.save', subject: modelId, sentence: `Saved revision ${gate.revision} of the gate of ${name}.`, facts: { gateId: gate.id, rules: policy.rules.length } }, now)
    return gate
  })
}

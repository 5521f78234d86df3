// Gate policies (every save a new revision) and the checks made with them, kept for ever.
import { z } from 'zod'
import { SlipwayError } from '../../../shared/errors.ts'
import { Gate, GateCheck, GateFinding } from '../../../shared/domain/gate.ts'
import { GatePolicy } from '../../../shared/domain/gate-rules.ts'
import type { CheckId, GateId, ModelId, RunId, VersionId } from '../../../shared/ids.ts'
import { fits, json, number, textOrNull, type ReadDb, type Row, type WriteDb } from './database.ts'

const toGate = (row: Row): Gate => fits('a gate', Gate, () => ({
  id: row['id'], modelId: row['model_id'], revision: row['revision'], policy: json(row, 'policy', GatePolicy), createdAt: row['created_at'], saved: row['saved'] === 1,
}))

const toCheck = (row: Row): GateCheck => fits('a gate check', GateCheck, () => {
  const name = textOrNull(row, 'override_name')
  return {
    id: row['id'], gateId: row['gate_id'], runId: row['run_id'], baselineRunId: row['baseline_run_id'], passed: row['passed'] === 1,
    findings: json(row, 'findings', z.array(GateFinding)), override: name === null ? null : { name, reason: row['override_reason'] }, checkedAt: row['checked_at'],
  }
})

/** The model's saved policy, newest revision; null when none was saved. */
export function currentGate(db: ReadDb, modelId: ModelId): Gate | null {
  const row = db.get('SELECT * FROM gates WHERE model_id = $modelId AND saved = 1 ORDER BY revision DESC LIMIT 1', { modelId })
  return row === undefined ? null : toGate(row)
}

/** Every revision, newest first. */
export function listGates(db: ReadDb, modelId: ModelId): readonly Gate[] {
  return db.all('SELECT * FROM gates WHERE model_id = $modelId ORDER BY revision DESC', { modelId }).map(toGate)
}

/** Errors: `input.unknownId`. */
export function getGate(db: ReadDb, id: GateId): Gate {
  const row = db.get('SELECT * FROM gates WHERE id = $id', { id })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'gate', id })
  return toGate(row)
}

/** The newest revision with this very policy, saved or only used for a check. */
export function findGate(db: ReadDb, modelId: ModelId, policy: GatePolicy): Gate | null {
  const row = db.get('SELECT * FROM gates WHERE model_id = $modelId AND policy = $policy ORDER BY revision DESC LIMIT 1', { modelId, policy: JSON.stringify(policy) })
  return row === undefined ? null : toGate(row)
}

/** A new revision. `saved`: it becomes the model's policy; otherwise it only says what a check used. */
export function insertGate(db: WriteDb, gate: { readonly id: GateId; readonly modelId: ModelId; readonly policy: GatePolicy; readonly saved: boolean; readonly createdAt: number }): Gate {
  const revision = number(db.get('SELECT COALESCE(max(revision), 0) + 1 AS next FROM gates WHERE model_id = $modelId', { modelId: gate.modelId }) ?? {}, 'next')
  db.run('INSERT INTO gates (id, model_id, revision, policy, saved, created_at) VALUES ($id, $modelId, $revision, $policy, $saved, $createdAt)',
    { ...gate, revision, policy: JSON.stringify(gate.policy), saved: gate.saved ? 1 : 0 })
  return { id: gate.id, modelId: gate.modelId, revision, policy: gate.policy, createdAt: gate.createdAt, saved: gate.saved }
}

export function insertCheck(db: WriteDb, check: GateCheck): void {
  db.run(`INSERT INTO gate_checks (id, gate_id, run_id, baseline_run_id, passed, findings, override_name, override_reason, checked_at)
    VALUES ($id, $gateId, $runId, $baselineRunId, $passed, $findings, $name, $reason, $checkedAt)`, {
    id: check.id, gateId: check.gateId, runId: check.runId, baselineRunId: check.baselineRunId, passed: check.passed ? 1 : 0,
    findings: JSON.stringify(check.findings), name: check.override?.name ?? null, reason: check.override?.reason ?? null, checkedAt: check.checkedAt,
  })
}

/** Errors: `input.unknownId`. */
export function getCheck(db: ReadDb, id: CheckId): GateCheck {
  const row = db.get('SELECT * FROM gate_checks WHERE id = $id', { id })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'gate check', id })
  return toCheck(row)
}

/** Newest first. */
export function listChecks(db: ReadDb, runId: RunId): readonly GateCheck[] {
  return db.all('SELECT * FROM gate_checks WHERE run_id = $runId ORDER BY checked_at DESC, id DESC', { runId }).map(toCheck)
}

/** The newest check of any run of a version; null when there was none. */
export function newestCheckOf(db: ReadDb, versionId: VersionId): GateCheck | null {
  const row = db.get('SELECT c.* FROM runs r JOIN gate_checks c ON c.run_id = r.id WHERE r.version_id = $versionId ORDER BY c.checked_at DESC, c.id DESC LIMIT 1', { versionId })
  return row === undefined ? null : toCheck(row)
}

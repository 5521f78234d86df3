// States of versions: every step that was taken, in order, and what may follow. Refuses what the machine of shared/domain/life.ts refuses.
import { SlipwayError } from '../../../shared/errors.ts'
import { lifeSteps, PersonAction, servingAliases, StateChange, stateWords, stepFrom, stepWords, VersionState, type LifeAction, type LifeFacts, type NextStep } from '../../../shared/domain/life.ts'
import type { Actor } from '../../../shared/domain/history.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { fits, number, text, type ReadDb, type Row, type WriteDb } from './database.ts'
import { record } from './history.ts'

const steps = `
SELECT s.*, (SELECT p.state FROM version_states p WHERE p.version_id = s.version_id AND p.revision = s.revision - 1) AS before, e.who, e.who_key
FROM version_states s LEFT JOIN events e ON e.id = s.event_id`

const toChange = (row: Row): StateChange => fits('a state of a version', StateChange, () => ({
  versionId: row['version_id'], revision: row['revision'], state: row['state'], action: row['action'], reason: row['reason'], eventId: row['event_id'], at: row['created_at'],
  from: row['before'] ?? (row['revision'] === 1 ? 'draft' : null), who: row['who'] === null ? null : { name: row['who'], keyId: row['who_key'] },
}))

/** The state of a version now; a version that never took a step is a draft. */
export function versionState(db: ReadDb, versionId: VersionId): VersionState {
  const row = db.get('SELECT state FROM version_states WHERE version_id = $versionId ORDER BY revision DESC LIMIT 1', { versionId })
  return row === undefined ? 'draft' : fits('a state', VersionState, () => row['state'])
}

/** Every step of a version, newest first. */
export function stateHistory(db: ReadDb, versionId: VersionId): readonly StateChange[] {
  return db.all(`${steps} WHERE s.version_id = $versionId ORDER BY s.revision DESC`, { versionId }).map(toChange)
}

/** What the record holds beside the states: a finished run; a bundle, or a serving alias that pointed here. */
export function lifeFacts(db: ReadDb, versionId: VersionId): LifeFacts {
  const serving = servingAliases.map((alias) => `'${alias}'`).join(', ')
  const row = db.get(`SELECT EXISTS (SELECT 1 FROM runs WHERE version_id = $versionId AND status = 'done') AS evaluated,
    EXISTS (SELECT 1 FROM bundles WHERE version_id = $versionId) OR EXISTS (SELECT 1 FROM alias_moves WHERE version_id = $versionId AND alias IN (${serving})) AS released`, { versionId })
  return { evaluated: row?.['evaluated'] === 1, released: row?.['released'] === 1 }
}

const statesOf = (db: ReadDb, versionId: VersionId): readonly VersionState[] => stateHistory(db, versionId).map((change) => change.state).reverse()

/** Where a step would lead now, or why it is not possible. */
export const stepNow = (db: ReadDb, versionId: VersionId, action: LifeAction): ReturnType<typeof stepFrom> => stepFrom(action, statesOf(db, versionId), lifeFacts(db, versionId))

/** `income 3`. Errors: `input.unknownId`. */
function nameOf(db: ReadDb, versionId: VersionId): string {
  const row = db.get('SELECT m.name, v.number FROM versions v JOIN models m ON m.id = v.model_id WHERE v.id = $versionId', { versionId })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'version', id: versionId })
  return `${text(row, 'name')} ${number(row, 'number')}`
}

export interface LifeStep {
  readonly versionId: VersionId
  readonly action: LifeAction
  readonly reason: string
  /** Absent: whoever uses this program. */
  readonly who?: Actor | null
  /** The state that was seen when the step was decided; absent: any. */
  readonly expected?: VersionState
}

/**
 * Takes one step and records it with its event, in the caller's transaction.
 * Errors: `input.unknownId`; `life.moved` when the state is no longer the expected one; `life.notAllowed` with the reason and what helps.
 */
export function recordState(db: WriteDb, step: LifeStep, at: number): StateChange {
  const version = nameOf(db, step.versionId)
  const now = versionState(db, step.versionId)
  if (step.expected !== undefined && step.expected !== now) throw new SlipwayError('life.moved', { version, expected: stateWords(step.expected), found: stateWords(now) })
  const answer = stepNow(db, step.versionId, step.action)
  if (!answer.allowed) throw new SlipwayError('life.notAllowed', { version, reason: answer.why, next: answer.next })
  return append(db, { ...step, version, state: answer.to, from: now }, at)
}

/** Takes the step that follows from a fact, where the machine has one from here; a retired version stays retired. null: nothing changed. */
export function noteFact(db: WriteDb, step: { readonly versionId: VersionId; readonly action: 'evaluate' | 'release'; readonly reason: string }, at: number): StateChange | null {
  const now = versionState(db, step.versionId)
  if (!lifeSteps[step.action].from.includes(now)) return null
  return recordState(db, step, at)
}

function append(db: WriteDb, step: LifeStep & { readonly version: string; readonly state: VersionState; readonly from: VersionState }, at: number): StateChange {
  const { versionId, action, reason, state, from } = step
  const eventId = record(db, {
    verb: 'version.transition', subject: versionId, sentence: `${step.version} ${stepWords(action).done}${action === 'restore' ? ` and is ${stateWords(state)} again` : ''}.`, why: reason,
    facts: { action, from, to: state }, ...(step.who === undefined ? {} : { who: step.who }),
  }, at)
  db.run(`INSERT INTO version_states (version_id, revision, state, action, reason, event_id, created_at)
    VALUES ($versionId, (SELECT COALESCE(max(revision), 0) + 1 FROM version_states WHERE version_id = $versionId), $state, $action, $reason, $eventId, $at)`, { versionId, state, action, reason, eventId, at })
  return stateHistory(db, versionId)[0]!
}

/** Every step that a person may ask for, with where it leads or why it does not. `aliases`: those that point here. */
export function nextSteps(db: ReadDb, versionId: VersionId, aliases: readonly string[]): readonly NextStep[] {
  return PersonAction.options.map((action): NextStep => {
    const answer = stepNow(db, versionId, action)
    if (!answer.allowed) return { action, to: null, why: answer.why, next: answer.next }
    const held = holds(action, aliases)
    return held === null ? { action, to: answer.to, why: null, next: null } : { action, to: null, ...held }
  })
}

/** Why a version that aliases point to cannot go out of use; null when it can. */
export function holds(action: LifeAction, aliases: readonly string[]): { readonly why: string; readonly next: string } | null {
  if ((action !== 'retire' && action !== 'archive') || aliases.length === 0) return null
  const them = aliases.length === 1 ? 'the alias' : 'these aliases'
  return { why: `it is ${aliases.join(' and ')} now`, next: `Promote another version, or take ${them} off first.` }
}

// The life of a version as a small pure state machine: which step leads from where to where, who causes it, and why another does not.
// Owns no storing: `main/core/store/life.ts` keeps what was done.
import { z } from 'zod'
import { EventId, VersionId } from '../ids.ts'

export const VersionState = z.enum(['draft', 'evaluated', 'in-review', 'approved', 'released', 'retired', 'archived'])
export type VersionState = z.infer<typeof VersionState>

/** One step of a life. Two pairs of states have two steps: a review ends by withdrawal or by rejection. */
export const LifeAction = z.enum(['evaluate', 'submit', 'withdraw', 'reject', 'approve', 'revoke', 'release', 'retire', 'archive', 'restore'])
export type LifeAction = z.infer<typeof LifeAction>

/** What causes a step: a fact in the record (a finished run, a bundle, an alias that serves), a review, or a person who says so. */
export type LifeCause = 'fact' | 'review' | 'person'

interface StepRule {
  readonly from: readonly VersionState[]
  /** `before`: the state in which the version was before it went out of use. */
  readonly to: VersionState | 'before'
  readonly cause: LifeCause
}

/**
 * The whole machine. `evaluate` follows by itself from the first finished run, `release` from the first exported bundle or from
 * becoming the target of a serving alias (`servingAliases`); facts are taken from every state before release, since they happened.
 */
export const lifeSteps: Readonly<Record<LifeAction, StepRule>> = {
  evaluate: { from: ['draft'], to: 'evaluated', cause: 'fact' },
  submit: { from: ['evaluated'], to: 'in-review', cause: 'person' },
  withdraw: { from: ['in-review'], to: 'evaluated', cause: 'person' },
  reject: { from: ['in-review'], to: 'evaluated', cause: 'review' },
  approve: { from: ['in-review'], to: 'approved', cause: 'review' },
  revoke: { from: ['approved'], to: 'evaluated', cause: 'review' },
  release: { from: ['draft', 'evaluated', 'in-review', 'approved'], to: 'released', cause: 'fact' },
  retire: { from: ['evaluated', 'approved', 'released'], to: 'retired', cause: 'person' },
  archive: { from: ['draft', 'evaluated', 'retired'], to: 'archived', cause: 'person' },
  restore: { from: ['retired', 'archived'], to: 'before', cause: 'person' },
}

/** The steps that a person takes by `version.transition`. The others follow from facts and reviews. */
export const PersonAction = z.enum(['submit', 'withdraw', 'retire', 'archive', 'restore'])
export type PersonAction = z.infer<typeof PersonAction>

/** Aliases whose target serves: becoming one releases a version. */
export const servingAliases: readonly string[] = ['champion', 'production']

/** Out of use: no alias may point there. */
export const outOfUse = (state: VersionState): boolean => state === 'retired' || state === 'archived'

/** What the record holds of a version beside its states. */
export interface LifeFacts { readonly evaluated: boolean; readonly released: boolean }

const stateNames: Readonly<Record<VersionState, string>> = {
  draft: 'a draft', evaluated: 'evaluated', 'in-review': 'in review', approved: 'approved', released: 'released', retired: 'retired', archived: 'archived',
}
/** As it stands after “is”. */
export const stateWords = (state: VersionState): string => stateNames[state]

const stateLabels: Readonly<Record<VersionState, string>> = {
  draft: 'Draft', evaluated: 'Evaluated', 'in-review': 'In review', approved: 'Approved', released: 'Released', retired: 'Retired', archived: 'Archived',
}
/** As a label of its own. */
export const stateName = (state: VersionState): string => stateLabels[state]

/** What the state says of a version, in one sentence. */
export const stateMeaning: Readonly<Record<VersionState, string>> = {
  draft: 'It was imported; no run of it has finished.',
  evaluated: 'A run of it has finished, so it can be reviewed.',
  'in-review': 'Somebody is asked to approve it.',
  approved: 'A review approved it for release.',
  released: 'A bundle of it was exported, or a serving alias pointed to it.',
  retired: 'It was in use and is not to be used any more.',
  archived: 'It is put away; nothing of it was deleted.',
}

export interface StepName { readonly verb: string; readonly done: string }
const stepNames: Readonly<Record<LifeAction, StepName>> = {
  evaluate: { verb: 'Evaluate', done: 'became evaluated' }, submit: { verb: 'Submit for review', done: 'was submitted for review' },
  withdraw: { verb: 'Withdraw from review', done: 'was withdrawn from review' }, reject: { verb: 'Reject', done: 'was rejected in review' },
  approve: { verb: 'Approve', done: 'was approved' }, revoke: { verb: 'Revoke the approval', done: 'lost its approval' },
  release: { verb: 'Release', done: 'was released' }, retire: { verb: 'Retire', done: 'was retired' },
  archive: { verb: 'Archive', done: 'was archived' }, restore: { verb: 'Restore', done: 'was restored' },
}
export const stepWords = (action: LifeAction): StepName => stepNames[action]

/** The last state of a life in which the version was in use. `states`: oldest first; what happened meanwhile counts. */
export function stateBefore(states: readonly VersionState[], facts: LifeFacts): VersionState {
  const last = states.filter((s) => !outOfUse(s)).at(-1) ?? 'draft'
  if (facts.released && last !== 'released') return 'released'
  return last === 'draft' && facts.evaluated ? 'evaluated' : last
}

/** Where a step leads, or why it is not possible and what helps; both as parts of a sentence after the version's name. */
export type StepAnswer = { readonly allowed: true; readonly to: VersionState } | { readonly allowed: false; readonly why: string; readonly next: string }

/** The one question of the machine. `states`: the whole life, oldest first; empty: a draft. */
export function stepFrom(action: LifeAction, states: readonly VersionState[], facts: LifeFacts): StepAnswer {
  const now = states.at(-1) ?? 'draft'
  const rule = lifeSteps[action]
  if (rule.from.includes(now)) return { allowed: true, to: rule.to === 'before' ? stateBefore(states, facts) : rule.to }
  return { allowed: false, ...whyNot(action, now) }
}

interface Refusal { readonly why: string; readonly next: string }

const alreadyThere: Partial<Record<LifeAction, VersionState>> = { evaluate: 'evaluated', submit: 'in-review', approve: 'approved', release: 'released', retire: 'retired', archive: 'archived' }

/** Why a step is not possible from a state, and what is. Only asked where it is not. */
export function whyNot(action: LifeAction, now: VersionState): Refusal {
  if (alreadyThere[action] === now) return { why: `it is ${stateWords(now)} already`, next: 'Nothing is left to do.' }
  if (outOfUse(now) && action !== 'archive') return { why: `it is ${stateWords(now)}`, next: 'Restore it first.' }
  switch (action) {
    case 'evaluate': return { why: `it is ${stateWords(now)}, so it was evaluated before`, next: 'Evaluate it again as often as you like; its state stays.' }
    case 'submit': return now === 'draft'
      ? { why: 'no run of it has finished, so there is nothing to review', next: 'Evaluate it first.' }
      : { why: `it is ${stateWords(now)} already, which comes after a review`, next: 'Ask for another review of it; its state stays until that is decided.' }
    case 'withdraw': return { why: `it is ${stateWords(now)}, not in review`, next: 'Submit it for review first.' }
    case 'reject': case 'approve': return { why: `it is ${stateWords(now)}, not in review`, next: now === 'draft' ? 'Evaluate it, then submit it for review.' : 'Submit it for review first.' }
    case 'revoke': return { why: `it is ${stateWords(now)}, not approved`, next: now === 'released' ? 'Retire it to take it out of use.' : 'Submit it for review first.' }
    case 'release': return { why: `it is ${stateWords(now)}`, next: 'Restore it first.' }
    case 'retire': return now === 'draft'
      ? { why: 'it was never in use', next: 'Archive it instead.' }
      : { why: 'it is in review', next: 'Withdraw it from review first.' }
    case 'archive': return now === 'in-review'
      ? { why: 'it is in review', next: 'Withdraw it from review first.' }
      : { why: `it is ${stateWords(now)}`, next: 'Retire it first.' }
    case 'restore': return { why: `it is ${stateWords(now)} and in use`, next: 'Nothing is left to do.' }
  }
}

/** One step that was taken. `revision` counts from 1; a version without one is a draft. */
export const StateChange = z.object({
  versionId: VersionId,
  revision: z.number().int().positive(),
  /** null: the first one that is known. */
  from: VersionState.nullable(),
  state: VersionState,
  action: LifeAction,
  reason: z.string(),
  /** null: not recorded, such as of what happened before states were kept. */
  who: z.object({ name: z.string(), keyId: z.string().nullable() }).nullable(),
  eventId: EventId.nullable(),
  at: z.number().int(),
})
export type StateChange = z.infer<typeof StateChange>

/** One step that a person may ask for, with where it leads or why it does not. */
export const NextStep = z.object({ action: PersonAction, to: VersionState.nullable(), why: z.string().nullable(), next: z.string().nullable() })
export type NextStep = z.infer<typeof NextStep>

/** A version's state, how it came there and what may follow. */
export const VersionLife = z.object({
  versionId: VersionId, state: VersionState, history: z.array(StateChange).describe('newest first'), next: z.array(NextStep),
  aliases: z.array(z.string()),
})
export type VersionLife = z.infer<typeof VersionLife>

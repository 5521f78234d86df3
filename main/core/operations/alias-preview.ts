// alias.preview: what would change if an alias were moved: target, states, callers, metrics, gate, approval, losses. Reads stored facts only.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import { compareRuns, compareSignatures, servedSignature } from '../../../shared/comparison.ts'
import type { AliasPreview, GateStanding, PreviewVersion } from '../../../shared/domain/alias-preview.ts'
import { lifeSteps, servingAliases } from '../../../shared/domain/life.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { formatTime } from '../../../shared/format.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { previewWords } from '../../../shared/preview-words.ts'
import type { Parts } from '../parts.ts'
import { listBundles } from '../store/bundles.ts'
import type { ReadDb } from '../store/database.ts'
import { currentGate, newestCheckOf } from '../store/gates.ts'
import { stateHistory } from '../store/life.ts'
import { modelName } from '../store/models.ts'
import { commonRuns, getRun } from '../store/runs.ts'
import { listReviews, standingApprovals } from '../store/reviews.ts'
import { getVersion } from '../store/versions.ts'
import { planMove } from '../steps/alias-move.ts'

const stateOf = (version: Version): PreviewVersion['state'] => version.state ?? 'draft'

function shown(db: ReadDb, version: Version, alias: string): PreviewVersion {
  return { versionId: version.id, number: version.number, state: stateOf(version), otherAliases: (version.aliases ?? []).filter((a) => a !== alias), bundleId: listBundles(db, { versionId: version.id })[0]?.id ?? null }
}

/** The newest check of any run of a version, and whether the policy is still the one that it was made with. */
function gateStanding(db: ReadDb, version: Version): GateStanding {
  const check = newestCheckOf(db, version.id)
  if (check === null) return { verdict: 'never', sentence: `Version ${version.number} was never checked by a gate.`, checkId: null, runId: null, at: null }
  const policy = currentGate(db, version.modelId)
  const since = policy !== null && policy.id !== check.gateId ? ' That was with another policy than the model’s present one.' : ''
  const verdict = check.passed ? 'passed' : check.override === null ? 'failed' : 'overridden'
  const words = { passed: `passed its gate on ${formatTime(check.checkedAt)}`, failed: `did not pass its gate on ${formatTime(check.checkedAt)}`, overridden: `did not pass its gate; ${check.override?.name ?? ''} overrode that on ${formatTime(check.checkedAt)}: ${(check.override?.reason ?? '').replace(/\.$/, '')}` }
  return { verdict, sentence: `Version ${version.number} ${words[verdict]}.${since}`, checkId: check.id, runId: check.runId, at: check.checkedAt }
}

/** Approved is what was approved and not revoked since, by answers whose signatures hold. */
function approvalOf(db: ReadDb, version: Version): NonNullable<AliasPreview['approval']> {
  const name = `Version ${version.number}`
  const last = stateHistory(db, version.id).find((change) => change.action === 'approve' || change.action === 'revoke')
  const stands = listReviews(db, version.id).some((r) => standingApprovals(r.answers).length > 0)
  if (last?.action === 'approve' && !stands) return { approved: false, sentence: `${name} was approved on ${formatTime(last.at)}, and no approval that can be believed stands any more.` }
  if (last?.action === 'approve') return { approved: true, sentence: `${name} was approved${last.who === null ? '' : ` by ${last.who.name}`} on ${formatTime(last.at)}.` }
  if (stateOf(version) === 'in-review') return { approved: false, sentence: `${name} is in review; nobody has approved it yet.` }
  return { approved: false, sentence: last === undefined ? `Nobody has approved ${name.toLowerCase()}.` : `The approval of ${name.toLowerCase()} was revoked on ${formatTime(last.at)}.` }
}

function common(db: ReadDb, from: Version | null, to: Version | null): Pick<AliasPreview, 'onData' | 'missing'> {
  if (from === null || to === null) return { onData: null, missing: 'There is nothing to compare with.' }
  if (from.id === to.id) return { onData: null, missing: 'It is the same version.' }
  const runs = commonRuns(db, from.id, to.id, null)
  if (runs === null) return { onData: null, missing: `Versions ${from.number} and ${to.number} have no finished runs on the same data. Evaluate both on one data set to compare them.` }
  return { onData: compareRuns(getRun(db, runs.left), getRun(db, runs.right)), missing: null }
}

const versionOrNull = (db: ReadDb, id: VersionId | null): Version | null => (id === null ? null : getVersion(db, id))

function statesAfter(to: Version | null, alias: string): AliasPreview['states'] {
  const now = to === null ? null : stateOf(to)
  if (to === null || now === null || !servingAliases.includes(alias) || !lifeSteps.release.from.includes(now)) return []
  return [{ versionId: to.id, number: to.number, from: now, to: 'released', why: `It becomes ${alias}.` }]
}

/** Errors: `input.unknownId`. What stands in the way is an answer: `refusal`. */
export function previewMove(parts: Parts, wanted: InputOf<SlipwayContract['alias.preview']>): AliasPreview {
  return parts.store.read((db) => {
    const { move, refusal } = planMove(db, wanted)
    const [from, to] = [versionOrNull(db, move.expected), versionOrNull(db, move.versionId)]
    const signature = from === null || to === null ? [] : compareSignatures(servedSignature(from), servedSignature(to)).filter((change) => change.change !== 'same')
    const facts = {
      modelId: wanted.modelId, modelName: modelName(db, wanted.modelId), alias: wanted.alias, action: wanted.action,
      from: from === null ? null : shown(db, from, wanted.alias), to: to === null ? null : shown(db, to, wanted.alias),
      refusal: refusal?.toPlain() ?? null, states: refusal === null ? statesAfter(to, wanted.alias) : [],
      signature, breaking: signature.some((change) => change.breaking), ...common(db, from, to),
      gate: to === null ? null : gateStanding(db, to), approval: to === null ? null : approvalOf(db, to),
    } satisfies Omit<AliasPreview, 'changes' | 'concerns' | 'losses'>
    return { ...facts, ...previewWords(facts) }
  })
}

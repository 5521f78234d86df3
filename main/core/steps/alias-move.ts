// alias.set, alias.rollback, alias.remove: one move of an alias with its reason, refused when somebody else moved it meanwhile.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { AliasMove } from '../../../shared/domain/alias.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { ModelId, VersionId } from '../../../shared/ids.ts'
import type { Parts } from '../parts.ts'
import { aliasTarget, listAliases, moveRefusal, rollbackTarget, setAlias, unknownAlias, type NewMove } from '../store/aliases.ts'
import type { ReadDb } from '../store/database.ts'
import { modelName } from '../store/models.ts'

type Wanted = InputOf<SlipwayContract['alias.preview']>
/** A move as it would be made now, and why it cannot be; `versionId` is null too where a roll-back leads nowhere. */
export interface PlannedMove { readonly move: Omit<NewMove, 'reason'>; readonly refusal: SlipwayError | null }

function nothingBefore(db: ReadDb, modelId: ModelId, alias: string): SlipwayError {
  const known = listAliases(db, modelId).some((a) => a.alias === alias)
  return known ? (new SlipwayError('alias.nothingBefore', { alias, model: modelName(db, modelId) }) as SlipwayError) : unknownAlias(db, modelId, alias)
}

/** The one plan behind a preview and behind the move itself. Errors: `input.unknownId`. */
export function planMove(db: ReadDb, wanted: Wanted, seen?: { readonly expected: VersionId | null }): PlannedMove {
  const { modelId, alias, action } = wanted
  const expected = seen === undefined ? aliasTarget(db, modelId, alias) : seen.expected
  const back = action === 'rollback' ? rollbackTarget(db, modelId, alias) : null
  const versionId = action === 'set' ? wanted.versionId : back?.versionId ?? null
  const move = { modelId, alias, action, versionId, expected }
  if (action === 'rollback' && versionId === null && expected === aliasTarget(db, modelId, alias)) return { move, refusal: nothingBefore(db, modelId, alias) }
  return { move, refusal: moveRefusal(db, move) }
}

function make(parts: Parts, wanted: Wanted, said: { readonly expected: VersionId | null; readonly reason: string; readonly to?: VersionId | undefined }): AliasMove {
  return parts.store.write((db) => {
    const { move, refusal } = planMove(db, wanted, said)
    if (refusal !== null) throw refusal
    if (said.to !== undefined && said.to !== move.versionId) {
      const leads = rollbackTarget(db, wanted.modelId, wanted.alias)?.number ?? null
      throw new SlipwayError('alias.moved', { alias: wanted.alias, model: modelName(db, wanted.modelId), expected: null, found: null, leads })
    }
    return setAlias(db, { ...move, reason: said.reason }, parts.clock())
  })
}

/** Errors: `input.unknownId`, `alias.moved`, `alias.sameTarget`, `alias.notServable`. */
export const promote = (parts: Parts, { modelId, alias, versionId, ...said }: InputOf<SlipwayContract['alias.set']>): OutputOf<SlipwayContract['alias.set']> =>
  make(parts, { action: 'set', modelId, alias, versionId }, said)

/** Errors: `alias.moved`, `alias.unknown`, `alias.nothingBefore`, `alias.notServable`. */
export const rollBack = (parts: Parts, { modelId, alias, ...said }: InputOf<SlipwayContract['alias.rollback']>): OutputOf<SlipwayContract['alias.rollback']> =>
  make(parts, { action: 'rollback', modelId, alias }, said)

/** Errors: `alias.moved`, `alias.unknown`. */
export const removeAlias = (parts: Parts, { modelId, alias, ...said }: InputOf<SlipwayContract['alias.remove']>): OutputOf<SlipwayContract['alias.remove']> =>
  make(parts, { action: 'remove', modelId, alias }, said)

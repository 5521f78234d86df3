// version.transition: one step of a version's life that a person takes, with its reason. version.life: where it stands and what may follow.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { VersionLife } from '../../../shared/domain/life.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Parts } from '../parts.ts'
import { aliasesOf } from '../store/aliases.ts'
import type { ReadDb } from '../store/database.ts'
import { holds, nextSteps, recordState, stateHistory, versionState } from '../store/life.ts'
import { getVersion } from '../store/versions.ts'

/** Errors: `input.unknownId`. */
export function lifeOf(db: ReadDb, versionId: VersionId): VersionLife {
  getVersion(db, versionId)
  const aliases = aliasesOf(db, versionId)
  return { versionId, state: versionState(db, versionId), history: [...stateHistory(db, versionId)], next: [...nextSteps(db, versionId, aliases)], aliases: [...aliases] }
}

/** Errors: `input.unknownId`, `life.moved`, `life.notAllowed`. */
export function takeStep(parts: Parts, { versionId, action, reason, expected }: InputOf<SlipwayContract['version.transition']>): VersionLife {
  return parts.store.write((db) => {
    const version = getVersion(db, versionId)
    const held = holds(action, aliasesOf(db, versionId))
    if (held !== null) throw new SlipwayError('life.notAllowed', { version: `${version.modelName} ${version.number}`, reason: held.why, next: held.next })
    recordState(db, { versionId, action, reason, ...(expected === undefined ? {} : { expected }) }, parts.clock())
    return lifeOf(db, versionId)
  })
}

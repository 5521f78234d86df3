// Aliases of models: every move, in order, and where each points now. Refuses to move what somebody else has moved meanwhile.
import { SlipwayError } from '../../../shared/errors.ts'
import { type Alias, AliasMove, servedBefore, type AliasAction } from '../../../shared/domain/alias.ts'
import type { Actor } from '../../../shared/domain/history.ts'
import { outOfUse, servingAliases, stateWords } from '../../../shared/domain/life.ts'
import { VersionId, type ModelId } from '../../../shared/ids.ts'
import { fits, number, text, type ReadDb, type Row, type WriteDb } from './database.ts'
import { record } from './history.ts'
import { noteFact, versionState } from './life.ts'
import { modelName } from './models.ts'

const moves = `
SELECT a.*, v.number, p.version_id AS from_id, w.number AS from_number, e.who, e.who_key
FROM alias_moves a JOIN events e ON e.id = a.event_id LEFT JOIN versions v ON v.id = a.version_id
LEFT JOIN alias_moves p ON p.model_id = a.model_id AND p.alias = a.alias AND p.revision = a.revision - 1 LEFT JOIN versions w ON w.id = p.version_id`

const place = (id: Row[string] | undefined, version: Row[string] | undefined): unknown => (id === null || id === undefined ? null : { versionId: id, number: version })

const toMove = (row: Row): AliasMove => fits('a move of an alias', AliasMove, () => ({
  modelId: row['model_id'], alias: row['alias'], revision: row['revision'], action: row['action'], from: place(row['from_id'], row['from_number']), to: place(row['version_id'], row['number']),
  reason: row['reason'], who: row['who'] === null ? null : { name: row['who'], keyId: row['who_key'] }, eventId: row['event_id'], at: row['created_at'],
}))

/** The version that an alias points to now; null when it points to nothing or never did. */
export function aliasTarget(db: ReadDb, modelId: ModelId, alias: string): VersionId | null {
  const row = db.get('SELECT version_id FROM alias_moves WHERE model_id = $modelId AND alias = $alias ORDER BY revision DESC LIMIT 1', { modelId, alias })
  return row === undefined || row['version_id'] === null ? null : fits('the target of an alias', VersionId, () => row['version_id'])
}

/** The aliases that point to a version now, by name. */
export function aliasesOf(db: ReadDb, versionId: VersionId): readonly string[] {
  return db.all('SELECT alias FROM current_aliases WHERE version_id = $versionId ORDER BY alias', { versionId }).map((row) => text(row, 'alias'))
}

/** Every move of one alias, or of all of a model, newest first. */
export function aliasHistory(db: ReadDb, modelId: ModelId, alias: string | null = null): readonly AliasMove[] {
  return db.all(`${moves} WHERE a.model_id = $modelId AND ($alias IS NULL OR a.alias = $alias) ORDER BY a.created_at DESC, a.revision DESC, a.alias`, { modelId, alias }).map(toMove)
}

/** What a roll-back of an alias would go back to; null when nothing else had it before. */
export const rollbackTarget = (db: ReadDb, modelId: ModelId, alias: string): AliasMove['to'] => servedBefore(inOrder(aliasHistory(db, modelId, alias)))

const inOrder = (newestFirst: readonly AliasMove[]): readonly AliasMove[] => [...newestFirst].sort((a, b) => a.revision - b.revision)

/** Every alias that a model ever had, as it stands now: those that point somewhere first, then by name. */
export function listAliases(db: ReadDb, modelId: ModelId): readonly Alias[] {
  const all = aliasHistory(db, modelId)
  const name = modelName(db, modelId)
  const found = [...new Set(all.map((move) => move.alias))].map((alias): Alias => {
    const own = inOrder(all.filter((move) => move.alias === alias))
    const last = own.at(-1)!
    return { modelId, modelName: name, alias, target: last.to, before: servedBefore(own), moves: own.length, last }
  })
  return found.sort((a, b) => Number(a.target === null) - Number(b.target === null) || (a.alias < b.alias ? -1 : 1))
}

export interface NewMove {
  readonly modelId: ModelId
  readonly alias: string
  readonly action: AliasAction
  /** null: takes the alias off. */
  readonly versionId: VersionId | null
  /** Where it pointed when the move was decided. */
  readonly expected: VersionId | null
  readonly reason: string
  /** Absent: whoever uses this program. */
  readonly who?: Actor | null
}

const versionNumber = (db: ReadDb, id: VersionId | null): number | null => (id === null ? null : number(db.get('SELECT number FROM versions WHERE id = $id', { id }) ?? {}, 'number'))

/**
 * Why a move is not possible now; null when it is. Errors: `input.unknownId` thrown for a version that is not of this model.
 * Answers `alias.moved`, `alias.unknown`, `alias.sameTarget`, `alias.notServable`.
 */
export function moveRefusal(db: ReadDb, move: Omit<NewMove, 'reason'>): SlipwayError | null {
  const model = modelName(db, move.modelId)
  const { alias, versionId, expected } = move
  const found = aliasTarget(db, move.modelId, alias)
  if (found !== expected) return new SlipwayError('alias.moved', { alias, model, expected: versionNumber(db, expected), found: versionNumber(db, found) }) as SlipwayError
  if (versionId === null) return found === null ? unknownAlias(db, move.modelId, alias) : null
  const version = db.get('SELECT number FROM versions WHERE id = $versionId AND model_id = $modelId', { versionId, modelId: move.modelId })
  if (version === undefined) throw new SlipwayError('input.unknownId', { what: `version of ${model}`, id: versionId })
  const name = `${model} ${number(version, 'number')}`
  if (found === versionId) return new SlipwayError('alias.sameTarget', { alias, version: name }) as SlipwayError
  const state = versionState(db, versionId)
  return outOfUse(state) ? new SlipwayError('alias.notServable', { alias, version: name, state: stateWords(state) }) as SlipwayError : null
}

/** `alias.unknown`, with the names that there are. */
export function unknownAlias(db: ReadDb, modelId: ModelId, alias: string): SlipwayError {
  return new SlipwayError('alias.unknown', { alias, model: modelName(db, modelId), known: listAliases(db, modelId).filter((a) => a.target !== null).map((a) => a.alias) }) as SlipwayError
}

function sentence(move: NewMove, model: string, before: number | null, after: number | null): string {
  const was = before === null ? '' : `, before it was ${before}`
  switch (move.action) {
    case 'set': return `${model} ${after ?? ''} became ${move.alias}${was}.`
    case 'rollback': return `${move.alias} of ${model} was rolled back${before === null ? '' : ` from ${before}`} to ${after ?? ''}.`
    case 'remove': return `${model} ${before ?? ''} is ${move.alias} no more; nothing is.`
  }
}

/**
 * Moves an alias and records it with its event, in the caller's transaction. The target of a serving alias is released by it.
 * Errors: `input.unknownId`, and what `moveRefusal` answers.
 */
export function setAlias(db: WriteDb, move: NewMove, at: number): AliasMove {
  const refusal = moveRefusal(db, move)
  if (refusal !== null) throw refusal
  const { modelId, alias, action, versionId, expected, reason } = move
  const eventId = record(db, {
    verb: `alias.${action}`, subject: modelId, sentence: sentence(move, modelName(db, modelId), versionNumber(db, expected), versionNumber(db, versionId)), why: reason,
    facts: { alias, from: expected, to: versionId }, ...(move.who === undefined ? {} : { who: move.who }),
  }, at)
  db.run(`INSERT INTO alias_moves (model_id, alias, revision, version_id, action, reason, event_id, created_at)
    VALUES ($modelId, $alias, (SELECT COALESCE(max(revision), 0) + 1 FROM alias_moves WHERE model_id = $modelId AND alias = $alias), $versionId, $action, $reason, $eventId, $at)`,
  { modelId, alias, versionId, action, reason, eventId, at })
  if (versionId !== null && servingAliases.includes(alias)) noteFact(db, { versionId, action: 'release', reason: `It became ${alias}.` }, at)
  return aliasHistory(db, modelId, alias)[0]!
}

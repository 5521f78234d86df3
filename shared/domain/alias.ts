// Aliases of a model: a name for each environment, the version it points to, and every move that it made.
// Owns the rule what a roll-back goes back to; `main/core/store/aliases.ts` keeps the moves.
import { z } from 'zod'
import { EventId, ModelId, VersionId } from '../ids.ts'

/** Small letters, digits, dots, dashes and underscores, beginning with a letter, so that `income@2` and `income@champion` never mean the same. */
export const AliasName = z.string().trim().toLowerCase().max(40).regex(/^[a-z][a-z0-9._-]*$/, 'not a name of letters, digits, dots, dashes and underscores that begins with a letter')
export type AliasName = z.infer<typeof AliasName>

/** Offered where somebody chooses a name; any other is as good. */
export const usualAliases: readonly string[] = ['champion', 'challenger', 'staging']

export const AliasAction = z.enum(['set', 'rollback', 'remove'])
export type AliasAction = z.infer<typeof AliasAction>

/** One move of an alias. Kept for ever. */
export const AliasMove = z.object({
  modelId: ModelId,
  alias: z.string(),
  revision: z.number().int().positive(),
  action: AliasAction,
  from: z.object({ versionId: VersionId, number: z.number().int() }).nullable(),
  /** null: the alias was taken off. */
  to: z.object({ versionId: VersionId, number: z.number().int() }).nullable(),
  reason: z.string(),
  /** null: not recorded. */
  who: z.object({ name: z.string(), keyId: z.string().nullable() }).nullable(),
  eventId: EventId,
  at: z.number().int(),
})
export type AliasMove = z.infer<typeof AliasMove>

/** An alias as it stands: its newest move, and what a roll-back would go back to. */
export const Alias = z.object({
  modelId: ModelId, modelName: z.string(), alias: z.string(),
  /** null: it points to nothing now. */
  target: z.object({ versionId: VersionId, number: z.number().int() }).nullable(),
  before: z.object({ versionId: VersionId, number: z.number().int() }).nullable(),
  moves: z.number().int().positive(),
  last: AliasMove,
})
export type Alias = z.infer<typeof Alias>

/**
 * What a roll-back goes back to: the version that had the alias before the present one got it. A roll-back undoes a move, so a second one
 * goes back further, and never forward again. `moves`: oldest first. null: nothing else ever had it.
 */
export function servedBefore(moves: readonly Pick<AliasMove, 'action' | 'to'>[]): AliasMove['to'] {
  const stack = servingStack(moves)
  const now = moves.at(-1)?.to?.versionId ?? null
  return stack.slice(0, -1).findLast((target) => target !== null && target.versionId !== now) ?? null
}

/** The targets one over the other: a roll-back takes off what lay over its target. */
function servingStack(moves: readonly Pick<AliasMove, 'action' | 'to'>[]): AliasMove['to'][] {
  const stack: AliasMove['to'][] = []
  for (const { action, to } of moves) {
    const at = action === 'rollback' ? stack.slice(0, -1).findLastIndex((target) => target?.versionId === to?.versionId) : -1
    if (at >= 0) stack.length = at + 1
    else stack.push(to)
  }
  return stack
}

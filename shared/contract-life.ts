// The part of the contract about the life of versions: states, aliases, owners and links, the line of time. Spread in contract.ts.
import { z } from 'zod'
import { command, query } from './contract-kit.ts'
import { Alias, AliasMove, AliasName } from './domain/alias.ts'
import { AliasPreview } from './domain/alias-preview.ts'
import { Care, CareLink, OwnerName } from './domain/care.ts'
import { PersonAction, VersionLife, VersionState } from './domain/life.ts'
import { Timeline, TimelineKind } from './domain/timeline.ts'
import { ModelId, VersionId } from './ids.ts'

/** Every step has a reason, in the words of who takes it. */
export const Reason = z.string().trim().min(3, 'too short for a reason').max(2000)

const ofAlias = { modelId: ModelId, alias: AliasName }
/** Where the alias pointed when the move was decided; null: nowhere. Somebody else's move in between is never overwritten. */
const expected = VersionId.nullable()
const touches = ['models', 'versions', 'history'] as const

export const lifeContract = {
  /** A version's state, how it came there, and every step that may follow or why not. */
  'version.life': query({ input: z.object({ versionId: VersionId }), output: VersionLife, reads: ['versions', 'runs', 'bundles', 'history'] }),
  /** A step that a person takes. `expected`: the state that was seen; absent: any. */
  'version.transition': command({ input: z.object({ versionId: VersionId, action: PersonAction, reason: Reason, expected: VersionState.optional() }), output: VersionLife, touches: [...touches] }),

  /** Every alias that the model ever had, as it stands. */
  'alias.list': query({ input: z.object({ modelId: ModelId }), output: z.array(Alias), reads: ['models', 'versions'] }),
  /** Every move, newest first. */
  'alias.history': query({ input: z.object({ modelId: ModelId, alias: AliasName.optional() }), output: z.array(AliasMove), reads: ['models', 'versions'] }),
  /** What would change; changes nothing. `versionId` belongs to `set` alone. */
  'alias.preview': query({ input: z.discriminatedUnion('action', [
    z.object({ action: z.literal('set'), ...ofAlias, versionId: VersionId }), z.object({ action: z.literal('rollback'), ...ofAlias }), z.object({ action: z.literal('remove'), ...ofAlias }),
  ]), output: AliasPreview, reads: ['models', 'versions', 'runs', 'gates', 'bundles', 'history'] }),
  /** Promotes: the alias points to this version from now on. */
  'alias.set': command({ input: z.object({ ...ofAlias, versionId: VersionId, expected, reason: Reason }), output: AliasMove, touches: [...touches] }),
  /** Back to what had the alias before. `to`: where that was seen to lead; absent: wherever it leads. */
  'alias.rollback': command({ input: z.object({ ...ofAlias, expected, to: VersionId.optional(), reason: Reason }), output: AliasMove, touches: [...touches] }),
  /** Takes the alias off: it points to nothing, and its history stays. */
  'alias.remove': command({ input: z.object({ ...ofAlias, expected, reason: Reason }), output: AliasMove, touches: [...touches] }),

  /** Owners and links of a model, or of one version of it. */
  'care.get': query({ input: z.object({ modelId: ModelId, versionId: VersionId.optional() }), output: Care, reads: ['models', 'versions'] }),
  /** Replaces the lists that are given; the old ones stay in the history. `revision`: the one that was seen; absent: any. */
  'care.save': command({ input: z.object({ modelId: ModelId, versionId: VersionId.optional(), owners: z.array(OwnerName).max(50).optional(), links: z.array(CareLink).max(100).optional(), revision: z.number().int().nonnegative().optional() }), output: Care, touches: [...touches] }),

  /** Versions, states, alias moves, runs, gate checks and bundles of a model on one line of time, newest first. */
  'model.timeline': query({ input: z.object({ modelId: ModelId, versionId: VersionId.optional(), kinds: z.array(TimelineKind).min(1).optional(), offset: z.number().int().nonnegative().default(0), limit: z.number().int().positive().max(500).default(100) }), output: Timeline, reads: ['models', 'versions', 'runs', 'gates', 'bundles', 'history'] }),
} as const

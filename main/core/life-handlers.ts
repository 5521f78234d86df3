// Answers to the questions of shared/contract-life.ts: states, aliases, owners and links, the line of time.
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Handlers } from '../../shared/contract-kit.ts'
import { promote, removeAlias, rollBack } from './steps/alias-move.ts'
import { previewMove } from './operations/alias-preview.ts'
import { lifeOf, takeStep } from './operations/version-transition.ts'
import type { Parts } from './parts.ts'
import { aliasHistory, listAliases } from './store/aliases.ts'
import { careOf, saveCare } from './store/care.ts'
import { modelName } from './store/models.ts'
import { modelTimeline } from './store/timeline.ts'

type Answers<K extends keyof SlipwayContract> = Pick<Handlers<SlipwayContract>, K>

export const lifeQueries = (parts: Parts): Answers<'version.life' | 'alias.list' | 'alias.history' | 'alias.preview' | 'care.get' | 'model.timeline'> => ({
  'version.life': ({ versionId }) => parts.store.read((db) => lifeOf(db, versionId)),
  'alias.list': ({ modelId }) => [...parts.store.read((db) => listAliases(db, modelId))],
  'alias.history': ({ modelId, alias }) => parts.store.read((db) => {
    modelName(db, modelId)
    return [...aliasHistory(db, modelId, alias ?? null)]
  }),
  'alias.preview': (wanted) => previewMove(parts, wanted),
  'care.get': (of) => parts.store.read((db) => careOf(db, of)),
  'model.timeline': (request) => parts.store.read((db) => modelTimeline(db, request)),
})

export const lifeCommands = (parts: Parts): Answers<'version.transition' | 'alias.set' | 'alias.rollback' | 'alias.remove' | 'care.save'> => ({
  'version.transition': (step) => takeStep(parts, step),
  'alias.set': (move) => promote(parts, move),
  'alias.rollback': (move) => rollBack(parts, move),
  'alias.remove': (move) => removeAlias(parts, move),
  'care.save': ({ modelId, versionId, ...change }) => parts.store.write((db) => saveCare(db, { modelId, versionId }, change, parts.clock())),
})

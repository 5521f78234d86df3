// Answers about many versions at once: searches, saved views, leaderboards, trends. Straight from the store.
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Handlers } from '../../shared/contract-kit.ts'
import type { Parts } from './parts.ts'
import { leaderboard, modelTrend } from './store/leaderboard.ts'
import { runSearch } from './store/search.ts'
import { searchWords } from './store/search-words.ts'
import { listViews, removeView, saveView } from './store/views.ts'

type Answers<K extends keyof SlipwayContract> = Pick<Handlers<SlipwayContract>, K>

export const searchQueries = (parts: Parts): Answers<'search.run' | 'search.words' | 'view.list' | 'leaderboard.get' | 'model.trend'> => ({
  'search.run': (request) => parts.store.read((db) => runSearch(db, request, parts.clock())),
  'search.words': () => parts.store.read(searchWords),
  'view.list': () => [...parts.store.read(listViews)],
  'leaderboard.get': ({ metric, ...request }) => parts.store.read((db) => leaderboard(db, { ...request, metric: metric ?? null })),
  'model.trend': ({ modelId, metric, versions }) => [...parts.store.read((db) => modelTrend(db, modelId, metric, versions))],
})

export const viewCommands = (parts: Parts): Answers<'view.save' | 'view.remove'> => ({
  'view.save': ({ replace, ...view }) => parts.store.write((db) => saveView(db, view, replace, parts.clock())),
  'view.remove': ({ name }) => {
    parts.store.write((db) => removeView(db, name))
    return { ok: true as const }
  },
})

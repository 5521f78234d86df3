// Saved views: searches under a name. Settings of the workspace and no history: they may be replaced and removed.
import { SlipwayError } from '../../../shared/errors.ts'
import { SavedView } from '../../../shared/domain/search.ts'
import { parseSearch } from '../../../shared/search/parse.ts'
import { parseOrder } from '../../../shared/search/sort.ts'
import { fits, text, type ReadDb, type Row, type WriteDb } from './database.ts'

const toView = (row: Row): SavedView => fits('a saved view', SavedView, () => ({ name: row['name'], query: row['query'], sort: row['sort'], createdAt: row['created_at'], changedAt: row['changed_at'] }))

/** By name. */
export const listViews = (db: ReadDb): readonly SavedView[] => db.all('SELECT * FROM search_views ORDER BY name').map(toView)

/** Keeps a search under a name. Errors: `search.invalid`, `search.sortUnknown`, and `input.nameTaken` unless `replace` is set. */
export function saveView(db: WriteDb, view: Pick<SavedView, 'name' | 'query' | 'sort'>, replace: boolean, at: number): SavedView {
  parseSearch(view.query)
  parseOrder(view.sort)
  const taken = db.get('SELECT name FROM search_views WHERE name = $name', { name: view.name })
  if (taken !== undefined && !replace) throw new SlipwayError('input.nameTaken', { what: 'view', name: text(taken, 'name') })
  db.run(`INSERT INTO search_views (name, query, sort, created_at, changed_at) VALUES ($name, $query, $sort, $at, $at)
    ON CONFLICT (name) DO UPDATE SET query = excluded.query, sort = excluded.sort, changed_at = excluded.changed_at`, { name: view.name, query: view.query, sort: view.sort, at })
  return toView(db.get('SELECT * FROM search_views WHERE name = $name', { name: view.name })!)
}

/** Errors: `view.unknown`. */
export function removeView(db: WriteDb, name: string): void {
  if (db.run('DELETE FROM search_views WHERE name = $name', { name }) === 0) throw new SlipwayError('view.unknown', { name, known: listViews(db).map((v) => v.name) })
}

// The words of a workspace that a search can name: for completion, and to say why nothing was found.
import type { SearchWords } from '../../../shared/domain/search.ts'
import { nearestWords } from '../../../shared/nearest-names.ts'
import { foldText } from '../../../shared/search/fold.ts'
import { conditionsOf, type SearchQuery, type WordField } from '../../../shared/search/query.ts'
import { text, type ReadDb } from './database.ts'

const most = 500

const sources: Readonly<Record<keyof SearchWords, string>> = {
  tags: 'SELECT tag AS word FROM search_tags GROUP BY tag ORDER BY count(*) DESC, tag LIMIT $most',
  aliases: 'SELECT alias AS word FROM current_aliases GROUP BY alias ORDER BY count(*) DESC, alias LIMIT $most',
  owners: `SELECT o.value AS word FROM care_notes c, json_each(c.owners) o
    WHERE c.revision = (SELECT max(x.revision) FROM care_notes x WHERE x.model_id = c.model_id AND x.version_id = c.version_id) GROUP BY o.value ORDER BY count(*) DESC, o.value LIMIT $most`,
  datasets: 'SELECT name AS word FROM datasets ORDER BY created_at DESC, id DESC LIMIT $most',
  models: 'SELECT name AS word FROM models WHERE archived_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $most',
}

const words = (db: ReadDb, of: keyof SearchWords): string[] => db.all(sources[of], { most }).map((row) => text(row, 'word'))

/** What conditions can be completed with. */
export const searchWords = (db: ReadDb): SearchWords =>
  ({ tags: words(db, 'tags'), aliases: words(db, 'aliases'), owners: words(db, 'owners'), datasets: words(db, 'datasets'), models: words(db, 'models') })

const wordsOf: Partial<Record<WordField, { readonly source: keyof SearchWords; readonly none: string }>> = {
  tag: { source: 'tags', none: 'No version has the tag' }, alias: { source: 'aliases', none: 'No model has the alias' }, owner: { source: 'owners', none: 'Nobody is the owner under the name' },
  dataset: { source: 'datasets', none: 'There is no data set' }, name: { source: 'models', none: 'There is no model' },
}

/** For each name in the query that nothing here has: that it is so, and which names are near. */
export function searchNotes(db: ReadDb, query: SearchQuery): readonly string[] {
  const asked = conditionsOf(query).flatMap((c) => {
    if (c.kind === 'metric' && c.dataset !== null) return [{ field: 'dataset' as const, value: c.dataset }]
    return c.kind === 'words' && c.op === '=' ? [{ field: c.field, value: c.value }] : []
  })
  return [...new Set(asked.flatMap(({ field, value }) => {
    const of = wordsOf[field]
    if (of === undefined) return []
    const known = words(db, of.source)
    return known.some((word) => foldText(word) === foldText(value)) ? [] : [`${of.none} “${value}”${nearestWords(value, known)}.`]
  }))]
}

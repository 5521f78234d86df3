// Models: the names under which versions are kept. A model is archived, never deleted.
import { SlipwayError } from '../../../shared/errors.ts'
import { ModelTask, ModelSummary } from '../../../shared/domain/model.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { rowPart } from '../../../shared/row-words.ts'
import { fits, json, number, numberOrNull, text, textOrNull, type ReadDb, type Row, type WriteDb } from './database.ts'
import { Headline } from './runs.ts'

const summaries = `
WITH g AS (SELECT model, count(*) AS versions, max(number) AS newest, sum(run_count) AS runs FROM search_versions GROUP BY model),
  e AS MATERIALIZED (SELECT s.model, count(*) AS bundles FROM bundles b JOIN search_versions s ON s.version_id = b.version_id GROUP BY s.model)
SELECT m.id, m.name, m.created_at, m.archived_at, g.versions AS version_count, g.runs AS run_count, COALESCE((SELECT e.bundles FROM e WHERE e.model = o.id), 0) AS bundle_count,
  l.version_id AS latest_id, l.number AS latest_number, l.bytes AS latest_bytes, l.created_at AS latest_created_at,
  (l.needs_rewrite AND NOT EXISTS (SELECT 1 FROM derivations x WHERE x.version_id = l.version_id)) AS latest_needs_rewrite,
  COALESCE(r.task, (SELECT t.task FROM search_versions t WHERE t.model = o.id AND t.task IS NOT NULL ORDER BY t.number DESC LIMIT 1)) AS task,
  r.id AS run_id, r.headline, json_extract(r.options, '$.limit') AS row_limit, json_extract(r.options, '$.sample') AS row_sample, d.name AS dataset_name,
  (SELECT json_group_array(json_object('alias', a.alias, 'versionId', a.version_id, 'number', v.number) ORDER BY a.alias) FROM current_aliases a JOIN versions v ON v.id = a.version_id WHERE a.model_id = m.id) AS aliases
FROM search_models o JOIN models m ON m.id = o.model_id JOIN g ON g.model = o.id JOIN search_versions l ON l.model = o.id AND l.number = g.newest
LEFT JOIN runs r ON r.id = (SELECT h.newest_run FROM search_versions h WHERE h.model = o.id AND h.newest_run IS NOT NULL ORDER BY h.number DESC LIMIT 1)
LEFT JOIN datasets d ON d.id = r.dataset_id`

const Aliases = ModelSummary.shape.aliases.unwrap()

function toSummary(row: Row): ModelSummary {
  const headline = textOrNull(row, 'headline')
  return fits('a model', ModelSummary, () => ({
    id: row['id'], name: row['name'], task: row['task'] === null ? null : ModelTask.parse(row['task']),
    versionCount: row['version_count'], runCount: row['run_count'], bundleCount: row['bundle_count'],
    latest: { id: row['latest_id'], number: row['latest_number'], bytes: row['latest_bytes'], createdAt: row['latest_created_at'], needsRewrite: row['latest_needs_rewrite'] === 1 },
    headline: headline === null ? null : { ...json(row, 'headline', Headline), runId: text(row, 'run_id'), datasetName: text(row, 'dataset_name'), part: rowPart({ limit: numberOrNull(row, 'row_limit'), sample: numberOrNull(row, 'row_sample') }) },
    aliases: json(row, 'aliases', Aliases), archivedAt: numberOrNull(row, 'archived_at'), createdAt: number(row, 'created_at'),
  }))
}

/** Models whose name holds `search`, newest version first. */
export function listModels(db: ReadDb, archived: boolean, search: string): readonly ModelSummary[] {
  return db.all(`${summaries} WHERE ($archived = 1 OR m.archived_at IS NULL) AND instr(lower(m.name), lower($search)) > 0 ORDER BY l.created_at DESC, m.id DESC`,
    { archived: archived ? 1 : 0, search }).map(toSummary)
}

/** Errors: `input.unknownId`. */
export function getModel(db: ReadDb, id: ModelId): ModelSummary {
  const row = db.get(`${summaries} WHERE m.id = $id`, { id })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'model', id })
  return toSummary(row)
}

export function findModelByName(db: ReadDb, name: string): ModelId | null {
  const row = db.get('SELECT id FROM models WHERE name = $name', { name })
  return row === undefined ? null : (text(row, 'id') as ModelId)
}

export function countModels(db: ReadDb): number {
  return number(db.get('SELECT count(*) AS n FROM models') ?? {}, 'n')
}

export function modelName(db: ReadDb, id: ModelId): string {
  const row = db.get('SELECT name FROM models WHERE id = $id', { id })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'model', id })
  return text(row, 'name')
}

export function insertModel(db: WriteDb, model: { readonly id: ModelId; readonly name: string; readonly createdAt: number }): void {
  if (findModelByName(db, model.name) !== null) throw new SlipwayError('input.nameTaken', { what: 'model', name: model.name })
  db.run('INSERT INTO models (id, name, created_at) VALUES ($id, $name, $createdAt)', { ...model })
}

/** Errors: `input.unknownId`, `input.nameTaken`. */
export function renameModel(db: WriteDb, id: ModelId, name: string): void {
  const holder = findModelByName(db, name)
  if (holder !== null && holder !== id) throw new SlipwayError('input.nameTaken', { what: 'model', name })
  if (db.run('UPDATE models SET name = $name WHERE id = $id', { id, name }) === 0) throw new SlipwayError('input.unknownId', { what: 'model', id })
}

/** Errors: `input.unknownId`. */
export function archiveModel(db: WriteDb, id: ModelId, at: number | null): void {
  if (db.run('UPDATE models SET archived_at = $at WHERE id = $id', { id, at }) === 0) throw new SlipwayError('input.unknownId', { what: 'model', id })
}

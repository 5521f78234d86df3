// Metrics of a user's own, with their model: every save is a new revision of a name, and the newest one counts.
import { CustomMetric } from '../../../shared/domain/custom-metric.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { fits, number, type ReadDb, type Row, type WriteDb } from './database.ts'

const toMetric = (row: Row): CustomMetric => fits('a metric', CustomMetric, () => ({
  modelId: row['model_id'], name: row['name'], revision: row['revision'], expression: row['expression'], createdAt: row['created_at'],
}))

/** The newest revision of every name, by name. */
export function listCustomMetrics(db: ReadDb, modelId: ModelId): readonly CustomMetric[] {
  return db.all(`SELECT * FROM custom_metrics AS m WHERE model_id = $modelId
    AND revision = (SELECT max(revision) FROM custom_metrics WHERE model_id = m.model_id AND name = m.name) ORDER BY name`, { modelId }).map(toMetric)
}

export function insertCustomMetric(db: WriteDb, metric: Omit<CustomMetric, 'revision'>): CustomMetric {
  const revision = number(db.get('SELECT COALESCE(max(revision), 0) + 1 AS next FROM custom_metrics WHERE model_id = $modelId AND name = $name', { modelId: metric.modelId, name: metric.name }) ?? {}, 'next')
  db.run('INSERT INTO custom_metrics (model_id, name, revision, expression, created_at) VALUES ($modelId, $name, $revision, $expression, $createdAt)', { ...metric, revision })
  return { ...metric, revision }
}

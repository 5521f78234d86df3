// Studies of returned logs: kept whole, only ever added to.
import { SlipwayError } from '../../../shared/errors.ts'
import { Study, StudySummary, type StudyKind } from '../../../shared/domain/study.ts'
import type { ModelId, StudyId, VersionId } from '../../../shared/ids.ts'
import { z } from 'zod'
import { fits, json, type ReadDb, type Row, type WriteDb } from './database.ts'

const select = 'SELECT s.*, e.who, m.name AS model_name, v.number FROM studies s JOIN events e ON e.id = s.event_id JOIN versions v ON v.id = s.version_id JOIN models m ON m.id = v.model_id'
const Loose = z.record(z.string(), z.unknown())

/** Errors: `input.unknownId`. */
export function getStudy(db: ReadDb, id: StudyId): Study {
  const row = db.get(`${select} WHERE s.id = $id`, { id })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'study', id })
  return fits('a study of logs', Study, () => ({ ...json(row, 'report', Loose), who: row['who'], modelName: row['model_name'] }))
}

const toSummary = (row: Row): StudySummary => fits('a study of logs', StudySummary, () => {
  const { verdict, sentence } = json(row, 'report', z.object({ verdict: z.string(), sentence: z.string() }))
  return { id: row['id'], kind: row['kind'], versionId: row['version_id'], modelName: row['model_name'], versionNumber: row['number'], createdAt: row['created_at'], who: row['who'], verdict, sentence }
})

/** Newest first. */
export const listStudies = (db: ReadDb, of: { readonly modelId?: ModelId | undefined; readonly versionId?: VersionId | undefined; readonly kind?: StudyKind | undefined; readonly limit: number }): readonly StudySummary[] =>
  db.all(`${select} WHERE ($modelId IS NULL OR v.model_id = $modelId) AND ($versionId IS NULL OR s.version_id = $versionId) AND ($kind IS NULL OR s.kind = $kind) ORDER BY s.created_at DESC, s.id DESC LIMIT $limit`, { modelId: of.modelId ?? null, versionId: of.versionId ?? null, kind: of.kind ?? null, limit: of.limit }).map(toSummary)

/** `signature`: of the report as it is stored. */
export function insertStudy(db: WriteDb, study: Study, versionId: VersionId, eventId: string, signature: unknown = null): void {
  const { who: _who, modelName: _name, ...report } = study
  db.run('INSERT INTO studies (id, kind, version_id, report, signature, event_id, created_at) VALUES ($id, $kind, $versionId, $report, $signature, $eventId, $createdAt)', {
    id: study.id, kind: study.kind, versionId, report: JSON.stringify(report), signature: signature === null ? null : JSON.stringify(signature), eventId, createdAt: study.createdAt,
  })
}

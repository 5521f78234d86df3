// Owners and links of models and versions: every change a new revision with its event; the old ones stay.
import { z } from 'zod'
import { Care } from '../../../shared/domain/care.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { ModelId, VersionId } from '../../../shared/ids.ts'
import { fits, json, number, type ReadDb, type WriteDb } from './database.ts'
import { record } from './history.ts'
import { modelName } from './models.ts'

export interface CareOf { readonly modelId: ModelId; readonly versionId?: VersionId | undefined }

const Links = z.array(z.object({ title: z.string(), url: z.string() }))

/** `income` or `income 3`. Errors: `input.unknownId`, also for a version of another model. */
function nameOf(db: ReadDb, { modelId, versionId }: CareOf): string {
  const model = modelName(db, modelId)
  if (versionId === undefined) return model
  const row = db.get('SELECT number FROM versions WHERE id = $versionId AND model_id = $modelId', { versionId, modelId })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: `version of ${model}`, id: versionId })
  return `${model} ${number(row, 'number')}`
}

/** The newest revision; empty lists and revision 0 where nothing was ever said. Errors: `input.unknownId`. */
export function careOf(db: ReadDb, of: CareOf): Care {
  nameOf(db, of)
  const row = db.get(`SELECT c.*, e.who, e.who_key FROM care_notes c JOIN events e ON e.id = c.event_id
    WHERE c.model_id = $modelId AND c.version_id = $versionId ORDER BY c.revision DESC LIMIT 1`, { modelId: of.modelId, versionId: of.versionId ?? '' })
  const subject = { modelId: of.modelId, versionId: of.versionId ?? null }
  if (row === undefined) return { ...subject, revision: 0, owners: [], links: [], who: null, eventId: null, at: null }
  return fits('owners and links', Care, () => ({
    ...subject, revision: row['revision'], owners: json(row, 'owners', z.array(z.string())), links: json(row, 'links', Links),
    who: row['who'] === null ? null : { name: row['who'], keyId: row['who_key'] }, eventId: row['event_id'], at: row['created_at'],
  }))
}

export interface CareChange { readonly owners?: readonly string[] | undefined; readonly links?: readonly { readonly title: string; readonly url: string }[] | undefined; readonly revision?: number | undefined }

/** A new revision where something differs. Errors: `input.unknownId`, `care.moved`. */
export function saveCare(db: WriteDb, of: CareOf, change: CareChange, at: number): Care {
  const name = nameOf(db, of)
  const before = careOf(db, of)
  if (change.revision !== undefined && change.revision !== before.revision) throw new SlipwayError('care.moved', { name })
  const owners = [...new Set(change.owners ?? before.owners)]
  const links = change.links ?? before.links
  if (JSON.stringify([owners, links]) === JSON.stringify([before.owners, before.links])) return before
  const said = [...(JSON.stringify(owners) === JSON.stringify(before.owners) ? [] : [`owners: ${owners.length === 0 ? 'nobody' : owners.join(', ')}`]), ...(JSON.stringify(links) === JSON.stringify(before.links) ? [] : [`${links.length} link${links.length === 1 ? '' : 's'}`])]
  const eventId = record(db, { verb: 'care.save', subject: of.versionId ?? of.modelId, sentence: `Who looks after ${name} and where more is written: ${said.join('; ')}.`, facts: { owners, links } }, at)
  db.run('INSERT INTO care_notes (model_id, version_id, revision, owners, links, event_id, created_at) VALUES ($modelId, $versionId, $revision, $owners, $links, $eventId, $at)',
    { modelId: of.modelId, versionId: of.versionId ?? '', revision: before.revision + 1, owners: JSON.stringify(owners), links: JSON.stringify(links), eventId, at })
  return careOf(db, of)
}

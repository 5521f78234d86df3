// Personal data in the record: which columns are flagged, and data sets whose values were forgotten. Owns both tables.
// Refuses to forget twice; what was forgotten cannot come back.
import { z } from 'zod'
import type { Column } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { DatasetId, EventId, RunId, Sha256 } from '../../../shared/ids.ts'
import { withoutValues } from '../../../shared/personal.ts'
import { json, number, text, textOrNull, type ReadDb, type Row, type WriteDb } from './database.ts'

/** To be selected beside the columns of `datasets AS d`, for `personalFields`. */
export const personalColumns = `
(SELECT json_object('whole', p.whole = 1, 'columns', json(p.columns)) FROM personal_flags p WHERE p.dataset_id = d.id ORDER BY p.revision DESC LIMIT 1) AS personal,
(SELECT json_object('at', f.created_at, 'who', e.who, 'reason', e.why) FROM forgotten_datasets f JOIN events e ON e.id = f.event_id WHERE f.dataset_id = d.id) AS forgotten`

const Flags = z.object({ whole: z.union([z.boolean(), z.number()]).transform(Boolean), columns: z.array(z.string()) })
const Tombstone = z.object({ at: z.number().int(), who: z.string().nullable(), reason: z.string().nullable() })

/** What a data set's row says of personal data; nothing where nothing was flagged or forgotten. */
export function personalFields(row: Row): { personal?: z.infer<typeof Flags>; forgotten?: z.infer<typeof Tombstone> } {
  const flags = textOrNull(row, 'personal') === null ? null : json(row, 'personal', Flags)
  const flagged = flags !== null && (flags.whole || flags.columns.length > 0)
  return { ...(flagged ? { personal: flags } : {}), ...(textOrNull(row, 'forgotten') === null ? {} : { forgotten: json(row, 'forgotten', Tombstone) }) }
}

export interface Flagging { readonly whole: boolean; readonly columns: readonly string[]; readonly eventId: EventId; readonly at: number }

/** A new revision; the newest one counts. */
export function insertFlags(db: WriteDb, id: DatasetId, { whole, columns, eventId, at }: Flagging): void {
  db.run(`INSERT INTO personal_flags (dataset_id, revision, whole, columns, event_id, created_at)
    VALUES ($id, (SELECT coalesce(max(revision), 0) + 1 FROM personal_flags WHERE dataset_id = $id), $whole, $columns, $eventId, $at)`,
  { id, whole: whole ? 1 : 0, columns: JSON.stringify(columns), eventId, at })
}

/** Runs on a data set, ended or not, and the predictions of those that have some. */
export const runsOn = (db: ReadDb, id: DatasetId): readonly { readonly id: RunId; readonly ended: boolean; readonly predictions: Sha256 | null }[] =>
  db.all('SELECT id, ended_at, predictions_sha256 FROM runs WHERE dataset_id = $id', { id })
    .map((r) => ({ id: text(r, 'id') as RunId, ended: r['ended_at'] !== null, predictions: textOrNull(r, 'predictions_sha256') as Sha256 | null }))

/** Takes every value out of a data set's row: profiles, classes, findings. Names, types and counts stay. Its tombstone is for ever. */
export function forgetValues(db: WriteDb, id: DatasetId, columns: readonly Column[], of: { readonly eventId: EventId; readonly at: number }): void {
  if (db.get('SELECT 1 AS yes FROM forgotten_datasets WHERE dataset_id = $id', { id }) !== undefined) throw new SlipwayError('input.invalid', { reason: 'this data set was forgotten already' })
  const bare = JSON.stringify(columns.map(withoutValues))
  // What is taken out is overwritten in the file too, not only let go.
  db.all('PRAGMA secure_delete = ON')
  db.run('INSERT INTO forgotten_datasets (dataset_id, columns, event_id, created_at) VALUES ($id, $bare, $eventId, $at)', { id, bare, ...of })
  if (text(db.get('SELECT columns FROM datasets WHERE id = $id', { id }) ?? {}, 'columns') === bare) return
  db.run("UPDATE datasets SET columns = $bare, findings = '[]', classes = '[]' WHERE id = $id", { id, bare })
}

const hasTable = (db: ReadDb, name: string): boolean => number(db.get('SELECT count(*) AS n FROM sqlite_schema WHERE name = $name', { name }) ?? {}, 'n') > 0

/** Whether this database knows of forgetting at all; one that was not brought forward yet does not. */
export const knowsForgetting = (db: ReadDb): boolean => hasTable(db, 'forgotten_datasets')
/** The same of predictions that a retention rule removed. */
export const knowsRetention = (db: ReadDb): boolean => hasTable(db, 'retired_predictions')

// Every blob that some row names, and for what: files of versions, derived models, predictions. What is not among them may be swept.
// A new column that names a blob gets a line here, or its files are removed as unused.
import { z } from 'zod'
import { ModelFile } from '../../../shared/domain/model.ts'
import { json, text, type ReadDb } from './database.ts'
import { logFiles } from './log-batches.ts'
import { knowsForgetting, knowsRetention } from './personal.ts'

export interface BlobNeed {
  readonly sha256: string
  /** The version or run that needs it, such as `income 2` or `the run of income 2 on test.csv`. */
  readonly of: string
  /** What the file is, such as `model file income.onnx` or `predictions`. */
  readonly what: string
}

const version = "m.name || ' ' || v.number"
const files = `SELECT v.files, ${version} AS name FROM versions v JOIN models m ON m.id = v.model_id`
const derived = `SELECT x.sha256, ${version} AS name FROM derivations x JOIN versions v ON v.id = x.version_id JOIN models m ON m.id = v.model_id`
const predicted = `SELECT r.predictions_sha256 AS sha256, 'the run of ' || ${version} || ' on ' || d.name AS name
  FROM runs r JOIN versions v ON v.id = r.version_id JOIN models m ON m.id = v.model_id JOIN datasets d ON d.id = r.dataset_id WHERE r.predictions_sha256 IS NOT NULL`

/** Predictions on data that was forgotten went with it, and a retention rule removed others. */
const notForgotten = 'r.dataset_id NOT IN (SELECT dataset_id FROM forgotten_datasets)'
const notRetired = 'r.id NOT IN (SELECT run_id FROM retired_predictions)'

/** All uses of blobs, one entry a use. */
export function blobNeeds(db: ReadDb): readonly BlobNeed[] {
  const kept = [predicted, ...(knowsForgetting(db) ? [notForgotten] : []), ...(knowsRetention(db) ? [notRetired] : [])].join(' AND ')
  return [
    ...db.all(files).flatMap((row) => json(row, 'files', z.array(ModelFile)).map((f) => ({ sha256: f.sha256, of: text(row, 'name'), what: `${f.role === 'model' ? 'model file' : 'weight file'} “${f.name}”` }))),
    ...db.all(derived).map((row) => ({ sha256: text(row, 'sha256'), of: text(row, 'name'), what: 'rewritten model file' })),
    ...db.all(kept).map((row) => ({ sha256: text(row, 'sha256'), of: text(row, 'name'), what: 'stored predictions' })),
    ...logFiles(db),
  ]
}

/** The hashes of all blobs in use: the same as `blobNeeds` without the names, since this is asked at every start. */
export function namedBlobs(db: ReadDb): ReadonlySet<string> {
  const names = new Set<string>()
  for (const row of db.all('SELECT files FROM versions')) for (const file of json(row, 'files', z.array(ModelFile))) names.add(file.sha256)
  for (const row of db.all('SELECT sha256 FROM derivations')) names.add(text(row, 'sha256'))
  for (const row of db.all(`SELECT r.predictions_sha256 AS sha256 FROM runs r WHERE r.predictions_sha256 IS NOT NULL AND ${notForgotten} AND ${notRetired}`)) names.add(text(row, 'sha256'))
  for (const file of logFiles(db)) names.add(file.sha256)
  return names
}

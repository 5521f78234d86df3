// Every blob that some row names: files of versions, derived models, predictions. What is not among them may be swept.
import { z } from 'zod'
import { ModelFile } from '../../../shared/domain/model.ts'
import { json, text, type ReadDb } from './database.ts'

/** The hashes of all blobs in use. */
export function namedBlobs(db: ReadDb): ReadonlySet<string> {
  const names = new Set<string>()
  for (const row of db.all('SELECT files FROM versions')) for (const file of json(row, 'files', z.array(ModelFile))) names.add(file.sha256)
  for (const row of db.all('SELECT sha256 FROM derivations')) names.add(text(row, 'sha256'))
  for (const row of db.all('SELECT predictions_sha256 AS sha256 FROM runs WHERE predictions_sha256 IS NOT NULL')) names.add(text(row, 'sha256'))
  return names
}

// Exported bundles: what was written, where, with which digest. Never changed.
import { basename } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { Bundle, BundleManifest } from '../../../shared/domain/bundle.ts'
import type { BundleId, ModelId, VersionId } from '../../../shared/ids.ts'
import { fits, json, number, text, type ReadDb, type Row, type WriteDb } from './database.ts'
import { noteFact } from './life.ts'

const select = `SELECT b.*, v.number AS version_number, v.model_id, m.name AS model_name FROM bundles b JOIN versions v ON v.id = b.version_id JOIN models m ON m.id = v.model_id`

const toBundle = (row: Row): Bundle => fits('a bundle', Bundle, () => ({
  id: row['id'], versionId: row['version_id'], modelName: row['model_name'], versionNumber: row['version_number'], runId: row['run_id'], checkId: row['check_id'],
  name: row['name'], version: row['version'], serial: row['serial'], fileName: basename(text(row, 'path')), bytes: row['bytes'], sha256: row['sha256'],
  rootDigest: row['root_digest'], publisherKeyId: row['publisher_key_id'], overridden: row['overridden'] === 1, createdAt: row['created_at'],
}))

/** Newest first; of one version, of one model, or all. */
export function listBundles(db: ReadDb, of: { readonly versionId?: VersionId; readonly modelId?: ModelId } = {}): readonly Bundle[] {
  return db.all(`${select} WHERE ($versionId IS NULL OR b.version_id = $versionId) AND ($modelId IS NULL OR v.model_id = $modelId) ORDER BY b.created_at DESC, b.id DESC`,
    { versionId: of.versionId ?? null, modelId: of.modelId ?? null }).map(toBundle)
}

function find(db: ReadDb, id: BundleId): Row {
  const row = db.get(`${select} WHERE b.id = $id`, { id })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'bundle', id })
  return row
}

/** Errors: `input.unknownId`. */
export const getBundle = (db: ReadDb, id: BundleId): Bundle => toBundle(find(db, id))
/** Where it was written to. Stays on the main side. */
export const bundlePath = (db: ReadDb, id: BundleId): string => text(find(db, id), 'path')
export const bundleManifest = (db: ReadDb, id: BundleId): BundleManifest => json(find(db, id), 'manifest', BundleManifest)

/** The newest bundle of a model, which the next one names as its predecessor; null for the first. */
export function newestBundle(db: ReadDb, modelId: ModelId): Bundle | null {
  const row = db.get(`${select} WHERE v.model_id = $modelId ORDER BY b.serial DESC, b.id DESC LIMIT 1`, { modelId })
  return row === undefined ? null : toBundle(row)
}

/** Records a bundle; the first one releases its version. */
export function insertBundle(db: WriteDb, bundle: Bundle, path: string, manifest: BundleManifest): void {
  db.run(`INSERT INTO bundles (id, version_id, run_id, check_id, name, version, serial, path, bytes, sha256, root_digest, publisher_key_id, overridden, manifest, created_at)
    VALUES ($id, $versionId, $runId, $checkId, $name, $version, $serial, $path, $bytes, $sha256, $rootDigest, $publisherKeyId, $overridden, $manifest, $createdAt)`, {
    id: bundle.id, versionId: bundle.versionId, runId: bundle.runId, checkId: bundle.checkId, name: bundle.name, version: bundle.version, serial: bundle.serial,
    path, bytes: bundle.bytes, sha256: bundle.sha256, rootDigest: bundle.rootDigest, publisherKeyId: bundle.publisherKeyId, overridden: bundle.overridden ? 1 : 0,
    manifest: JSON.stringify(manifest), createdAt: bundle.createdAt,
  })
  noteFact(db, { versionId: bundle.versionId, action: 'release', reason: `The bundle ${bundle.fileName} was exported.` }, bundle.createdAt)
}

export const countBundles = (db: ReadDb): number => number(db.get('SELECT count(*) AS n FROM bundles') ?? {}, 'n')

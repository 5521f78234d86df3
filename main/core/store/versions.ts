// Versions of a model: content is written once; notes, tags and derivations are rows of their own that only grow.
import { z } from 'zod'
import { SlipwayError } from '../../../shared/errors.ts'
import { Derivation, GraphSummary, ModelFile, Signature, Version } from '../../../shared/domain/model.ts'
import type { ModelId, Sha256, VersionId } from '../../../shared/ids.ts'
import { fits, json, number, text, textOrNull, type ReadDb, type Row, type WriteDb } from './database.ts'

const select = `
SELECT v.*, m.name AS model_name, n.note, n.tags, x.derivation,
  EXISTS (SELECT 1 FROM bindings b WHERE b.version_id = v.id) AS has_binding,
  COALESCE((SELECT s.state FROM version_states s WHERE s.version_id = v.id ORDER BY s.revision DESC LIMIT 1), 'draft') AS state,
  (SELECT json_group_array(a.alias ORDER BY a.alias) FROM current_aliases a WHERE a.version_id = v.id) AS aliases
FROM versions v JOIN models m ON m.id = v.model_id
LEFT JOIN version_notes n ON n.version_id = v.id AND n.revision = (SELECT max(revision) FROM version_notes WHERE version_id = v.id)
LEFT JOIN derivations x ON x.version_id = v.id`

function toVersion(row: Row): Version {
  const derivation = textOrNull(row, 'derivation') === null ? null : json(row, 'derivation', Derivation)
  return fits('a version', Version, () => ({
    id: row['id'], modelId: row['model_id'], modelName: row['model_name'], number: row['number'], parentId: row['parent_id'],
    sha256: row['sha256'], bytes: row['bytes'], sourceName: row['source_name'], files: json(row, 'files', z.array(ModelFile)),
    signature: json(row, 'signature', Signature), graph: json(row, 'graph', GraphSummary), derivation,
    needsRewrite: row['needs_rewrite'] === 1 && derivation === null,
    note: textOrNull(row, 'note') ?? '', tags: textOrNull(row, 'tags') === null ? [] : json(row, 'tags', z.array(z.string())),
    hasBinding: row['has_binding'] === 1, state: row['state'], aliases: json(row, 'aliases', z.array(z.string())), createdAt: row['created_at'],
  }))
}

/** Errors: `input.unknownId`. */
export function getVersion(db: ReadDb, id: VersionId): Version {
  const row = db.get(`${select} WHERE v.id = $id`, { id })
  if (row === undefined) throw new SlipwayError('input.unknownId', { what: 'version', id })
  return toVersion(row)
}

/** Versions of a model, newest first. */
export function listVersions(db: ReadDb, modelId: ModelId): readonly Version[] {
  return db.all(`${select} WHERE v.model_id = $modelId ORDER BY v.number DESC`, { modelId }).map(toVersion)
}

/** The version that holds this very content: in one model, or anywhere (the oldest). */
export function findVersionByContent(db: ReadDb, content: Sha256, modelId: ModelId | null): Version | null {
  const row = modelId === null
    ? db.get(`${select} WHERE v.content_sha256 = $content ORDER BY v.created_at, v.id LIMIT 1`, { content })
    : db.get(`${select} WHERE v.content_sha256 = $content AND v.model_id = $modelId`, { content, modelId })
  return row === undefined ? null : toVersion(row)
}

export interface NewVersion {
  readonly id: VersionId
  readonly modelId: ModelId
  readonly sha256: Sha256
  readonly contentSha256: Sha256
  readonly bytes: number
  readonly sourceName: string
  readonly files: readonly ModelFile[]
  readonly signature: Signature
  readonly graph: GraphSummary
  readonly needsRewrite: boolean
  readonly createdAt: number
}

/** Adds a version after the newest one of its model, which becomes its parent. */
export function insertVersion(db: WriteDb, version: NewVersion): void {
  const parent = db.get('SELECT id, number FROM versions WHERE model_id = $modelId ORDER BY number DESC LIMIT 1', { modelId: version.modelId })
  db.run(`INSERT INTO versions (id, model_id, number, parent_id, sha256, content_sha256, bytes, source_name, files, signature, graph, needs_rewrite, created_at)
    VALUES ($id, $modelId, $number, $parentId, $sha256, $contentSha256, $bytes, $sourceName, $files, $signature, $graph, $needsRewrite, $createdAt)`, {
    ...version, number: parent === undefined ? 1 : number(parent, 'number') + 1, parentId: parent === undefined ? null : text(parent, 'id'),
    files: JSON.stringify(version.files), signature: JSON.stringify(version.signature), graph: JSON.stringify(version.graph), needsRewrite: version.needsRewrite ? 1 : 0,
  })
}

/** A new revision of note and tags; the old ones stay. */
export function annotateVersion(db: WriteDb, id: VersionId, note: string, tags: readonly string[], at: number): void {
  const revision = number(db.get('SELECT COALESCE(max(revision), 0) + 1 AS next FROM version_notes WHERE version_id = $id', { id }) ?? {}, 'next')
  db.run('INSERT INTO version_notes (version_id, revision, note, tags, created_at) VALUES ($id, $revision, $note, $tags, $at)', { id, revision, note, tags: JSON.stringify(tags), at })
}

export function insertDerivation(db: WriteDb, id: VersionId, derivation: Derivation): void {
  db.run('INSERT INTO derivations (version_id, kind, sha256, derivation, created_at) VALUES ($id, $kind, $sha256, $derivation, $createdAt)',
    { id, kind: derivation.kind, sha256: derivation.sha256, derivation: JSON.stringify(derivation), createdAt: derivation.createdAt })
}

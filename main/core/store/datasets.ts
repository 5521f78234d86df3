// Data sets: what a linked (or copied) file was when it was added. Never changed; a changed file is a new data set.
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { SlipwayError } from '../../../shared/errors.ts'
import { Column, Dataset, DatasetFinding, DatasetFormat } from '../../../shared/domain/dataset.ts'
import type { DatasetId } from '../../../shared/ids.ts'
import { fits, json, text, type ReadDb, type Row, type WriteDb } from './database.ts'
import { personalColumns, personalFields } from './personal.ts'

const select = `SELECT d.*, ${personalColumns} FROM datasets d`

/** One name, to tell files of the same name apart; a copy lies in a folder that means nothing to anybody. */
function folderOf(row: Row): { folder?: string } {
  const folder = row['copied'] === 1 ? '' : basename(dirname(text(row, 'path')))
  return folder === '' ? {} : { folder }
}

function toDataset(row: Row): Dataset {
  return fits('a data set', Dataset, () => ({
    id: row['id'], name: row['name'], kind: row['kind'], format: json(row, 'format', DatasetFormat), sourceName: row['source_name'], ...folderOf(row),
    sha256: row['sha256'], bytes: row['bytes'], rows: row['row_count'], columns: json(row, 'columns', z.array(Column)),
    classes: json(row, 'classes', Dataset.shape.classes), findings: json(row, 'findings', z.array(DatasetFinding)),
    copied: row['copied'] === 1, createdAt: row['created_at'], ...personalFields(row),
  }))
}

/** Newest first. */
export function listDatasets(db: ReadDb): readonly Dataset[] {
  return db.all(`${select} ORDER BY d.created_at DESC, d.id DESC`).map(toDataset)
}

function row(db: ReadDb, id: DatasetId): Row {
  const found = db.get(`${select} WHERE d.id = $id`, { id })
  if (found === undefined) throw new SlipwayError('input.unknownId', { what: 'data set', id })
  return found
}

/** Errors: `input.unknownId`. */
export const getDataset = (db: ReadDb, id: DatasetId): Dataset => toDataset(row(db, id))

/** Where the content is. Stays on the main side. */
export function datasetPath(db: ReadDb, id: DatasetId, copies: string): string {
  const found = row(db, id)
  return contentPath(text(found, 'path'), id, found['copied'] === 1, copies)
}

/** A workspace may be moved or restored elsewhere: a copy lies below its folder of copies `copies`, wherever that was when it was made. */
export function contentPath(stored: string, id: string, copied: boolean, copies: string): string {
  const parts = stored.split(/[\\/]/)
  const home = parts.lastIndexOf(id)
  return copied && home >= 0 ? join(copies, ...parts.slice(home)) : stored
}

/** A data set with the same content, read in the same way from the same place. */
export function findDataset(db: ReadDb, { sha256, format, columns }: Pick<Dataset, 'sha256' | 'format' | 'columns'>, path: string | null): Dataset | null {
  const types = (of: readonly Column[]): string => JSON.stringify(of.map((c) => [c.name, c.type]))
  const rows = db.all(`${select} WHERE d.sha256 = $sha256 AND d.format = $format ORDER BY d.created_at`, { sha256, format: JSON.stringify(format) })
  const same = rows.filter((r) => (path === null ? r['copied'] === 1 : r['path'] === path)).map(toDataset)
  return same.find((d) => d.forgotten === undefined && types(d.columns) === types(columns)) ?? null
}

/** What was measured of the content that lay at a path, for reading it again in its own way; none where a column's type was set by hand. */
export function knownAt(db: ReadDb, path: string): readonly Dataset[] {
  return db.all(`${select} WHERE d.path = $path AND d.kind = 'table' ORDER BY d.created_at DESC`, { path }).map(toDataset).filter((d) => d.forgotten === undefined && d.columns.every((c) => c.typed !== true))
}

export const datasetNameTaken = (db: ReadDb, name: string): boolean => db.get('SELECT 1 AS yes FROM datasets WHERE name = $name', { name }) !== undefined

export function insertDataset(db: WriteDb, dataset: Dataset, path: string): void {
  if (datasetNameTaken(db, dataset.name)) throw new SlipwayError('input.nameTaken', { what: 'data set', name: dataset.name })
  db.run(`INSERT INTO datasets (id, name, kind, format, path, source_name, sha256, bytes, row_count, columns, classes, findings, copied, created_at)
    VALUES ($id, $name, $kind, $format, $path, $sourceName, $sha256, $bytes, $rows, $columns, $classes, $findings, $copied, $createdAt)`, {
    id: dataset.id, name: dataset.name, kind: dataset.kind, sourceName: dataset.sourceName, sha256: dataset.sha256, bytes: dataset.bytes, rows: dataset.rows, createdAt: dataset.createdAt, path,
    format: JSON.stringify(dataset.format), columns: JSON.stringify(dataset.columns), classes: JSON.stringify(dataset.classes),
    findings: JSON.stringify(dataset.findings), copied: dataset.copied ? 1 : 0,
  })
}

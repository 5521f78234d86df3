// dataset.add: a file or folder -> format, fingerprint, profile -> data set. Linked by default, copied when asked.
import { existsSync } from 'node:fs'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { AdmittedFile, SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Dataset, DatasetFormat, DatasetSource } from '../../../shared/domain/dataset.ts'
import { overrideFault } from '../../../shared/format-override.ts'
import { newId, type DatasetId } from '../../../shared/ids.ts'
import { fileError } from '../files/blobs.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import { datasetNameTaken, datasetPath, findDataset, getDataset, insertDataset, knownAt } from '../store/datasets.ts'
import type { ReadDb } from '../store/database.ts'
import { record } from '../store/history.ts'

export type AddRequest = Omit<InputOf<SlipwayContract['dataset.add']>, 'file'> & { readonly path: string }

/** The first free name: `test.csv`, `test.csv (2)`, … */
function freeName(db: ReadDb, wanted: string): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted.slice(0, 110)} (${i})`
    if (!datasetNameTaken(db, name)) return name
  }
}

/** Masks and lists that lie beside the chosen folder belong to it: `../masks`, and not a file below one of them again. */
function besideFolder(format: DatasetFormat): string[] {
  const named = format.kind === 'images' ? [format.annotations, format.labelFile] : []
  const outside = named.flatMap((name) => (name?.startsWith('../') === true && !name.startsWith('../..') ? [name.slice(3)] : []))
  return outside.filter((name) => !outside.some((other) => name.startsWith(`${other}/`)))
}

async function copyInto(parts: Parts, from: string, beside: readonly string[], id: DatasetId): Promise<string> {
  const folder = workFolder(parts)
  const home = join(parts.places.datasets, id)
  try {
    await mkdir(folder, { recursive: true })
    await cp(from, join(folder, basename(from)), { recursive: true, errorOnExist: true, force: false })
    for (const name of beside) await cp(join(dirname(from), name), join(folder, name), { recursive: true, errorOnExist: true, force: false })
    await mkdir(dirname(home), { recursive: true })
    await rename(folder, home)
    return join(home, basename(from))
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true })
    throw fileError(thrown, parts.places.workspace)
  }
}

const measuredOf = ({ kind, format, sha256, bytes, rows, columns, classes, findings }: Dataset) => ({ kind, format, sha256, bytes, rows, columns, classes, findings })

/** Registers a data set. The same content, read the same way from the same place, is the data set that exists already. */
export async function addDataset(parts: Parts, request: AddRequest, context: JobContext): Promise<Dataset> {
  const fileName = basename(request.path)
  const asked = { signal: context.signal, kill: context.kill }
  if (request.name !== undefined && parts.store.read((db) => datasetNameTaken(db, request.name ?? ''))) {
    throw new SlipwayError('input.nameTaken', { what: 'data set', name: request.name })
  }
  const before = request.format.types === undefined ? parts.store.read((db) => knownAt(db, request.path)) : []
  const profile = await parts.light.task('dataset.profile', { path: request.path, format: request.format, known: before.map(measuredOf) }, { ...asked, onProgress: stepProgress(context) })
  const unfit = overrideFault(request.format, profile.format.kind)
  if (unfit !== null) throw new SlipwayError('input.invalid', { reason: unfit })
  const known = parts.store.read((db) => findDataset(db, profile, request.copy ? null : request.path))
  if (known !== null && request.name === undefined) return known
  const now = parts.clock()
  const id = newId('dataset', now)
  let path = request.path
  if (request.copy) {
    path = await copyInto(parts, request.path, besideFolder(profile.format), id)
    const copy = await parts.light.task('dataset.hash', { path, format: profile.format }, asked)
    if (copy.sha256 !== profile.sha256) {
      await rm(join(parts.places.datasets, id), { recursive: true, force: true })
      throw new SlipwayError('file.changed', { file: fileName })
    }
  }
  return parts.store.write((db) => {
    const dataset: Dataset = {
      id, name: request.name ?? freeName(db, fileName.slice(0, 110) || extname(fileName)), kind: profile.kind, format: profile.format, sourceName: fileName, sha256: profile.sha256,
      bytes: profile.bytes, rows: profile.rows, columns: profile.columns.map((c) => (Object.hasOwn(request.format.types ?? {}, c.name) ? { ...c, typed: true as const } : c)), classes: profile.classes, findings: profile.findings, copied: request.copy, createdAt: now,
    }
    insertDataset(db, dataset, path)
    record(db, { verb: 'dataset.add', subject: id, sentence: `Added the data set ${dataset.name} with ${dataset.rows} rows.`, facts: { sha256: dataset.sha256, rows: dataset.rows } }, now)
    return getDataset(db, id)
  })
}

/** The file behind a data set, handed over once more. Errors: `input.unknownId`, `file.vanished`. */
export async function admitDatasetFile(parts: Parts, id: DatasetId): Promise<AdmittedFile> {
  return parts.admissions.admit(datasetSource(parts, id).source.path)
}

/** A data set as the engine opens it. Errors: `input.unknownId`, `file.vanished` when the linked file is gone. */
export function datasetSource(parts: Parts, id: DatasetId): { readonly dataset: Dataset; readonly source: DatasetSource } {
  const [dataset, path] = parts.store.read((db) => [getDataset(db, id), datasetPath(db, id, parts.places.datasets)] as const)
  if (dataset.forgotten !== undefined) throw new SlipwayError('dataset.forgotten', { name: dataset.name, ...dataset.forgotten })
  if (!existsSync(path)) throw new SlipwayError('file.vanished', { file: dataset.sourceName })
  return { dataset, source: { path, format: dataset.format, columns: dataset.columns.map(({ name, type, invalid }) => ({ name, type, invalid })) } }
}

// Packs one model with all its history into one file, and brings such a file into another workspace: all of it or nothing.
// Data sets travel as records; the data itself stays where it is.
import { createHash } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatPlural } from '../../../shared/format.ts'
import { PackManifest, PackedTable, type PackPreview, type PackReport, type UnpackReport } from '../../../shared/domain/pack.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { measureFile } from '../bundle/stage.ts'
import { ArchiveFault, openZip, type OpenArchive } from '../bundle/zip-read.ts'
import { writeZip, type ZipSource } from '../bundle/zip-write.ts'
import { hashFile } from '../files/blobs.ts'
import { checkCancelled, readFault, writeFault } from '../files/staged-copy.ts'
import { workFolder, type Parts } from '../parts.ts'
import { blobNeeds } from '../store/blob-names.ts'
import type { ReadDb } from '../store/database.ts'
import { record } from '../store/history.ts'
import { migrations } from '../store/migrations/list.ts'
import { modelName } from '../store/models.ts'
import { packRows, personalData, unpackRows } from '../store/pack-rows.ts'
import { demandFree, giveName } from './backup.ts'
import type { CheckWatch } from './check.ts'

const listPath = 'pack.json'
const rowsPath = 'rows.json'
const schemaNumber = migrations.at(-1)?.to ?? 0
const largestList = 2 ** 30

/** The stored files that these rows name, by what `blobNeeds` says of the whole workspace. */
function filesOf(tables: readonly PackedTable[], all: readonly { readonly sha256: string }[]): readonly string[] {
  const text = JSON.stringify(tables)
  return [...new Set(all.map((n) => n.sha256))].filter((sha256) => text.includes(sha256))
}

const rowsIn = (tables: readonly PackedTable[], table: string): number => tables.find((t) => t.table === table)?.rows.length ?? 0

interface Chosen { readonly name: string; readonly tables: readonly PackedTable[]; readonly files: readonly string[]; readonly personal: readonly string[]; readonly notes: readonly string[] }

/** What would travel, of one moment, and what would stay, in sentences. Refuses nothing. */
function choose(db: ReadDb, modelId: ModelId, withoutPersonal: boolean): Chosen {
  const name = modelName(db, modelId)
  const personal = personalData(db, modelId)
  const tables = packRows(db, modelId, withoutPersonal)
  const count = (sql: string): number => Number(db.get(sql, { modelId })?.['n'] ?? 0)
  const ended = count('SELECT count(*) AS n FROM runs r JOIN versions v ON v.id = r.version_id WHERE v.model_id = $modelId AND r.ended_at IS NOT NULL') - rowsIn(tables, 'runs')
  const checks = count('SELECT count(*) AS n FROM gate_checks c JOIN runs r ON r.id = c.run_id JOIN versions v ON v.id = r.version_id WHERE v.model_id = $modelId') - rowsIn(tables, 'gate_checks')
  const notes = [
    ...(rowsIn(tables, 'datasets') > 0 ? [`${formatPlural(rowsIn(tables, 'datasets'), 'data set')} travel as records; the data itself does not.`] : []),
    ...(withoutPersonal && personal.length > 0 ? [`${formatPlural(ended, 'run')} on personal data (${personal.join(', ')}) ${ended === 1 ? 'stays' : 'stay'} here, with the numbers, reports, reviews, decisions and bundles that were made from ${ended === 1 ? 'it' : 'them'}. Versions, their bindings, notes and aliases travel.`] : []),
    ...(checks > 0 ? [`${formatPlural(checks, 'decision')} ${withoutPersonal && personal.length > 0 ? 'about those runs or ' : ''}made against runs of other models stay here.`] : []),
  ]
  return { name, tables, files: filesOf(tables, blobNeeds(db)), personal, notes }
}

/** Errors: `input.unknownId`. */
export function previewPack(parts: Parts, modelId: ModelId, withoutPersonal: boolean): PackPreview {
  const { name, tables, files, personal, notes } = parts.store.read((db) => choose(db, modelId, withoutPersonal))
  return { modelName: name, versions: rowsIn(tables, 'versions'), runs: rowsIn(tables, 'runs'), events: rowsIn(tables, 'events'), files: files.length, personal: [...personal], notes: [...notes] }
}

export interface PackWish { readonly modelId: ModelId; readonly target: string; readonly withoutPersonal: boolean }

/**
 * Writes the model and its history to `target`, whole or not at all.
 * Errors: `input.unknownId`, `pack.personal`, `backup.targetExists`, `store.blobMissing`, `file.diskFull`, `file.notWritable`, `job.cancelled`.
 */
export async function packModel(parts: Parts, { modelId, target, withoutPersonal }: PackWish, watch: CheckWatch): Promise<PackReport> {
  await demandFree(target)
  const staging = workFolder(parts)
  const half = join(dirname(target), `.${basename(target)}.${process.pid}.part`)
  try {
    const { name, tables, files, personal, notes } = parts.store.read((db) => choose(db, modelId, withoutPersonal))
    if (personal.length > 0 && !withoutPersonal) throw new SlipwayError('pack.personal', { names: personal.join(', ') })
    await mkdir(staging, { recursive: true })
    const sources: ZipSource[] = []
    const listed: { path: string; sha256: string; bytes: number }[] = []
    for (const [i, sha256] of files.entries()) {
      checkCancelled(watch.signal)
      watch.progress('Reading the stored files', i, files.length)
      const file = parts.blobs.path(sha256)
      const found = await measureFile(file).catch(() => null)
      if (found?.sha256 !== sha256) throw new SlipwayError('store.blobMissing', { sha256, what: 'file' })
      const path = `files/${sha256}`
      listed.push({ path, sha256, bytes: found.bytes })
      sources.push({ path, mode: 0o644, bytes: found.bytes, crc32: found.crc32, file })
    }
    const add = async (path: string, text: string): Promise<{ path: string; sha256: string; bytes: number }> => {
      const file = join(staging, path)
      await writeFile(file, text)
      const { bytes, sha256, crc32 } = await measureFile(file)
      sources.push({ path, mode: 0o644, bytes, crc32, file })
      return { path, sha256, bytes }
    }
    const rows = await add(rowsPath, JSON.stringify(tables))
    await add(listPath, `${JSON.stringify(PackManifest.parse({ schema: 'slipway.pack/1', createdAt: parts.clock(), slipway: parts.version, databaseSchema: schemaNumber, modelId, modelName: name, rows, files: listed }), null, 1)}\n`)
    await writeZip(half, sources.sort((a, b) => (a.path < b.path ? -1 : 1)), watch.signal)
    const [sha256, { size }] = [await hashFile(half), await stat(half)]
    await giveName(half, target)
    return { fileName: basename(target), bytes: size, sha256, modelName: name, versions: rowsIn(tables, 'versions'), runs: rowsIn(tables, 'runs'), events: rowsIn(tables, 'events'), notes: [...notes] }
  } catch (thrown) {
    checkCancelled(watch.signal)
    throw writeFault(thrown, `the file “${basename(target)}”`)
  } finally {
    await rm(half, { force: true })
    await rm(staging, { recursive: true, force: true })
  }
}

const refuse = (reason: string): SlipwayError => new SlipwayError('pack.notAPack', { reason })

async function textOf(zip: OpenArchive, path: string): Promise<Buffer> {
  const entry = zip.entries.find((e) => e.path === path)
  if (entry === undefined || entry.bytes > largestList) throw refuse(`it has no “${path}”`)
  const pieces: Buffer[] = []
  for await (const piece of zip.read(path)) pieces.push(piece)
  return Buffer.concat(pieces)
}

function parsed<T>(schema: z.ZodType<T>, text: Buffer, what: string): T {
  try { return schema.parse(JSON.parse(text.toString('utf8'))) } catch { throw refuse(`its ${what} cannot be read`) }
}

async function readPack(zip: OpenArchive): Promise<{ readonly manifest: PackManifest; readonly tables: readonly PackedTable[] }> {
  const manifest = parsed(PackManifest, await textOf(zip, listPath), 'list')
  if (manifest.databaseSchema > schemaNumber) throw new SlipwayError('store.newer', { found: String(manifest.databaseSchema), supported: String(schemaNumber) })
  const rows = await textOf(zip, rowsPath)
  if (createHash('sha256').update(rows).digest('hex') !== manifest.rows.sha256) throw refuse('its rows differ from its list')
  return { manifest, tables: parsed(z.array(PackedTable), rows, 'rows') }
}

/** What the history names but the other workspace's data is not here, in sentences. */
function dataNotes(tables: readonly PackedTable[]): readonly string[] {
  const gone = (tables.find((t) => t.table === 'datasets')?.rows ?? []).filter((d) => d['copied'] === 1 || !existsSync(String(d['path']))).map((d) => String(d['name']))
  return gone.length === 0 ? [] : [`The data of ${gone.slice(0, 5).join(', ')}${gone.length > 5 ? ' and others' : ''} is not here: results stay, evaluating on it again needs the file where it was.`]
}

/**
 * Brings a packed model in. Ids stay; what is here already is not added twice.
 * Errors: `pack.notAPack`, `pack.conflict`, `store.newer`, `store.blobMissing`, `file.*`, `job.cancelled`.
 */
export async function unpackModel(parts: Parts, file: string, name: string | undefined, watch: CheckWatch): Promise<UnpackReport> {
  const staging = workFolder(parts)
  const zip = await openZip(file).catch((thrown: unknown) => { throw thrown instanceof ArchiveFault ? refuse(thrown.message) : readFault(thrown, basename(file)) })
  try {
    const { manifest, tables } = await readPack(zip)
    await mkdir(staging, { recursive: true })
    for (const [i, { path, sha256 }] of manifest.files.entries()) {
      checkCancelled(watch.signal)
      watch.progress('Unpacking and comparing', i, manifest.files.length)
      const to = join(staging, sha256)
      await pipeline(zip.read(path), createWriteStream(to, { flags: 'wx' }))
      if (await hashFile(to) !== sha256) throw refuse('a file in it differs from its list')
      await parts.blobs.put(to, sha256)
    }
    return parts.store.write((db) => {
      const { added, known, renamed } = unpackRows(db, tables, name)
      const { modelId } = manifest
      const missing = blobNeeds(db).find((need) => !parts.blobs.has(need.sha256) && JSON.stringify(tables).includes(need.sha256))
      if (missing !== undefined) throw refuse(`it lacks the ${missing.what} of ${missing.of}`)
      const here = modelName(db, modelId)
      if (added > 0) record(db, { verb: 'model.unpack', subject: modelId, sentence: `Brought in ${here} with ${formatPlural(rowsIn(tables, 'versions'), 'version')} from another workspace.`, facts: { added, known, slipway: manifest.slipway } }, parts.clock())
      return { modelId, modelName: here, added, known, versions: rowsIn(tables, 'versions'), runs: rowsIn(tables, 'runs'), notes: [...(name !== undefined && here !== name && !renamed.some((r) => r.includes(name)) ? [`The model was here already and is still called ${here}: the name ${name} was not given.`] : []), ...renamed, ...dataNotes(tables)] }
    })
  } catch (thrown) {
    throw thrown instanceof ArchiveFault ? refuse(thrown.message) : writeFault(thrown, 'the workspace')
  } finally {
    await zip.close()
    await rm(staging, { recursive: true, force: true })
  }
}

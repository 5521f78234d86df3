// Profiles a folder of pictures: layout, classes, fingerprint, sizes, and which files cannot be read.
// Never stops for a bad picture.
import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { CallContext, InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import type { Column, DatasetFinding, FormatOverride } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { finding, plural } from '../datasets/profile-findings.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { profileBoxes } from './box-profile.ts'
import { findBoxes, hasBoxes } from './boxes.ts'
import { namedCoco } from './coco-file.ts'
import { readContainer } from './container.ts'
import { decodePicture } from './decode.ts'
import { folderWithoutPictures } from './folder-without-pictures.ts'
import { eachFile, folderFingerprint, labelBase, listPictures, storedLabelPath, type ImageFormat, type PictureEntry } from './image-folder.ts'
import { chooseColumns, readLabelFile } from './label-file.ts'
import { profileMasks } from './mask-profile.ts'
import { findMasks, listMasked } from './masks.ts'
import { type FolderContent, walkFolder } from './walk-folder.ts'

type Method = EngineContract['dataset.profile']
type Context = CallContext<ProgressOf<Method>>

/** So many pictures are decoded whole; beyond that the head, the end and the checksums must do. */
const decodedWhole = 2000

const classFolders: ImageFormat = { kind: 'images', layout: 'class-folders', labelFile: null, fileColumn: null, labelColumn: null }

async function formatFrom(folder: string, file: string, pictures: readonly string[], override: FormatOverride, signal: AbortSignal): Promise<{ format: ImageFormat; matched: number } | null> {
  const table = await readLabelFile(file, { fileColumn: override.fileColumn ?? null, labelColumn: override.labelColumn ?? null }, signal)
  const chosen = chooseColumns(table, pictures, labelBase(folder, file), override)
  if (chosen === null) return null
  return { format: { kind: 'images', layout: 'label-file', labelFile: storedLabelPath(folder, file), fileColumn: chosen.fileColumn, labelColumn: chosen.labelColumn }, matched: chosen.matched }
}

/** A label file that the user named: as given, inside the folder or beside it. */
async function namedLabelFile(folder: string, named: string, pictures: readonly string[], override: FormatOverride, signal: AbortSignal): Promise<ImageFormat> {
  const path = [resolve(folder, named), resolve(dirname(folder), named), resolve(named)].find((p) => existsSync(p) && statSync(p).isFile())
  if (path === undefined) throw new SlipwayError('dataset.notReadable', { file: basename(named), reason: 'the label file does not exist' })
  if (/\.json$/i.test(path)) return namedCoco(folder, path, pictures)
  const found = await formatFrom(folder, path, pictures, override, signal)
  if (found === null) throw new SlipwayError('dataset.notReadable', { file: basename(named), reason: `no column of the label file names the pictures of “${basename(folder)}”` })
  return found.format
}

/** Class folders, unless a table at the top of the folder names nearly all pictures and the folders say little. */
async function detectFormat(folder: string, content: FolderContent, override: FormatOverride, signal: AbortSignal): Promise<ImageFormat> {
  const { pictures } = content
  if (override.labelFile !== undefined) return namedLabelFile(folder, override.labelFile, pictures, override, signal)
  const masks = await findMasks(folder, content, signal)
  if (masks !== null) return masks
  const boxes = await findBoxes(folder, content, signal)
  if (boxes !== null) return boxes
  const tops = new Set(pictures.map((name) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : '')))
  if (tops.size > 2 || (tops.size === 2 && !tops.has(''))) return classFolders
  for (const name of content.skipped.filter((n) => /^[^/]+\.(csv|tsv|txt)$/i.test(n)).slice(0, 5)) {
    const found = await formatFrom(folder, join(folder, name), pictures, override, signal).catch((thrown: unknown) => {
      if (thrown instanceof SlipwayError && thrown.code === 'job.cancelled') throw thrown
      return null
    })
    if (found !== null && found.matched >= pictures.length * 0.5) return found.format
  }
  return classFolders
}

interface Looked { readonly sha256: string; readonly bytes: number; readonly size: string | null; readonly reason: string | null }

async function lookAt(bytes: Buffer | null, whole: boolean): Promise<Looked> {
  if (bytes === null) return { sha256: '', bytes: 0, size: null, reason: 'it cannot be read' }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  try {
    const { width, height } = whole ? await decodePicture(bytes) : readContainer(bytes)
    return { sha256, bytes: bytes.length, size: `${width} × ${height}`, reason: null }
  } catch (thrown) { return { sha256, bytes: bytes.length, size: null, reason: (thrown as Error).message } }
}

function tally(values: readonly string[]): { value: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count }))
}

const mostFirst = (a: { value: string; count: number }, b: { value: string; count: number }): number => b.count - a.count || (a.value < b.value ? -1 : 1)

function sizeFinding(looked: readonly Looked[]): DatasetFinding[] {
  const sizes = tally(looked.flatMap((l) => (l.size === null ? [] : [l.size]))).sort(mostFirst)
  if (sizes.length === 0) return []
  return [finding('note', 'note', sizes.length === 1 ? `Every picture has ${sizes[0]!.value} pixels.` : `The pictures have ${sizes.length} sizes; most often ${sizes.slice(0, 3).map((s) => `${s.value} (${s.count})`).join(', ')} pixels.`)]
}

function findingsOf(entries: readonly PictureEntry[], looked: readonly Looked[], content: FolderContent, format: ImageFormat, own: ReadonlySet<string> = new Set()): DatasetFinding[] {
  const found: DatasetFinding[] = []
  const bad = entries.flatMap((e, i) => (looked[i]!.reason === null ? [] : [{ name: e.name, reason: looked[i]!.reason! }]))
  if (bad.length > 0) found.push(finding('unreadable-files', 'warning', `${plural(bad.length, 'picture')} cannot be read and will be left out; ${bad[0]!.name}: ${bad[0]!.reason}.`, bad.map((b) => b.name)))
  const skipped = content.skipped.filter((name) => name !== format.labelFile && name !== format.annotations && !own.has(name))
  if (skipped.length > 0) found.push(finding('skipped-files', 'note', `${plural(skipped.length, 'file')} that ${skipped.length === 1 ? 'is no picture is' : 'are no pictures are'} skipped.`, skipped))
  if (content.links.length > 0) found.push(finding('skipped-files', 'warning', `${plural(content.links.length, 'link')} skipped: links are not followed.`, content.links))
  const unlabelled = entries.filter((e) => e.label === null)
  if (unlabelled.length > 0 && format.layout !== 'masks' && !hasBoxes(format)) found.push(finding('note', 'warning', `${plural(unlabelled.length, 'picture')} without a class: ${format.layout === 'class-folders' ? 'not in a class folder' : 'not in the label file'}.`, unlabelled.map((e) => e.name)))
  const seen = new Set<string>()
  const twice = entries.filter((_, i) => { const { sha256 } = looked[i]!; const again = sha256 !== '' && seen.has(sha256); seen.add(sha256); return again })
  if (twice.length > 0) found.push(finding('duplicate-rows', 'note', `${plural(twice.length, 'picture')} ${twice.length === 1 ? 'is' : 'are'} byte for byte the same as an earlier one.`, twice.map((e) => e.name)))
  if (entries.length > decodedWhole) found.push(finding('note', 'note', `Only the first ${decodedWhole.toLocaleString('en')} pictures were decoded whole here; of the others the head and the end were checked.`))
  return [...found, ...sizeFinding(looked)]
}

function columnsOf(entries: readonly PictureEntry[], looked: readonly Looked[], classes: readonly { value: string; count: number }[]): Column[] {
  const none = { min: null, max: null, mean: null, standardDeviation: null, histogram: null }
  const missing = entries.filter((e) => e.label === null).length
  return [
    { name: 'image', type: 'image', rows: entries.length, missing: 0, invalid: looked.filter((l) => l.reason !== null).length, distinct: new Set(looked.map((l) => l.sha256)).size, top: [], ...none },
    { name: 'class', type: 'string', rows: entries.length, missing, invalid: 0, distinct: classes.length, top: [...classes].sort(mostFirst).slice(0, 10), ...none },
  ]
}

/** Profiles a folder of pictures. See `profileDataset`. Columns: `image` and `class`, `mask` or `boxes`. */
export async function profileImages(input: InputOf<Method>, context: Context): Promise<OutputOf<Method>> {
  const { signal } = context
  const folder = input.path
  const content = await walkFolder(folder, signal)
  if (content.pictures.length === 0) throw folderWithoutPictures(folder, content)
  const format = await detectFormat(folder, content, input.format, signal)
  const { entries } = await listPictures(folder, format, signal)
  const looked: Looked[] = []
  let done = 0
  await eachFile(entries.map((e) => e.path), signal, async (bytes, i) => {
    looked[i] = await lookAt(bytes, i < decodedWhole)
    context.progress({ step: 'Looking at the pictures', done: ++done, total: entries.length })
  })
  const files = entries.map((e, i) => ({ name: e.name, sha256: looked[i]!.sha256 }))
  const bytes = looked.reduce((sum, l) => sum + l.bytes, 0)
  if (format.layout === 'masks') return withMasks({ folder, format, content, entries, looked, files, bytes }, context)
  if (hasBoxes(format)) return withBoxes({ folder, format, content, entries, looked, files, bytes }, context)
  const labels = format.labelFile === null ? null : await readFile(resolve(folder, format.labelFile))
  if (labels !== null && format.labelFile !== null) files.push({ name: format.labelFile, sha256: createHash('sha256').update(labels).digest('hex') })
  const classes = tally(entries.flatMap((e) => (e.label === null ? [] : [e.label]))).sort((a, b) => (a.value < b.value ? -1 : 1))
  return { kind: 'images', format, sha256: folderFingerprint(files), bytes: bytes + (labels?.length ?? 0), rows: entries.length, columns: columnsOf(entries, looked, classes), classes, findings: findingsOf(entries, looked, content, format) }
}

interface LookedFolder { readonly folder: string; readonly format: ImageFormat; readonly content: FolderContent; readonly entries: readonly PictureEntry[]; readonly looked: readonly Looked[]; readonly files: readonly { name: string; sha256: string }[]; readonly bytes: number }

/** The profile of pictures with masks: columns `image` and `mask`. */
async function withMasks(found: LookedFolder, context: Context): Promise<OutputOf<Method>> {
  const { folder, format, content, entries, looked } = found
  const tell = (done: number): void => context.progress({ step: 'Counting the pixels of the masks', done, total: entries.length })
  const masks = await profileMasks(folder, format, entries, looked.map((l) => l.size), context.signal, tell)
  const { unused } = await listMasked(folder, format, content, context.signal)
  const [image, label] = columnsOf(entries, looked, [])
  const mask: Column = { ...label!, name: 'mask', type: 'string', invalid: masks.invalid, distinct: entries.filter((e) => e.label !== null).length }
  const odd = unused.length === 0 ? [] : [finding('skipped-files', 'note', `${plural(unused.length, 'picture file')} that ${unused.length === 1 ? 'is' : 'are'} neither a picture nor the mask of one ${unused.length === 1 ? 'is' : 'are'} left out.`, unused)]
  return {
    kind: 'images', format: masks.format, sha256: folderFingerprint([...found.files, ...masks.files]), bytes: found.bytes + masks.bytes, rows: entries.length,
    columns: [image!, mask], classes: [...masks.classes], findings: [...masks.findings, ...findingsOf(entries, looked, content, format), ...odd],
  }
}

/** The profile of pictures with boxes: columns `image` and `boxes`. */
async function withBoxes(found: LookedFolder, context: Context): Promise<OutputOf<Method>> {
  const { folder, format, content, entries, looked } = found
  const tell = (done: number): void => { if (done % 100 === 0 || done === entries.length) context.progress({ step: 'Reading the boxes', done, total: entries.length }) }
  const boxes = await profileBoxes(folder, format, content, looked.map((l) => l.size), context.signal, tell)
  const [image, label] = columnsOf(entries, looked, [])
  const column: Column = { ...label!, name: 'boxes', missing: boxes.missing, distinct: new Set(entries.map((e) => e.label)).size }
  return {
    kind: 'images', format: boxes.format, sha256: folderFingerprint([...found.files, ...boxes.files]), bytes: found.bytes + boxes.bytes, rows: entries.length,
    columns: [image!, column], classes: [...boxes.classes], findings: [...boxes.findings, ...findingsOf(entries, looked, content, format, new Set(boxes.files.map((f) => f.name)))],
  }
}

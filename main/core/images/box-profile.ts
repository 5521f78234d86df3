// Profiles the boxes of a folder of pictures: how many each class has, which pictures have none, and what is odd about them.
// Owns the sentences; every box of every picture is looked at.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { BoxClasses, DatasetFinding } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { cancelled } from '../datasets/duckdb.ts'
import { finding, plural } from '../datasets/profile-findings.ts'
import { AnnotationFaults, reachesOut, type AnnotatedBox } from './annotated-box.ts'
import { openBoxes, type BoxedFolder } from './boxes.ts'
import { matchPictures, type CocoFile } from './coco.ts'
import { baseOf, readCoco } from './coco-file.ts'
import type { ImageFormat } from './image-folder.ts'
import type { FolderContent } from './walk-folder.ts'
import { parseYoloNames } from './yolo.ts'

export interface BoxProfile {
  readonly format: ImageFormat
  readonly files: readonly { readonly name: string; readonly sha256: string }[]
  readonly bytes: number
  /** Classes with their boxes. */
  readonly classes: readonly { readonly value: string; readonly count: number }[]
  readonly findings: readonly DatasetFinding[]
  /** Pictures without annotation. */
  readonly missing: number
}

interface Seen { readonly counts: Map<number, number>; readonly empty: string[]; readonly outside: string[]; readonly unreadable: string[]; boxes: number; crowds: number }

interface Size { readonly width: number; readonly height: number }

/** The size that `64 × 48` stands for. */
const sizeFrom = (text: string | null): Size | null => {
  const [width, height] = (text ?? '').split(' × ').map(Number)
  return width === undefined || height === undefined || !(width > 0) || !(height > 0) ? null : { width, height }
}

function tally(seen: Seen, name: string, boxes: readonly AnnotatedBox[], size: Size | null): void {
  if (boxes.length === 0) seen.empty.push(name)
  seen.boxes += boxes.length
  for (const box of boxes) {
    seen.counts.set(box.value, (seen.counts.get(box.value) ?? 0) + 1)
    if (box.crowd === true) seen.crowds++
  }
  if (size !== null && boxes.some((box) => reachesOut(box, size))) seen.outside.push(name)
}

async function namesOf(folder: string, format: ImageFormat): Promise<ReadonlyMap<number, string> | null> {
  if (format.labelFile === null) return null
  const text = await readFile(resolve(folder, format.labelFile), 'utf8').catch(() => { throw new SlipwayError('dataset.notReadable', { file: basename(format.labelFile ?? ''), reason: 'the list of classes cannot be read' }) })
  return parseYoloNames(text, basename(format.labelFile))
}

/** What the numbers of the boxes mean: by the file's own list, else every number that occurs is a class. */
async function meaningOf(folder: string, format: ImageFormat, coco: CocoFile | null, seen: Seen): Promise<BoxClasses> {
  if (coco !== null) return { classes: [...coco.classes], named: true }
  const names = await namesOf(folder, format)
  if (names !== null) return { classes: [...names].map(([value, name]) => ({ name, value })), named: true }
  return { classes: [...seen.counts.keys()].sort((a, b) => a - b).map((value) => ({ name: String(value), value })), named: false }
}

/** What only a COCO file can have: pictures that are not there, and sizes that are not those of the files. */
function cocoFindings(coco: CocoFile, folder: string, format: ImageFormat, names: readonly string[], sizes: readonly (Size | null)[]): DatasetFinding[] {
  const matched = matchPictures(coco, names, baseOf(folder, format.annotations ?? ''))
  const used = new Set(matched.values())
  const gone = coco.pictures.filter((p) => !used.has(p)).map((p) => p.file)
  const other = names.filter((name, i) => {
    const [said, size] = [matched.get(name), sizes[i] ?? null]
    return said !== undefined && size !== null && said.width !== null && said.height !== null && (said.width !== size.width || said.height !== size.height)
  })
  return [
    ...(gone.length === 0 ? [] : [finding('note', 'warning', `${plural(gone.length, 'annotated picture')} ${gone.length === 1 ? 'is' : 'are'} not in the folder and cannot be judged.`, gone)]),
    ...(other.length === 0 ? [] : [finding('note', 'warning', `${plural(other.length, 'picture')} of another size than the annotations say; ${other.length === 1 ? 'its' : 'their'} boxes are taken in the pixels of the file.`, other)]),
  ]
}

function findingsOf(format: ImageFormat, seen: Seen, faults: AnnotationFaults, meaning: BoxClasses, bare: readonly string[], fileless: readonly string[]): DatasetFinding[] {
  const found: DatasetFinding[] = []
  const note = (severity: DatasetFinding['severity'], sentence: string, where: readonly string[] = []): void => { found.push(finding('note', severity, sentence, where)) }
  if (seen.unreadable.length > 0) note('warning', `The annotations of ${plural(seen.unreadable.length, 'picture')} cannot be read; ${seen.unreadable[0]}.`, seen.unreadable)
  for (const { reason, where } of faults.all) note('warning', `Not judged, ${where.length === 1 ? 'once' : `${where.length.toLocaleString('en')} times`}: ${reason}; ${where.length === 1 ? 'it is' : 'the first is'} ${where[0]}.`, where)
  if (bare.length > 0) note('warning', `${plural(bare.length, 'picture')} without annotation, left out of an evaluation.`, bare)
  if (fileless.length > 0) note('warning', `${plural(fileless.length, 'picture')} without a file of boxes; as YOLO does, ${fileless.length === 1 ? 'it counts as a picture' : 'they count as pictures'} without objects.`, fileless)
  const empty = seen.empty.filter((name) => !fileless.includes(name))
  if (empty.length > 0) note('note', `${plural(empty.length, 'picture')} without a box: every box that a model finds there is wrong.`, empty)
  if (seen.outside.length > 0) note('warning', `${plural(seen.outside.length, 'picture')} with boxes that reach outside; they count as they are annotated.`, seen.outside)
  if (seen.crowds > 0) note('note', `${plural(seen.crowds, 'box', 'boxes')} ${seen.crowds === 1 ? 'stands' : 'stand'} for many objects at once (crowd); finding ${seen.crowds === 1 ? 'it' : 'them'} is neither right nor wrong.`)
  const missing = meaning.classes.filter((c) => (seen.counts.get(c.value) ?? 0) === 0).map((c) => c.name)
  if (missing.length > 0) note('note', `${plural(missing.length, 'class', 'classes')} of the list without a box.`, missing)
  if (!meaning.named && format.layout === 'yolo' && meaning.classes.length > 0) note('note', 'No list names the classes, so they are called by their numbers.')
  return found
}

const hashOf = (content: Buffer | null): string => (content === null ? '' : createHash('sha256').update(content).digest('hex'))

async function fingerprints(folder: string, names: readonly string[], signal: AbortSignal): Promise<{ files: { name: string; sha256: string }[]; absent: Set<string>; bytes: number }> {
  const files: { name: string; sha256: string }[] = []
  const absent = new Set<string>()
  let bytes = 0
  for (const name of names) {
    if (signal.aborted) throw cancelled()
    const content = await readFile(resolve(folder, name)).catch(() => null)
    if (content === null) absent.add(name)
    files.push({ name, sha256: hashOf(content) })
    bytes += content?.length ?? 0
  }
  return { files, absent, bytes }
}

async function lookAtBoxes(opened: BoxedFolder, sizes: readonly (Size | null)[], faults: AnnotationFaults, signal: AbortSignal, tell: (done: number) => void): Promise<Seen> {
  const seen: Seen = { counts: new Map(), empty: [], outside: [], unreadable: [], boxes: 0, crowds: 0 }
  for (const [i, entry] of opened.entries.entries()) {
    if (signal.aborted) throw cancelled()
    const size = sizes[i] ?? null
    const boxes = await opened.boxesOf(entry.name, size ?? { width: 1, height: 1 }, faults).catch((thrown: unknown) => { seen.unreadable.push(`${entry.name}: ${(thrown as Error).message}`); return null })
    if (boxes !== null) tally(seen, entry.name, boxes, size)
    tell(i + 1)
  }
  return seen
}

/** Reads every annotation. `sizes`: width × height of each picture as `64 × 64`, null where unknown. */
export async function profileBoxes(folder: string, format: ImageFormat, content: FolderContent, sizes: readonly (string | null)[], signal: AbortSignal, tell: (done: number) => void): Promise<BoxProfile> {
  const coco = format.layout === 'coco' ? await readCoco(resolve(folder, format.annotations ?? '')) : null
  const opened = await openBoxes(folder, format, content)
  const faults = new AnnotationFaults()
  for (const { reason, where } of coco?.faults.all ?? []) for (const place of where) faults.add(reason, place)
  const known = sizes.map(sizeFrom)
  const seen = await lookAtBoxes(opened, known, faults, signal, tell)
  const meaning = await meaningOf(folder, format, coco, seen)
  const values = new Set(meaning.classes.map((c) => c.value))
  for (const [value, count] of seen.counts) if (!values.has(value)) for (let i = 0; i < count; i++) faults.add(`a box of the class ${value}, which the list of classes does not have`, basename(format.labelFile ?? ''))
  const { files, absent, bytes } = await fingerprints(folder, [...opened.files, ...(format.labelFile === null ? [] : [format.labelFile])], signal)
  const bare = opened.entries.filter((e) => e.label === null).map((e) => e.name)
  const fileless = format.layout === 'yolo' ? opened.entries.filter((e) => absent.has(e.label ?? '')).map((e) => e.name) : []
  return {
    format: { ...format, boxes: meaning }, files, bytes, missing: bare.length,
    classes: meaning.classes.map((c) => ({ value: c.name, count: seen.counts.get(c.value) ?? 0 })),
    findings: [...findingsOf(format, seen, faults, meaning, bare, fileless), ...(coco === null ? [] : cocoFindings(coco, folder, format, opened.entries.map((e) => e.name), known))],
  }
}

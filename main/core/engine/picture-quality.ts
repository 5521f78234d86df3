// What the pictures of a finished run have wrong with them: copies, unreadable and tiny ones, and annotations that cannot be right. Runs no model.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { QualityExample, QualityFinding } from '../../../shared/domain/quality.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { imbalanceFinding, pictureFinding, tinySide, type PictureKind } from '../../../shared/picture-quality-words.ts'
import { sliceMeasures, sliceMetricOf } from '../../../shared/slices/slice-measures.ts'
import { readPredictionColumns } from '../datasets/prediction-columns.ts'
import { reachesOut, type AnnotatedBox } from '../images/annotated-box.ts'
import { hasBoxes, openBoxes } from '../images/boxes.ts'
import { decodePicture } from '../images/decode.ts'
import { listPictures, type PictureEntry } from '../images/image-folder.ts'
import type { EngineContract } from './engine-contract.ts'

type Method = EngineContract['quality']
type Input = InputOf<Method>
type Context = CallContext<{ step: string, done: number | null, total: number | null }>

const shown = 5

/** One picture: a key of its pixels (null: unreadable), its size and its true boxes (null: it has no annotation of boxes). */
interface Looked { readonly record: number, readonly entry: PictureEntry, readonly key: string | null, readonly width: number, readonly height: number, readonly boxes: readonly AnnotatedBox[] | null }

async function lookAll(input: Input, { signal, progress }: Context): Promise<Looked[]> {
  const { source } = input
  const { entries, content } = await listPictures(source.path, source.format, signal)
  const opened = source.format.kind === 'images' && hasBoxes(source.format) ? await openBoxes(source.path, source.format, content) : null
  const looked: Looked[] = []
  for (const [i, entry] of entries.entries()) {
    if (signal.aborted) throw new SlipwayError('job.cancelled', {})
    const picture = await readFile(entry.path).then(decodePicture).catch(() => null)
    const size = { width: picture?.width ?? 0, height: picture?.height ?? 0 }
    const boxes = opened === null || picture === null ? null : await opened.boxesOf(entry.name, size).catch(() => null)
    looked.push({ record: i + 1, entry, key: picture === null ? null : createHash('sha256').update(`${size.width} ${size.height} `).update(picture.rgba).digest('base64'), ...size, boxes })
    if (i % 20 === 0) progress({ step: 'looking at the pictures', done: i, total: entries.length })
  }
  return looked
}

/** The first picture with the same pixels, for every later one. */
function copiesOf(looked: readonly Looked[]): { readonly of: Looked, readonly first: Looked }[] {
  const first = new Map<string, Looked>()
  return looked.flatMap((one) => {
    if (one.key === null) return []
    const earlier = first.get(one.key)
    if (earlier === undefined) first.set(one.key, one)
    return earlier === undefined ? [] : [{ of: one, first: earlier }]
  })
}

function classCounts(input: Input, looked: readonly Looked[]): { readonly counts: ReadonlyMap<string, number>, readonly noun: string } {
  const { format } = input.source
  const names = new Map(format.kind === 'images' ? format.boxes?.classes.map((c) => [c.value, c.name]) : [])
  const boxed = looked.some((one) => one.boxes !== null)
  const labels = boxed ? looked.flatMap((one) => one.boxes?.map((b) => names.get(b.value) ?? String(b.value)) ?? [])
    : format.kind === 'images' && format.layout !== 'masks' ? looked.flatMap((one) => (one.entry.label === null ? [] : [one.entry.label])) : []
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return { counts, noun: boxed ? 'box' : 'picture' }
}

/** Errors: `dataset.*` of the folder, `job.cancelled`. */
export async function qualityOfPictures(input: Input, context: Context): Promise<OutputOf<Method>> {
  const metric = (input.task === undefined ? null : sliceMetricOf(input.task)) ?? 'accuracy'
  const looked = await lookAll(input, context)
  const scored = await readPredictionColumns(input.predictions, null, context.signal, metric === 'box_errors' || metric === 'mask_error')
  const scores = new Map(Array.from(scored.records, (record, row) => [record, sliceMeasures[metric].share ? scored.correct[row]! : scored.loss[row]!]))
  const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length)
  const finding = (kind: PictureKind, of: readonly Looked[], examples: readonly QualityExample[] = of.slice(0, shown).map((one) => ({ record: one.record, other: null, shows: one.entry.name }))): QualityFinding | null => {
    const inside = new Set(of.map((one) => one.record))
    const [own, rest]: [number[], number[]] = [[], []]
    for (const [record, value] of scores) (inside.has(record) ? own : rest).push(value)
    return pictureFinding(kind, { metric, of: looked.length, records: [...inside], inside: mean(own), outside: mean(rest), examples })
  }
  const copies = copiesOf(looked)
  const pairs = (of: typeof copies, shows: (pair: (typeof copies)[number]) => string): QualityExample[] => of.slice(0, shown).map((pair) => ({ record: pair.of.record, other: { record: pair.first.record, where: 'evaluation' }, shows: shows(pair) }))
  const labelled = input.source.format.kind === 'images' && ['class-folders', 'label-file'].includes(input.source.format.layout)
  const differ = labelled ? copies.filter((c) => c.of.entry.label !== c.first.entry.label) : []
  const { counts, noun } = classCounts(input, looked)
  const boxed = looked.some((one) => one.boxes !== null)
  const known = looked.filter((one) => one.key !== null)
  const all: readonly (readonly [string, QualityFinding | null])[] = [
    ['pictures that cannot be read', finding('unreadable-pictures', looked.filter((one) => one.key === null))],
    ['pictures with the same pixels', finding('duplicate-rows', copies.map((c) => c.of), pairs(copies, (c) => `${c.of.entry.name} and ${c.first.entry.name}`))],
    ...(labelled ? [['equal pictures of different classes', finding('contradicting-answers', differ.map((c) => c.of), pairs(differ, (c) => `${c.of.entry.label ?? 'none'} here, ${c.first.entry.label ?? 'none'} there`))] as const] : []),
    [`pictures with a side below ${tinySide} pixels`, finding('tiny-pictures', known.filter((one) => Math.min(one.width, one.height) < tinySide))],
    ...(boxed ? [['boxes that reach outside', finding('boxes-outside', known.filter((one) => one.boxes?.some((box) => reachesOut(box, one)) === true))] as const, ['pictures without a box', finding('empty-annotations', known.filter((one) => one.boxes?.length === 0))] as const] : []),
    ...(counts.size === 0 ? [] : [['a class with a tenth of the commonest or less', imbalanceFinding(counts, noun)] as const]),
  ]
  const found = all.flatMap(([, f]) => (f === null ? [] : [f]))
  return { rows: scores.size, findings: found.sort((a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning')), clear: all.flatMap(([words, f]) => (f === null ? [words] : [])), notes: ['Every picture of the data set was decoded and looked at.'] }
}

// Stored predictions beside those of the reference runtime: names of rows, labels, every score, boxes and class maps.
import { allRows, openDatabase, sqlPath } from '../../main/core/datasets/duckdb.ts'
import { decodeMask } from '../../main/core/images/mask-read.ts'
import { json, type Conformance } from './conformance-cases.ts'
import { answersOf, evaluated } from './conformance-evaluations.ts'
import { openTally, type OpenTally, type Tally } from './conformance-tally.ts'
import { quiet } from './evaluate-case.ts'

interface Tensor { readonly dims: readonly number[]; readonly data: readonly (number | string)[] }
interface Decoded { readonly ids: readonly (string | number)[]; readonly outputs: Readonly<Record<string, Tensor>> }
interface Suppressed { readonly images: readonly { readonly file: string; readonly boxes: readonly (readonly number[])[]; readonly scores: readonly number[]; readonly labels: readonly number[] }[] }
interface ClassMaps { readonly files: readonly string[]; readonly runs: readonly (readonly number[])[] }

function softmax(row: readonly number[]): number[] {
  const most = Math.max(...row)
  const parts = row.map((v) => Math.exp(v - most))
  const sum = parts.reduce((a, b) => a + b, 0)
  return parts.map((p) => p / sum)
}

/** Tables and pictures with one answer a row. Rows of a table without a name count from 0 in the reference. */
async function checkRows(one: Conformance, tally: OpenTally, within: number): Promise<void> {
  const { ids, outputs } = json<Decoded>(one.predictions!)
  const { classes, labels } = json<{ classes?: readonly (string | number)[]; labels?: readonly string[] }>(one.reference)
  const names = (classes ?? labels)?.map(String)
  const { rows, scoreNames } = await answersOf(one)
  const [scoreName, scores] = Object.entries(outputs).find(([, t]) => t.dims.length === 2) ?? Object.entries(outputs)[0]!
  const width = scores.dims[1] ?? 1
  const label = names === undefined ? undefined : Object.values(outputs).find((t) => t.dims.length === 1)
  tally.add('rows', ids.length, rows.length, 'exact')
  ids.forEach((id, i) => {
    const row = rows[i]
    tally.add(`${i}.id`, String(id), typeof id === 'number' ? String((row?.record ?? 0) - 1) : (row?.id ?? undefined), 'exact')
    const values = scores.data.slice(i * width, (i + 1) * width) as number[]
    if (names === undefined) { tally.add(`${i}.value`, values[0]!, Number(row?.predicted ?? NaN), { within }); return }
    const own = label?.data[i]
    if (own !== undefined) tally.add(`${i}.label`, typeof own === 'number' ? (names[own] ?? null) : own, row?.predicted, 'exact')
    ;(scoreName === 'logits' ? softmax(values) : values).forEach((v, k) => { tally.add(`${i}.${names[k]}`, v, row?.scores[scoreNames.indexOf(names[k]!)], { within }) })
  })
}

async function columnOf(one: Conformance, columns: string): Promise<unknown[][]> {
  const { predictions } = await evaluated(one)
  const db = await openDatabase([predictions])
  try { return await allRows(db, `SELECT ${columns} FROM read_parquet(${sqlPath(predictions)}) ORDER BY record`, quiet.signal, 'predictions') } finally { db.close() }
}

interface ScoredBox { readonly box: readonly number[]; readonly score: number; readonly label: string }

function picturesOf(reference: Decoded | Suppressed): { readonly file: string; readonly boxes: readonly ScoredBox[] }[] {
  if ('images' in reference) return reference.images.map((p) => ({ file: p.file, boxes: p.scores.map((score, i) => ({ box: p.boxes[i]!, score, label: String(p.labels[i]) })) }))
  const { boxes, scores, labels } = reference.outputs
  const each = scores!.dims[1]!
  return reference.ids.map((file, p) => ({ file: String(file), boxes: Array.from({ length: each }, (_, b) => p * each + b).map((i) => ({ box: boxes!.data.slice(4 * i, 4 * i + 4) as number[], score: Number(scores!.data[i]), label: String(labels!.data[i]) })) }))
}

async function checkBoxes(one: Conformance, tally: OpenTally, within: number): Promise<void> {
  const rows = await columnOf(one, 'id, predicted_boxes')
  const falling = (boxes: readonly ScoredBox[]): readonly ScoredBox[] => [...boxes].sort((a, b) => b.score - a.score)
  picturesOf(json<Decoded | Suppressed>(one.predictions!)).forEach(({ file, boxes }, p) => {
    const got = falling(JSON.parse(String(rows[p]?.[1] ?? '[]')) as ScoredBox[])
    tally.add(`${file}.boxes`, boxes.length, got.length, 'exact')
    falling(boxes).forEach(({ box, score, label }, i) => {
      tally.add(`${file}.${i}.label`, label, got[i]?.label, 'exact')
      tally.add(`${file}.${i}.score`, score, got[i]?.score, { within })
      box.forEach((v, k) => { tally.add(`${file}.${i}.box.${k}`, v, got[i]?.box[k], { within }) })
    })
  })
}

/** Every pixel is compared; a run of equal pixels counts as one value. */
async function checkMaps(one: Conformance, tally: OpenTally): Promise<void> {
  const { files, runs } = json<ClassMaps>(one.predictions!)
  const rows = await columnOf(one, 'class_map')
  for (const [p, file] of files.entries()) {
    const { values } = await decodeMask(Buffer.from(String(rows[p]?.[0]), 'base64'))
    let at = 0
    for (let r = 0; r < runs[p]!.length; r += 2) {
      const [place, length] = [runs[p]![r]!, runs[p]![r + 1]!]
      const part = values.slice(at, at + length)
      tally.add(`${file} from pixel ${at}`, length, part.filter((v) => v === place).length, 'exact')
      at += length
    }
    tally.add(`${file} pixels`, at, values.length, 'exact')
  }
}

/** Tolerance of the fixtures' README: 1e-5 for tables, 1e-4 for networks over pictures. */
export const predictionTolerance = (one: Conformance): number => (one.tolerance > 1e-6 ? 1e-4 : 1e-5)

export async function checkPredictions(one: Conformance): Promise<Tally> {
  const tally = openTally()
  if (one.case === 'digit-detection') await checkBoxes(one, tally, predictionTolerance(one))
  else if (one.case === 'shapes-segmentation') await checkMaps(one, tally)
  else await checkRows(one, tally, predictionTolerance(one))
  return tally.found
}

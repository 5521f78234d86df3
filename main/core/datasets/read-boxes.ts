// Answers `predictions.boxes`: the true and the predicted boxes of one picture, with what became of each at a score.
// Owns the form in which boxes stand in a file of predictions; draws nothing.
import { basename } from 'node:path'
import { z } from 'zod'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Box, PictureBoxes } from '../../../shared/metrics/detection-match.ts'
import { markPicture, pointOverlap } from '../../../shared/metrics/detection-point.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { allRows, openDatabase, sqlPath } from './duckdb.ts'
import { inTurn } from './turns.ts'

type Method = EngineContract['predictions.boxes']

/** Columns of texts in a file of predictions: `[width, height]`, and boxes as JSON lists in pixels of the original picture. */
export const boxColumns: readonly string[] = ['picture_size', 'predicted_boxes', 'true_boxes']

const Corners = z.tuple([z.number(), z.number(), z.number(), z.number()])
const Stored = {
  size: z.tuple([z.number().int(), z.number().int()]),
  predicted: z.array(z.object({ box: Corners, label: z.string(), score: z.number() })),
  truth: z.array(z.object({ box: Corners, label: z.string(), crowd: z.boolean().optional(), area: z.number().optional() })),
}

const cornersOf = (box: Box): [number, number, number, number] => [box.x1, box.y1, box.x2, box.y2]
const boxOf = ([x1, y1, x2, y2]: readonly [number, number, number, number]): Box => ({ x1, y1, x2, y2 })

/** One picture as it stands in the columns above; `truth` is null where no truth is known. */
export function storedBoxes(size: { readonly width: number; readonly height: number }, boxes: PictureBoxes, labelled: boolean, labels: readonly string[]): readonly (string | null)[] {
  const predicted = boxes.predicted.map((b) => ({ box: cornersOf(b), label: labels[b.classIndex] ?? '', score: b.score }) satisfies z.infer<typeof Stored.predicted>[number])
  const truth = boxes.truth.map((b) => ({ box: cornersOf(b), label: labels[b.classIndex] ?? '', ...(b.crowd === true ? { crowd: true } : {}), ...(b.area === undefined ? {} : { area: b.area }) }) satisfies z.infer<typeof Stored.truth>[number])
  return [JSON.stringify([size.width, size.height]), JSON.stringify(predicted), labelled ? JSON.stringify(truth) : null]
}

interface StoredPicture { readonly name: string; readonly width: number; readonly height: number; readonly labelled: boolean; readonly boxes: PictureBoxes }

function parseStored(cells: readonly unknown[], labels: readonly string[]): StoredPicture {
  const [name, size, predicted, truth] = cells
  const index = new Map(labels.map((label, i) => [label, i]))
  const at = (label: string): number => index.get(label) ?? -1
  const [width, height] = Stored.size.parse(JSON.parse(String(size)))
  return {
    name: String(name), width, height, labelled: truth !== null,
    boxes: {
      predicted: Stored.predicted.parse(JSON.parse(String(predicted))).map((b) => ({ ...boxOf(b.box), classIndex: at(b.label), score: b.score })),
      truth: truth === null ? [] : Stored.truth.parse(JSON.parse(String(truth))).map((b) => ({ ...boxOf(b.box), classIndex: at(b.label), crowd: b.crowd === true })),
    },
  }
}

/** The boxes of one picture. Errors: `dataset.notReadable` where the picture was not scored or the file holds no boxes. */
export const readBoxes = (input: InputOf<Method>, context: CallContext): Promise<OutputOf<Method>> => inTurn(context.signal, () => boxesOf(input, context))

async function boxesOf(input: InputOf<Method>, { signal }: CallContext): Promise<OutputOf<Method>> {
  const file = basename(input.path)
  const db = await openDatabase([input.path])
  try {
    const [row] = await allRows(db, `SELECT id, ${boxColumns.join(', ')} FROM read_parquet(${sqlPath(input.path)}) WHERE record = ${Math.trunc(input.record)}`, signal, file)
    if (row === undefined) throw new SlipwayError('dataset.notReadable', { file, reason: `it has no answer for picture number ${input.record}` })
    const { name, width, height, labelled, boxes } = parseStored(row, input.labels)
    const marks = markPicture(boxes, input.score, pointOverlap)
    return {
      name, width, height, labelled, score: input.score,
      predicted: marks.predicted.map((b) => ({ box: cornersOf(b), label: input.labels[b.classIndex] ?? '', score: b.score, match: !labelled || b.ignored ? null : b.match === null ? 'wrong' : 'right' })),
      truth: marks.truth.map((b) => ({ box: cornersOf(b), label: input.labels[b.classIndex] ?? '', found: b.found, crowd: b.crowd === true })),
    }
  } finally { db.close() }
}

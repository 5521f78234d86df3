// Answers `predictions.masks`: the true and the predicted classes of one picture's pixels, as two class maps of the same size.
// Owns no drawing: a map's values are class places in the binding, 255 is no class.
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { allRows, openDatabase, sqlPath } from '../datasets/duckdb.ts'
import { inTurn } from '../datasets/turns.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { listPictures } from './image-folder.ts'
import { createMaskIndex, decodeMask } from './mask-read.ts'
import { encodeClassMap, mostWrittenClasses } from './mask-write.ts'

type Method = EngineContract['predictions.masks']

async function predictedMap(path: string, record: number, signal: AbortSignal): Promise<string | null> {
  const db = await openDatabase([path])
  try {
    const [row] = await allRows(db, `SELECT class_map FROM read_parquet(${sqlPath(path)}) WHERE record = ${Math.trunc(record)}`, signal, basename(path))
    return row === undefined || row[0] === null ? null : String(row[0])
  } finally { db.close() }
}

/** Both maps as base64 PNG; null where the picture has no mask, or was not scored. Errors: `dataset.notReadable`. */
export async function readMasks(input: InputOf<Method>, { signal }: CallContext): Promise<OutputOf<Method>> {
  const { source, labels, record } = input
  const { entries } = await listPictures(source.path, source.format, signal)
  const entry = entries[record - 1]
  if (entry === undefined) throw new SlipwayError('dataset.notReadable', { file: basename(source.path), reason: `it has no picture number ${record}` })
  const predicted = await inTurn(signal, () => predictedMap(input.path, record, signal))
  const masks = source.format.kind === 'images' && source.format.layout === 'masks' ? source.format.masks : undefined
  if (masks === undefined || entry.label === null || labels.length > mostWrittenClasses) return { name: entry.name, truth: null, predicted }
  const mask = await readFile(resolve(source.path, entry.label)).then(decodeMask).catch((thrown: unknown) => {
    throw new SlipwayError('dataset.notReadable', { file: basename(entry.label ?? ''), reason: (thrown as Error).message })
  })
  return { name: entry.name, truth: encodeClassMap(mask.width, mask.height, createMaskIndex(masks, labels)(mask)).toString('base64'), predicted }
}

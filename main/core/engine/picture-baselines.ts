// What boxes and masks have to beat before their numbers mean anything: marking nothing, and one class everywhere. Runs no model.
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { baselineOf, boxScore, meanScore } from '../../../shared/baselines/scores.ts'
import { hardest } from '../../../shared/baselines/trivial.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatNumber, formatPlural } from '../../../shared/format.ts'
import { meanDifference } from '../../../shared/statistics/paired-interval.ts'
import { allRows, openDatabase, sqlPath } from '../datasets/duckdb.ts'
import { listPictures } from '../images/image-folder.ts'
import { createMaskIndex, decodeMask } from '../images/mask-read.ts'
import type { EngineContract } from './engine-contract.ts'

type Method = EngineContract['baselines']
type Input = InputOf<Method>

/** Masks that are read to see what one class everywhere would score. */
const mostMasks = 300

/** The first `scores` stored numbers of every judged picture, with its record. */
async function storedScores(path: string, scores: number, signal: AbortSignal): Promise<number[][]> {
  const db = await openDatabase([path])
  try {
    const columns = Array.from({ length: scores }, (_, i) => `CAST(s${i} AS DOUBLE)`).join(', ')
    const rows = await allRows(db, `SELECT record, ${columns} FROM read_parquet(${sqlPath(path)}) WHERE loss IS NOT NULL AND NOT isnan(CAST(loss AS DOUBLE)) ORDER BY record`, signal, basename(path))
    return rows.map((row) => row.map(Number))
  } finally { db.close() }
}

/** Pixels of each class of the binding in the true masks of these records; null where one cannot be read. */
async function maskCounts(input: Input, records: readonly number[], signal: AbortSignal): Promise<(Float64Array | null)[]> {
  const format = input.source?.format
  if (input.source === null || format?.kind !== 'images' || format.masks === undefined) return records.map(() => null)
  const index = createMaskIndex(format.masks, input.binding.classes.map((c) => c.label))
  const { entries } = await listPictures(input.source.path, format, signal)
  const counts: (Float64Array | null)[] = []
  for (const record of records) {
    if (signal.aborted) throw new SlipwayError('job.cancelled', {})
    const mask = await readFile(resolve(input.source.path, entries[record - 1]?.label ?? '')).then(decodeMask).catch(() => null)
    const own = mask === null ? null : new Float64Array(input.binding.classes.length)
    if (mask !== null) for (const place of index(mask)) if (place >= 0) own![place] = own![place]! + 1
    counts.push(own)
  }
  return counts
}

async function maskBaseline(input: Input, signal: AbortSignal): Promise<Pick<OutputOf<Method>, 'baselines' | 'notes' | 'rows'>> {
  const stored = await storedScores(input.predictions, 1, signal)
  const step = Math.max(1, Math.ceil(stored.length / mostMasks))
  const looked = stored.filter((_, i) => i % step === 0)
  const counts = await maskCounts(input, looked.map(([record]) => record!), signal)
  const known = looked.flatMap(([, accuracy], i) => { const own = counts[i] ?? null; const all = own?.reduce((a, b) => a + b, 0) ?? 0; return own === null || all === 0 ? [] : [{ accuracy: accuracy!, shares: own.map((c) => c / all) }] })
  if (known.length === 0) return { baselines: [], notes: ['The masks cannot be read any more.'], rows: stored.length }
  const totals = input.binding.classes.map((_, c) => known.reduce((sum, k) => sum + k.shares[c]!, 0))
  const most = totals.indexOf(Math.max(...totals))
  const one = baselineOf('constant-mask', `calling every pixel ${input.binding.classes[most]?.label ?? 'one class'}`, [meanScore('pixel_accuracy', Float64Array.from(known, (k) => k.accuracy), Float64Array.from(known, (k) => k.shares[most]!))])
  const part = step === 1 ? [] : [`${formatPlural(known.length, 'picture')}, every ${step}th, were looked at.`]
  return { baselines: one === null ? [] : [one], notes: ['Pixel accuracy is that of each picture, averaged over pictures.', ...part], rows: stored.length }
}

async function boxBaseline(input: Input, signal: AbortSignal): Promise<Pick<OutputOf<Method>, 'baselines' | 'notes' | 'rows'>> {
  const counts = (await storedScores(input.predictions, 3, signal)).map(([, found, wrong, missed]) => [found!, wrong!, missed!] as const)
  const one = counts.length === 0 ? null : baselineOf('no-boxes', 'marking no box at all', [boxScore(counts)])
  const nothing = Float64Array.from(counts, ([found, , missed]) => found + missed)
  const model = Float64Array.from(counts, ([, wrong, missed]) => wrong + missed)
  const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length
  const fewer = counts.length < 2 ? null : meanDifference(nothing, model)
  const told = fewer === null ? [] : [`Marking nothing misses ${formatNumber(mean(nothing))} boxes a picture; this model has ${formatNumber(mean(model))} wrong or missed, ${formatNumber(fewer.value)} fewer (95 %: ${formatNumber(fewer.low)} to ${formatNumber(fewer.high)}).`]
  return { baselines: one === null ? [] : [one], notes: told, rows: counts.length }
}

/** Errors: `run.noRows` where no picture was judged, `dataset.*`, `job.cancelled`. */
export async function pictureBaselines(input: Input, signal: AbortSignal): Promise<OutputOf<Method>> {
  const found = input.binding.task === 'object-detection' ? await boxBaseline(input, signal) : await maskBaseline(input, signal)
  if (found.rows === 0) throw new SlipwayError('run.noRows', { reason: 'no picture has a true answer, so there is nothing to compare' })
  return { constantsFrom: 'evaluation', ...found, ...hardest(found.baselines), tree: null }
}

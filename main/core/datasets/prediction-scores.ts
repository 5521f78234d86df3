// Reads the stored probabilities and true classes of a run, all of them or a seeded sample in record order.
// Knows the layout that prediction-writer.ts writes, and nothing of runs.
import { basename } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { randomStream } from '../../../shared/statistics/random.ts'
import { allRows, openDatabase, sqlPath, streamChunks } from './duckdb.ts'
import { readShape } from './prediction-page.ts'

export interface StoredScores {
  /** Row-major [rows, labels]. */
  readonly probabilities: Float64Array
  /** Place of the true class in `labels`. */
  readonly truth: Int32Array
  /** Rows that could have been read. */
  readonly available: number
}

/** At most `most` rows with a truth and finite probabilities. Errors: `input.invalid` when the run kept no probability for each of `labels`. */
export async function readStoredScores(path: string, labels: readonly string[], most: number, seed: number, signal: AbortSignal): Promise<StoredScores> {
  const file = basename(path)
  const db = await openDatabase([path])
  try {
    const shape = await readShape(db, { path }, signal)
    if (labels.some((label, i) => shape.scoreNames[i] !== label)) throw new SlipwayError('input.invalid', { reason: 'this run kept no probability for each class, so there is nothing to recalibrate' })
    const scores = labels.map((_, i) => `s${i}`)
    const from = `read_parquet(${sqlPath(path)}) WHERE truth IS NOT NULL AND ${scores.map((s) => `isfinite(${s})`).join(' AND ')}`
    const available = Number((await allRows(db, `SELECT count(*) FROM ${from}`, signal, file))[0]?.[0] ?? 0)
    const rows = Math.min(most, available)
    const out = { probabilities: new Float64Array(rows * labels.length), truth: new Int32Array(rows), available }
    const places = new Map(labels.map((label, i) => [label, i]))
    const random = randomStream(seed)
    let [row, seen] = [0, 0]
    for await (const chunk of streamChunks(db, `SELECT truth, ${scores.join(', ')} FROM ${from} ORDER BY record`, signal, file)) {
      const columns = [0, ...labels.map((_, i) => i + 1)].map((c) => chunk.getColumnValues(c))
      for (let i = 0; i < chunk.rowCount && row < rows; i++) {
        // Selection sampling (D. E. Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S): exactly `rows` of them, in order.
        if ((available - seen++) * random.next() >= rows - row) continue
        labels.forEach((_, c) => { out.probabilities[row * labels.length + c] = Number(columns[c + 1]![i]) })
        out.truth[row++] = places.get(String(columns[0]![i])) ?? 0
      }
      if (row === rows) break
    }
    return out
  } finally { db.close() }
}

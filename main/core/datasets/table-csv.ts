// Reads a regular CSV file by threads of our own: several times less work than the general reader, and beside the thread that runs the model.
// Owns when that is possible; refuses everything else, which table.ts then reads through DuckDB with the same result.
import { openSync, closeSync, readSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import type { CsvFormat, DatasetSource } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { orderThreads } from '../ordered-threads.ts'
import type { CsvPlan } from './csv-parse.ts'
import { StretchReader, type Stretch, type StretchColumn } from './csv-stretch.ts'
import type { ThreadAnswer, ThreadSetup } from './csv-thread.ts'
import { cancelled } from './duckdb.ts'
import type { ColumnChunk, ColumnWish, TableChunk } from './rows.ts'

const stretchBytes = 1 << 21
const sampleBytes = 1 << 17
/** Share of number cells that may be written so that only the slow conversion gives their exact value. */
const slowShare = 0.02

/** The plan of a direct reading; null when the format, a column or a wish asks for more than plain numbers and texts. */
export function planDirect(source: DatasetSource, wishes: readonly ColumnWish[]): CsvPlan | null {
  const { format } = source
  if (format.kind !== 'csv' || format.regular !== true || format.decimal !== '.' || format.missing.length > 0) return null
  const places = wishes.map((wish) => source.columns.findIndex((c) => c.name === wish.name))
  const taken = new Set<string>()
  for (const [i, wish] of wishes.entries()) {
    const column = source.columns[places[i]!]
    const key = `${places[i]} ${wish.as === 'text' ? 'text' : 'number'}`
    if (column === undefined || wish.as === 'int64' || taken.has(key)) return null
    if (wish.as !== 'text' && (column.invalid !== 0 || (column.type !== 'number' && column.type !== 'integer'))) return null
    taken.add(key)
  }
  return {
    delimiter: format.delimiter.charCodeAt(0), quote: format.quote.charCodeAt(0), columns: source.columns.length,
    wishes: wishes.map((wish, i) => ({ column: places[i]!, as: wish.as as 'float32' | 'float64' | 'text' })),
  }
}

/** The first byte behind the header line. */
function firstByte(path: string, format: CsvFormat): number {
  if (!format.header) return 0
  const file = openSync(path, 'r')
  try {
    const block = Buffer.alloc(1 << 16)
    for (let at = 0; ;) {
      const got = readSync(file, block, 0, block.length, at)
      if (got === 0) return at
      const end = block.subarray(0, got).indexOf(10)
      if (end >= 0) return at + end + 1
      at += got
    }
  } finally { closeSync(file) }
}

/** Texts that are made only when somebody looks at them; most readers are content with the places. */
function textColumn(name: string, places: Int32Array, words: readonly string[]): ColumnChunk {
  let texts: (string | null)[] | null = null
  return { kind: 'text', name, places, words, get values() { return texts ??= Array.from(places, (p) => (p < 0 ? null : words[p]!)) } }
}

function columnOf(wish: ColumnWish, { values, missing, words }: StretchColumn): ColumnChunk {
  if (values instanceof Int32Array) return textColumn(wish.name, values, words ?? [])
  // The parser marks a missing cell with 1, which is the state of a missing cell.
  return { kind: 'number', name: wish.name, values, states: missing }
}

function* stretches(first: number, size: number): Generator<{ stretch: Stretch }> {
  for (let from = first; from < size; from += stretchBytes) yield { stretch: { from, to: Math.min(size, from + stretchBytes), first } }
}

/** Whether the beginning of the file reads well: as planned, and with numbers that are quick to convert. */
function readsWell(path: string, plan: CsvPlan, first: number, size: number): boolean {
  const reader = new StretchReader(path, plan)
  try {
    const sample = reader.read({ from: first, to: Math.min(size, first + sampleBytes), first })
    const numbers = plan.wishes.filter((w) => w.as !== 'text').length
    return sample.kind === 'rows' && sample.slow <= sample.rows * numbers * slowShare
  } finally { reader.close() }
}

export interface DirectReading { chunks(signal: AbortSignal): AsyncGenerator<TableChunk>; close(): void }

/**
 * Opens the file for one whole pass, or answers null when threads are not to be had or the file is not made for it. Chunks are as long as
 * their stretch of the file. A record that is not what the profile saw is `dataset.notReadable`, with its number.
 */
export function openDirect(source: DatasetSource, wishes: readonly ColumnWish[], size: number): DirectReading | null {
  const plan = planDirect(source, wishes)
  if (plan === null || source.format.kind !== 'csv') return null
  const file = basename(source.path)
  const first = firstByte(source.path, source.format)
  if (!readsWell(source.path, plan, first, size)) return null
  const setup: ThreadSetup = { path: source.path, plan }
  const ordered = orderThreads<{ stretch: Stretch }, ThreadAnswer>('csv-thread', Math.max(1, Math.min(4, availableParallelism())), setup)
  if (ordered === null) return null
  return {
    async* chunks(signal) {
      const stop = (): void => ordered.close()
      signal.addEventListener('abort', stop)
      try {
        if (signal.aborted) throw cancelled()
        let record = 0
        for await (const answer of ordered.answers(stretches(first, size))) {
          if (answer.kind === 'failed') throw new SlipwayError('dataset.notReadable', { file, reason: `reading it failed (${answer.code})` })
          if (answer.kind === 'surprise') throw new SlipwayError('dataset.notReadable', { file, reason: `record ${record + answer.row + 1} has changed since it was added: ${answer.reason}` })
          if (answer.rows === 0) continue
          const records = new Uint32Array(answer.rows)
          for (let r = 0; r < answer.rows; r++) records[r] = ++record
          yield { rows: answer.rows, records, columns: answer.columns.map((column, w) => columnOf(wishes[w]!, column)), rejected: [] }
          if (signal.aborted) throw cancelled()
        }
        if (signal.aborted) throw cancelled()
      } finally {
        signal.removeEventListener('abort', stop)
        ordered.close()
      }
    },
    close: () => ordered.close(),
  }
}

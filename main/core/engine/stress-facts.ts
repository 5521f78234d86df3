// What a stress test must know of the data before it spoils it: spread and range of the number columns, a text that is nowhere, the pairs to swap.
// Owns one pass over the untouched rows; spoils nothing.
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import type { InputVocabulary } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { randomAt, streamOf } from '../../../shared/statistics/random-at.ts'
import type { StressedColumn } from '../../../shared/stress/plan.ts'
import { openTable } from '../datasets/table.ts'
import type { NumberFacts } from './spoil-table.ts'

export interface DataFacts { readonly numbers: ReadonlyMap<string, NumberFacts>; readonly unseen: string }

interface Running { count: number; mean: number; squares: number; low: number; high: number }

/** B. P. Welford's running variance. */
function take(state: Running, value: number): void {
  if (!Number.isFinite(value)) return
  state.count++
  const delta = value - state.mean
  state.mean += delta / state.count
  state.squares += delta * (value - state.mean)
  if (value < state.low) state.low = value
  if (value > state.high) state.high = value
}

/** Reads the fed columns of the taken rows once. Standard deviations are of the sample (n − 1). */
export async function readFacts(source: DatasetSource, columns: readonly StressedColumn[], takes: (record: number) => boolean, vocabularies: readonly InputVocabulary[], signal: AbortSignal): Promise<DataFacts> {
  const states = columns.map((): Running => ({ count: 0, mean: 0, squares: 0, low: Infinity, high: -Infinity }))
  const taken = new Set(vocabularies.flatMap((v) => v.values))
  const candidates = Array.from({ length: 100 }, (_, i) => (i === 0 ? 'never seen before' : `never seen before ${i}`))
  const found = new Set<string>(candidates.filter((c) => taken.has(c)))
  const reader = await openTable(source, { columns: columns.map((c) => ({ name: c.name, as: c.kind === 'text' ? 'text' as const : 'float64' as const })), whole: true })
  try {
    for await (const chunk of reader.chunks(signal)) {
      if (signal.aborted) throw new SlipwayError('job.cancelled', {})
      chunk.columns.forEach((column, i) => {
        for (let r = 0; r < chunk.rows; r++) {
          if (column.kind === 'number') { if (takes(chunk.records[r]!)) take(states[i]!, column.values[r]!) }
          else if (column.kind === 'text' && column.values[r]?.startsWith('never seen before') === true) found.add(column.values[r]!)
        }
      })
    }
  } finally { reader.close() }
  const numbers = new Map(columns.flatMap((c, i) => {
    const { count, squares, low, high } = states[i]!
    return c.kind === 'text' || count === 0 ? [] : [[c.name, { deviation: count < 2 ? 0 : Math.sqrt(squares / (count - 1)), low, high }] as const]
  }))
  return { numbers, unseen: candidates.find((c) => !found.has(c)) ?? 'never seen before, anywhere' }
}

/** Pairs of columns of the same kind, in the order in which they are swapped. */
export function drawPairs(columns: readonly StressedColumn[], seed: number): readonly (readonly [string, string])[] {
  const shuffled = <T>(items: readonly T[], word: string, name: (item: T) => string): readonly T[] =>
    items.map((item) => ({ item, key: randomAt(seed, streamOf(`${word} ${name(item)}`), 0) })).sort((a, b) => a.key - b.key).map(({ item }) => item)
  const pairs = (['text', 'integer', 'number'] as const).flatMap((kind) => {
    const drawn = shuffled(columns.filter((c) => c.kind === kind), 'pairing', (c) => c.name)
    return Array.from({ length: Math.floor(drawn.length / 2) }, (_, i) => [drawn[2 * i]!.name, drawn[2 * i + 1]!.name] as const)
  })
  return shuffled(pairs, 'order of pairs', ([a, b]) => `${a}\0${b}`)
}

// True answers from the columns of a table: a class, a number, or several labels a row. Owns how a cell is read as an answer;
// a row without one is named in `why`, never guessed.
import type { Binding, Target } from '../../../shared/domain/binding.ts'
import type { ColumnWish, TableChunk } from '../datasets/rows.ts'
import { addWish } from './evaluate-feeds.ts'
import { leftOut } from './evaluate-rows.ts'

/** What a row's truth is asked of: a binding, or one of its heads. */
export type TruthOf = Pick<Binding, 'task' | 'target' | 'classes'>

/** True answers of the rows of one batch; only the one that the task needs is filled. */
export interface TruthBook {
  readonly truthIndex: Int32Array
  readonly truthValue: Float64Array
  /** Row-major [rows, labels], 1 where the label holds. */
  readonly truthLabels: Uint8Array
}

export const createTruthBook = (capacity: number, of: TruthOf): TruthBook => ({
  truthIndex: new Int32Array(capacity), truthValue: new Float64Array(capacity),
  truthLabels: new Uint8Array(of.task === 'multilabel-classification' ? capacity * of.classes.length : 0),
})

export type LabelIndex = (label: string | null) => number | 'missing' | 'unknown'

/** Class index of a label as the data writes it; numbers are compared as numbers when the text itself is unknown. */
export function createLabelIndex(of: Pick<Binding, 'classes'>): LabelIndex {
  const index = new Map(of.classes.map((c, i) => [c.label, i]))
  const byNumber = new Map(of.classes.map((c, i) => [Number(c.label), i] as const).filter(([n]) => Number.isFinite(n)))
  return (label) => {
    if (label === null || label === '') return 'missing'
    const found = index.get(label)
    if (found !== undefined) return found
    return byNumber.size > 0 && label.trim() !== '' ? (byNumber.get(Number(label)) ?? 'unknown') : 'unknown'
  }
}

/** The truth of the rows of one chunk, after they were judged. */
export interface ChunkTruth {
  copy(row: number, book: TruthBook, at: number): void
  /** Rows `from … from + take` at once, to `at` and on. */
  copyStretch(from: number, take: number, book: TruthBook, at: number): void
}

export interface TruthPlan { judge(chunk: TableChunk, why: (string | null)[]): ChunkTruth }

const nothing: ChunkTruth = { copy: () => undefined, copyStretch: () => undefined }

/** As word by word, with each different word looked up once instead of once a row. */
function judgePlaces(places: Int32Array, words: readonly string[], rows: number, labelIndex: LabelIndex, why: (string | null)[], indices: Int32Array): void {
  const found = words.map(labelIndex)
  for (let r = 0; r < rows; r++) {
    if (why[r] !== null) continue
    const place = places[r]!
    const index = place < 0 ? 'missing' : found[place]!
    if (index === 'missing') why[r] = leftOut.missingLabel
    else if (index === 'unknown') why[r] = leftOut.unknownLabel
    else indices[r] = index
  }
}

function classTruth(wish: number, labelIndex: LabelIndex): TruthPlan {
  return {
    judge(chunk, why) {
      const column = chunk.columns[wish]
      if (column?.kind !== 'text') return nothing
      const indices = new Int32Array(chunk.rows)
      if (column.places !== undefined) judgePlaces(column.places, column.words ?? [], chunk.rows, labelIndex, why, indices)
      else for (let r = 0; r < chunk.rows; r++) {
        if (why[r] !== null) continue
        const found = labelIndex(column.values[r] ?? null)
        if (found === 'missing') why[r] = leftOut.missingLabel
        else if (found === 'unknown') why[r] = leftOut.unknownLabel
        else indices[r] = found
      }
      return {
        copy(row, book, at) { book.truthIndex[at] = indices[row]! },
        copyStretch(from, take, book, at) { book.truthIndex.set(indices.subarray(from, from + take), at) },
      }
    },
  }
}

function numberTruth(wish: number): TruthPlan {
  return {
    judge(chunk, why) {
      const column = chunk.columns[wish]
      if (column?.kind !== 'number') return nothing
      if (column.states !== null) for (let r = 0; r < chunk.rows; r++) if (why[r] === null && column.states[r] !== 0) why[r] = column.states[r] === 1 ? leftOut.missingLabel : leftOut.badLabel
      return {
        copy(row, book, at) { book.truthValue[at] = column.values[row]! },
        copyStretch(from, take, book, at) { book.truthValue.set(column.values.subarray(from, from + take), at) },
      }
    },
  }
}

/** 1, true, yes: the label holds; 0, false, no: it does not; null: neither. */
export function holds(text: string): 0 | 1 | null {
  const word = text.trim().toLowerCase()
  if (/^(true|t|yes|y)$/.test(word)) return 1
  if (/^(false|f|no|n)$/.test(word)) return 0
  const value = word === '' ? NaN : Number(word)
  return value === 1 ? 1 : value === 0 ? 0 : null
}

const copyLabels = (labels: Uint8Array, k: number): ChunkTruth => ({
  copy(row, book, at) { for (let l = 0; l < k; l++) book.truthLabels[at * k + l] = labels[row * k + l]! },
  copyStretch(from, take, book, at) { book.truthLabels.set(labels.subarray(from * k, (from + take) * k), at * k) },
})

function labelColumnsTruth(wishes: readonly number[]): TruthPlan {
  const k = wishes.length
  return {
    judge(chunk, why) {
      const labels = new Uint8Array(chunk.rows * k)
      wishes.forEach((wish, l) => {
        const column = chunk.columns[wish]
        if (column?.kind !== 'text') return
        for (let r = 0; r < chunk.rows; r++) {
          if (why[r] !== null) continue
          const text = column.values[r] ?? null
          const found = text === null || text === '' ? 'missing' : holds(text)
          if (found === 'missing') why[r] = leftOut.missingLabel
          else if (found === null) why[r] = leftOut.unknownLabel
          else labels[r * k + l] = found
        }
      })
      return copyLabels(labels, k)
    },
  }
}

/** The parts of a cell such as `red|green`; an empty cell has none. */
export const labelParts = (text: string | null, separator: string): readonly string[] => (text ?? '').split(separator).map((p) => p.trim()).filter((p) => p !== '')

function labelListTruth(wish: number, separator: string, labelIndex: LabelIndex, k: number): TruthPlan {
  return {
    judge(chunk, why) {
      const labels = new Uint8Array(chunk.rows * k)
      const column = chunk.columns[wish]
      if (column?.kind !== 'text') return nothing
      for (let r = 0; r < chunk.rows; r++) {
        if (why[r] !== null) continue
        for (const part of labelParts(column.values[r] ?? null, separator)) {
          const found = labelIndex(part)
          if (typeof found === 'number') labels[r * k + found] = 1
          else why[r] = leftOut.unknownLabel
        }
      }
      return copyLabels(labels, k)
    },
  }
}

/** How the truth of a table is read; adds the columns that it needs to `wishes`. Without a target, or for pictures, nothing is read. */
export function planTruth(of: TruthOf, wishes: ColumnWish[]): TruthPlan | null {
  const target: Target | null = of.target
  switch (target?.kind) {
    case 'column': return of.task === 'regression' ? numberTruth(addWish(wishes, target.column, 'float64')) : classTruth(addWish(wishes, target.column, 'text'), createLabelIndex(of))
    case 'label-columns': return labelColumnsTruth(target.columns.map((c) => addWish(wishes, c, 'text')))
    case 'label-list': return labelListTruth(addWish(wishes, target.column, 'text'), target.separator, createLabelIndex(of), of.classes.length)
    default: return null
  }
}

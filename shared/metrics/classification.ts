// The streaming accumulator for binary and multiclass classification. Owns the order of the parts; each part owns its formulas.
// Memory: K² counts, and for exact AUC and average precision the scores themselves, 4 bytes each (8 when they are not exact in float32).
// With a positive class one score a row is stored, in one of two columns (10 million rows: 40 MB, and as much again while they are sorted);
// else one per class, and 1 to 4 bytes of class index a row. Above `mostScores` they are dropped and the ranking metrics say so.
import type { Curve, MetricValue } from '../domain/run.ts'
import type { ClassificationAccumulator, ClassificationBatch, ClassificationSetup, MetricResult } from './accumulator.ts'
import { type ConfusionMatrix, matrixRows } from './confusion.ts'
import { FloatColumn, IndexColumn } from './growing-arrays.ts'
import { labelMetrics } from './label-intervals.ts'
import { ProbabilitySums } from './probability-sums.ts'
import { binaryRanking, multiclassRanking, noRanking } from './score-ranking.ts'

/** Scores kept for the ranking metrics: 64 million, 256 to 512 MB. */
const mostScores = 64_000_000

class Classification implements ClassificationAccumulator {
  readonly #setup: ClassificationSetup
  readonly #matrix: ConfusionMatrix
  readonly #positive: number
  readonly #sums: ProbabilitySums
  readonly #truth: IndexColumn
  /** Scores of the positive class in rows that are of it and in all others; with no positive class `#own` holds all scores of every row. */
  readonly #own = new FloatColumn()
  readonly #others = new FloatColumn()
  #kept = true
  #split: [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)]
  #rows = 0
  #hits = 0
  #notFinite = 0

  constructor(setup: ClassificationSetup) {
    this.#setup = setup
    this.#matrix = { classes: setup.classes, counts: new Float64Array(setup.classes.length ** 2) }
    this.#positive = setup.classes.length === 2 && setup.positiveClass !== null ? setup.classes.indexOf(setup.positiveClass) : -1
    this.#sums = new ProbabilitySums(setup)
    this.#truth = new IndexColumn(setup.classes.length)
  }

  add(batch: ClassificationBatch): void {
    const k = this.#setup.classes.length
    const { rows, truth, predicted } = batch
    const values = this.#setup.hasProbabilities ? batch.probabilities : null
    if (this.#setup.hasProbabilities && (values === null || values.length < rows * k)) throw new RangeError(`expected ${rows * k} probabilities`)
    const { counts } = this.#matrix
    let hits = 0
    for (let row = 0; row < rows; row++) {
      const own = truth[row]!
      const answer = predicted[row]!
      if (!(own >= 0 && own < k && answer >= 0 && answer < k)) throw new RangeError(`class index out of range: ${own}, ${answer}`)
      if (own === answer) hits++
      counts[own * k + answer]!++
    }
    this.#rows += rows
    this.#hits += hits
    if (values === null) return
    if (allFinite(values, rows * k)) this.#addScores(values, rows, truth, predicted)
    else for (let row = 0; row < rows; row++) {
      const scores = values.subarray(row * k, (row + 1) * k)
      if (allFinite(scores, k)) this.#addScores(scores, 1, truth.subarray(row, row + 1), predicted.subarray(row, row + 1))
      else this.#notFinite++
    }
  }

  headline(): { metric: string, value: number } | null {
    return this.#rows === 0 ? null : { metric: 'accuracy', value: this.#hits / this.#rows }
  }

  finish(): MetricResult {
    const confusion: Curve = { kind: 'confusion', classes: [...this.#setup.classes], counts: matrixRows(this.#matrix) }
    const reason = this.#whyNoProbabilities()
    const ranking = this.#ranking(reason)
    return {
      metrics: [...labelMetrics(this.#matrix, this.#setup.positiveClass, this.#setup.seed), ...this.#sums.metrics(reason), ...ranking.metrics],
      curves: [confusion, ...ranking.curves, ...reason === null ? this.#sums.curves() : []],
    }
  }

  #addScores(values: Float64Array, rows: number, truth: Int32Array, predicted: Int32Array): void {
    const k = this.#setup.classes.length
    this.#sums.addRows(values, rows, truth, predicted)
    if (!this.#kept || this.#notFinite > 0) return
    if (this.#positive < 0) {
      this.#own.pushMany(values, rows * k, 0, 1)
      for (let row = 0; row < rows; row++) this.#truth.push(truth[row]!)
    } else this.#addBinaryScores(values, rows, truth)
    if (this.#own.length + this.#others.length <= mostScores) return
    this.#kept = false
    this.#own.clear()
    this.#others.clear()
    this.#truth.clear()
  }

  /** Written to both sides with only one place moving on, since a branch on the true class would be guessed wrong too often. */
  #addBinaryScores(values: Float64Array, rows: number, truth: Int32Array): void {
    if (this.#split[0].length < rows + 1) this.#split = [new Float64Array(rows + 1), new Float64Array(rows + 1)]
    const [own, others] = this.#split
    const positive = this.#positive
    let o = 0
    for (let row = 0; row < rows; row++) {
      const score = values[row * 2 + positive]!
      own[o] = score
      others[row - o] = score
      o += truth[row] === positive ? 1 : 0
    }
    this.#own.pushMany(own, o, 0, 1)
    this.#others.pushMany(others, rows - o, 0, 1)
  }

  #whyNoProbabilities(): string | null {
    if (!this.#setup.hasProbabilities) return 'Only labels were read from the model, no probabilities.'
    if (this.#notFinite === 0) return null
    return `${this.#notFinite} of ${this.#rows} rows have a score that is not a finite number.`
  }

  #ranking(reason: string | null): { metrics: MetricValue[], curves: Curve[] } {
    const none = (why: string) => ({ metrics: noRanking(this.#setup, this.#rows, why), curves: [] })
    if (reason !== null) return none(reason)
    if (this.#rows === 0) return none('No rows were scored.')
    if (!this.#kept) return none(`More than ${mostScores / 1e6} million scores: exact ranking needs them all in memory, so it is not computed.`)
    if (this.#positive >= 0) return binaryRanking(this.#setup, { positive: this.#own.drainSorted(), negative: this.#others.drainSorted() })
    return multiclassRanking(this.#setup, { scores: this.#own.toArray(), truth: this.#truth.toArray(), rowsSumToOne: this.#sums.rowsSumToOne })
  }
}

/** Whether the first `count` values are all finite: a NaN or an infinity times 0 is NaN, and stays in the sum. */
function allFinite(values: Float64Array, count: number): boolean {
  let trace = 0
  for (let i = 0; i < count; i++) trace += values[i]! * 0
  return trace === 0
}

/**
 * Starts a classification result over `classes` (at least one, all different).
 * Throws RangeError for an empty or repeated class list or a positive class that is not among them.
 */
export function createClassificationAccumulator(setup: ClassificationSetup): ClassificationAccumulator {
  if (setup.classes.length === 0 || new Set(setup.classes).size !== setup.classes.length) throw new RangeError('classes must be at least one and all different')
  if (setup.positiveClass !== null && !setup.classes.includes(setup.positiveClass)) throw new RangeError(`"${setup.positiveClass}" is not one of the classes`)
  return new Classification(setup)
}

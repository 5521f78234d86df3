// The streaming accumulator for binary and multiclass classification. Owns the order of the parts; each part owns its formulas.
// Memory: K² counts, and for exact AUC and average precision the scores themselves: per row 1 to 4 bytes of class index plus
// 4 bytes per stored score (8 when the scores are not exact in float32). With a positive class one score a row is stored
// (10 million rows: 50 to 90 MB), else one per class. Above `mostScores` they are dropped and the ranking metrics say so.
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
  #scores: FloatColumn | null = new FloatColumn()
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
    const values = this.#setup.hasProbabilities ? batch.probabilities : null
    if (this.#setup.hasProbabilities && (values === null || values.length < batch.rows * k)) throw new RangeError(`expected ${batch.rows * k} probabilities`)
    for (let row = 0; row < batch.rows; row++) {
      const truth = batch.truth[row]!
      const predicted = batch.predicted[row]!
      if (!(truth >= 0 && truth < k && predicted >= 0 && predicted < k)) throw new RangeError(`class index out of range: ${truth}, ${predicted}`)
      this.#rows++
      if (truth === predicted) this.#hits++
      this.#matrix.counts[truth * k + predicted] = this.#matrix.counts[truth * k + predicted]! + 1
      if (values !== null) this.#addScores(values, row * k, truth, predicted)
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

  #addScores(values: Float64Array, start: number, truth: number, predicted: number): void {
    const k = this.#setup.classes.length
    for (let c = 0; c < k; c++) if (!Number.isFinite(values[start + c])) { this.#notFinite++; return }
    this.#sums.add(values, start, truth, predicted)
    if (this.#scores === null || this.#notFinite > 0) return
    this.#truth.push(truth)
    if (this.#positive >= 0) this.#scores.push(values[start + this.#positive]!)
    else for (let c = 0; c < k; c++) this.#scores.push(values[start + c]!)
    if (this.#scores.length > mostScores) this.#scores = null
  }

  #whyNoProbabilities(): string | null {
    if (!this.#setup.hasProbabilities) return 'The model gives labels only, no probabilities.'
    if (this.#notFinite === 0) return null
    return `${this.#notFinite} of ${this.#rows} rows have a score that is not a finite number.`
  }

  #ranking(reason: string | null): { metrics: MetricValue[], curves: Curve[] } {
    const none = (why: string) => ({ metrics: noRanking(this.#setup, this.#rows, why), curves: [] })
    if (reason !== null) return none(reason)
    if (this.#rows === 0) return none('No rows were scored.')
    if (this.#scores === null) return none(`More than ${mostScores / 1e6} million scores: exact ranking needs them all in memory, so it is not computed.`)
    const stored = { scores: this.#scores.toArray(), truth: this.#truth.toArray(), rowsSumToOne: this.#sums.rowsSumToOne }
    return this.#positive >= 0 ? binaryRanking(this.#setup, stored) : multiclassRanking(this.#setup, stored)
  }
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

// Metrics of predicted labels alone, all from the confusion matrix. Owns no probabilities.
// Conventions: a class without a true and without a predicted row is not scored and takes part in no average (as scikit-learn averages over the labels
// that occur); the positive class of two is always scored, with 0 where nothing stands under the line; one that occurs but is never predicted has a precision of 0 (zero_division = 0). Rows of the matrix are true classes.
import type { MetricValue } from '../domain/run.ts'
import { wilsonInterval } from '../statistics/wilson.ts'
import { classSlice, known, unknown, valueUnless } from './metric-values.ts'

export interface ConfusionMatrix {
  readonly classes: readonly string[]
  /** Row-major, rows = true class, columns = predicted class. */
  readonly counts: Float64Array
}

interface ClassCounts { readonly hit: number, readonly support: number, readonly predicted: number }
interface ClassScores { readonly precision: number, readonly recall: number, readonly f1: number, readonly specificity: number }

const share = (part: number, whole: number): number => whole === 0 ? 0 : part / whole
const noRows = 'No rows were scored.'
const notTrue = 'No row is truly of this class.'
const nowhere = 'No row is truly of this class or was predicted as it.'

function classCounts(matrix: ConfusionMatrix): ClassCounts[] {
  const k = matrix.classes.length
  return matrix.classes.map((_, c) => {
    let support = 0
    let predicted = 0
    for (let other = 0; other < k; other++) {
      support += matrix.counts[c * k + other]!
      predicted += matrix.counts[other * k + c]!
    }
    return { hit: matrix.counts[c * k + c]!, support, predicted }
  })
}

function classScores(counts: ClassCounts, n: number): ClassScores {
  const precision = share(counts.hit, counts.predicted)
  const recall = share(counts.hit, counts.support)
  const negatives = n - counts.support
  return {
    precision, recall, f1: share(2 * counts.hit, counts.support + counts.predicted),
    specificity: (n - counts.support - counts.predicted + counts.hit) / Math.max(1, negatives),
  }
}

/** The matrix as nested arrays for display and storage. */
export function matrixRows(matrix: ConfusionMatrix): number[][] {
  const k = matrix.classes.length
  return matrix.classes.map((_, row) => Array.from(matrix.counts.subarray(row * k, (row + 1) * k)))
}

/** Every label metric; `positiveClass` adds the `binary.*` ones when there are two classes. `classes` false leaves out those of single classes. */
export function confusionMetrics(matrix: ConfusionMatrix, positiveClass: string | null, classes = true): MetricValue[] {
  const counts = classCounts(matrix)
  const n = counts.reduce((sum, c) => sum + c.support, 0)
  const hits = counts.reduce((sum, c) => sum + c.hit, 0)
  const scores = counts.map((c) => classScores(c, n))
  const empty = n === 0 ? noRows : null
  const present = counts.filter((c) => c.support > 0)
  const accuracy = hits / n
  const interval = n === 0 ? {} : wilsonInterval(hits, n)
  const metrics = [
    known('n', n, n),
    n === 0 ? unknown('accuracy', 0, noRows) : known('accuracy', accuracy, n, interval),
    valueUnless(empty, 'error_rate', n, () => 1 - accuracy),
    valueUnless(empty, 'balanced_accuracy', n, () => present.reduce((sum, c) => sum + c.hit / c.support, 0) / present.length),
    ...averages(counts, scores, n),
    valueUnless(empty, 'matthews_corrcoef', n, () => matthews(counts, n, hits)),
    ...kappas(matrix, counts, n),
    ...!classes ? [] : matrix.classes.flatMap((label, c) => perClass(label, counts[c]!, scores[c]!, n)),
  ]
  return positiveClass === null || matrix.classes.length !== 2 ? metrics : [...metrics, ...binaryMetrics(counts, scores, n, matrix.classes.indexOf(positiveClass))]
}

const occurs = (c: ClassCounts): boolean => c.support + c.predicted > 0

/** Why a share of one class has no value; null when it has one. */
function whyUndefined(name: keyof ClassScores, c: ClassCounts, n: number): string | null {
  if (n === 0) return noRows
  if (name === 'specificity') return c.support === n ? 'Every row is truly of this class.' : null
  if (!occurs(c)) return nowhere
  return name === 'recall' && c.support === 0 ? notTrue : null
}

function averages(counts: readonly ClassCounts[], scores: readonly ClassScores[], n: number): MetricValue[] {
  const empty = n === 0 ? noRows : null
  const hits = counts.reduce((sum, c) => sum + c.hit, 0)
  const occurring = scores.filter((_, c) => occurs(counts[c]!))
  return (['precision', 'recall', 'f1'] as const).flatMap((name) => [
    valueUnless(empty, `macro.${name}`, n, () => occurring.reduce((sum, s) => sum + s[name], 0) / occurring.length),
    // With one label a row, every wrong row is one false positive and one false negative: all three are the accuracy.
    valueUnless(empty, `micro.${name}`, n, () => hits / n),
    valueUnless(empty, `weighted.${name}`, n, () => scores.reduce((sum, s, c) => sum + s[name] * counts[c]!.support, 0) / n),
  ])
}

function perClass(label: string, counts: ClassCounts, scores: ClassScores, n: number): MetricValue[] {
  const slice = classSlice(label)
  return [
    ...(['precision', 'recall', 'f1', 'specificity'] as const).map((name) => valueUnless(whyUndefined(name, counts, n), name, counts.support, () => scores[name], slice)),
    known('support', counts.support, counts.support, { slice }),
    known('predicted', counts.predicted, counts.support, { slice }),
  ]
}

/** Gorodkin's K-category correlation; 0 when truth or prediction is one class only. J. Gorodkin, 2004. */
function matthews(counts: readonly ClassCounts[], n: number, hits: number): number {
  const cross = counts.reduce((sum, c) => sum + c.support * c.predicted, 0)
  const truth = n * n - counts.reduce((sum, c) => sum + c.support * c.support, 0)
  const predicted = n * n - counts.reduce((sum, c) => sum + c.predicted * c.predicted, 0)
  return truth * predicted === 0 ? 0 : (hits * n - cross) / Math.sqrt(truth * predicted)
}

function kappas(matrix: ConfusionMatrix, counts: readonly ClassCounts[], n: number): MetricValue[] {
  const weights = {
    cohen_kappa: (a: number, b: number) => a === b ? 0 : 1,
    cohen_kappa_linear: (a: number, b: number) => Math.abs(a - b),
    cohen_kappa_quadratic: (a: number, b: number) => (a - b) ** 2,
  }
  const k = counts.length
  return Object.entries(weights).map(([metric, weight]) => {
    let seen = 0
    let expected = 0
    for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) {
      seen += weight(a, b) * matrix.counts[a * k + b]!
      expected += weight(a, b) * counts[a]!.support * counts[b]!.predicted / n
    }
    const reason = n === 0 ? noRows : expected === 0 ? 'Truth and prediction hold one and the same class only, so chance agreement is complete.' : null
    return valueUnless(reason, metric, n, () => 1 - seen / expected)
  })
}

function binaryMetrics(counts: readonly ClassCounts[], scores: readonly ClassScores[], n: number, positive: number): MetricValue[] {
  const { hit: tp, support, predicted } = counts[positive]!
  const fn = support - tp
  const fp = predicted - tp
  const empty = n === 0 ? noRows : null
  const own = scores[positive]!
  const fBeta = (beta: number) => share((1 + beta * beta) * tp, (1 + beta * beta) * tp + beta * beta * fn + fp)
  return [
    ...(['precision', 'recall', 'f1', 'specificity'] as const).map((name) => valueUnless(empty, `binary.${name}`, n, () => own[name])),
    valueUnless(empty, 'binary.f2', n, () => fBeta(2)),
    valueUnless(empty, 'binary.f05', n, () => fBeta(0.5)),
    valueUnless(empty, 'binary.jaccard', n, () => share(tp, tp + fn + fp)),
    known('binary.tp', tp, n), known('binary.fp', fp, n), known('binary.fn', fn, n), known('binary.tn', n - tp - fn - fp, n),
  ]
}

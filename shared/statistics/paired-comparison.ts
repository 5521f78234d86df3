// Two models on the same rows in the same order: agreement, differences and the paired tests. Owns no choosing of rows.
import { mcNemar, pairedT, wilcoxonSignedRank, type McNemar, type TestResult } from './paired-tests.ts'
import { sumOf } from './running-sum.ts'

export interface ClassifierComparison {
  readonly n: number
  /** Share of rows where both give the same class. */
  readonly agreement: number
  readonly changedRows: number
  readonly firstAccuracy: number
  readonly secondAccuracy: number
  /** second − first */
  readonly accuracyDifference: number
  readonly bothRight: number
  readonly bothWrong: number
  readonly mcNemar: McNemar
}

/** Compares predicted classes of two models; all three arrays are class indices of the same rows, at least one. */
export function compareClassifiers(truth: Int32Array, first: Int32Array, second: Int32Array): ClassifierComparison {
  let changedRows = 0
  let bothRight = 0
  let onlyFirst = 0
  let onlySecond = 0
  truth.forEach((y, i) => {
    const [a, b] = [first[i] === y, second[i] === y]
    if (first[i] !== second[i]) changedRows++
    if (a && b) bothRight++
    else if (a) onlyFirst++
    else if (b) onlySecond++
  })
  const n = truth.length
  const firstAccuracy = (bothRight + onlyFirst) / n
  const secondAccuracy = (bothRight + onlySecond) / n
  return {
    n, changedRows, agreement: (n - changedRows) / n, firstAccuracy, secondAccuracy, accuracyDifference: secondAccuracy - firstAccuracy,
    bothRight, bothWrong: n - bothRight - onlyFirst - onlySecond, mcNemar: mcNemar(onlyFirst, onlySecond),
  }
}

export interface RegressorComparison {
  readonly n: number
  readonly firstMae: number
  readonly secondMae: number
  /** second − first; below 0 the second is closer on average. */
  readonly maeDifference: number
  readonly firstCloser: number
  readonly secondCloser: number
  readonly meanPredictionDifference: number
  /** Both on absolute errors, first minus second. */
  readonly wilcoxon: TestResult
  readonly pairedT: TestResult
}

/** Compares predicted numbers of two models on the same rows, at least one, by their absolute errors. */
export function compareRegressors(truth: Float64Array, first: Float64Array, second: Float64Array): RegressorComparison {
  const n = truth.length
  const a = first.map((p, i) => Math.abs(p - truth[i]!))
  const b = second.map((p, i) => Math.abs(p - truth[i]!))
  const firstMae = sumOf(n, (i) => a[i]!) / n
  const secondMae = sumOf(n, (i) => b[i]!) / n
  return {
    n, firstMae, secondMae, maeDifference: secondMae - firstMae,
    firstCloser: a.reduce((count, e, i) => count + (e < b[i]! ? 1 : 0), 0), secondCloser: a.reduce((count, e, i) => count + (b[i]! < e ? 1 : 0), 0),
    meanPredictionDifference: sumOf(n, (i) => Math.abs(first[i]! - second[i]!)) / n,
    wilcoxon: wilcoxonSignedRank(a, b), pairedT: pairedT(a, b),
  }
}

// A champion and its challengers -> the judged metrics of each, with one correction over all of them. Owns no reading and no tests.
import type { Agreement, Challenger, ErrorTests, MetricVerdict, OverallAnswer } from '../domain/verdict.ts'
import { compareClassifiers } from '../statistics/paired-comparison.ts'
import { adjustByHolm } from '../statistics/holm.ts'
import { judge, overallAnswer } from './decide.ts'
import { type Difference, type DifferenceOptions, isTested, type Untested } from './difference.ts'
import { defaultMargin } from './margins.ts'
import { errorTests, pairedDifferences, type PairedAnswers, type WantedMetric } from './paired-differences.ts'

export interface JudgeOptions {
  readonly confidence: number
  readonly power: number
  readonly seed: number
  /** Metrics with a margin of their own; the others take the default. */
  readonly margins: Readonly<Record<string, number>>
}

export type JudgedPair = Pick<Challenger, 'metrics' | 'agreement' | 'errors'> & { readonly answer: OverallAnswer }

function agreementOf(pair: PairedAnswers): Agreement | null {
  if (pair.kind !== 'classes') return null
  const { agreement, changedRows, bothRight, bothWrong, mcNemar: m } = compareClassifiers(pair.answers.truth, pair.answers.first, pair.answers.second)
  return { share: agreement, changedRows, bothRight, onlyFirstRight: m.onlyFirstRight, onlySecondRight: m.onlySecondRight, bothWrong, exactP: m.exactP, chiSquare: m.chiSquare, chiSquareP: m.chiSquareP }
}

function errorsOf(pair: PairedAnswers): ErrorTests | null {
  const found = errorTests(pair)
  if (found === null) return null
  const { firstMae, secondMae, maeDifference, firstCloser, secondCloser, meanPredictionDifference, wilcoxon, pairedT } = found
  return { firstMae, secondMae, maeDifference, firstCloser, secondCloser, meanPredictionDifference, wilcoxon, pairedT }
}

/** Everything of one pair that needs its rows, so that they can be let go before the next pair is read. */
export interface ComparedPair { readonly differences: readonly (Difference | Untested)[], readonly agreement: Agreement | null, readonly errors: ErrorTests | null }

export const comparePair = (pair: PairedAnswers, wanted: readonly WantedMetric[], options: DifferenceOptions): ComparedPair =>
  ({ differences: pairedDifferences(pair, wanted, options), agreement: agreementOf(pair), errors: errorsOf(pair) })

/** Judges every challenger; p-values are corrected over all metrics of all of them. */
export function judgePairs(pairs: readonly ComparedPair[], options: JudgeOptions): { readonly questions: number, readonly challengers: JudgedPair[] } {
  const asked = pairs.flatMap((pair) => pair.differences.filter(isTested))
  const adjusted = new Map(adjustByHolm(asked.map((d) => d.p)).map((p, i) => [asked[i]!, p]))
  const rules = { confidence: options.confidence, power: options.power, questions: Math.max(1, asked.length) }
  const challengers = pairs.map(({ differences, agreement, errors }): JudgedPair => {
    const metrics = differences.map((d): MetricVerdict => {
      const margin = options.margins[d.metric] ?? (isTested(d) ? defaultMargin(d.metric, d.first) : null)
      return judge(d, isTested(d) ? adjusted.get(d)! : null, margin, rules)
    })
    return { metrics, answer: overallAnswer(metrics), agreement, errors }
  })
  return { questions: asked.length, challengers }
}

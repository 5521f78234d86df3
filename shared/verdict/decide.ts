// From the difference of a metric to its answer: better, worse, equivalent within the margin, or not enough rows to tell, and how many would be.
// Owns the rules, no test and no words.
import type { MetricAnswer, MetricVerdict, OverallAnswer } from '../domain/verdict.ts'
import { metricDirection } from '../metrics/catalogue.ts'
import { detectableMean, detectableShares, rowsForMean, rowsForShares, type Design } from '../statistics/sample-size.ts'
import { type Difference, isTested, type Untested } from './difference.ts'
import { metricSentence } from './verdict-words.ts'

export interface Rules {
  /** Such as 0.95: of the intervals, and that no wrong answer "better" or "worse" is among all questions. */
  readonly confidence: number
  /** Such as 0.8: how surely a difference that is there is to be seen, for the numbers of rows. */
  readonly power: number
  /** Metrics times challengers. */
  readonly questions: number
}

/** Sums in another order differ in the last digits: such a difference is none. */
const rounded = (d: Difference): number => (Math.abs(d.value) <= 1e-12 * Math.max(1, Math.abs(d.first)) ? 0 : d.value)

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
/** No more than this many rows are ever asked for. */
const mostRows = 2 ** 50

const rowsFor = (difference: number, { spread }: Difference, design: Design): number => spread.kind === 'shares' ? rowsForShares(difference, spread.differing, design) : rowsForMean(difference, spread.variance, design)

/**
 * Rows that would tell: a difference of the margin, or where the data hold enough for that already, one as large as was seen.
 * Null where nothing varies, or nothing differs and no margin says what matters.
 */
function neededRows(d: Difference, margin: number, design: Design): MetricVerdict['needed'] {
  if (d.rows < 2) return null
  for (const difference of [margin, Math.abs(d.value)]) {
    if (!(difference > 0)) continue
    const rows = Math.max(rowsFor(difference, d, design), d.untrusted?.rows ?? 0)
    if (rows > d.rows && rows < mostRows) return { rows, difference }
  }
  return null
}

/** Whether a test's answer, corrected for all questions, and its interval say better, worse, equivalent or nothing. */
export function answerOf(d: Difference, adjusted: number, margin: number, confidence: number): MetricAnswer {
  const direction = metricDirection(d.metric)
  if (direction === 'neither') return 'not-tested'
  if (margin > 0 && d.low > -margin && d.high < margin && d.untrusted === undefined) return 'equivalent'
  // A tail that so few rows may not have shown could turn the difference round.
  const mayTurn = d.untrusted !== undefined && (d.untrusted.side === 'above') === (d.value < 0)
  if (adjusted < 1 - confidence && d.value !== 0 && !mayTurn) return (d.value > 0) === (direction === 'higher-is-better') ? 'better' : 'worse'
  return 'not-enough-rows'
}

/** Whether a worsening by the margin or more is ruled out at the confidence of the interval. */
export function notInferior(d: Difference, margin: number): boolean {
  return metricDirection(d.metric) === 'lower-is-better' ? d.high < margin && d.untrusted?.side !== 'above' : d.low > -margin && d.untrusted?.side !== 'below'
}

/** The full account of one metric. `adjusted`: p after the correction over all questions. */
export function judge(d: Difference | Untested, adjusted: number | null, margin: number | null, rules: Rules): MetricVerdict {
  const direction = metricDirection(d.metric)
  if (!isTested(d) || adjusted === null) {
    const sentence = isTested(d) ? '' : d.reason
    return { metric: d.metric, slice: d.slice, direction, first: null, second: null, difference: null, low: null, high: null, p: null, adjusted: null, method: null, rows: 0, margin, answer: 'not-tested', notInferior: null, detectable: null, needed: null, sentence }
  }
  const design = { level: (1 - rules.confidence) / rules.questions, power: rules.power }
  const answer = answerOf(d, adjusted, margin ?? 0, rules.confidence)
  const { spread } = d
  const detectable = d.rows < 2 ? null : spread.kind === 'shares' ? detectableShares(d.rows, spread.differing, design) : spread.variance > 0 ? detectableMean(d.rows, spread.variance, design) : null
  const found = {
    metric: d.metric, slice: d.slice, direction, first: d.first, second: d.second, difference: rounded(d), low: finite(d.low), high: finite(d.high), p: d.p, adjusted, method: d.method, rows: d.rows, margin, answer,
    ...(d.untrusted === undefined ? {} : { fewRowsCarry: d.untrusted.rows }),
    notInferior: margin === null ? null : notInferior(d, margin), detectable, needed: answer === 'not-enough-rows' ? neededRows(d, margin ?? 0, design) : null,
  }
  return { ...found, sentence: metricSentence(found, rules) }
}

/** The answer of the whole: better when some metric is and none is worse; equivalent only when every tested one is. */
export function overallAnswer(metrics: readonly Pick<MetricVerdict, 'answer'>[]): OverallAnswer {
  const tested = metrics.map((m) => m.answer).filter((a) => a !== 'not-tested')
  if (tested.length === 0) return 'not-tested'
  const [better, worse] = [tested.includes('better'), tested.includes('worse')]
  if (better && worse) return 'mixed'
  if (better || worse) return better ? 'better' : 'worse'
  return tested.every((a) => a === 'equivalent') ? 'equivalent' : 'not-enough-rows'
}

// The verdict of a comparison as text: the answer in words first, then a line for every metric, and what the tests rest on.
import type { Challenger, MetricVerdict, RunComparison } from '../../shared/domain/verdict.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatCount, formatDelta, formatPlural } from '../../shared/format.ts'
import { alignDecimals, metricLabel, metricText } from '../../shared/metrics/metric-text.ts'
import { answerTitle, percentText, pText } from '../../shared/verdict/verdict-words.ts'
import { paragraph, sections, table } from './print.ts'

const interval = ({ low, high }: MetricVerdict): string => (low === null || high === null ? '' : `${formatDelta(low)} to ${formatDelta(high)}`)

function metricLines({ champion, confidence }: RunComparison, challenger: Challenger): string {
  const tested = challenger.metrics.filter((m) => m.answer !== 'not-tested')
  const names = [champion, challenger].map((run) => `${run.modelName}@${run.versionNumber}`)
  const values = (of: (m: MetricVerdict) => number | null): string[] => alignDecimals(tested.map((m) => metricText(m.metric, of(m))))
  const [first, second, delta] = [values((m) => m.first), values((m) => m.second), alignDecimals(tested.map((m) => (m.difference === null ? '' : formatDelta(m.difference))))]
  return table(['Metric', names[0]!, names[1]!, 'Difference', `${percentText(confidence)} interval`, 'Corrected p', 'Answer'], tested.map((m, i) => [
    metricLabel(m.metric, m.slice), first[i]!, second[i]!, delta[i]!, interval(m), m.adjusted === null ? '' : pText(m.adjusted).replace('p = ', '').replace('p < ', '< '), answerTitle(m.answer),
  ]), [1, 2, 3, 5], 'No metric can be compared row by row.')
}

/** What is behind the answer: agreement, errors, and what was not compared. */
function details({ champion }: RunComparison, challenger: Challenger): string[] {
  const { agreement: a, errors: e } = challenger
  const [first, second] = [champion, challenger].map((run) => `${run.modelName}@${run.versionNumber}`)
  return [
    ...(a === null ? [] : [`The same answer in ${percentText(a.share)} of ${formatPlural(challenger.rows.paired, 'row')}; ${formatCount(a.changedRows)} differ. Only ${first} is right in ${formatCount(a.onlyFirstRight)}, only ${second} in ${formatCount(a.onlySecondRight)}. McNemar: exact ${pText(a.exactP)}; χ² = ${a.chiSquare.toFixed(2)}, ${pText(a.chiSquareP)}.`]),
    ...(e === null ? [] : [`${second} is closer in ${formatCount(e.secondCloser)} rows, ${first} in ${formatCount(e.firstCloser)}. On absolute errors: Wilcoxon signed rank ${e.wilcoxon.p === null ? 'says nothing' : pText(e.wilcoxon.p)}; paired t ${e.pairedT.p === null ? 'says nothing' : pText(e.pairedT.p)}.`]),
    ...challenger.notes.map((note) => `Note: ${note}`),
    ...challenger.metrics.filter((m) => m.answer === 'not-tested').map((m) => `${metricLabel(m.metric, m.slice)} is not compared. ${m.sentence}`),
  ]
}

/** The whole verdict, challenger by challenger. */
export function describeVerdict(found: RunComparison, all: boolean): string {
  return sections(...found.challengers.flatMap((challenger) => [
    paragraph(challenger.sentence),
    metricLines(found, challenger),
    ...details(found, challenger).map((line) => paragraph(line)),
    ...(all ? challenger.metrics.filter((m) => m.answer !== 'not-tested').map((m) => paragraph(m.sentence)) : []),
  ]))
}

/** `accuracy`, or `recall@class:>50K` for one class. */
export function wantedMetric(text: string): { readonly metric: string, readonly slice: string } {
  const at = text.indexOf('@')
  return at < 0 ? { metric: text, slice: '' } : { metric: text.slice(0, at), slice: text.slice(at + 1) }
}

/** `0.02` for the metric that the answer opens with, `accuracy=0.02` for any. Errors: `input.invalid`. */
export function marginsOf(texts: readonly string[], first: string | null): Record<string, number> {
  return Object.fromEntries(texts.map((text) => {
    const at = text.indexOf('=')
    const [metric, value] = [at < 0 ? first : text.slice(0, at), Number(text.slice(at + 1))]
    if (metric === null || metric === '' || text.slice(at + 1).trim() === '' || !Number.isFinite(value) || value < 0) throw new SlipwayError('input.invalid', { reason: `“${text}” is no margin; write a number from 0 on such as 0.02, or accuracy=0.02` })
    return [metric, value]
  }))
}

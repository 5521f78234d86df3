// What the differences say, in sentences: of one metric, and of a whole challenger. Owns words only.
import type { Challenger, MetricVerdict, OverallAnswer, RunComparison } from '../domain/verdict.ts'
import { formatCount, formatNumber, formatPlural } from '../format.ts'
import { metricLabel } from '../metrics/metric-text.ts'

type Judged = Omit<MetricVerdict, 'sentence'>

/** `95 %`. */
export const percentText = (share: number): string => `${Number((share * 100).toPrecision(4))} %`

/** `0.0155`, and `0.00012` where four places would hide it. */
const size = (value: number): string => { const text = formatNumber(Math.abs(value)); return value !== 0 && Number(text.replaceAll(',', '')) === 0 ? String(Number(Math.abs(value).toPrecision(2))) : text }
const signed = (value: number): string => (value < 0 ? `−${size(value)}` : size(value))

/** Rows needed, rounded up to two digits: more would pretend to know. */
export function roundedRows(rows: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(rows)) - 1)
  return Math.ceil(rows / unit) * unit
}

/** `p = 0.0312`, `p < 0.0001`. */
export const pText = (p: number): string => (p < 0.0001 ? 'p < 0.0001' : `p = ${p < 0.001 ? p.toFixed(5) : p.toFixed(4)}`)

const ends = (low: number, high: number, confidence: number): string => ` (${percentText(confidence)}: ${signed(low)} to ${signed(high)})`
const intervalWords = ({ low, high }: Judged, confidence: number): string => (low === null || high === null ? '' : ends(low, high, confidence))
/** By how much higher or lower, with the interval of that very amount. */
function changeWords(m: Judged & { readonly difference: number }, confidence: number): string {
  const down = m.difference < 0
  const interval = m.low === null || m.high === null ? '' : down ? ends(-m.high, -m.low, confidence) : ends(m.low, m.high, confidence)
  return `${down ? 'lower' : 'higher'} by ${size(m.difference)}${interval}`
}

/** What is missing for an answer, and how many rows would give one. */
function shortfall(m: Judged): string {
  if (m.fewRowsCarry !== undefined) return ` A few rows carry most of the difference: no test of it can be trusted with fewer than about ${formatCount(roundedRows(m.fewRowsCarry))} rows.`
  const tells = m.detectable === null ? '' : ` ${formatPlural(m.rows, 'row')} tell a difference of ${size(m.detectable)} or more.`
  return m.needed === null ? tells : `${tells} To tell one of ${size(m.needed.difference)}, about ${formatCount(roundedRows(m.needed.rows))} rows are needed.`
}

/** One metric in words: the difference, its interval, and what follows. */
export function metricSentence(m: Judged, { confidence, questions }: { readonly confidence: number, readonly questions: number }): string {
  const name = metricLabel(m.metric, m.slice)
  if (m.difference === null || m.first === null || m.second === null || m.adjusted === null) return `${name} is not compared.`
  const corrected = questions > 1 ? `${pText(m.adjusted)} corrected for ${questions} questions` : pText(m.adjusted)
  const change = changeWords({ ...m, difference: m.difference }, confidence)
  switch (m.answer) {
    case 'better':
    case 'worse': return `${name} is ${m.answer}: ${change}; ${corrected}.`
    case 'equivalent': {
      const real = m.adjusted < 1 - confidence ? ' It is more than chance, but less than the margin.' : ''
      return `${name} is the same within ±${size(m.margin ?? 0)}: the difference is ${signed(m.difference)}${intervalWords(m, confidence)}.${real}`
    }
    case 'not-enough-rows': return `${name}: not enough rows to tell. The difference is ${signed(m.difference)}${intervalWords(m, confidence)}; ${corrected}.${shortfall(m)}`
    case 'not-tested': return `${name} has no better direction; the difference is ${signed(m.difference)}${intervalWords(m, confidence)}.`
  }
}

/** `Better`, as a heading says it. */
export const answerTitle = (answer: OverallAnswer | MetricVerdict['answer']): string => answerTitles[answer]
const answerTitles: Readonly<Record<OverallAnswer | MetricVerdict['answer'], string>> = {
  better: 'Better', worse: 'Worse', equivalent: 'Equivalent within the margin', mixed: 'Better in some, worse in others', 'not-enough-rows': 'Not enough rows to tell', 'not-tested': 'Not tested',
}

const list = (names: readonly string[]): string => names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`
const labels = (metrics: readonly MetricVerdict[], answer: MetricVerdict['answer']): string[] => metrics.filter((m) => m.answer === answer).map((m) => lowerFirst(metricLabel(m.metric, m.slice)))
const lowerFirst = (text: string): string => (/^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text)

const opening: Readonly<Record<OverallAnswer, string>> = {
  better: 'is better than', worse: 'is worse than', equivalent: 'is equivalent within the margin to', mixed: 'is better in some ways and worse in others than',
  'not-enough-rows': 'cannot be told from', 'not-tested': 'was not tested against',
}

/** How the metrics beside the one that is told whole are listed, by their answer; the last words where it has the same answer. */
const groups = [
  ['better', 'Better', 'Also better'], ['worse', 'Worse', 'Also worse'], ['equivalent', 'The same within the margin', 'Also the same within their margins'], ['not-enough-rows', 'Not enough rows to tell', 'Not enough rows to tell either'],
] as const

/** Rows that only one of the two has an answer for: whoever reads the verdict must know that it is not about them. */
function missingWords(names: { readonly champion: string, readonly challenger: string }, rows: Challenger['rows']): string[] {
  const lacking = (who: string, other: string, count: number): string[] => (count === 0 ? [] : [`${who} has no usable answer for ${formatPlural(count, 'row')} that ${other} answers; the verdict is about the other ${formatCount(rows.paired)}.`])
  return [...lacking(names.challenger, names.champion, rows.onlyFirst), ...lacking(names.champion, names.challenger, rows.onlySecond)]
}

/** The answer of a challenger: who is better on what, then the metric that matters first. */
export function challengerSentence(names: { readonly champion: string, readonly challenger: string, readonly data: string }, challenger: Pick<Challenger, 'answer' | 'metrics' | 'rows'>): string {
  const { metrics, answer, rows } = challenger
  const tested = metrics.filter((m) => m.answer !== 'not-tested')
  const head = `${names.challenger} ${opening[answer]} ${names.champion} on ${names.data}${answer === 'not-enough-rows' ? `: ${formatPlural(rows.paired, 'row')} ${rows.paired === 1 ? 'is' : 'are'} not enough` : ''}.`
  const gaps = missingWords(names, rows)
  if (tested.length === 0) return [head, ...gaps].join(' ')
  const shown = tested.find((m) => (answer === 'better' || answer === 'worse' ? m.answer === answer : true))!
  // The group of the metric that is told whole comes first: “also” speaks of what was just said.
  const ordered = [...groups].sort(([a], [b]) => Number(b === shown.answer) - Number(a === shown.answer))
  const counted = ordered.flatMap(([key, words, also]) => {
    const others = labels(metrics.filter((m) => m !== shown), key)
    return others.length === 0 ? [] : [`${shown.answer === key ? also : words}: ${list(others)}.`]
  })
  return [head, ...gaps, shown.sentence, ...counted].join(' ')
}

/** `income 2`. */
export const comparedName = (run: Pick<RunComparison['champion'], 'modelName' | 'versionNumber'>): string => `${run.modelName} ${run.versionNumber}`

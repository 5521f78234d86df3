// What a stress test comes to: which kind hurts at the mildest step, which rows went unanswered. A step hurts where the interval of the paired
// difference on the same rows lies wholly on the worse side; without one, where the headline falls by more than its interval is wide.
// Judged are the headline, the ranking and the probabilities, each where it can be paired: the worst of them decides. Owns the rule and its sentences.
import type { StressCurve, StressDifference, StressPoint, StressTest } from '../domain/stress.ts'
import { metricDirection, metricName } from '../metrics/catalogue.ts'
import { formatPlural, formatShare } from '../format.ts'
import { metricText } from '../metrics/metric-text.ts'
import { stressKinds } from './kinds.ts'

type Judged = Pick<StressTest, 'headline' | 'clean' | 'curves'> & Partial<Pick<StressTest, 'rows' | 'limit'>>

/** The headline of a point; null where it is not available. */
export const headlineOf = (point: StressPoint, headline: string): number | null => point.metrics.find((m) => m.metric === headline)?.value ?? null

/** How much worse a point is than the untouched data, in the metric's own unit; null where one of the two is not available. */
export function lossAt({ headline, clean }: Judged, point: StressPoint): number | null {
  const [before, after] = [headlineOf(clean, headline), headlineOf(point, headline)]
  if (before === null || after === null) return null
  return metricDirection(headline) === 'lower-is-better' ? after - before : before - after
}

/** The width of the untouched headline's 95 % interval; null where it has none. */
export function intervalWidth({ headline, clean }: Judged): number | null {
  const found = clean.metrics.find((m) => m.metric === headline)
  return found === undefined || found.low === null || found.high === null ? null : found.high - found.low
}

/** Whether the steps are judged by differences on the same rows. */
export const isPaired = ({ curves }: Judged): boolean => curves.some((c) => c.points.some((p) => p.difference != null || (p.others ?? []).length > 0))

/** One metric that is established to be worse at a point. */
export interface Worse { readonly metric: string; readonly before: number | null; readonly after: number | null; readonly loss: number; /** Null: judged by the width of its interval. */ readonly difference: StressDifference | null }

const isWorse = (metric: string, { low, high }: StressDifference): boolean => (metricDirection(metric) === 'lower-is-better' ? low > 0 : high < 0)
/** How far beyond chance a difference lies, in half widths of its interval: what makes metrics of different units comparable. */
const strength = ({ difference, loss }: Worse): number => (difference === null ? loss : Math.abs(difference.value) / Math.max(Number.MIN_VALUE, (difference.high - difference.low) / 2))

/** Everything that is established to be worse at a point, the furthest beyond chance first: the headline, rankings and probabilities. */
function established(test: Judged, point: StressPoint): Worse[] {
  const { headline, clean } = test
  const own = { metric: headline, before: headlineOf(clean, headline), after: headlineOf(point, headline) }
  const found: Worse[] = (point.others ?? []).filter((d) => isWorse(d.metric, d)).map((d) => ({ metric: d.metric, before: d.first, after: d.second, loss: Math.abs(d.value), difference: d }))
  const { difference } = point
  if (difference != null) {
    if (isWorse(headline, difference)) found.push({ ...own, loss: Math.abs(difference.value), difference })
  } else {
    const [loss, width] = [lossAt(test, point), isPaired(test) ? null : intervalWidth(test)]
    if (loss !== null && width !== null && loss > width) found.push({ ...own, loss, difference: null })
  }
  return found.sort((a, b) => strength(b) - strength(a))
}

export interface FirstHurt { readonly step: number; readonly point: StressPoint; /** What is furthest beyond chance there. */ readonly worst: Worse; readonly others: readonly Worse[] }

/** A curve's first step at which some judged metric is established to be worse; null: never. */
export function firstHurt(test: Judged, curve: StressCurve): FirstHurt | null {
  for (const [step, point] of curve.points.entries()) {
    const [worst, ...others] = established(test, point)
    if (worst !== undefined) return { step, point, worst, others }
  }
  return null
}

/** The metrics that are judged, in words: `accuracy, ROC AUC and log loss`. */
export function judgedNames(test: Judged): string {
  const others = test.curves.flatMap((c) => c.points.flatMap((p) => (p.others ?? []).map((d) => d.metric)))
  return list([test.headline, ...new Set(others)].map((metric) => lower(metricName(metric))))
}

/** A title within a sentence; abbreviations stay as they are. */
const lower = (text: string): string => (/^[A-Z]{2}/.test(text) ? text : `${text.charAt(0).toLowerCase()}${text.slice(1)}`)
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
const titleOf = (curve: StressCurve): string => stressKinds[curve.kind].title
const at = (curve: StressCurve, point: StressPoint): string => stressKinds[curve.kind].words(point.severity)
const list = (words: readonly string[]): string => (words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`)

/** Whether some step left rows unanswered that the untouched data had answered. */
export const refusesRows = (curve: StressCurve): boolean => curve.points.some((p) => p.notAnswered > 0)

function unanswered(test: Judged): string[] {
  return test.curves.flatMap((curve) => {
    const worst = curve.points.reduce<StressPoint | null>((w, p) => (p.notAnswered > (w?.notAnswered ?? 0) ? p : w), null)
    if (worst === null) return []
    const share = worst.notAnswered / (worst.answered + worst.notAnswered)
    const why = worst.reasons.length === 0 ? '' : ` (${worst.reasons.map((r) => r.reason).join(', ')})`
    return [`${titleOf(curve)}: at ${at(curve, worst)}, ${formatShare(share)} of the rows could not be answered${why}. ${worst.answered === 0 ? 'There are no metrics there.' : 'The metrics there speak of the other rows only.'}`]
  })
}

interface Hurt extends FirstHurt { readonly curve: StressCurve }

const moved = ({ metric, before, after }: Worse): string => `from ${metricText(metric, before)} to ${metricText(metric, after)}`

function hurtWords({ curve, point, worst, others }: Hurt): string {
  const also = others.length === 0 ? '' : `, ${list(others.map((o) => `the ${lower(metricName(o.metric))} ${moved(o)}`))}`
  return `at ${at(curve, point)} the ${lower(metricName(worst.metric))} goes ${moved(worst)}${also}`
}

/** The rows that were judged, to stand after a sentence: ` on 200 rows drawn from the run`. */
function sampleWords({ rows, limit }: Judged): string {
  if (rows === undefined) return ''
  return limit === rows ? ` on ${formatPlural(rows, 'row')} drawn from the run` : ` on the run’s ${formatPlural(rows, 'row')}`
}

function pairedWords({ metric, difference }: Worse): string {
  if (difference === null) return ''
  const [a, b] = [Math.abs(difference.low), Math.abs(difference.high)]
  const text = (value: number): string => metricText(metric, value)
  return `: on the same ${formatPlural(difference.rows, 'row')} the ${lower(metricName(metric))} is worse by ${text(Math.abs(difference.value))} (${text(Math.min(a, b))} to ${text(Math.max(a, b))}, an interval that is 95 % sure for all steps and metrics together)`
}

/** Without a hurt that is established nothing is proven to be harmless, and the words say no more. */
function calmWords(others: boolean, paired: boolean, name: string): string {
  if (!paired) return `${others ? 'These do not worsen' : 'Nothing of this worsens'} the ${name}`
  return `${others ? 'For these no worsening' : 'No worsening'} of ${name.includes(' and ') ? '' : 'the '}${name} beyond chance was seen`
}

/** The rule in words, after “worse …”. */
export const ruleWords = (test: Judged): string => (isPaired(test) ? 'beyond chance on the same rows' : 'by more than the interval is wide')

/** The verdict in sentences, what hurts first at the top. Kinds are ordered by the step of their own ladder, then by the loss there. */
export function stressVerdict(test: Judged): string[] {
  const tried = test.curves.filter((c) => c.skipped === null)
  const width = intervalWidth(test)
  const name = lower(metricName(test.headline))
  const before = headlineOf(test.clean, test.headline)
  if (tried.length === 0) return ['No kind could be tried on this data.']
  const paired = isPaired(test)
  if (before === null || (width === null && !paired)) return [`The ${name} of the untouched rows has no interval, so nothing is judged; the curves stand for themselves.`, ...unanswered(test)]
  const wide = `more than its 95 % interval is wide (${metricText(test.headline, width)})`
  const sample = sampleWords(test)
  const hurts = tried.flatMap((curve): Hurt[] => { const found = firstHurt(test, curve); return found === null ? [] : [{ curve, ...found }] })
    .sort((a, b) => a.step - b.step || strength(b.worst) - strength(a.worst))
  // Where rows went unanswered, the metric of the rest proves nothing: those kinds have a sentence of their own.
  const calm = tried.filter((c) => !hurts.some((h) => h.curve === c) && !refusesRows(c))
  const [first, ...others] = hurts
  return [
    ...(first === undefined ? [] : [`The first to hurt: ${lower(titleOf(first.curve))}. ${capital(hurtWords(first))}${sample}${paired ? pairedWords(first.worst) : `, ${wide}`}.`]),
    ...others.map((hurt) => `${titleOf(hurt.curve)}: ${hurtWords(hurt)}.`),
    ...(calm.length === 0 ? [] : [`${calmWords(first !== undefined, paired, judgedNames(test))}${paired ? sample : ` by ${wide}${sample}`}, even at the most severe step: ${list(calm.map((c) => lower(titleOf(c))))}.`]),
    ...unanswered(test),
  ]
}

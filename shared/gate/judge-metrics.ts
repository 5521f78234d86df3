// Judges metrics: floors and ceilings, regressions, calibration. Owns no facts.
import type { GateFact } from '../domain/gate.ts'
import type { RuleOf } from '../domain/gate-rules.ts'
import { formatPlural } from '../format.ts'
import { metricDirection } from '../metrics/catalogue.ts'
import { metricLabel, numbersApart } from '../metrics/metric-text.ts'
import type { Against, OtherRun, RunFacts } from './facts.ts'
import { gap, judged, measured, nothingGathered, open, rounding, type Judged } from './finding.ts'

const ends = { value: '', low: 'The low end of the 95 % interval of ', high: 'The high end of the 95 % interval of ' } as const

/** `Accuracy is 0.96`, or `The low end of the 95 % interval of Accuracy is 0.93 (0.96 on 150 rows)`. */
export function valueWords(at: 'value' | 'low' | 'high' | undefined, label: string, text: string, of: { readonly value: number | null, readonly n: number }): string {
  if (at === undefined || at === 'value') return `${label} is ${text}`
  return `${ends[at]}${label} is ${text} (${numbersApart(of.value ?? 0, 0)[0]} on ${formatPlural(of.n, 'row')})`
}

const runFact = (run: OtherRun, values: GateFact['values']): GateFact => ({ fact: 'run', id: run.id, at: null, values })

/** A floor or a ceiling, on this run or on the newest one of another data set. */
export function judgeMetric(rule: RuleOf<'metric'>, facts: RunFacts): Judged {
  let [metrics, place, other]: [RunFacts['metrics'], string, OtherRun | null] = [facts.metrics, 'this run', null]
  if (rule.data !== undefined) {
    if (facts.more === undefined) return nothingGathered(rule)
    other = facts.more.onData[rule.data] ?? null
    if (other === null) return open(rule, rule.limit, `This version has no finished run on a data set named “${rule.data}”, so the rule is not established.`, { needs: { what: 'evaluate', data: rule.data } })
    ;[metrics, place] = [other.metrics, `the run on ${rule.data}`]
  }
  const found = measured(metrics, rule, place)
  if ('why' in found) return open(rule, rule.limit, found.why)
  const holds = rule.op === '>=' ? found.value >= rule.limit : found.value <= rule.limit
  const [value, limit] = numbersApart(found.value, rule.limit)
  const bound = rule.op === '>=' ? 'at least' : 'at most'
  const on = other === null ? '' : ` on ${rule.data ?? ''}`
  const said = `${valueWords(rule.at, metricLabel(rule.metric, rule.slice), value, found.of)}${on}; the gate asks for ${bound} ${limit}${holds ? '' : `, so it misses by ${gap(found.value, rule.limit)}`}.`
  return judged(rule, holds, found.value, rule.limit, said, other === null ? [] : [runFact(other, { [rule.metric]: found.of.value, low: found.of.low, high: found.of.high, rows: found.of.n })])
}

/** Names that a run measures by, in the order of preference. */
const calibrationMetrics = { ece: ['ece_10', 'ece_15'], brier: ['brier'] } as const

export function judgeCalibration(rule: RuleOf<'calibration'>, facts: RunFacts): Judged {
  const metric = calibrationMetrics[rule.measure].find((id) => facts.metrics.some((m) => m.metric === id && m.slice === '')) ?? calibrationMetrics[rule.measure][0]
  const found = measured(facts.metrics, { metric, slice: '', at: rule.at }, 'this run')
  if ('why' in found) return open(rule, rule.atMost, found.why)
  const holds = found.value <= rule.atMost
  const [value, limit] = numbersApart(found.value, rule.atMost)
  const rows = rule.at === undefined || rule.at === 'value' ? ` on ${formatPlural(found.of.n, 'row')}` : ''
  return judged(rule, holds, found.value, rule.atMost, `${valueWords(rule.at, metricLabel(metric, ''), value, found.of)}${rows}; the gate asks for at most ${limit}${holds ? '' : `, so it misses by ${gap(found.value, rule.atMost)}`}.`)
}

/** The run to compare with, or the answer where there is none to compare with. */
function referenceOf(rule: RuleOf<'no-regression'>, facts: RunFacts, label: string): { readonly metrics: RunFacts['metrics'], readonly name: string, readonly run: OtherRun | null } | Judged {
  if (rule.against === undefined) {
    if (facts.baselineMetrics === null) return open(rule, null, `There is no baseline run to compare ${label} with, so the rule is not established.`)
    return { metrics: facts.baselineMetrics, name: 'the baseline run', run: facts.baselineRun ?? null }
  }
  if (facts.more === undefined) return nothingGathered(rule)
  const against: Against = facts.more.against[rule.against] ?? { kind: 'none', why: `“${rule.against}” was not looked up.` }
  switch (against.kind) {
    case 'itself': return judged(rule, true, null, null, `${against.label} is this very version, which cannot be worse than itself in ${label}.`, [{ fact: 'version', id: null, at: null, values: { against: rule.against } }])
    case 'none': return open(rule, null, `${against.why} So nothing can be said about a regression of ${label}.`)
    case 'run': return { metrics: against.run.metrics, name: against.run.label, run: against.run }
  }
}

const allowed = (margin: number): string => (margin === 0 ? 'no worsening' : `a worsening of at most ${numbersApart(margin, 0)[0]}`)

/** By the interval of the difference on the same rows: pass when even its bad end is within the margin, fail when even its good end is beyond it. */
function judgePaired(rule: RuleOf<'no-regression'>, facts: RunFacts, label: string, run: OtherRun, confidence: number): Judged {
  const kept = facts.more?.paired.find((p) => p.report.against === run.id && p.report.metric === rule.metric && p.report.slice === rule.slice && p.report.confidence === confidence)
  const sure = `${Number((confidence * 100).toFixed(2))} %`
  if (kept === undefined) return open(rule, null, `${label} was not yet compared row by row with ${run.label}, so no regression at ${sure} is established.`, { needs: { what: 'paired', against: run.id, metric: rule.metric, slice: rule.slice, confidence } })
  const { gain, reason, rows } = kept.report
  if (gain === null) return open(rule, null, `${label} cannot be compared row by row with ${run.label}: ${reason ?? 'no reason was recorded.'}`)
  const fact: GateFact = { fact: 'paired', id: kept.id, at: kept.at, values: { against: run.id, rows, gain: gain.value, low: gain.low, high: gain.high, confidence } }
  const change = Math.abs(gain.value) <= rounding ? 'unchanged' : `${gain.value < 0 ? 'worse' : 'better'} by ${gap(gain.value, 0)}`
  const text = (v: number): string => (v < 0 ? `−${gap(v, 0)}` : `+${gap(v, 0)}`)
  const said = `${label} is ${change} against ${run.label} on ${formatPlural(rows, 'row')} that both have (${sure}: ${text(gain.low)} to ${text(gain.high)}); the gate allows ${allowed(rule.margin)}`
  if (gain.low >= -rule.margin - rounding) return judged(rule, true, gain.value, -rule.margin, `${said}.`, [fact])
  if (gain.high < -rule.margin - rounding) return judged(rule, false, gain.value, -rule.margin, `${said}.`, [fact])
  return open(rule, -rule.margin, `${said}, and these rows are too few to tell.`, { value: gain.value, facts: [fact] })
}

/** The metric may not be worse than on the run of reference by more than the margin. */
export function judgeRegression(rule: RuleOf<'no-regression'>, facts: RunFacts): Judged {
  const label = metricLabel(rule.metric, rule.slice)
  const direction = metricDirection(rule.metric)
  if (direction === 'neither') return open(rule, null, `${label} has no better direction, so a regression cannot be told.`)
  const reference = referenceOf(rule, facts, label)
  if ('finding' in reference) return reference
  if (rule.confidence !== undefined) {
    if (reference.run === null) return nothingGathered(rule)
    return judgePaired(rule, facts, label, reference.run, rule.confidence)
  }
  const now = measured(facts.metrics, rule, 'this run')
  if ('why' in now) return open(rule, null, now.why)
  const before = measured(reference.metrics, rule, reference.name)
  if ('why' in before) return open(rule, null, before.why, { value: now.value })
  const up = direction === 'higher-is-better'
  const drop = up ? before.value - now.value : now.value - before.value
  const limit = up ? before.value - rule.margin : before.value + rule.margin
  const [value, baseline] = numbersApart(now.value, before.value)
  const change = Math.abs(drop) <= rounding ? 'unchanged' : `${drop > 0 ? 'worse' : 'better'} by ${gap(now.value, before.value)}`
  // Another number of rows is another question: whoever reads the change must see that.
  const [of, was] = now.of.n === before.of.n ? ['', ''] : [` on ${formatPlural(now.of.n, 'row')}`, ` on ${formatPlural(before.of.n, 'row')}`]
  const others = of === '' ? '' : ' (not the same rows; a confidence in the rule compares the rows that both have)'
  return judged(rule, drop <= rule.margin + rounding, now.value, limit, `${label} is ${value}${of} and was ${baseline} in ${reference.name}${was}: ${change}${others}; the gate allows ${allowed(rule.margin)}.`,
    rule.against === undefined || reference.run === null ? [] : [runFact(reference.run, { [rule.metric]: before.value, rows: before.of.n })])
}

// Judges what a metric is worth: against what needs no model, and on data that was spoiled. Owns no facts.
import type { BaselineScore } from '../domain/baseline.ts'
import type { RuleOf } from '../domain/gate-rules.ts'
import { formatPlural } from '../format.ts'
import { metricDirection } from '../metrics/catalogue.ts'
import { metricLabel, numbersApart } from '../metrics/metric-text.ts'
import { stressKinds } from '../stress/kinds.ts'
import type { RunFacts } from './facts.ts'
import { gap, judged, nothingGathered, open, type Judged } from './finding.ts'

interface Beaten { readonly does: string, readonly score: BaselineScore }

/** The run must be better than a baseline; of several the one that is hardest to beat decides. */
export function judgeBaseline(rule: RuleOf<'beats-baseline'>, facts: RunFacts): Judged {
  if (facts.more === undefined) return nothingGathered(rule)
  const wanted = rule.training ?? null
  const tree = rule.baseline === 'tree'
  if (tree && wanted === null) return open(rule, null, 'A tree is fitted on the training file, so the rule has to name it (training).')
  const kept = facts.more.baselines.find((k) => (k.report.trainingName ?? null) === wanted)
  if (kept === undefined) return open(rule, null, `The run has not been compared with ${tree ? 'a small tree' : 'what needs no model'}${wanted === null ? '' : ` from “${wanted}”`} yet, so the rule is not established.`, { needs: { what: 'baselines', training: wanted } })
  const scores = kept.report.baselines.filter((b) => (b.kind === 'tree') === tree).flatMap((b): Beaten[] => {
    const score = b.scores.find((s) => rule.metric === undefined || s.metric === rule.metric)
    return score === undefined ? [] : [{ does: b.does, score }]
  })
  // Only the same metric can be compared: that of the rule, or the first one of the first baseline.
  const metric = rule.metric ?? scores[0]?.score.metric
  const same = scores.filter((s) => s.score.metric === metric)
  if (same.length === 0) return open(rule, null, `No ${tree ? 'tree' : 'baseline without a model'} was compared by ${rule.metric === undefined ? 'any metric' : metricLabel(rule.metric, '')}, so the rule is not established.${scoredBy(kept.report.baselines, tree)}`)
  const surely = rule.at !== 'value'
  const reached = (s: BaselineScore): number | null => (surely ? s.low : s.gain)
  const hardest = same.reduce((a, b) => ((reached(b.score) ?? -Infinity) < (reached(a.score) ?? -Infinity) ? b : a))
  const value = reached(hardest.score)
  const { score } = hardest
  const by = rule.by ?? 0
  const name = metricLabel(score.metric, '')
  const interval = score.low === null || score.high === null ? ', without an interval' : ` (95 %: ${signed(score.low)} to ${signed(score.high)})`
  const said = `${name} is ${numbersApart(score.model, score.baseline)[0]} and that of ${hardest.does} ${numbersApart(score.model, score.baseline)[1]} on ${formatPlural(score.rows, 'row')}: a gain of ${signed(score.gain)}${interval}; the gate asks for ${by === 0 ? 'more than 0' : `at least ${numbersApart(by, 0)[0]}`}${surely ? ' at the low end of the interval' : ''}.`
  const fact = { fact: 'baselines' as const, id: kept.id, at: kept.at, values: { baseline: hardest.does, metric: score.metric, model: score.model, reached: score.baseline, gain: score.gain, low: score.low, high: score.high, rows: score.rows } }
  if (value === null) return open(rule, by, said, { value: score.gain, facts: [fact] })
  return judged(rule, by === 0 ? value > 0 : value >= by, value, by, said, [fact])
}

const signed = (value: number): string => `${value < 0 ? '−' : value > 0 ? '+' : ''}${gap(value, 0)}`

function scoredBy(baselines: readonly { readonly kind: string, readonly scores: readonly BaselineScore[] }[], tree: boolean): string {
  const names = [...new Set(baselines.filter((b) => (b.kind === 'tree') === tree).flatMap((b) => b.scores.map((s) => s.metric)))]
  return names.length === 0 ? '' : ` There is ${names.join(', ')}.`
}

/** A metric may fall by at most so much when the data is spoiled in one way. */
export function judgeRobustness(rule: RuleOf<'robustness'>, facts: RunFacts): Judged {
  if (facts.more === undefined) return nothingGathered(rule)
  const { title, words } = stressKinds[rule.stress]
  const missing = (): Judged => open(rule, rule.atMostLoss, `The stress “${title.toLowerCase()}” has not been tried on this run yet, so the rule is not established.`, { needs: { what: 'stress', kinds: [rule.stress] } })
  const test = facts.more.stress.find((t) => t.curves.some((c) => c.kind === rule.stress))
  const curve = test?.curves.find((c) => c.kind === rule.stress)
  if (test === undefined || curve === undefined) return missing()
  if (curve.skipped !== null) return open(rule, rule.atMostLoss, `The stress “${title.toLowerCase()}” was not tried on this run: ${curve.skipped.replace(/\.$/, '')}.`, { facts: [{ fact: 'stress-test', id: test.id, at: test.createdAt, values: {} }] })
  const metric = rule.metric ?? test.headline
  const direction = metricDirection(metric)
  const name = metricLabel(metric, '')
  if (direction === 'neither') return open(rule, rule.atMostLoss, `${name} has no better direction, so a loss cannot be told.`)
  const points = curve.points.filter((p) => p.severity > 0 && (rule.upTo === undefined || p.severity <= rule.upTo))
  if (points.length === 0) return open(rule, rule.atMostLoss, `The stress “${title.toLowerCase()}” was tried from ${words(Math.min(...curve.points.map((p) => p.severity).filter((s) => s > 0)))} on only, and the rule looks up to ${words(rule.upTo ?? 0)}.`)
  const clean = test.clean.metrics.find((m) => m.metric === metric && m.slice === '')?.value ?? null
  const measured = points.map((point) => ({ point, value: point.metrics.find((m) => m.metric === metric && m.slice === '')?.value ?? null }))
  if (clean === null || measured.some((m) => m.value === null)) return open(rule, rule.atMostLoss, `${name} is not among the numbers of the stress test for every severity, so the rule is not established.`)
  const loss = (value: number): number => (direction === 'higher-is-better' ? clean - value : value - clean)
  const worst = measured.reduce((a, b) => (loss(b.value!) > loss(a.value!) ? b : a))
  const lost = loss(worst.value!)
  const [from, to] = numbersApart(clean, worst.value!)
  const unanswered = worst.point.notAnswered === 0 ? '' : `, ${formatPlural(worst.point.notAnswered, 'row')} not answered`
  const said = `${title} up to ${words(Math.max(...points.map((p) => p.severity)))}: ${name} goes from ${from} to ${to} at ${words(worst.point.severity)} on ${formatPlural(worst.point.answered, 'row')}${unanswered}, ${lost > 0 ? `a loss of ${gap(lost, 0)}` : 'no loss'}; the gate allows at most ${numbersApart(rule.atMostLoss, 0)[0]}.`
  return judged(rule, lost <= rule.atMostLoss, lost, rule.atMostLoss, said, [{ fact: 'stress-test', id: test.id, at: test.createdAt, values: { clean, value: worst.value, severity: worst.point.severity, answered: worst.point.answered, rows: test.rows, seed: test.seed } }])
}

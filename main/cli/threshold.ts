// `slipway threshold`: what every decision threshold of a finished run would give, the best one for a cost or a limit, and saving it.
import type { Command } from 'commander'
import type { Binding } from '../../shared/domain/binding.ts'
import type { BestThreshold, MeasureEstimate, ThresholdGoal, ThresholdReport } from '../../shared/domain/thresholds.ts'
import type { RunSummary } from '../../shared/domain/run.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatCount, formatNumber, formatPlural } from '../../shared/format.ts'
import { measureNames, measuresOf, pointAt } from '../../shared/thresholds/measures.ts'
import { goalWords } from '../../shared/thresholds/goal-words.ts'
import { thresholdGuesses } from '../../shared/binding/saved-guesses.ts'
import { thresholdBinding, thresholdText } from '../../shared/thresholds/save-threshold.ts'
import { withExample } from './example.ts'
import { decimalNumber } from './number-option.ts'
import { withSession, type CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { run } from './references.ts'

interface Options {
  readonly costFalsePositive?: string; readonly costFalseNegative?: string; readonly minPrecision?: string; readonly minRecall?: string; readonly maxSelected?: string
  readonly class?: string; readonly at?: string[]; readonly save?: boolean
}

/** Thresholds of the printed table. */
const printed = 11
const share = { least: 0, most: 1 }

/** The one goal that the options name; F1 when they name none. Errors: `input.invalid`. */
function goalOf(options: Options): ThresholdGoal {
  const cost = { least: 0, most: 1e15 }
  const [falsePositive, falseNegative] = [decimalNumber('--cost-false-positive', options.costFalsePositive, cost), decimalNumber('--cost-false-negative', options.costFalseNegative, cost)]
  const precision = decimalNumber('--min-precision', options.minPrecision, share)
  const recall = decimalNumber('--min-recall', options.minRecall, share)
  const selected = decimalNumber('--max-selected', options.maxSelected, share)
  const goals: ThresholdGoal[] = [
    // One cost alone is counted against 1 for the other mistake.
    ...(falsePositive === null && falseNegative === null ? [] : [{ kind: 'cost' as const, falsePositive: falsePositive ?? 1, falseNegative: falseNegative ?? 1 }]),
    ...(precision === null ? [] : [{ kind: 'min-precision' as const, least: precision }]), ...(recall === null ? [] : [{ kind: 'min-recall' as const, least: recall }]),
    ...(selected === null ? [] : [{ kind: 'max-selected' as const, most: selected }]),
  ]
  if (goals.length > 1) throw new SlipwayError('input.invalid', { reason: 'costs, --min-precision, --min-recall and --max-selected are different goals; give one of them' })
  return goals[0] ?? { kind: 'f1' }
}

const number = (value: number | null): string => (value === null ? '—' : formatNumber(value))
const interval = (low: number | null, high: number | null): string => (low === null || high === null ? 'not available' : `${formatNumber(low)} to ${formatNumber(high)}`)

function bestText(best: BestThreshold, label: string): string {
  if (best.found === null) return paragraph(`${goalWords(best.goal, label)}: none. ${best.reason ?? ''}`)
  const { threshold, low, high, measures, counts } = best.found
  return sections(
    paragraph(`${goalWords(best.goal, label)}: ${thresholdText(threshold)}. If the rows were drawn again the best one would lie within ${interval(low, high)} (95 %, ${formatCount(best.draws)} draws).`),
    paragraph(`At it ${formatPlural(counts.tp, 'row')} of ${label} found and ${formatCount(counts.fn)} missed, ${formatPlural(counts.fp, 'other row')} wrongly selected and ${formatCount(counts.tn)} rightly left.`),
    table(['Measure', 'Value', '95 % interval', 'Expected on new rows'], measures.map((m: MeasureEstimate) => [measureNames[m.measure], number(m.value), interval(m.low, m.high), number(m.corrected)]), [1, 2, 3]),
  )
}

function describe(report: ThresholdReport): string {
  const costs = report.best.goal.kind === 'cost' ? report.best.goal : null
  const at = (threshold: number): readonly [number, { tp: number; fp: number; fn: number; tn: number }] => {
    const known = report.asked.find((a) => a.threshold === threshold)
    const place = pointAt(report.points, threshold).at
    const [tp, fp] = [report.points.tp[place] ?? 0, report.points.fp[place] ?? 0]
    return [known?.threshold ?? report.points.threshold[place] ?? threshold, known?.counts ?? { tp, fp, fn: report.positives - tp, tn: report.negatives - fp }]
  }
  const even = Array.from({ length: printed }, (_, i) => report.points.threshold[Math.round((i / (printed - 1)) * (report.points.threshold.length - 1))] ?? 0)
  const rows = [...new Set([...(report.asked.length > 0 ? report.asked.map((a) => a.threshold) : even), ...(report.current === null ? [] : [report.current])])].sort((a, b) => a - b).map(at)
  return sections(
    paragraph(`${formatPlural(report.rows, 'row')}, ${formatCount(report.positives)} of them ${report.class}; ${formatPlural(report.distinct, 'different score')}.${report.current === null ? '' : ` The run decided at ${thresholdText(report.current)}.`}`),
    bestText(report.best, report.class),
    { title: 'What other thresholds give', body: table(['Threshold', 'Precision', 'Recall', 'F1', 'Accuracy', 'TP', 'FP', 'FN', 'TN', ...(costs === null ? [] : ['Cost'])], rows.map(([threshold, c]) => {
      const m = measuresOf(c, costs)
      return [`${thresholdText(threshold)}${threshold === report.current ? ' (the run’s)' : ''}`, number(m.precision), number(m.recall), number(m.f1), number(m.accuracy), formatCount(c.tp), formatCount(c.fp), formatCount(c.fn), formatCount(c.tn), ...(costs === null ? [] : [number(m.cost)])]
    }), [1, 2, 3, 4, 5, 6, 7, 8, 9]) },
    report.cannotSave === null ? null : paragraph(`Note: ${report.cannotSave}`),
  )
}

/** Saves the best threshold, or the one asked for, as a new revision of the version's binding. */
async function save(session: CliSession, found: RunSummary, report: ThresholdReport): Promise<string> {
  if (report.cannotSave !== null) throw new SlipwayError('input.invalid', { reason: report.cannotSave.replace(/\.$/, '') })
  const threshold = report.asked[0]?.threshold ?? report.best.found?.threshold
  if (threshold === undefined) throw new SlipwayError('input.invalid', { reason: `there is no threshold to save: ${(report.best.reason ?? '').replace(/\.$/, '')}` })
  const [{ binding: stored, version }, judged] = await Promise.all([session.client.call('version.get', { versionId: found.versionId }), session.client.call('run.get', { runId: found.id })])
  const binding: Binding = thresholdBinding(judged.binding, stored?.binding ?? null, threshold)
  const saved = await session.client.call('binding.save', { versionId: version.id, binding, guesses: thresholdGuesses(stored?.binding ?? judged.binding, binding, stored?.guesses ?? judged.guesses, `${judged.id} on ${judged.datasetName}`) })
  return `Saved: ${version.modelName}@${version.number} now decides at ${thresholdText(threshold)} (revision ${saved.revision} of its binding). Runs made before keep theirs; evaluate again to measure with it.`
}

/** Registers the command. */
export function registerThresholds(program: Command): void {
  const command = program.command('threshold').description('Show what every decision threshold of a finished run would give, and the best one for a cost or a limit.')
    .argument('<run>', 'a run id or name@version (its newest run)')
    .option('--cost-false-positive <number>', 'what a wrongly selected row costs; the least total cost is best').option('--cost-false-negative <number>', 'what a missed row costs')
    .option('--min-precision <share>', 'find the most while precision is at least this').option('--min-recall <share>', 'the best precision while recall is at least this')
    .option('--max-selected <share>', 'find the most while at most this share of the rows is selected').option('--class <label>', 'this class against all others; absent: the positive one')
    .option('--at <thresholds...>', 'show these thresholds').option('--save', 'save the first of --at, else the best one, into the version’s binding; earlier runs keep theirs')
    .action(async (text: string, options: Options, command: Command) => withSession(command, async (session) => {
      const goal = goalOf(options)
      const at = (options.at ?? []).map((t) => decimalNumber('--at', t, share)!)
      const found = await run(session, text)
      const report = await session.job('run.thresholds', { runId: found.id, goal, at, ...(options.class === undefined ? {} : { class: options.class }) })
      const saved = options.save === true ? await save(session, found, report) : null
      session.print(report, () => sections(describe(report), saved === null ? null : paragraph(saved)))
      if (saved !== null && session.json) session.advise(saved)
    }))
  withExample(command, 'slipway threshold income@2 --cost-false-positive 1 --cost-false-negative 5 --save')
}

// `slipway stress`: how a finished run's numbers fall when its data is spoiled on purpose.
import type { Command } from 'commander'
import { mostLevels, StressKind, type StressCurve, type StressTest } from '../../shared/domain/stress.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatCount, formatDuration, formatPlural } from '../../shared/format.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { metricText, metricTextWithInterval } from '../../shared/metrics/metric-text.ts'
import { stressKinds } from '../../shared/stress/kinds.ts'
import { budgetWords, planStress, stressBudget } from '../../shared/stress/plan.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { run } from './references.ts'

interface Options { readonly kinds?: string; readonly levels?: string; readonly limit?: string; readonly seed?: string; readonly stored?: boolean }

function kindsOf(text: string | undefined): StressKind[] | null {
  if (text === undefined) return null
  return text.split(',').map((word) => {
    const kind = StressKind.safeParse(word.trim())
    if (!kind.success) throw new SlipwayError('input.invalid', { reason: `--kinds knows no “${word.trim()}”; there are ${StressKind.options.join(', ')}` })
    return kind.data
  })
}

function curveText(test: StressTest, curve: StressCurve): { title: string; body: string } {
  const { title, definition, words } = stressKinds[curve.kind]
  if (curve.skipped !== null) return { title, body: paragraph(`Not tried. ${curve.skipped}`) }
  const others = curve.points[0]?.metrics.map((m) => m.metric).filter((m) => m !== test.headline).slice(0, 2) ?? []
  const cells = (point: StressTest['clean']): string[] => {
    const headline = point.metrics.find((m) => m.metric === test.headline)
    return [headline === undefined ? '—' : metricTextWithInterval(headline), ...others.map((o) => metricText(o, point.metrics.find((m) => m.metric === o)?.value ?? null)), formatCount(point.answered), formatCount(point.notAnswered)]
  }
  const header = ['Severity', `${metricName(test.headline)} (95 %)`, ...others.map(metricName), 'Answered', 'Not answered']
  return { title, body: `${paragraph(definition)}\n${curve.columns.length === 0 ? '' : `${paragraph(`Columns: ${curve.columns.join(', ')}.`)}\n`}\n${table(header, [['untouched', ...cells(test.clean)], ...curve.points.map((p) => [words(p.severity), ...cells(p)])], header.map((_, i) => i).slice(1))}` }
}

function describe(test: StressTest): string {
  return sections(
    ...test.verdict.map((sentence) => paragraph(sentence)),
    ...test.curves.map((curve) => curveText(test, curve)),
    paragraph(`${formatPlural(test.rows, 'row')}, seed ${test.seed}; the model scored ${formatCount(test.modelRows)} rows in ${formatDuration(test.seconds * 1000)}.`),
  )
}

/** Registers the command. */
export function registerStress(program: Command): void {
  const command = program.command('stress').description('Spoil a finished run’s data on purpose, step by step, and show how its numbers fall; the result is kept with the run.')
    .argument('<run>', 'a run id or name@version (its newest run)').option('--kinds <list>', `these kinds, separated by commas: ${StressKind.options.join(', ')}; absent: all that fit the data`)
    .option('--levels <count>', `severities of each kind, at most (${mostLevels})`).option('--limit <rows>', 'so many rows, drawn at random; absent: all of the run')
    .option('--seed <number>', 'draws what is spoiled; absent: the run’s seed').option('--stored', 'print the newest result that is kept, without computing')
    .action(async (text: string, options: Options, command: Command) => withSession(command, async (session) => {
      const kinds = kindsOf(options.kinds)
      const levels = wholeNumber('--levels', options.levels, { least: 1, most: mostLevels }) ?? mostLevels
      const limit = wholeNumber('--limit', options.limit, { least: 1, most: 2_000_000_000 })
      const seed = wholeNumber('--seed', options.seed, { least: 0, most: Number.MAX_SAFE_INTEGER })
      const found = await session.client.call('run.get', { runId: (await run(session, text)).id })
      if (options.stored === true) {
        const kept = (await session.client.call('run.stressTests', { runId: found.id }))[0]
        if (kept === undefined) throw new SlipwayError('input.unknownId', { what: 'stress test of', id: text })
        return session.print(kept, () => describe(kept))
      }
      const budget = stressBudget(found, planStress(found.binding, kinds, levels), limit)
      if (command.optsWithGlobals<{ readonly quiet?: boolean }>().quiet !== true) session.advise(`This takes ${budgetWords(budget)}`)
      const test = await session.job('run.stress', { runId: found.id, levels, ...(kinds === null ? {} : { kinds }), ...(limit === null ? {} : { limit }), ...(seed === null ? {} : { seed }) })
      session.print(test, () => describe(test))
    }))
  withExample(command, 'slipway stress income@2 --kinds missing,noise --limit 2000')
}

// `slipway retention`: stored predictions that a rule by age and size would remove, and removing them.
import type { Command } from 'commander'
import { shieldWords } from '../../shared/retention.ts'
import type { RetainedRun, RetentionPlan, RetentionRule } from '../../shared/domain/retention.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes, formatPlural, formatTime } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { facts, sections, table } from './print.ts'

interface Options { readonly olderThan?: string; readonly keep?: string; readonly reason?: string }

function days(text: string | undefined): number | null {
  if (text === undefined) return null
  const match = /^(\d{1,5})d?$/i.exec(text.trim())
  if (match === null) throw new SlipwayError('input.invalid', { reason: `--older-than is “${text}”, but must be a number of days such as 90` })
  return Number(match[1])
}

function size(text: string | undefined): number | null {
  if (text === undefined) return null
  const match = /^(\d+(?:\.\d+)?) ?([KMGT]?)i?B$/i.exec(text.trim())
  const unit = match === null ? undefined : 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf(match[2]?.toUpperCase() ?? '')
  if (match === null || unit === undefined) throw new SlipwayError('input.invalid', { reason: `--keep is “${text}”, but must be a size such as 500MB or 20GB` })
  return Math.floor(Number(match[1]) * unit)
}

const ruleOf = (options: Options): RetentionRule => ({ olderThanDays: days(options.olderThan), keepBytes: size(options.keep) })

const line = (run: RetainedRun): string[] => [`${run.modelName} ${run.versionNumber}`, run.datasetName, formatTime(run.endedAt), formatBytes(run.bytes)]

function describe(plan: RetentionPlan, done: boolean): string {
  return sections(
    { title: done ? 'Removed' : 'Would be removed', body: table(['Version', 'Data set', 'Evaluated', 'Predictions'], plan.remove.map(line), [3], 'Nothing.') },
    plan.shielded.length === 0 ? null : { title: 'Stays, whatever its age', body: table(['Version', 'Data set', 'Evaluated', 'Predictions', 'Because'], plan.shielded.map((run) => [...line(run), shieldWords[run.shield]]), [3]) },
    facts([[done ? 'Freed' : 'Would free', formatBytes(plan.freedBytes)], ['Left', `the predictions of ${formatPlural(plan.keptRuns, 'run')}, ${formatBytes(plan.keptBytes)}`], ['Untouched', 'models, runs, metrics, charts, reports and the record']]),
  )
}

const withRule = (command: Command): Command => command
  .option('--older-than <days>', 'predictions of runs that ended longer ago').option('--keep <size>', 'then the oldest, until this much is left, such as 20GB')

/** Registers the command group. */
export function registerRetention(program: Command): void {
  const group = withExample(program.command('retention').description('Remove stored predictions by age and size. Models, runs, metrics, reports and the record stay.'), 'slipway retention preview --older-than 90')
  withExample(withRule(group.command('preview').description('Show what a rule would remove. Removes nothing.')), 'slipway retention preview --older-than 90 --keep 20GB')
    .action(async (options: Options, command: Command) => withSession(command, async (session) => {
      const plan = await session.client.call('retention.preview', ruleOf(options))
      session.print(plan, () => describe(plan, false))
    }))
  withExample(withRule(group.command('run').description('Remove what the preview of the same rule names. Cannot be undone; who did it and why stays in the record.')).requiredOption('--reason <text>', 'why, for the record'), 'slipway retention run --older-than 90 --reason "quarterly clean-up"')
    .action(async (options: Options, command: Command) => withSession(command, async (session) => {
      const rule = ruleOf(options)
      const seen = await session.client.call('retention.preview', rule)
      const plan = await session.client.call('retention.run', { rule, runs: seen.remove.map((run) => run.runId), reason: options.reason ?? '' })
      session.print(plan, () => describe(plan, true))
    }))
}

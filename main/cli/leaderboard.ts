// `slipway leaderboard`: all versions on one data set by one metric, with the places that the intervals allow.
import type { Command } from 'commander'
import type { Leaderboard, LeaderboardEntry } from '../../shared/domain/search.ts'
import { formatCount } from '../../shared/format.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { alignDecimals, intervalText, metricText } from '../../shared/metrics/metric-text.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { dataset } from './references.ts'

const place = (e: LeaderboardEntry): string => (e.best === null || e.worst === null ? '' : e.best === e.worst ? String(e.best) : `${e.best} to ${e.worst}`)

function describeBoard(board: Leaderboard): string {
  if (board.metric === null) return paragraph(`${board.sentence} Evaluate one: slipway evaluate MODEL --data "${board.datasetName}"`)
  const metric = board.metric
  const values = alignDecimals(board.entries.map((e) => metricText(metric, e.value)))
  const conditioned = board.entries.some((e) => e.conditions.length > 0)
  return sections(
    paragraph(`${metricName(metric)} on ${board.datasetName}. ${board.sentence}`),
    ...board.caveats.map((caveat) => paragraph(`Note: ${caveat}`)),
    table(['Place', 'Version', 'Aliases', metricName(metric), '95 % interval', 'Rows', ...(conditioned ? ['Conditions'] : [])], board.entries.map((e, i) => [
      place(e), `${e.modelName}@${e.number}`, e.aliases.join(', '), values[i]!, intervalText(metric, e), formatCount(e.n), ...(conditioned ? [e.conditions.join(', ')] : []),
    ]), [0, 3, 5]),
    board.total > board.entries.length ? paragraph(`These are ${formatCount(board.entries.length)} of ${formatCount(board.total)}; --limit and --offset show others.`) : null,
    paragraph(`Other metrics here: ${board.metrics.filter((m) => m !== metric).slice(0, 8).join(', ')}.`),
  )
}

/** Registers the command. */
export function registerLeaderboard(program: Command): void {
  withExample(program.command('leaderboard').description('Every version of every model on one data set, best first, with the places that the intervals allow.')
    .requiredOption('--data <data>', 'the data set').option('--metric <metric>', 'a metric such as auc; absent: the headline of the task').option('--limit <count>', 'how many lines', '50').option('--offset <count>', 'how many lines to skip', '0'), 'slipway leaderboard --data test.csv --metric auc')
    .action(async (options: { data: string; metric?: string; limit: string; offset: string }, command: Command) => withSession(command, async (session) => {
      const rows = await dataset(session, options.data)
      const board = await session.client.call('leaderboard.get', {
        datasetId: rows.id, ...(options.metric === undefined ? {} : { metric: options.metric }), limit: wholeNumber('--limit', options.limit, { least: 1, most: 500 }) ?? 50, offset: wholeNumber('--offset', options.offset, { least: 0, most: 1_000_000 }) ?? 0,
      })
      session.print(board, () => describeBoard(board))
    }))
}

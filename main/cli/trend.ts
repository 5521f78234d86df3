// `slipway trend`: one metric over the versions of a model, with its intervals, on each data set.
import type { Command } from 'commander'
import type { TrendPoint } from '../../shared/domain/search.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatCount, formatTime } from '../../shared/format.ts'
import { headlineMetric, metricName } from '../../shared/metrics/catalogue.ts'
import { alignDecimals, intervalText, metricText } from '../../shared/metrics/metric-text.ts'
import { dataWithPart } from '../../shared/row-words.ts'
import { findMetric } from '../../shared/search/metric-names.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'

function describeTrend(metric: string, points: readonly TrendPoint[]): string {
  if (points.length === 0) return paragraph(`No version of this model has ${metricName(metric)}.`)
  const values = alignDecimals(points.map((p) => metricText(metric, p.value.value)))
  return sections(
    paragraph(`${metricName(metric)} over the versions, by the newest finished run of each on each data set; a run over part of the rows is shown only where there is no other.`),
    table(['Version', 'Aliases', 'Data', metricName(metric), '95 % interval', 'Rows', 'When'], points.map((p, i) => [
      `v${p.number}`, p.aliases.join(', '), dataWithPart(p.datasetName, p.part), values[i]!, intervalText(metric, p.value), formatCount(p.value.n), formatTime(p.at),
    ]), [3, 5]),
  )
}

async function trend(session: CliSession, name: string, typed: string | undefined): Promise<void> {
  const models = await session.client.call('model.list', { archived: true })
  const model = models.find((m) => m.name.toLowerCase() === name.toLowerCase() || m.id === name)
  if (model === undefined) throw new SlipwayError('input.unknownId', { what: 'model', id: name })
  const wanted = typed ?? headlineMetric(model.task ?? 'multiclass-classification')
  const found = findMetric(wanted)
  if (found.kind === 'several') throw new SlipwayError('input.ambiguous', { what: 'metric', id: wanted, matches: found.names.join(', ') })
  const metrics = found.kind === 'found' ? found.metrics : [wanted]
  const asked = await Promise.all(metrics.map(async (metric) => ({ metric, points: await session.client.call('model.trend', { modelId: model.id, metric }) })))
  const { metric, points } = asked.find((one) => one.points.length > 0) ?? asked[0]!
  session.print(points, () => describeTrend(metric, points))
}

/** Registers the command. */
export function registerTrend(program: Command): void {
  withExample(program.command('trend').description('One metric over the versions of a model, with intervals, for each data set.')
    .argument('<model>', 'the model').option('--metric <metric>', 'a metric such as auc; absent: the headline of the task'), 'slipway trend income --metric auc')
    .action(async (model: string, options: { metric?: string }, command: Command) => withSession(command, (session) => trend(session, model, options.metric)))
}

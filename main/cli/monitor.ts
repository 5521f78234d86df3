// `slipway monitor`: what the logs of a served version say, its alerts, and decisions about them. Exit code 1 when an alert fires.
import { Option, type Command } from 'commander'
import type { DriftColumn, DriftReport } from '../../shared/domain/drift.ts'
import type { Alert, AlertAction, MonitorColumn, MonitorOverview, MonitorQuality, WithInterval } from '../../shared/domain/monitor.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatCount, formatShare, formatTime } from '../../shared/format.ts'
import { DeploymentId, type VersionId } from '../../shared/ids.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { metricText } from '../../shared/metrics/metric-text.ts'
import { withExample } from './example.ts'
import { addAbVerbs } from './monitor-ab.ts'
import { addRolloutVerb } from './monitor-rollout.ts'
import { momentOption } from './moment-option.ts'
import { decimalNumber, wholeNumber } from './number-option.ts'
import { withSession, type CliSession } from './open-session.ts'
import { facts, paragraph, sections, table } from './print.ts'
import { version } from './references.ts'

export interface Options { readonly from?: string; readonly to?: string; readonly windows?: string; readonly last?: string; readonly arm?: 'stable' | 'canary' | 'shadow'; readonly againstFrom?: string; readonly againstTo?: string; readonly slice?: string[]; readonly explain?: boolean; readonly column?: string; readonly all?: boolean; readonly stored?: boolean }

const verdicts: Readonly<Record<DriftColumn['verdict'], string>> = { drift: 'drift', none: 'no drift', 'not-enough': 'not enough data', 'not-measured': 'not measured' }
const number = (x: number | null): string => (x === null ? '' : x.toFixed(4))
const share = (x: number | null | undefined): string => (x === null || x === undefined ? '' : formatShare(x))
const period = (from: number | null, to: number | null): string => (from === null || to === null ? 'no time' : `${formatTime(from)} to ${formatTime(to)}`)
const valued = (metric: string, v: WithInterval | null): string => (v === null ? 'not available' : `${metricText(metric, v.value)}${v.low === null || v.high === null ? '' : ` (${metricText(metric, v.low)} to ${metricText(metric, v.high)})`}`)

/** Asks for a new analysis, or with --stored for the newest kept one. */
export async function analysisOf(session: CliSession, versionId: VersionId, o: Options): Promise<MonitorOverview> {
  if (o.stored === true) return session.client.call('monitor.overview', { versionId })
  const at = (name: string, text: string | undefined): number | null => momentOption(name, text)
  const [from, to, againstFrom, againstTo] = [at('--from', o.from), at('--to', o.to), at('--against-from', o.againstFrom), at('--against-to', o.againstTo)]
  if ((againstFrom === null) !== (againstTo === null)) throw new SlipwayError('input.invalid', { reason: '--against-from and --against-to belong together' })
  const [windows, last] = [wholeNumber('--windows', o.windows, { least: 1, most: 200 }), wholeNumber('--last', o.last, { least: 50, most: 1_000_000 })]
  const { id } = await session.job('monitor.analyse', {
    versionId, ...(from === null ? {} : { from }), ...(to === null ? {} : { to }), ...(windows === null ? {} : { windows }), ...(last === null ? {} : { lastRows: last }), ...(o.arm === undefined ? {} : { arm: o.arm }),
    ...(againstFrom === null || againstTo === null ? {} : { against: { kind: 'window', from: againstFrom, to: againstTo } }), slices: o.slice ?? [], explain: o.explain === true,
  })
  return session.client.call('monitor.overview', { monitorId: id })
}

function columnsTable(report: DriftReport, all: boolean): string {
  const shown = all ? report.columns : report.columns.slice(0, 20)
  return table(['Column', 'Verdict', 'PSI', 'Limit', 'Chance', 'Missing', 'Unseen', 'Outside', 'Rests on it'],
    shown.map((c) => [c.column, `${verdicts[c.verdict]}${c.severity === 'critical' ? ' (critical)' : ''}`, number(c.psi), number(c.limit?.warn ?? null), c.chance === null ? '' : c.chance.toPrecision(2), share(c.rates?.missing.live), share(c.rates?.unseen?.live), share(c.rates?.outside?.live), share(c.importance)]), [2, 3, 4, 5, 6, 7, 8], 'No column is watched.')
}

const alertLine = (a: Alert): string[] => [a.state, a.severity, a.thresholdId, a.value === null ? '' : String(Number(a.value.toPrecision(4))), `${a.op} ${a.limit}`, a.decision === null ? '' : `${a.decision.action}: ${a.decision.reason}`]
const alertsTable = (alerts: readonly Alert[]): string => table(['State', 'Severity', 'Limit of', 'Value', 'Fires when', 'Decided'], alerts.map(alertLine), [3], 'No alert fires.')

export function describeDrift(o: MonitorOverview, all: boolean): string {
  return sections(
    facts([['Version', `${o.modelName}@${o.versionNumber}`], ['Rows', `${formatCount(o.source.rows)}, ${period(o.source.from, o.source.to)}`], ['Against', o.source.profile.sentence], ['Inputs', o.data.sentence], ['Answers', o.answers.sentence],
      ['False alarms', `at most ${formatShare(o.data.falseAlarm)} of windows without drift, all inputs together`], ['Joint drift', o.joint.auc === null ? o.joint.reason : `area ${o.joint.auc.value.toFixed(3)}: ${o.joint.verdict ?? ''}`]]),
    { title: 'Inputs', body: columnsTable(o.data, all) }, { title: 'Answers', body: columnsTable(o.answers, all) },
    o.notes.length === 0 ? null : { title: 'Notes', body: o.notes.map((n) => paragraph(n)).join('\n') },
  )
}

function describe(o: MonitorOverview, quality: MonitorQuality, alerts: readonly Alert[]): string {
  const { metric } = o.headline
  const windows = o.windows.map((w) => [formatTime(w.from), formatCount(w.rows), verdicts[w.verdict], String(w.columnsDrifted), share(w.service.errorShare), w.service.latency === null ? '' : w.service.latency.p95.toFixed(1), formatCount(w.labelled), valued(metric, w.quality.find((m) => m.metric === metric)?.value == null ? null : { value: w.quality.find((m) => m.metric === metric)!.value!, low: null, high: null }), w.estimated === null ? '' : valued('accuracy', w.estimated)])
  return sections(
    facts([['Version', `${o.modelName}@${o.versionNumber}`], ['Rows', `${formatCount(o.source.rows)} in ${formatCount(o.source.batches)} imports, ${period(o.source.from, o.source.to)}`], ['Profile', o.source.profile.sentence], ['Inputs', o.data.sentence], ['Answers', o.answers.sentence],
      [metricName(metric), `${valued(metric, o.headline.seen)} on ${formatCount(o.headline.labelled)} labelled rows; evaluation ${valued(metric, o.headline.expected)}`],
      ['Without labels', quality.estimated.value === null ? `off: ${quality.estimated.reason}` : `${valued('accuracy', quality.estimated.value)}. ${quality.estimated.assumption} ${quality.estimated.reason}`], ['Last rows', `${formatCount(o.last.rows)}: ${o.last.data.sentence}`], ['Analysis', o.id]]),
    { title: 'Alerts', body: alertsTable(alerts) }, { title: 'Windows', body: table(['From', 'Rows', 'Inputs', 'Drifted', 'Failed', 'p95 ms', 'Labelled', metricName(metric), 'Estimated'], windows, [1, 3, 4, 5, 6], 'There are no windows.') },
    { title: 'Changes', body: [...o.charts, ...quality.charts].flatMap((c) => c.changes).map((c) => paragraph(`${formatTime(c.at)}: ${c.sentence}`)).join('\n') },
    o.notes.length === 0 ? null : { title: 'Notes', body: o.notes.map((n) => paragraph(n)).join('\n') },
  )
}

export const describeColumn = (c: MonitorColumn): string => sections(paragraph(c.whole.sentence), { title: 'Cells', body: table(['Cell', 'Before', 'Live', 'Last', 'Part of PSI'], c.cells.map((x) => [x.label, formatCount(x.reference), formatCount(x.live), formatCount(x.last), number(x.psi)]), [1, 2, 3, 4], 'It has no bins.') },
  { title: 'Windows', body: table(['From', 'Rows', 'PSI', 'Missing'], c.windows.map((w) => [formatTime(w.from), formatCount(w.rows), `${number(w.psi)}${w.drifted ? ' drift' : ''}`, share(w.missing)]), [1, 2, 3], 'There are no windows.') })

export const withStretch = (command: Command): Command => command.argument('<version>', 'such as income@2').option('--from <time>', 'rows from this moment on').option('--to <time>', 'and before this one').option('--windows <count>', 'equal stretches of time; absent: 24').option('--last <rows>', 'rows of the last window; absent: that of the bundle')
  .addOption(new Option('--arm <arm>', 'rows of one arm').choices(['stable', 'canary', 'shadow'])).option('--against-from <time>', 'compare with another stretch, from').option('--against-to <time>', 'and before').option('--slice <column...>', 'tell quality by the values of columns')
  .option('--explain', 'ask the model what it rests on, so that this comes first').option('--stored', 'show the newest analysis and make none')

function registerDecide(group: Command): void {
  withExample(group.command('decide').description('Write down what was decided about an alert that fires. A moved limit counts from the next analysis on.').argument('<version>', 'such as income@2').argument('<alert>', 'its name in the list, such as InputDrift:age:warning')
    .addOption(new Option('--action <action>', 'what is done').choices(['roll-back', 'retrain', 'recalibrate', 'threshold', 'accept']).makeOptionMandatory()).option('--limit <number>', 'the new limit, with --action threshold').option('--alias <name>', 'with --action roll-back: move this alias back too, such as champion').option('--deployment <id>', 'and tell it where the version serves').requiredOption('--reason <text>', 'why, for the record'), 'slipway monitor decide income@2 InputDrift:age:warning --action accept --reason "planned change of the form"')
    .action(async (text: string, thresholdId: string, o: { action: AlertAction; limit?: string; alias?: string; deployment?: string; reason: string }, command: Command) => withSession(command, async (session) => {
      const { monitorId, versionId } = await session.client.call('monitor.alerts', { versionId: (await version(session, text)).id })
      if (o.alias === undefined && o.deployment !== undefined) throw new SlipwayError('input.invalid', { reason: '--deployment belongs to --alias' })
      const rollback = o.alias === undefined ? null : { alias: o.alias, expected: versionId, ...(o.deployment === undefined ? {} : { deploymentId: DeploymentId.parse(o.deployment) }) }
      const limit = decimalNumber('--limit', o.limit, { least: -1e12, most: 1e12 })
      const decision = await session.client.call('alert.decide', { monitorId, thresholdId, action: o.action, reason: o.reason, ...(limit === null ? {} : { limit }), ...(rollback === null ? {} : { rollback }) })
      session.print(decision, () => paragraph(`Recorded: ${decision.action}, ${decision.reason}${decision.newLimit === null ? '' : `; the limit is ${decision.newLimit} from now on`}.`))
    }))
}

/** Registers `slipway monitor`. */
export function registerMonitor(program: Command): void {
  const group = withExample(program.command('monitor').description('What the logs of served versions say: quality over time, alerts, decisions.'), 'slipway monitor show income@2')
  withExample(withStretch(group.command('show').description('Analyse the logs of a version: drift, quality over time, service, alerts. Exit code 1 when an alert fires.')), 'slipway monitor show income@2 --windows 12')
    .action(async (text: string, o: Options, command: Command) => withSession(command, async (session) => {
      const overview = await analysisOf(session, (await version(session, text)).id, o)
      const [quality, { alerts }] = [await session.client.call('monitor.quality', { monitorId: overview.id }), await session.client.call('monitor.alerts', { monitorId: overview.id })]
      const firing = alerts.filter((a) => a.state === 'firing')
      session.print({ overview, quality, alerts }, () => describe(overview, quality, firing))
      if (firing.length > 0) session.exitWith(1)
    }))
  withExample(group.command('alerts').description('Show every limit of the newest analysis with what was decided. Exit code 1 when one is crossed.').argument('<version>', 'such as income@2'), 'slipway monitor alerts income@2')
    .action(async (text: string, _: object, command: Command) => withSession(command, async (session) => {
      const found = await session.client.call('monitor.alerts', { versionId: (await version(session, text)).id })
      session.print(found, () => sections(alertsTable(found.alerts), ...found.alerts.filter((a) => a.state === 'firing').map((a) => ({ title: a.summary, body: [a.cause, ...a.evidence, ...a.firstChecks.map((c) => `First check: ${c}`)].map((line) => paragraph(line)).join('\n') }))))
      if (found.alerts.some((a) => a.state === 'firing')) session.exitWith(1)
    }))
  registerDecide(group)
  addAbVerbs(group)
  addRolloutVerb(group)
}

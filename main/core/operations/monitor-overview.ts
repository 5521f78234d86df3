// monitor.list, overview, column, quality and alerts: what a stored analysis says, with the newest decisions. Computes no statistic.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { Alert, AlertDecision, MonitorColumn, MonitorOverview, MonitorReport, MonitorSummary, WithInterval } from '../../../shared/domain/monitor.ts'
import type { MetricValue } from '../../../shared/domain/run.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { z } from 'zod'
import type { ReadDb } from '../store/database.ts'
import { storedBatches, storedLabels } from '../store/log-batches.ts'
import { getReport, listDecisions, listReports, reportColumns } from '../store/monitor.ts'
import { getVersion, listVersions } from '../store/versions.ts'

type Of = InputOf<SlipwayContract['monitor.overview']>

/** Logs or labels came home, or were forgotten, after it was made. */
function isStale(db: ReadDb, report: MonitorReport): boolean {
  const batches = storedBatches(db, { modelId: report.modelId, versionId: report.versionId })
  return batches.some(({ batch }) => batch.createdAt > report.createdAt || batch.forgotten.some((f) => f.at > report.createdAt)) || storedLabels(db, report.modelId).some(({ labels }) => labels.createdAt > report.createdAt)
}

/** The newest decision on each limit. One made on an earlier analysis counts while its alert goes on: `accept` and a note do not have to be said again each day. */
function newestDecisions(db: ReadDb, report: MonitorReport): ReadonlyMap<string, AlertDecision> {
  return new Map(listDecisions(db, { versionId: report.versionId }).toReversed().map((d) => [d.thresholdId, d]))
}

const firingOf = (report: MonitorReport): MonitorReport['alerts'] => report.alerts.filter((a) => a.state === 'firing')

function counts(db: ReadDb, report: MonitorReport): { readonly firing: number; readonly critical: number; readonly undecided: number; readonly stale: boolean } {
  const decided = newestDecisions(db, report)
  const firing = firingOf(report)
  return { firing: firing.length, critical: firing.filter((a) => a.severity === 'critical').length, undecided: firing.filter((a) => !decided.has(a.thresholdId)).length, stale: isStale(db, report) }
}

export function summaryOf(db: ReadDb, report: MonitorReport): MonitorSummary {
  const { id, createdAt, who, modelId, modelName, versionId, versionNumber, request, source } = report
  return { id, createdAt, who, modelId, modelName, versionId, versionNumber, request, rows: source.rows, from: source.from, to: source.to, verdict: report.data.verdict, sentence: report.data.sentence, ...counts(db, report) }
}

export const listAnalyses = (db: ReadDb, of: InputOf<SlipwayContract['monitor.list']>): MonitorSummary[] => listReports(db, of, of.limit).map((r) => summaryOf(db, r))

const withInterval = (m: z.infer<typeof MetricValue> | undefined): WithInterval | null => (m === undefined || m.value === null ? null : { value: m.value, low: m.low, high: m.high })

export function overviewOf(db: ReadDb, of: Of): MonitorOverview {
  const report = getReport(db, of)
  const { quality, alerts: _, ...rest } = report
  const [metric = ''] = quality.metrics
  const find = (list: readonly z.infer<typeof MetricValue>[]): WithInterval | null => withInterval(list.find((m) => m.metric === metric && m.slice === ''))
  return { ...rest, ...counts(db, report), headline: { metric, seen: find(quality.whole), expected: find(quality.expected?.metrics ?? []), labelled: quality.labelled, estimated: quality.estimated.metric === metric ? quality.estimated.value : null } }
}

/** Errors: `input.unknownId` for a column that the analysis does not have. */
export function columnOf(db: ReadDb, { column, of, ...analysis }: InputOf<SlipwayContract['monitor.column']>): MonitorColumn {
  const found = reportColumns(db, analysis).find((c) => c.column === column && c.of === of)
  if (found === undefined) throw new SlipwayError('input.unknownId', { what: 'column', id: column })
  return found
}

export function qualityOfLogs(db: ReadDb, of: Of): OutputOf<SlipwayContract['monitor.quality']> {
  const { id, quality, windows } = getReport(db, of)
  return { ...quality, monitorId: id, windows: windows.map(({ from, to, rows, labelled, quality: metrics, estimated }) => ({ from, to, rows, labelled, quality: metrics, estimated })) }
}

/** The next lower number; versions that are retired cannot be gone back to by their life, which the alias's own preview says. */
function versionBefore(db: ReadDb, report: MonitorReport): { readonly versionId: MonitorReport['versionId']; readonly number: number } | null {
  const before = listVersions(db, report.modelId).filter((v) => v.number < report.versionNumber).sort((a, b) => b.number - a.number)[0]
  return before === undefined ? null : { versionId: before.id, number: before.number }
}

export function alertsOf(db: ReadDb, { firing, ...of }: InputOf<SlipwayContract['monitor.alerts']>): OutputOf<SlipwayContract['monitor.alerts']> {
  const report = getReport(db, of)
  const decided = newestDecisions(db, report)
  const previous = versionBefore(db, report)
  const probabilities = report.task === 'binary-classification' || report.task === 'multiclass-classification'
  const settle = (a: Alert['actions'][number]): Alert['actions'][number] => {
    if (a.action === 'roll-back') return previous === null ? { ...a, available: false, reason: 'There is no version before this one: switch to what the business does without the model.' } : { ...a, label: `Roll back to version ${previous.number}`, reason: 'Moves the alias back and tells it on the line of time, with the reason.' }
    if (a.action === 'recalibrate') return !probabilities || report.quality.labelled < 100 ? { ...a, available: false, reason: probabilities ? 'It takes at least 100 labelled rows.' : 'Only probabilities can be recalibrated.' } : { ...a, reason: 'Fits the probabilities on labelled rows; the binding then carries it.' }
    return a
  }
  const alerts = report.alerts.filter((a) => !firing || a.state === 'firing').map((a): Alert => ({ ...a, actions: a.actions.map(settle), decision: decided.get(a.thresholdId) ?? null }))
  return { monitorId: report.id, versionId: report.versionId, modelName: getVersion(db, report.versionId).modelName, versionNumber: report.versionNumber, alerts, previous }
}

// monitor.ab: two sides of stored logs -> whether the split held, what differs, and whether it is decided. The engine adds up; the judging is shared/monitor.
import { rm } from 'node:fs/promises'
import type { AbMetric, AbReport, AbResult } from '../../../shared/domain/ab.ts'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Binding } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatCount, formatNumber, formatPlural } from '../../../shared/format.ts'
import { newId } from '../../../shared/ids.ts'
import { judgeAb, type AbMetricFacts } from '../../../shared/monitor/ab-judge.ts'
import { sampleRatio } from '../../../shared/monitor/sample-ratio.ts'
import type { JobContext } from '../jobs.ts'
import type { AbSums } from '../monitor/decide/ab-sums.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import { logSides, sideName, type LogSides } from '../steps/log-sides.ts'
import { newestBinding } from '../store/bindings.ts'
import { record } from '../store/history.ts'
import { insertStudy } from '../store/studies.ts'

type Request = InputOf<SlipwayContract['monitor.ab']>
type Facts = Pick<Binding, 'task' | 'classes' | 'positiveClass'> | null

/** Looks that are worked out; the chance holds for all of them together, and for many more. */
const mostLooks = 200

const points = (share: number): string => `${Number((100 * share).toFixed(2))} points`
const plain = (value: number): string => formatNumber(value)

function factsOf(metric: AbMetric, answer: string | null): AbMetricFacts {
  switch (metric) {
    case 'correct': return { metric, name: 'Right answers', kind: 'share', better: 'higher', write: points }
    case 'failed': return { metric, name: 'Failed requests', kind: 'share', better: 'lower', write: points }
    case 'answer': return { metric, name: `Answered “${answer ?? ''}”`, kind: 'share', better: 'neither', write: points }
    case 'latency': return { metric, name: 'Response time, mean', kind: 'mean', better: 'lower', write: (ms) => `${formatNumber(ms)} ms` }
    case 'score': return { metric, name: 'Score, mean', kind: 'mean', better: 'neither', write: plain }
    case 'value': return { metric, name: 'Answer, mean', kind: 'mean', better: 'neither', write: plain }
    case 'absolute-error': return { metric, name: 'Absolute error, mean', kind: 'mean', better: 'lower', write: plain }
  }
}

/** What can be told for the task. */
function metricsOf(binding: Facts): AbMetric[] {
  if (binding === null) return ['failed', 'latency']
  return binding.task === 'regression' ? ['absolute-error', 'failed', 'latency', 'value'] : ['correct', 'failed', 'latency', 'answer', 'score']
}

const rowsOf = (sums: AbSums, metric: AbMetric): number => { const end = sums.metrics.find((m) => m.metric === metric)?.looks.at(-1); return end === undefined ? 0 : Math.min(end.control.rows, end.treatment.rows) }

/** The one that is decided by: what was asked for, else right answers where labels are, else failures. */
function primaryOf(request: Request, metrics: readonly AbMetric[], sums: AbSums): AbMetric {
  if (request.primary !== undefined) {
    if (!metrics.includes(request.primary)) throw new SlipwayError('input.invalid', { reason: `${request.primary} cannot be told for this task; choose one of ${metrics.join(', ')}` })
    return request.primary
  }
  return metrics.find((m) => rowsOf(sums, m) > 0) ?? metrics[0]!
}

function notesOf(sums: AbSums, sides: LogSides, metrics: readonly AbResult[]): string[] {
  const { units } = sums
  const alike = metrics.filter((m) => m.designEffect > 1.5)
  const labelled = metrics.find((m) => m.metric === 'correct' || m.metric === 'absolute-error')
  return [
    ...(sums.withoutTime === 0 ? [] : [`${formatPlural(sums.withoutTime, 'row')} without a time count for the split alone.`]),
    ...(units.inBoth === 0 ? [] : [`${formatPlural(units.inBoth, units.callers ? 'caller' : 'request')} met both sides: where the same one is answered by both, the sides are not independent.`]),
    ...(units.callers ? [] : ['The log names no callers, so requests are taken for what was split. Where callers were, give the server --unit-key and split by it.']),
    ...(alike.length === 0 ? [] : [`Rows of one ${units.callers ? 'caller' : 'request'} are alike; intervals of ${alike.map((m) => m.name.toLowerCase()).join(', ')} are wider for it.`]),
    ...(labelled === undefined || labelled.control.rows === 0 ? [] : [`Labels came for ${formatCount(labelled.control.rows)} of ${formatCount(sums.rows.control)} and ${formatCount(labelled.treatment.rows)} of ${formatCount(sums.rows.treatment)} rows; where they come for striking cases only, they tell little of the rest.`]),
    ...(metrics.length > 1 ? ['Each metric keeps its own chance of a false alarm; decide by the first one, which was fixed before.'] : []),
    ...(sides.control.id !== sides.treatment.id ? [] : []),
  ]
}

function verdictOf(primary: AbResult, holds: boolean, ratio: AbReport['ratio']): Pick<AbReport, 'verdict' | 'sentence'> {
  return holds ? { verdict: primary.verdict, sentence: primary.sentence } : { verdict: 'invalid', sentence: `${ratio.sentence} Nothing is decided by these rows; find out first why.` }
}

function reportOf(parts: Parts, request: Request, sides: LogSides, sums: AbSums, answer: string | null, metrics: readonly AbMetric[]): AbReport {
  const design = { level: request.level, power: request.power, share: request.share }
  const primary = primaryOf(request, metrics, sums)
  const results = [primary, ...metrics.filter((m) => m !== primary)].flatMap((metric): AbResult[] => {
    const found = sums.metrics.find((m) => m.metric === metric)
    if (found === undefined || (metric !== primary && rowsOf(sums, metric) === 0)) return []
    return [judgeAb(factsOf(metric, answer), found.looks, design, { designEffect: found.designEffect, primary: metric === primary, ...(metric === primary ? { smallest: request.smallest } : {}) })]
  })
  const ratio = sampleRatio(sums.units.control, sums.units.treatment, request.share)
  const side = (which: 'control' | 'treatment'): AbReport['control'] => ({ ...request[which], versionNumber: sides[which].number, name: sideName(sides[which], request[which].arm), rows: sums.rows[which], units: sums.units[which] })
  return {
    kind: 'ab', id: newId('study', parts.clock()), createdAt: parts.clock(), who: parts.actor()?.name ?? null, modelId: sides.control.modelId, modelName: sides.control.modelName, request,
    control: side('control'), treatment: side('treatment'), from: sums.from, to: sums.to, units: sums.units.callers ? 'callers' : 'requests', inBoth: sums.units.inBoth, ratio, metrics: results,
    ...verdictOf(results[0]!, ratio.holds, ratio), notes: notesOf(sums, sides, results),
  }
}

/** Errors: `input.unknownId`, `monitor.noLogs`, `input.invalid`, `job.cancelled`. */
export async function compareSides(parts: Parts, request: Request, context: JobContext): Promise<AbReport> {
  if (request.control.arm === 'shadow' || request.treatment.arm === 'shadow') throw new SlipwayError('input.invalid', { reason: 'shadow rows are copies of requests that the other side answered; run them as a shadow replay instead' })
  const sides = logSides(parts, request, request)
  const binding = parts.store.read((db) => newestBinding(db, sides.treatment.id)?.binding ?? null)
  const answer = request.answer ?? binding?.positiveClass ?? binding?.classes[0]?.label ?? null
  const metrics = metricsOf(binding)
  const folder = workFolder(parts)
  try {
    const sums = await parts.light.task('monitor.ab', { ...sides.plan, folder, metrics, answer, looks: mostLooks }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
    for (const which of ['control', 'treatment'] as const) if (sums.rows[which] === 0) throw new SlipwayError('monitor.noLogs', { name: sideName(sides[which], request[which].arm) })
    const report = reportOf(parts, request, sides, sums, answer, metrics)
    parts.store.write((db) => {
      const eventId = record(db, { verb: 'monitor.ab', subject: sides.treatment.id, sentence: `Compared ${report.treatment.name} with ${report.control.name} by their logs: ${report.sentence}`, facts: { studyId: report.id, verdict: report.verdict } }, report.createdAt)
      insertStudy(db, report, sides.treatment.id, eventId)
    })
    return report
  } finally { await rm(folder, { recursive: true, force: true }) }
}

// Judges what a model costs and where it runs: size, latency, throughput, memory, and whether a device answers as another does. Owns no facts.
import { deviceWord } from '../device-names.ts'
import { paritySentence, percentileNames, percentiles } from '../device-words.ts'
import type { BatchSpeed, SpeedReport } from '../domain/device-report.ts'
import type { GateFact } from '../domain/gate.ts'
import type { RuleOf } from '../domain/gate-rules.ts'
import type { ExecutionProvider } from '../domain/run.ts'
import { formatBytes, formatCount, formatPlural, formatRate } from '../format.ts'
import { numbersApart } from '../metrics/metric-text.ts'
import type { RunFacts } from './facts.ts'
import { judged, nothingGathered, open, percent, type Judged } from './finding.ts'

const sizeText = (bytes: number): string => `${formatBytes(bytes)} (${formatCount(bytes)} bytes)`

export function judgeSize(rule: RuleOf<'size'>, facts: RunFacts): Judged {
  const holds = facts.modelBytes <= rule.atMostBytes
  return judged(rule, holds, facts.modelBytes, rule.atMostBytes, `The model takes ${sizeText(facts.modelBytes)}, ${holds ? 'within' : 'above'} the limit of ${sizeText(rule.atMostBytes)}.`)
}

interface Timed { readonly report: SpeedReport, readonly batch: BatchSpeed | null, readonly fact: GateFact }

/** The newest report of a device that timed the batch size (any for null), and that really ran there; else the answer. */
function timedOn(rule: RuleOf<'latency' | 'throughput' | 'memory'>, limit: number, facts: RunFacts, device: ExecutionProvider, batchSize: number | null): Timed | Judged {
  if (facts.more === undefined) return nothingGathered(rule)
  const needs = { what: 'speed' as const, device, batchSizes: batchSize === null ? null : [batchSize] }
  const reports = facts.more.speed.filter((r) => r.options.device === device)
  const [first] = reports
  if (first === undefined) return open(rule, limit, `This version has not been timed on ${deviceWord(device)} yet, so the rule is not established.`, { needs })
  const report = batchSize === null ? first : reports.find((r) => r.batches.some((b) => b.batchSize === batchSize))
  if (report === undefined) return open(rule, limit, `Calls of ${formatPlural(batchSize ?? 1, 'row')} have not been timed on ${deviceWord(device)}: there are ${first.batches.map((b) => formatCount(b.batchSize)).join(', ')} rows a call.`, { needs })
  const batch = batchSize === null ? null : report.batches.find((b) => b.batchSize === batchSize) ?? null
  const fact: GateFact = { fact: 'speed-report', id: report.id, at: report.createdAt, values: { device: report.placement.providerUsed, processor: report.machine.cpu, threads: report.machine.threads, ...(batch === null ? {} : { batchSize: batch.batchSize, calls: batch.calls, p50: batch.p50, p95: batch.p95, p99: batch.p99, rowsPerSecond: batch.rowsPerSecond }), peakBytes: report.memory.peakBytes } }
  if (report.placement.providerUsed !== device) return open(rule, limit, `The newest timing was asked for on ${deviceWord(device)} and ran on ${deviceWord(report.placement.providerUsed)}, so the rule is not established.`, { facts: [fact] })
  return { report, batch, fact }
}

const ms = (value: number): string => `${percent(numbersApart(value, 0)[0])} ms`
const machine = (report: SpeedReport): string => `on ${deviceWord(report.placement.providerUsed)} (${report.machine.cpu}, ${formatPlural(report.machine.threads, 'thread')})`

export function judgeLatency(rule: RuleOf<'latency'>, facts: RunFacts): Judged {
  const device = rule.device ?? 'cpu'
  const timed = timedOn(rule, rule.atMostMs, facts, device, rule.batchSize)
  if ('finding' in timed) return timed
  const batch = timed.batch!
  const value = batch[rule.percentile]
  const name = percentileNames[rule.percentile]
  const needed = percentiles.find(([key]) => key === rule.percentile)?.[2] ?? 0
  const rows = rule.batchSize === 1 ? 'one row' : `${formatCount(rule.batchSize)} rows`
  if (value === null) return open(rule, rule.atMostMs, `The ${name} of calls of ${rows} is not available: it needs ${formatCount(needed)} calls, and ${formatCount(batch.calls)} were timed. More seconds give more calls.`, { facts: [timed.fact] })
  const holds = value <= rule.atMostMs
  return judged(rule, holds, value, rule.atMostMs, `The ${name} of ${formatPlural(batch.calls, 'call')} of ${rows} is ${ms(value)} ${machine(timed.report)}; the gate allows at most ${ms(rule.atMostMs)}.`, [timed.fact])
}

export function judgeThroughput(rule: RuleOf<'throughput'>, facts: RunFacts): Judged {
  const timed = timedOn(rule, rule.atLeastRowsPerSecond, facts, rule.device ?? 'cpu', rule.batchSize)
  if ('finding' in timed) return timed
  const batch = timed.batch!
  return judged(rule, batch.rowsPerSecond >= rule.atLeastRowsPerSecond, batch.rowsPerSecond, rule.atLeastRowsPerSecond, `${formatRate(batch.rowsPerSecond)} rows a second in calls of ${formatPlural(rule.batchSize, 'row')} (${formatPlural(batch.calls, 'call')}) ${machine(timed.report)}; the gate asks for at least ${formatRate(rule.atLeastRowsPerSecond)}.`, [timed.fact])
}

export function judgeMemory(rule: RuleOf<'memory'>, facts: RunFacts): Judged {
  const timed = timedOn(rule, rule.atMostBytes, facts, rule.device ?? 'cpu', null)
  if ('finding' in timed) return timed
  const { peakBytes } = timed.report.memory
  const holds = peakBytes <= rule.atMostBytes
  return judged(rule, holds, peakBytes, rule.atMostBytes, `The process that timed the model held at most ${sizeText(peakBytes)} ${machine(timed.report)}, ${holds ? 'within' : 'above'} the limit of ${sizeText(rule.atMostBytes)}.`, [timed.fact])
}

const ranks = { identical: 0, close: 1, apart: 2, flipped: 3 } as const
const words = { identical: 'every value the same', close: 'differences within the tolerance', apart: 'no flipped decision' } as const
const usualRows = 1000

export function judgeParity(rule: RuleOf<'parity'>, facts: RunFacts): Judged {
  if (facts.more === undefined) return nothingGathered(rule)
  const against = rule.against ?? 'cpu'
  const needs = { what: 'parity' as const, device: rule.device, against, rows: Math.max(usualRows, rule.rows ?? 0) }
  const report = facts.more.parity.find((r) => r.options.device === rule.device && r.options.against === against && r.datasetId === facts.more?.dataset.id) ?? facts.more.parity.find((r) => r.options.device === rule.device && r.options.against === against)
  const limit = ranks[rule.atWorst]
  if (report === undefined) return open(rule, limit, `The answers on ${deviceWord(rule.device)} have not been compared with those on ${deviceWord(against)} yet, so the rule is not established.`, { needs })
  const fact: GateFact = { fact: 'parity-report', id: report.id, at: report.createdAt, values: { verdict: report.verdict, rows: report.rows, flipped: report.decisions?.flipped ?? null, device: report.placement.providerUsed } }
  if (report.verdict === 'not-run-there') return open(rule, limit, paritySentence(report), { facts: [fact] })
  if (rule.rows !== undefined && report.rows < rule.rows) return open(rule, limit, `${formatPlural(report.rows, 'row was', 'rows were')} compared between ${deviceWord(rule.device)} and ${deviceWord(against)}, and the gate asks for ${formatCount(rule.rows)}.`, { needs, facts: [fact] })
  return judged(rule, ranks[report.verdict] <= limit, ranks[report.verdict], limit, `${paritySentence(report).replace(/\.$/, '')}; the gate asks for ${words[rule.atWorst]}.`, [fact])
}
